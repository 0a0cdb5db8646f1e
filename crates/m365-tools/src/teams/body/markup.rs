//! Teams's own HTML: mentions, emoji, attachments and pictures become what any reader of HTML knows.

use m365_graph::{HostedContentId, Mention};

/// HTML without the elements of Teams.
#[derive(Debug, Default)]
pub(super) struct Rewritten {
    pub(super) html: String,
    pub(super) images: Vec<HostedContentId>,
}

/// Rewrites a body; `mentions` tell which parts of a name belong together.
pub(super) fn rewrite(body: &str, mentions: &[Mention]) -> Rewritten {
    let mut writer = Writer { mentions, ..Writer::default() };
    let mut rest = body;
    while let Some(start) = rest.find('<') {
        let (text, markup) = rest.split_at(start);
        writer.text(text);
        let Some(length) = tag_length(markup) else {
            writer.text(markup);
            return writer.out;
        };
        let (tag, after) = markup.split_at(length);
        writer.tag(&Tag::read(tag), tag);
        rest = after;
    }
    writer.text(rest);
    writer.out
}

#[derive(Default)]
struct Writer<'a> {
    out: Rewritten,
    mentions: &'a [Mention],
    /// Who was mentioned last, as long as nothing but blanks followed.
    last: Option<String>,
    /// Whether the text belongs to a mention.
    inside: bool,
}

impl Writer<'_> {
    fn text(&mut self, text: &str) {
        if !self.inside && !text.replace("&nbsp;", " ").trim().is_empty() {
            self.last = None;
        }
        self.out.html.push_str(text);
    }

    fn tag(&mut self, tag: &Tag, whole: &str) {
        match (tag.name.as_str(), tag.closing) {
            ("at", false) => self.mention(tag),
            ("at", true) => self.inside = false,
            ("emoji", false) => self.alternative(tag),
            ("img", _) => self.image(tag),
            ("codeblock", closing) => {
                self.out.html.push_str(if closing { "</pre>" } else { "<pre>" });
            }
            ("attachment" | "emoji" | "systemeventmessage", _) => {}
            _ => self.out.html.push_str(whole),
        }
    }

    /// Writes `@` in front of a name, once where the name is split over several mentions.
    fn mention(&mut self, tag: &Tag) {
        let who = self.who(tag);
        if who.is_none() || who != self.last {
            self.out.html.push('@');
        }
        self.last = who;
        self.inside = true;
    }

    fn who(&self, tag: &Tag) -> Option<String> {
        let id: i64 = tag.attribute("id")?.parse().ok()?;
        let mention = self.mentions.iter().find(|mention| mention.id == Some(id))?;
        mention.mentioned.as_ref()?.identity()?.id.clone()
    }

    fn alternative(&mut self, tag: &Tag) {
        self.last = None;
        self.out.html.push_str(&escaped(tag.attribute("alt").unwrap_or_default()));
    }

    /// Pictures that Teams keeps get a number by which they are shown; others are named, at most.
    fn image(&mut self, tag: &Tag) {
        let emoji = tag.attribute("itemtype").is_some_and(|kind| kind.ends_with("/Emoji"));
        if emoji {
            return self.alternative(tag);
        }
        let hosted = tag.attribute("src").and_then(hosted_content);
        let name = tag.attribute("alt").filter(|alt| !alt.is_empty() && *alt != "image");
        let name = name.map(|name| format!(": {}", escaped(name))).unwrap_or_default();
        let number = hosted.map(|id| {
            self.out.images.push(id);
            format!(" {}", self.out.images.len())
        });
        self.out.html.push_str(&format!(" [image{}{name}] ", number.unwrap_or_default()));
    }
}

/// Returns the id in `…/hostedContents/{id}/$value`.
pub(super) fn hosted_content(address: &str) -> Option<HostedContentId> {
    let (_, rest) = address.split_once("/hostedContents/")?;
    let (id, _) = rest.split_once("/$value")?;
    let id = percent_encoding::percent_decode_str(id).decode_utf8().ok()?;
    HostedContentId::new(&id).ok()
}

fn escaped(text: &str) -> String {
    text.replace('<', "&lt;").replace('>', "&gt;")
}

/// A start or end tag; the values of its attributes as they are written, entities included.
#[derive(Debug, Default)]
struct Tag {
    name: String,
    closing: bool,
    attributes: Vec<(String, String)>,
}

impl Tag {
    /// Takes a tag with its angle brackets apart.
    fn read(tag: &str) -> Self {
        let inner = tag.trim_start_matches('<').trim_end_matches('>').trim_end_matches('/');
        let closing = inner.starts_with('/');
        let inner = inner.trim_start_matches('/');
        let end = inner.find(|c: char| c.is_whitespace()).unwrap_or(inner.len());
        let (name, rest) = inner.split_at(end);
        let attributes = if closing { Vec::new() } else { attributes(rest) };
        Self { name: name.to_ascii_lowercase(), closing, attributes }
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name)?;
        Some(found.1.as_str())
    }
}

fn attributes(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.rsplit(char::is_whitespace).next().unwrap_or_default();
        let (value, after) = value(after.trim_start());
        found.push((name.to_ascii_lowercase(), value.to_owned()));
        rest = after.trim_start();
    }
    found
}

/// Returns the value that `text` begins with, and what follows it.
fn value(text: &str) -> (&str, &str) {
    match text.chars().next() {
        Some(quote @ ('"' | '\'')) => {
            let inner = text.get(1..).unwrap_or_default();
            inner.split_once(quote).unwrap_or((inner, ""))
        }
        _ => {
            let end = text.find(char::is_whitespace).unwrap_or(text.len());
            text.split_at(end)
        }
    }
}

/// Returns how long the tag is that `markup` begins with: a `>` in quotes does not end it. Something
/// that is no tag counts as its `<` alone.
fn tag_length(markup: &str) -> Option<usize> {
    let named = markup.get(1..)?.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
    if !named {
        return Some(1);
    }
    let mut quote = None;
    for (at, letter) in markup.char_indices() {
        match (quote, letter) {
            (None, '>') => return Some(at + 1),
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), close) if open == close => quote = None,
            _ => {}
        }
    }
    None
}
