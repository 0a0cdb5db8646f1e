use std::collections::{HashMap, HashSet};

use quick_xml::events::BytesStart;

use crate::formats::sheets::{Tab, scan};

/// What styles say that a reader of text is to know.
#[derive(Debug, Default)]
pub(super) struct Styles {
    current: Option<String>,
    /// The styles of tables that are not displayed.
    hidden: HashSet<String>,
    /// The formats of dates that follow the reader's own settings.
    automatic: HashSet<String>,
    /// Of the styles that are described here, whether they have a format of their own.
    has_format: HashMap<String, bool>,
}

impl Styles {
    /// Reads an element before the tables.
    pub(super) fn note(&mut self, element: &BytesStart<'_>) {
        match element.local_name().as_ref() {
            "style" => self.note_style(element),
            "date-style" if scan::is_true(element, "automatic-order") => {
                self.automatic.extend(scan::attribute(element, "name"));
            }
            "table-properties"
                if scan::attribute(element, "display").as_deref() == Some("false") =>
            {
                self.hidden.extend(self.current.take());
            }
            _ => {}
        }
    }

    fn note_style(&mut self, element: &BytesStart<'_>) {
        self.current = scan::attribute(element, "name");
        let has_format = match scan::attribute(element, "data-style-name") {
            Some(format) => !self.automatic.contains(&format),
            None => {
                scan::attribute(element, "parent-style-name").is_some_and(|name| name != "Default")
            }
        };
        self.has_format.extend(self.current.clone().map(|name| (name, has_format)));
    }

    /// What is known of the table that begins here.
    pub(super) fn tab(&self, element: &BytesStart<'_>) -> Tab {
        let style = scan::attribute(element, "style-name");
        Tab {
            name: scan::attribute(element, "name").unwrap_or_default(),
            is_hidden: style.is_some_and(|style| self.hidden.contains(&style)),
            ..Tab::default()
        }
    }

    /// Whether cells of this style show dates as their reader is used to. We show these by ISO 8601,
    /// which reads the same everywhere.
    pub(super) fn follows_reader(&self, style: Option<&str>) -> bool {
        style.is_none_or(|style| self.has_format.get(style).is_some_and(|has_format| !has_format))
    }
}
