//! A message's body: its own text, then what it quotes.

use std::borrow::Cow;

use jiff::tz::TimeZone;

use crate::graph::{
    html_text::{escaped, html_to_text},
    mail::{
        Mailbox,
        message::{Contact, Markup, Message, Quoting},
    },
};

/// A body in the markup that it was written in.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    markup: Markup,
    own: String,
    quoted: String,
}

impl Body {
    /// Returns all of it as HTML.
    pub(crate) fn html(&self) -> String {
        page(self.markup, &format!("{}{}", self.own, self.quoted))
    }

    /// Returns its own part as HTML.
    pub(crate) fn own_html(&self) -> String {
        page(self.markup, &self.own)
    }

    /// Returns all of it as text, as the service renders it.
    pub(crate) fn plain(&self) -> String {
        self.text(&format!("{}{}", self.own, self.quoted))
    }

    /// Returns its own part as text.
    pub(crate) fn own_plain(&self) -> String {
        self.text(&self.own)
    }

    /// Returns the first 255 characters.
    pub(crate) fn preview(&self) -> String {
        let text = self.plain();
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        words.chars().take(255).collect()
    }

    fn text(&self, source: &str) -> String {
        match self.markup {
            Markup::Html => html_to_text(source),
            Markup::Text => source.replace('\n', "\r\n"),
        }
    }
}

fn page(markup: Markup, source: &str) -> String {
    match markup {
        Markup::Html if source.trim_start().starts_with("<html") => source.to_owned(),
        Markup::Html => format!("{HEAD}<body dir=\"ltr\">\r\n{source}\r\n</body></html>"),
        Markup::Text => {
            let text = escaped(source).replace('\n', "<br>\r\n");
            format!(
                "{HEAD}<body><div class=\"BodyFragment\"><font size=\"2\"><span style=\"font-size:11pt\"><div class=\"PlainText\">{text}</div></span></font></div></body></html>"
            )
        }
    }
}

const HEAD: &str = "<html><head>\r\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\"></head>";

impl Mailbox {
    /// Returns a message's body.
    pub(crate) fn body(&self, message: &Message) -> Body {
        let own = message.text.get().into_owned();
        let answered = message.answers.and_then(|key| self.by_key(key));
        let quoted = answered.map(|earlier| self.quote(message, earlier)).unwrap_or_default();
        Body { markup: message.markup, own, quoted }
    }

    /// Returns a message's size, as far as its body and attachments go.
    pub(crate) fn size(&self, message: &Message) -> usize {
        let attached: usize = message.attachments.iter().map(|attachment| attachment.size()).sum();
        message.text.get().len() + attached + 2048
    }

    fn quote(&self, message: &Message, earlier: &Message) -> String {
        let body = self.body(earlier);
        match (message.markup, message.quoting) {
            (Markup::Html, Quoting::Outlook) => outlook(earlier, &inner(&body)),
            (Markup::Html, Quoting::Gmail) => gmail(earlier, &inner(&body)),
            (Markup::Text, Quoting::Outlook) => outlook_text(earlier, &unix(&body.plain())),
            (Markup::Text, Quoting::Gmail) => gmail_text(earlier, &unix(&body.plain())),
        }
    }
}

fn inner(body: &Body) -> String {
    let source = format!("{}{}", body.own, body.quoted);
    match body.markup {
        Markup::Html => source,
        Markup::Text => {
            format!("<div class=\"PlainText\">{}</div>", escaped(&source).replace('\n', "<br>\r\n"))
        }
    }
}

fn unix(text: &str) -> String {
    text.replace("\r\n", "\n")
}

fn outlook(earlier: &Message, body: &str) -> String {
    let lines = header_lines(earlier);
    let header: Vec<_> =
        lines.iter().map(|(name, value)| format!("<b>{name}:</b> {}", escaped(value))).collect();
    format!(
        "<hr style=\"display:inline-block;width:98%\" tabindex=\"-1\">\r\n<div id=\"divRplyFwdMsg\" dir=\"ltr\"><font face=\"Calibri, sans-serif\" style=\"font-size:11pt\" color=\"#000000\">{}</font><div>&nbsp;</div></div>\r\n{body}",
        header.join("<br>\r\n"),
    )
}

fn gmail(earlier: &Message, body: &str) -> String {
    format!(
        "<br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">{}<br></div><blockquote class=\"gmail_quote\" style=\"margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex\">{body}</blockquote></div>",
        escaped(&attribution(earlier)),
    )
}

fn outlook_text(earlier: &Message, body: &str) -> String {
    let lines = header_lines(earlier);
    let header: Vec<_> = lines.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    format!("\n\n-----Original Message-----\n{}\n\n{body}", header.join("\n"))
}

fn gmail_text(earlier: &Message, body: &str) -> String {
    let quoted: Vec<_> = body.lines().map(|line| format!("> {line}")).collect();
    format!("\n\n{}\n{}\n", attribution(earlier), quoted.join("\n"))
}

fn header_lines(earlier: &Message) -> [(&'static str, Cow<'_, str>); 4] {
    let to: Vec<_> = earlier.to.iter().map(named).collect();
    [
        ("From", earlier.from.as_ref().map(named).unwrap_or_default().into()),
        ("Sent", day(earlier, "%A, %B %-d, %Y %H:%M").into()),
        ("To", to.join("; ").into()),
        ("Subject", earlier.title().into()),
    ]
}

fn attribution(earlier: &Message) -> String {
    let from = earlier.from.as_ref().map(named).unwrap_or_default();
    format!("On {} {from} wrote:", day(earlier, "%a, %b %-d, %Y at %H:%M"))
}

fn named(contact: &Contact) -> String {
    format!("{} <{}>", contact.name, contact.address)
}

fn day(earlier: &Message, format: &str) -> String {
    earlier.sent.to_zoned(TimeZone::UTC).strftime(format).to_string()
}
