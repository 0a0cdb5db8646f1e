use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    input::Format,
    pages::{Call, Selection, TextPlace},
};
use crate::ToolError;

/// One address to be read.
#[derive(Debug)]
pub(super) struct Request {
    /// Its number among those that the caller named, from 0.
    pub(super) number: usize,
    /// As the caller wrote it.
    pub(super) given: String,
    pub(super) selection: Selection,
    pub(super) format: Format,
    /// Where to go on; `None` when it was read to its end.
    pub(super) place: Option<Position>,
}

/// Where reading stopped; it travels sealed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Position {
    Start,
    Text(TextPlace),
    /// A place in a list, in whatever way the list counts.
    Listing(Value),
}

impl Position {
    /// Keeps a place in a list: plain fields and next links, which always are JSON.
    pub(super) fn listing<T: Serialize>(place: &T) -> Self {
        Self::Listing(serde_json::to_value(place).unwrap_or_default())
    }
}

impl Request {
    /// The call that reads what is named by `uri`.
    pub(super) const fn call<'a>(&'a self, uri: &'a str) -> Call<'a> {
        Call { uri, selection: &self.selection, format: self.format }
    }

    /// Where in a text to go on.
    pub(super) const fn text_place(&self) -> Option<TextPlace> {
        match &self.place {
            Some(Position::Text(place)) => Some(*place),
            _ => None,
        }
    }

    /// Where in a list to go on; its start where nothing else is known.
    pub(super) fn list_place<T: DeserializeOwned + Default>(&self) -> T {
        match &self.place {
            Some(Position::Listing(place)) => T::deserialize(place).unwrap_or_default(),
            _ => T::default(),
        }
    }

    /// Refuses to choose a sheet of what has none.
    pub(super) fn refuse_sheet(&self) -> Result<(), ToolError> {
        match &self.selection.sheet {
            Some(_) => {
                Err(ToolError::validation("sheet: only a workbook has sheets; leave it out."))
            }
            None => Ok(()),
        }
    }

    /// Refuses to write in another way what can be written in one only.
    pub(super) fn refuse_format(&self, what: &str) -> Result<(), ToolError> {
        match self.format {
            Format::Markdown => Ok(()),
            Format::Html | Format::Raw => Err(ToolError::validation(format!(
                "format: for {what} only markdown is accepted; leave it out."
            ))),
        }
    }

    /// Refuses to write as HTML what never was.
    pub(super) fn refuse_html(&self, what: &str) -> Result<(), ToolError> {
        match self.format {
            Format::Html => Err(ToolError::validation(format!(
                "format: html is not accepted for {what}; markdown and raw are."
            ))),
            Format::Markdown | Format::Raw => Ok(()),
        }
    }

    /// Refuses to choose pages of what has none.
    pub(super) fn refuse_pages(&self, what: &str) -> Result<(), ToolError> {
        let selection = &self.selection;
        let asked = [("startPage", selection.start), ("endPage", selection.end)];
        match asked.into_iter().find(|(_, page)| page.is_some()) {
            None => Ok(()),
            Some((field, _)) => Err(ToolError::validation(format!(
                "{field}: {what} has no pages; leave it out, and pass nextCursor as cursor to go on."
            ))),
        }
    }
}
