mod magic;
mod names;
mod ole;
mod zip;

pub(crate) use self::names::language;
use self::names::{by_name, by_type};
use crate::{
    document::Input,
    format::Format,
    formats,
    refusal::{Refusal, RefusalKind},
};

/// Bytes looked at to tell text from binary and to recognise its kind.
const HEAD: usize = 4096;

/// Characters that no text has, but that may have got into one.
const FEW: usize = 8;

/// What a file is, and what to tell the reader when its name or type said otherwise.
#[derive(Debug)]
pub(crate) struct Sniffed {
    pub(crate) format: Format,
    pub(crate) warning: Option<String>,
}

/// Decides what a file is: by content first, then by name, then by its declared type.
pub(crate) fn sniff(input: &Input<'_>) -> Result<Sniffed, Refusal> {
    match by_magic(input)? {
        Some(Format::Zip) if !zip::has_directory(input.bytes) => {
            let format = by_name(input).unwrap_or(Format::Zip);
            Err(Refusal::of(RefusalKind::Damaged, format))
        }
        Some(format) => Ok(Sniffed { format, warning: warning(input, format) }),
        None if is_binary(input.bytes) => binary(input),
        None => Ok(text(input)),
    }
}

/// A file that is not text, without a mark. One that says it is of a kind that has a mark is no
/// longer what it was.
fn binary(input: &Input<'_>) -> Result<Sniffed, Refusal> {
    if let Some(format) = magic::binary_kind(input.bytes) {
        return Ok(Sniffed { format, warning: warning(input, format) });
    }
    let claimed = by_name(input).or_else(|| by_type(input)).filter(|claimed| !is_text(*claimed));
    Err(match claimed {
        Some(format) if formats::is_read(format) => Refusal::of(RefusalKind::Damaged, format),
        Some(format) => Refusal::of(RefusalKind::UnsupportedType, format),
        None => Refusal::new(RefusalKind::UnsupportedType),
    })
}

/// What to say when a file with a mark of its own claims to be another.
fn warning(input: &Input<'_>, format: Format) -> Option<String> {
    let claimed = by_name(input).or_else(|| by_type(input))?;
    disagree(claimed, format).then(|| contradiction(claimed, format))
}

fn contradiction(claimed: Format, found: Format) -> String {
    format!("The file says it is {claimed}, but its content is {found}.")
}

fn disagree(claimed: Format, found: Format) -> bool {
    claimed.name() != found.name() && !matches!(claimed, Format::Text | Format::Source)
        || (claimed.is_picture() && claimed != found)
}

/// Formats that have a mark of their own.
fn by_magic(input: &Input<'_>) -> Result<Option<Format>, Refusal> {
    let bytes = input.bytes;
    match bytes {
        _ if magic::is_protected(bytes) => Err(Refusal::new(RefusalKind::Protected)),
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Ok(Some(zip_kind(input))),
        [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ..] => compound(input).map(Some),
        _ => Ok(magic::kind(bytes)),
    }
}

fn zip_kind(input: &Input<'_>) -> Format {
    match zip::kind(input.bytes) {
        Format::Pages if by_name(input) == Some(Format::Numbers) => Format::Numbers,
        format => format,
    }
}

/// A compound file whose parts are not found, but that is named like a document, has lost them.
fn compound(input: &Input<'_>) -> Result<Format, Refusal> {
    let compound = ole::kind(input.bytes);
    let is_document = |named: &Format| ole::is_document(*named);
    match by_name(input).filter(is_document) {
        _ if compound.is_protected => Err(Refusal::of(RefusalKind::Protected, compound.format)),
        Some(named) if compound.format == Format::Ole => {
            Err(Refusal::of(RefusalKind::Damaged, named))
        }
        _ => Ok(compound.format),
    }
}

/// Which kind of picture the bytes are.
pub(crate) fn picture(bytes: &[u8]) -> Option<Format> {
    magic::kind(bytes).or_else(|| magic::binary_kind(bytes)).filter(|format| format.is_picture())
}

pub(crate) fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// Whether the content is not text: many control characters, and NULs that UTF-16 does not explain.
fn is_binary(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(HEAD)];
    if matches!(head, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
        return false;
    }
    let text = crate::charset::decode(head, None);
    let odd = |c: char| c == '\u{fffd}' || (c.is_control() && !"\t\n\r\u{c}\u{1b}".contains(c));
    let (count, all) = (text.chars().filter(|c| odd(*c)).count(), text.chars().count());
    (count > FEW && count * 25 > all) || count * 4 > all
}

fn text(input: &Input<'_>) -> Sniffed {
    let head = crate::charset::decode(&input.bytes[..input.bytes.len().min(HEAD)], None);
    let named = by_name(input).or_else(|| by_type(input));
    let seen = by_text(head.trim_start_matches('\u{feff}').trim_start());
    let format = match (named, seen) {
        (Some(named), Some(seen)) if is_text(named) && !is_table_of_html(named, seen) => named,
        (Some(named), None) if is_text(named) => named,
        (_, Some(seen)) => seen,
        (_, None) if looks_like_table(&head) && named.is_some() => Format::Csv,
        (_, None) => Format::Text,
    };
    let wrong = named.filter(|named| !is_text(*named) || *named != format);
    let warning = wrong.map(|named| contradiction(named, format));
    Sniffed { format, warning }
}

/// Web pages are often saved under the name of a table, a text or a document.
fn is_table_of_html(named: Format, seen: Format) -> bool {
    seen == Format::Html
        && matches!(named, Format::Csv | Format::Eml | Format::Ics | Format::Json | Format::Vcf)
}

fn is_text(format: Format) -> bool {
    use Format::{Csv, Eml, Html, Ics, Json, Markdown, Source, Text, Vcf, Vtt, Xml};
    matches!(format, Csv | Eml | Html | Ics | Json | Markdown | Source | Text | Vcf | Vtt | Xml)
}

/// What web pages, or parts of them, begin with.
const HTML: [&str; 21] = [
    "<!doctype html",
    "<html",
    "<head",
    "<body",
    "<meta",
    "<title",
    "<style",
    "<script",
    "<table",
    "<div",
    "<span",
    "<p",
    "<h1",
    "<h2",
    "<h3",
    "<ul",
    "<ol",
    "<b",
    "<a",
    "<font",
    "<center",
];

fn begins_with(text: &str, tag: &str) -> bool {
    let rest = text.strip_prefix(tag);
    rest.is_some_and(|rest| rest.starts_with(|c: char| c == '>' || c.is_ascii_whitespace()))
}

/// What a text shows of itself in its first lines.
fn by_text(head: &str) -> Option<Format> {
    let lower = head.get(..head.floor_char_boundary(512))?.to_ascii_lowercase();
    match () {
        () if HTML.iter().any(|tag| begins_with(&lower, tag)) => Some(Format::Html),
        () if begins_with(&lower, "<svg") => Some(Format::Xml),
        () if lower.starts_with("<?xml") && lower.contains("<html") => Some(Format::Html),
        () if lower.starts_with("<?xml") => Some(Format::Xml),
        () if lower.starts_with("<!--") && lower.contains("<html") => Some(Format::Html),
        () if lower.starts_with("begin:vcalendar") => Some(Format::Ics),
        () if lower.starts_with("begin:vcard") => Some(Format::Vcf),
        () if lower.starts_with("webvtt") => Some(Format::Vtt),
        () if looks_like_json(head) => Some(Format::Json),
        () if looks_like_mail(head) => Some(Format::Eml),
        () => None,
    }
}

fn looks_like_json(head: &str) -> bool {
    let mut chars = head.chars().filter(|c| !c.is_whitespace());
    match (chars.next(), chars.next()) {
        (Some('{'), Some(second)) => matches!(second, '"' | '}'),
        (Some('['), Some(second)) => matches!(second, '{' | '"' | ']'),
        _ => false,
    }
}

/// Header fields as of RFC 5322: several, of names that a message has.
fn looks_like_mail(head: &str) -> bool {
    const FIELDS: [&str; 9] = [
        "from",
        "to",
        "subject",
        "date",
        "received",
        "mime-version",
        "message-id",
        "return-path",
        "content-type",
    ];
    let names = head.lines().take_while(|line| !line.is_empty()).filter_map(|line| {
        let (name, _) = line.split_once(':')?;
        Some(name.to_ascii_lowercase())
    });
    let first = head.split(':').next().unwrap_or_default();
    // A page saved as one file has no sender.
    let needed = if first.eq_ignore_ascii_case("mime-version") { 2 } else { 3 };
    !first.contains(char::is_whitespace)
        && names.filter(|name| FIELDS.contains(&name.as_str())).take(3).count() >= needed
}

fn looks_like_table(head: &str) -> bool {
    let mut lines = head.lines().filter(|line| !line.trim().is_empty());
    let commas = |line: &str| line.matches([',', ';', '\t']).count();
    match (lines.next(), lines.next()) {
        (Some(first), Some(second)) => commas(first) > 0 && commas(first) == commas(second),
        _ => false,
    }
}
