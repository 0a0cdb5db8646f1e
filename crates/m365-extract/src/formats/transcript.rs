use std::collections::HashMap;

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
        let turns = turns(with_names(cues(&raw).collect()).into_iter());
        if turns.is_empty() && !raw.trim_start().starts_with("WEBVTT") {
            return text::instead(input, options);
        }
        let shown: Vec<String> = turns.iter().map(Turn::show).collect();
        text::whole(Format::Vtt, None, shown.join("\n\n"))
    }
}

/// The longest time of day that is written, in characters.
const MAX_TIME: usize = 16;

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
    raw.split("\n\n").flat_map(|block| {
        let mut lines = block.lines();
        let Some(start) = lines.find_map(start) else { return Vec::new() };
        let text = lines.collect::<Vec<_>>().join(" ");
        voices(&text).map(|voice| voice.turn(start)).collect::<Vec<_>>()
    })
}

/// When the cue begins whose times stand in a line, in whole seconds.
fn start(line: &str) -> Option<&str> {
    let time = line.split_once("-->")?.0.split_whitespace().next_back()?;
    let is_part = |byte: u8| byte.is_ascii_digit() || b":.,".contains(&byte);
    let is_time = time.len() <= MAX_TIME && time.bytes().all(is_part);
    let seconds = time.split(['.', ',']).next()?;
    (is_time && seconds.contains(|c: char| c.is_ascii_digit())).then_some(seconds)
}

/// What one voice says in a cue.
struct Voice<'a> {
    speaker: Option<&'a str>,
    text: &'a str,
}

/// The parts of a cue that `<v Name>` or `<v.class Name>` divide.
fn voices(text: &str) -> impl Iterator<Item = Voice<'_>> {
    let mut parts = text.split("<v");
    let first = Voice { speaker: None, text: parts.next().unwrap_or_default() };
    let named = parts.map(|part| match part.split_once('>') {
        Some((tag, text)) => Voice { speaker: tag.split_once(' ').map(|tag| tag.1), text },
        None => Voice { speaker: None, text: part },
    });
    std::iter::once(first).chain(named)
}

impl Voice<'_> {
    fn turn(&self, start: &str) -> Turn {
        let speaker = self.speaker.map(|name| escape::disarm(&unescaped(name.trim())));
        Turn { start: start.to_owned(), speaker, text: spoken(self.text) }
    }
}

/// Takes the names of speakers from before their words, as in `Ann Lee: Hello`, where they are
/// written so. A name is one that comes back.
fn with_names(turns: Vec<Turn>) -> Vec<Turn> {
    if turns.iter().any(|turn| turn.speaker.is_some()) {
        return turns;
    }
    let mut counts: HashMap<String, usize> = HashMap::new();
    for name in turns.iter().filter_map(|turn| prefix(&turn.text)) {
        *counts.entry(name.to_owned()).or_default() += 1;
    }
    let is_name = |name: &&str| counts.get(*name).is_some_and(|count| *count > 1);
    let named = |turn: Turn| match prefix(&turn.text).filter(is_name) {
        Some(name) => {
            let text = turn.text[name.len() + 1..].trim_start().to_owned();
            Turn { speaker: Some(name.to_owned()), text, ..turn }
        }
        None => turn,
    };
    turns.into_iter().map(named).collect()
}

/// What stands before the first colon and looks like a name.
fn prefix(text: &str) -> Option<&str> {
    let (name, rest) = text.split_once(':')?;
    let is_part = |c: char| c.is_alphanumeric() || " .'’-()".contains(c);
    let is_short = name.split(' ').count() <= 5 && name.chars().count() <= 60;
    let begins = name.starts_with(|c: char| c.is_alphabetic() && !c.is_lowercase());
    (begins && is_short && rest.starts_with(' ') && name.chars().all(is_part)).then_some(name)
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
    escape::text(unescaped(&without_places(&out)).trim())
}

/// Text without the marks, as `{\an8}`, by which SubRip says where on the screen it stands.
fn without_places(text: &str) -> String {
    let mut parts = text.split("{\\");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once('}') {
            Some((_, after)) => out.push_str(after),
            None => out.extend(["{\\", part]),
        }
    }
    out
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
