//! Links, emphasis and code.

use super::{
    super::dom::{Element, Id},
    MAX_DEPTH, Place, Walker,
};
use crate::{
    clean::clean_text,
    document::LinkStyle,
    escape,
    links::Target,
    markdown::{self, Gap},
};

impl Walker<'_> {
    /// A link: its text, then where it leads.
    pub(super) fn link(&mut self, id: Id, element: &Element, place: Place) {
        let original = element.attribute("originalsrc");
        let href = element.attribute("href").unwrap_or_default();
        let target = Target::parse(href, original);
        if self.links == LinkStyle::Markdown {
            // An exclamation mark before the bracket would make a picture of the link.
            self.blocks.inline().push_markdown("");
        }
        let mark = self.blocks.inline().mark();
        let done = self.blocks.done();
        self.children(id, place);
        let Some(target) = target else { return self.drop_sign(mark, href) };
        if self.blocks.done() != done {
            return self.trailing_target(&target);
        }
        let text = self.blocks.inline().since(mark).trim_end().to_owned();
        if !text.is_empty() {
            self.blocks.inline().replace_since(mark, &target.write(&text, self.links));
        }
    }

    /// Removes the sign that many pages put behind a heading to link to it.
    fn drop_sign(&mut self, mark: usize, href: &str) {
        let mut sign = self.blocks.inline().since(mark).trim_end().chars();
        let is_sign = sign.next().is_some_and(|c| !c.is_alphanumeric()) && sign.next().is_none();
        if is_sign && href.starts_with('#') {
            self.blocks.inline().replace_since(mark, "");
        }
    }

    /// The target of a link around several blocks, behind the last of them.
    fn trailing_target(&mut self, target: &Target) {
        let note = target.write("", self.links);
        self.blocks.inline().push_markdown(&format!("({note})"));
    }

    /// Bold text; within bold text there is nothing to mark.
    pub(super) fn bold(&mut self, id: Id, place: Place) {
        if self.bold {
            return self.children(id, place);
        }
        self.bold = true;
        self.wrapped(id, place, "**");
        self.bold = false;
    }

    /// Puts marks around inline text; text of several lines stays as it is.
    pub(super) fn wrapped(&mut self, id: Id, place: Place, marks: &str) {
        let mark = self.blocks.inline().mark();
        let done = self.blocks.done();
        self.children(id, place);
        let text = self.blocks.inline().since(mark).trim_end().to_owned();
        let fits = !text.is_empty() && !text.contains('\n') && !text.starts_with(marks);
        if fits && self.blocks.done() == done {
            self.blocks.inline().replace_since(mark, &format!("{marks}{text}{marks}"));
        }
    }

    /// Raised numbers are powers or point to notes; they must not melt with what they stand behind.
    pub(super) fn raised(&mut self, id: Id, place: Place) {
        let mark = self.blocks.inline().mark();
        let done = self.blocks.done();
        self.children(id, place);
        let raised = markdown::raised(self.blocks.inline().since(mark).trim_end());
        if let Some(raised) = raised.filter(|_| self.blocks.done() == done) {
            self.blocks.inline().replace_since(mark, &raised);
        }
    }

    /// Code on a line. A backtick in the text before can end it where it begins, so what would act
    /// outside of code is written as text.
    pub(super) fn code(&mut self, id: Id, place: Place) {
        let text = self.verbatim(id, place);
        let text = text.trim_end_matches('\n');
        if escape::disarm(text) != text {
            self.blocks.inline().push_text(text);
        } else if !text.trim().is_empty() {
            self.blocks.inline().push_markdown(&escape::code_span(text));
        }
    }

    /// Code in a block of its own, where there may be one.
    pub(super) fn fenced(&mut self, id: Id, element: &Element, place: Place) {
        self.blocks.flush(Gap::Line);
        if self.is_one_line {
            self.code(id, place);
            return self.blocks.flush(Gap::Line);
        }
        let text = self.verbatim(id, place);
        if !text.trim().is_empty() {
            let language = self.language(id, element);
            self.blocks.push(&escape::fenced(text.trim_matches('\n'), &language), Gap::Paragraph);
        }
    }

    /// The language of a block, which its inner element may tell.
    fn language(&self, id: Id, element: &Element) -> String {
        let inner = self.dom.children(id).find_map(|child| self.dom.element(child));
        let languages = [Some(element), inner].into_iter().flatten().map(code_language);
        languages.into_iter().find(|language| !language.is_empty()).unwrap_or_default()
    }

    /// The text of a node with its white space.
    fn verbatim(&self, id: Id, place: Place) -> String {
        let mut text = String::new();
        self.collect_verbatim(id, place, &mut text);
        clean_text(&text)
    }

    fn collect_verbatim(&self, id: Id, place: Place, out: &mut String) {
        let place = Place { depth: place.depth + 1, ..place };
        for child in self.dom.children(id).take_while(|_| place.depth < MAX_DEPTH) {
            if let Some(text) = self.dom.text(child).filter(|_| place.style.shows_text()) {
                out.push_str(text);
            }
            let Some(element) = self.dom.element(child) else { continue };
            if element.name() == "br" {
                out.push('\n');
            } else if let Some(style) = place.style.inside(self.dom, child, self.sheet) {
                self.collect_verbatim(child, Place { style, ..place }, out);
            }
        }
    }
}

/// The language that a class names, e.g. `language-rust`, or Teams' `Rust`.
fn code_language(element: &Element) -> String {
    let class = element.classes().next().unwrap_or_default();
    let name = class.trim_start_matches("language-").trim_start_matches("lang-");
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric()) && name.len() <= 20;
    if plain { name.to_ascii_lowercase() } else { String::new() }
}
