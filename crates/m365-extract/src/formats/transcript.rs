use super::{Reader, text};
use crate::{
    clean::clean_text,
    document::{Document, Input, Options},
    escape,
    format::Format,
    refusal::Refusal,
};

/// Transcripts and subtitles, [WebVTT] and SubRip: who said what, from when on.
///
/// [WebVTT]: https://www.w3.org/TR/webvtt1/
pub(crate) struct Transcript;

impl Reader for Transcript {
    fn read(&self, input: &Input<'_>, options: &Options) -> Result<Document, Refusal> {
        let raw = clean_text(&text::decode_head(input, options));
        let turns = turns(cues(&raw));
        let shown: Vec<String> = turns.iter().map(Turn::show).collect();
        text::whole(Format::Vtt, None, shown.join("\n\n"))
    }
}

/// What one speaker said without another between.
#[derive(Debug, Default)]
struct Turn {
    start: String,
    speaker: Option<String>,
    text: String,
}

impl Turn {
    fn show(&self) -> String {
        let Self { start, speaker, text } = self;
        match speaker {
            Some(speaker) => format!("**{speaker}** ({start}): {text}"),
            None => format!("({start}) {text}"),
        }
    }
}

/// The cues: a line with their times, then lines of text up to an empty one. Identifiers, notes and
/// styles stand outside of cues and are left out.
fn cues(raw: &str) -> impl Iterator<Item = Turn> {
    raw.split("\n\n").filter_map(|block| {
        let mut lines = block.lines().skip_while(|line| !line.contains("-->"));
        let start = lines.next()?.split("-->").next()?.trim();
        let start = start.split(['.', ',']).next().unwrap_or_default().to_owned();
        let text = lines.collect::<Vec<_>>().join(" ");
        Some(Turn { start: escape::disarm(&start), speaker: speaker(&text), text: spoken(&text) })
    })
}

/// The name in `<v Name>` or `<v.class Name>`.
fn speaker(text: &str) -> Option<String> {
    let (tag, _) = text.split_once("<v")?.1.split_once('>')?;
    let (_, name) = tag.split_once(' ')?;
    Some(escape::disarm(&unescaped(name.trim())))
}

/// The text of a cue without its tags; `<` that begins none is text.
fn spoken(text: &str) -> String {
    let mut parts = text.split('<');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once('>') {
            Some((tag, after)) if is_tag(tag) => out.push_str(after),
            _ => out.extend(["<", part]),
        }
    }
    escape::text(unescaped(&out).trim())
}

/// Whether this is a tag, or a time within a cue.
fn is_tag(inner: &str) -> bool {
    match inner.chars().next() {
        Some(c) if c.is_ascii_digit() => inner.contains(':'),
        Some(c) => c.is_ascii_alphabetic() || c == '/',
        None => true,
    }
}

/// Text with the character references that WebVTT has.
fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", " ").replace("&amp;", "&")
}

/// Joins the cues that follow each other from one speaker.
fn turns(cues: impl Iterator<Item = Turn>) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    for cue in cues.filter(|cue| !cue.text.is_empty()) {
        match turns.last_mut() {
            Some(last) if last.speaker.is_some() && last.speaker == cue.speaker => {
                last.text.push(' ');
                last.text.push_str(&cue.text);
            }
            _ => turns.push(cue),
        }
    }
    turns
}
