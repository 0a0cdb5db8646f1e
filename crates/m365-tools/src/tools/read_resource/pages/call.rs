//! The call that gets more of a text, as an answer names it.

use serde::Serialize;

use super::{Selection, TextPlace};
use crate::tools::read_resource::input::Format;

/// What was asked for.
#[derive(Clone, Copy, Debug)]
pub(in crate::tools::read_resource) struct Call<'a> {
    pub(in crate::tools::read_resource) uri: &'a str,
    pub(in crate::tools::read_resource) selection: &'a Selection,
    pub(in crate::tools::read_resource) format: Format,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Arguments<'a> {
    uri: &'a str,
    start_page: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_page: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<Format>,
}

impl Call<'_> {
    /// Writes the call that goes on at `next`; a place within a page or a sheet only the cursor knows.
    pub(super) fn at(&self, next: TextPlace) -> String {
        let arguments = Arguments {
            uri: self.uri,
            start_page: next.page,
            end_page: self.selection.end.filter(|end| *end >= next.page),
            format: Some(self.format).filter(|format| *format != Format::Markdown),
        };
        let written = (next.offset == 0 && self.selection.sheet.is_none())
            .then(|| serde_json::to_string(&arguments).ok())
            .flatten();
        match written {
            Some(arguments) => format!("More: read_resource {arguments}"),
            None => "More: the same read_resource call with nextCursor as cursor".to_owned(),
        }
    }
}
