//! A message as it is shown, whichever kind of file it came in.

use super::{Part, attachment::Attachment, fields::Fields, markdown, newest};
use crate::{
    clean::excerpt,
    document::{Document, LinkStyle, Options},
    escape,
};

/// The most addresses of a field, attachments, and messages within a message that are named.
pub(crate) const MAX_NAMED: usize = 100;
/// The longest name, subject or address, in characters.
const MAX_FIELD: usize = 500;

/// A message: its fields, its body, what is attached.
#[derive(Debug, Default)]
pub(crate) struct Letter {
    subject: Option<String>,
    fields: Fields,
    body: Body,
    sections: Vec<String>,
    attached: Vec<Attachment>,
    messages: Vec<Letter>,
}

impl Letter {
    /// The lines of the head.
    pub(crate) fn fields(&mut self) -> &mut Fields {
        &mut self.fields
    }

    /// Adds the subject, which is the title too.
    pub(crate) fn subject(&mut self, subject: &str) {
        self.fields.text("Subject", subject);
        self.subject = Some(field(subject)).filter(|subject| !subject.is_empty());
    }

    /// Adds the name of whom the item is about, which is the title too.
    pub(crate) fn name(&mut self, name: &str) {
        self.fields.text("Name", name);
        self.subject = Some(field(name)).filter(|name| !name.is_empty());
    }

    /// Sets the body.
    pub(crate) fn body(&mut self, body: Body) {
        self.body = body;
    }

    /// Adds markdown that stands below the body.
    pub(crate) fn section(&mut self, markdown: String) {
        self.sections.push(markdown);
    }

    /// Adds a file to the list of what is attached.
    pub(crate) fn attach(&mut self, attachment: Attachment) {
        self.attached.push(attachment);
    }

    /// Adds a message whose text is shown below this one.
    pub(crate) fn enclose(&mut self, message: Self) {
        self.messages.push(message);
    }

    /// Takes over what a message inside of this one says, as where it is signed as a whole.
    pub(crate) fn absorb(&mut self, inner: Self) {
        if !inner.body.markdown.is_empty() {
            self.body = inner.body;
        }
        self.sections.extend(inner.sections);
        self.attached.extend(inner.attached);
        self.messages.extend(inner.messages);
    }

    /// The message as a document of its own.
    pub(crate) fn into_document(self, options: &Options) -> Document {
        let mut document = Document::of(self.subject.clone(), self.markdown());
        if options.newest_part {
            document.newest_part = self.body.newest(options.links);
        }
        document
    }

    fn markdown(&self) -> String {
        let mut blocks = vec![self.fields.paragraph(), self.body.markdown.clone()];
        blocks.extend(self.sections.iter().cloned());
        blocks.push(self.attachments());
        let messages = self.messages.iter().map(Self::markdown).filter(|text| !text.is_empty());
        blocks.extend(messages.map(|text| format!("---\n\n{text}")));
        let shown: Vec<&str> = blocks.iter().map(|block| block.trim()).collect();
        shown.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n")
    }

    fn attachments(&self) -> String {
        if self.attached.is_empty() {
            return String::new();
        }
        let named = self.attached.iter().take(MAX_NAMED).map(|file| format!("- {file}"));
        let mut lines: Vec<String> = named.collect();
        if let Some(more) = self.attached.len().checked_sub(MAX_NAMED).filter(|more| *more > 0) {
            lines.push(format!("- and {more} more"));
        }
        format!("Attachments:\n\n{}", lines.join("\n"))
    }
}

/// What a message says, in the form that says more.
#[derive(Debug, Default)]
pub(crate) struct Body {
    parts: Vec<Part>,
    markdown: String,
}

impl Body {
    /// Takes the plain text, unless the page has more to say: a table, or much more text.
    pub(crate) fn choose(text: Vec<Part>, page: Vec<Part>, links: LinkStyle) -> Self {
        let (text, page) = (Self::of(text, links), Self::of(page, links));
        let is_richer =
            page.markdown.contains("| --- |") || page.markdown.len() > text.markdown.len() * 2;
        if is_richer { page } else { text }
    }

    fn of(parts: Vec<Part>, links: LinkStyle) -> Self {
        Self { markdown: markdown(&parts, links), parts }
    }

    fn newest(&self, links: LinkStyle) -> Option<String> {
        Some(newest(&self.parts, links)).filter(|text| !text.is_empty())
    }
}

/// A text of one line, cut and disarmed.
pub(crate) fn field(text: &str) -> String {
    escape::text(&excerpt(text, MAX_FIELD))
}

/// `Name <address>`, or what is known of it.
pub(crate) fn mailbox(name: &str, address: &str) -> String {
    let address = address.trim();
    let repeated = name.trim().strip_suffix('>').and_then(|name| name.strip_suffix(address));
    let name = repeated.and_then(|name| name.strip_suffix('<')).unwrap_or(name);
    let name = name.trim().trim_matches(['\'', '"']);
    match (name, address) {
        (name, address) if name.is_empty() || name.eq_ignore_ascii_case(address) => field(address),
        (name, "") => field(name),
        (name, address) if escape::is_address(address) => {
            format!("{} <{}>", field(name), field(address))
        }
        (name, other) => format!("{} {}", field(name), field(other)),
    }
}

/// A list of which only so many are named as a reader wants to see.
pub(crate) fn enumerate(mut items: impl Iterator<Item = String>) -> String {
    let mut shown: Vec<String> = items.by_ref().take(MAX_NAMED).collect();
    let more = items.count();
    if more > 0 {
        shown.push(format!("and {more} more"));
    }
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_says_nothing_twice() {
        assert_eq!(mailbox("Ann", "ann@contoso.example"), "Ann <ann@contoso.example>");
        assert_eq!(mailbox("Ann@contoso.example", "ann@contoso.example"), "ann@contoso.example");
        assert_eq!(mailbox("Ann <a@x.example>", "a@x.example"), "Ann <a@x.example>");
        assert_eq!(mailbox("'Ann'", ""), "Ann");
        assert_eq!(mailbox("", "ann@contoso.example"), "ann@contoso.example");
    }

    #[test]
    fn a_page_is_taken_where_it_says_more() {
        let text = || vec![Part::Text("See the table.".into())];
        let body = |page: &str| {
            Body::choose(text(), vec![Part::Html(page.into())], LinkStyle::Target).markdown
        };

        assert_eq!(body("<p>See the <b>table</b>.</p>"), "See the table.");
        assert!(body("<table border=1><tr><td>a<td>b<tr><td>c<td>d</table>").contains("| c | d |"));
    }
}
