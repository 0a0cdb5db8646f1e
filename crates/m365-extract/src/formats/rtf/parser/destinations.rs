//! Groups whose text goes to a place of its own: fields, stories and names.

use super::{MAX_RUNNING, MAX_STORIES, Parser};
use crate::{
    formats::{
        office::says_something,
        rtf::{
            field::Field,
            state::{Dest, Paragraph},
            story::{Kind, Story, person},
        },
    },
    limits::MAX_DEPTH,
    markdown::picture,
};

impl Parser {
    /// Sends the text of the group to another place.
    pub(in crate::formats::rtf) fn enter(&mut self, dest: Dest) {
        self.frames += 1;
        self.state.dest = dest;
        self.state.frame = self.frames;
        match dest {
            Dest::Marker
            | Dest::Title
            | Dest::CommentAuthor
            | Dest::PropertyName
            | Dest::PropertyValue => self.name.clear(),
            Dest::Field if self.fields.len() < MAX_DEPTH => {
                self.fields.push((Field::default(), None));
            }
            Dest::Result => self.enter_result(),
            Dest::Story(kind) => self.enter_story(kind),
            _ => {}
        }
    }

    pub(super) fn leave(&mut self) {
        match self.state.dest {
            Dest::Field => {
                self.fields.pop();
            }
            Dest::Result => self.leave_result(),
            Dest::Story(_) => self.end_story(),
            Dest::Marker => self.marker = std::mem::take(&mut self.name),
            Dest::PropertyName => self.property = std::mem::take(&mut self.name),
            Dest::PropertyValue => self.describe(),
            Dest::Title => self.title = std::mem::take(&mut self.name),
            Dest::CommentAuthor => self.comment_author = std::mem::take(&mut self.name),
            _ => {}
        }
    }

    /// Leaves a description in the place of a picture.
    fn describe(&mut self) {
        let value = std::mem::take(&mut self.name);
        if self.property == "wzDescription"
            && says_something(&value)
            && let Some((story, authors)) = self.story_mut()
        {
            story.push_markdown(&picture(&value), authors);
        }
    }

    fn enter_result(&mut self) {
        let Some((field, mark)) = self.fields.last_mut() else { return };
        if field.is_page_number() {
            self.state.dest = Dest::Skip;
        } else if let Some(story) = self.stories.last_mut() {
            story.end_span(&self.authors);
            *mark = field.target().is_some().then(|| story.mark());
        }
    }

    fn leave_result(&mut self) {
        let (Some((field, mark)), Some(story)) = (self.fields.last(), self.stories.last_mut())
        else {
            return;
        };
        if let (Some(target), Some(mark)) = (field.target(), mark) {
            story.link(*mark, &target, self.links, &self.authors);
        }
    }

    pub(super) fn enter_story(&mut self, kind: Kind) {
        if self.stories.len() >= MAX_STORIES || self.html.is_some() {
            self.state.dest = Dest::Skip;
            return;
        }
        if kind == Kind::Note {
            self.notes += 1;
            let mark = format!("[^{}]", self.notes);
            if let Some(story) = self.stories.last_mut() {
                story.push_markdown(&mark, &self.authors);
            }
        }
        self.state.reset_characters();
        self.state.paragraph = Paragraph::default();
        self.stories.push(Story::new(kind));
    }

    /// Ends the innermost story and puts it beside the paragraph that it belongs to.
    pub(super) fn end_story(&mut self) {
        let Some(story) = self.stories.pop() else { return };
        let kind = story.kind;
        let (pages, _) = story.finish(&self.authors);
        let text = pages.join("\n\n");
        let one_line = || text.split_whitespace().collect::<Vec<_>>().join(" ");
        match kind {
            Kind::Main => {}
            _ if text.trim().is_empty() => {}
            Kind::Running => self.push_running(one_line()),
            Kind::Box => self.follow(text),
            Kind::Note => self.follow(format!("[^{}]: {}", self.notes, one_line())),
            Kind::Comment => {
                let author = match person(&std::mem::take(&mut self.comment_author)) {
                    name if name.is_empty() => name,
                    name => format!(" ({name})"),
                };
                self.follow(format!("**Comment{author}:** {}", one_line()));
            }
        }
    }

    fn follow(&mut self, markdown: String) {
        if let Some(story) = self.stories.last_mut() {
            story.follow(markdown);
        }
    }

    /// What stands on each page is kept once, unless it only counts the pages.
    fn push_running(&mut self, text: String) {
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        if letters > 6 && self.running.len() < MAX_RUNNING && !self.running.contains(&text) {
            self.running.push(text);
        }
    }
}
