//! Text on its way to where it belongs.

use super::{MAX_NAME, Parser};
use crate::formats::rtf::{state::Dest, story::Kind};

impl Parser {
    /// Text of the destination that is open.
    pub(in crate::formats::rtf) fn text(&mut self, text: &str) {
        self.is_optional = false;
        match self.state.dest {
            dest if dest.is_text() => self.story_text(text),
            Dest::Tag => self.html_text(text),
            Dest::FieldCode => {
                if let Some((field, _)) = self.fields.last_mut() {
                    field.push_code(text);
                }
            }
            Dest::Fonts | Dest::Styles | Dest::Colors | Dest::Authors => self.entries(text),
            Dest::CommentAuthor
            | Dest::Marker
            | Dest::Title
            | Dest::PropertyName
            | Dest::PropertyValue => self.named(text),
            _ => {}
        }
    }

    fn story_text(&mut self, text: &str) {
        if self.html.is_some() {
            if !self.state.is_copy {
                self.html_text(&text.replace('<', "&lt;"));
            }
            return;
        }
        if self.is_unseen() {
            return;
        }
        self.written = self.written.saturating_add(text.len());
        let mut look = self.state.look;
        look.is_bold &= !self.is_in_table() && self.level().is_none();
        if let Some(story) = self.stories.last_mut() {
            story.push(text, look, &self.authors);
        }
    }

    pub(super) fn html_text(&mut self, text: &str) {
        if let Some(html) = &mut self.html {
            self.written = self.written.saturating_add(text.len());
            html.push_str(text);
        }
    }

    /// Whether the text is there only for those who look at the file itself.
    fn is_unseen(&self) -> bool {
        let is_on_paper = !self.is_in_table()
            && self.story().is_none_or(|story| story.kind != Kind::Box)
            && !self.state.is_shaded
            && !self.state.paragraph.is_shaded;
        let is_white = self.colors.is_white(self.state.color) && is_on_paper;
        self.state.is_hidden || self.state.is_tiny || is_white
    }

    /// Entries of a table of the header, each with a semicolon at its end.
    fn entries(&mut self, text: &str) {
        let mut parts = text.split(';').peekable();
        while let Some(part) = parts.next() {
            self.named(part);
            if parts.peek().is_some() {
                self.end_entry();
            }
        }
    }

    fn named(&mut self, text: &str) {
        if self.name.len() < MAX_NAME {
            self.name.push_str(text);
        }
    }

    fn end_entry(&mut self) {
        let name = std::mem::take(&mut self.name);
        match self.state.dest {
            Dest::Fonts => self.fonts.close(&name),
            Dest::Styles => self.styles.close(&name),
            Dest::Colors => self.colors.close(),
            Dest::Authors => self.authors.push(name),
            _ => {}
        }
    }
}
