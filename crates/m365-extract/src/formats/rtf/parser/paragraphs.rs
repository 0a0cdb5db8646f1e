//! The ends of paragraphs and cells.

use super::Parser;
use crate::formats::rtf::{
    state::{Dest, Paragraph, State},
    story::{Role, person},
};

/// How much further a list within a list stands in, in twentieths of a point.
const LEVEL_INDENT: i32 = 360;

impl Parser {
    /// Ends the line of a page, or a paragraph.
    pub(in crate::formats::rtf) fn end_paragraph(&mut self) {
        if self.html.is_some() {
            return self.end_html_line();
        }
        if self.is_in_table() {
            return self.story_mut().map_or((), |(story, _)| story.line_break());
        }
        let role = self.role();
        if let Some((story, authors)) = self.story_mut() {
            story.end_paragraph(role, authors);
        }
    }

    fn end_html_line(&mut self) {
        if !self.state.is_copy && (self.state.dest.is_text() || self.state.dest == Dest::Tag) {
            self.html_text("\n");
        }
    }

    fn role(&mut self) -> Role {
        let marker = std::mem::take(&mut self.marker);
        let role = match self.level() {
            Some(level) => Role::Heading(level),
            None => item(&marker, &self.state),
        };
        if matches!(role, Role::Text) {
            self.list_indent = None;
        }
        role
    }

    /// Whether a tab stands behind the sign or number of an item that is written as text: its
    /// first line hangs out.
    pub(in crate::formats::rtf) fn ends_marker(&mut self) -> bool {
        let Paragraph { indent, first_indent, .. } = self.state.paragraph;
        let is_hanging = first_indent < 0 && self.state.dest.is_text() && !self.is_in_table();
        let marker = self.story_mut().filter(|_| is_hanging).and_then(|(story, _)| story.marker());
        let Some(marker) = marker else { return false };
        let indent = indent.saturating_add(first_indent);
        let outer = *self.list_indent.get_or_insert(indent);
        let level = indent.saturating_sub(outer) / LEVEL_INDENT;
        self.state.paragraph.list_level = usize::try_from(level).unwrap_or_default().min(8);
        self.marker = marker;
        true
    }

    /// Ends a cell; what marks an item in it has been written there.
    pub(in crate::formats::rtf) fn end_cell(&mut self, is_nested: bool) {
        self.marker.clear();
        if let Some((story, authors)) = self.story_mut() {
            story.end_cell(is_nested, authors);
        }
    }
}

/// An item by its sign or number, or by the list that the paragraph says it is in.
fn item(marker: &str, state: &State) -> Role {
    let paragraph = state.paragraph;
    let marker = marker.trim();
    let is_number = marker.chars().any(char::is_alphanumeric) && marker.len() <= 12;
    match () {
        () if is_number => Role::Item(person(marker), paragraph.list_level),
        () if !marker.is_empty() || paragraph.list > 0 => {
            Role::Item("-".to_owned(), paragraph.list_level)
        }
        () => Role::Text,
    }
}
