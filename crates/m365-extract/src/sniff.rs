mod ole;
mod zip;

use crate::{
    document::Input,
    format::Format,
    refusal::{Refusal, RefusalKind},
};

/// Bytes looked at to tell text from binary and to recognise its kind.
const HEAD: usize = 4096;

/// What a file is, and what to tell the reader when its name or type said otherwise.
#[derive(Debug)]
pub(crate) struct Sniffed {
    pub(crate) format: Format,
    pub(crate) warning: Option<String>,
}

/// Decides what a file is: by content first, then by name, then by its declared type.
pub(crate) fn sniff(input: &Input<'_>) -> Result<Sniffed, Refusal> {
    if let Some(format) = by_magic(input.bytes) {
        let claimed = by_name(input).or_else(|| by_type(input));
        let warning = claimed
            .filter(|claimed| disagree(*claimed, format))
            .map(|claimed| format!("The file says it is {claimed}, but its content is {format}."));
        return Ok(Sniffed { format, warning });
    }
    if is_binary(input.bytes) {
        return Err(Refusal::new(RefusalKind::UnsupportedType));
    }
    Ok(text(input))
}

fn disagree(claimed: Format, found: Format) -> bool {
    claimed.name() != found.name() && !matches!(claimed, Format::Text | Format::Source)
        || (claimed.is_picture() && claimed != found)
}

/// Formats that begin with a mark of their own.
fn by_magic(bytes: &[u8]) -> Option<Format> {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    let head = &bytes[..bytes.len().min(1024)];
    match () {
        () if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") => Some(zip::kind(bytes)),
        () if starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") => Some(ole::kind(bytes)),
        () if starts(b"{\\rtf") => Some(Format::Rtf),
        () if contains(head, b"%PDF-") => Some(Format::Pdf),
        () => picture(bytes),
    }
}

fn picture(bytes: &[u8]) -> Option<Format> {
    let magics: [(&[u8], Format); 7] = [
        (b"\x89PNG\r\n\x1a\n", Format::Png),
        (b"\xff\xd8\xff", Format::Jpeg),
        (b"GIF87a", Format::Gif),
        (b"GIF89a", Format::Gif),
        (b"II*\0", Format::Tiff),
        (b"MM\0*", Format::Tiff),
        (b"BM", Format::Bmp),
    ];
    let is_webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    let found = magics.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|found| found.1);
    found
        .filter(|format| *format != Format::Bmp || is_binary(bytes))
        .or(is_webp.then_some(Format::Webp))
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
    text.chars().filter(|c| odd(*c)).count() * 10 > text.chars().count()
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
    let warning = named
        .filter(|named| !is_text(*named) || *named != format)
        .map(|named| format!("The file says it is {named}, but its content is {format}."));
    Sniffed { format, warning }
}

/// Web pages are often saved under the name of a table, a text or a document.
fn is_table_of_html(named: Format, seen: Format) -> bool {
    seen == Format::Html && matches!(named, Format::Csv | Format::Eml | Format::Json)
}

fn is_text(format: Format) -> bool {
    use Format::{Csv, Eml, Html, Json, Markdown, Source, Text, Xml};
    matches!(format, Csv | Eml | Html | Json | Markdown | Source | Text | Xml)
}

/// What a text shows of itself in its first lines.
fn by_text(head: &str) -> Option<Format> {
    let lower = head.get(..head.floor_char_boundary(512))?.to_ascii_lowercase();
    let html = ["<!doctype html", "<html", "<head", "<body", "<table", "<div", "<p>", "<meta"];
    match () {
        () if html.iter().any(|tag| lower.starts_with(tag)) => Some(Format::Html),
        () if lower.starts_with("<?xml") && lower.contains("<html") => Some(Format::Html),
        () if lower.starts_with("<?xml") => Some(Format::Xml),
        () if lower.starts_with("<!--") && lower.contains("<html") => Some(Format::Html),
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
    !first.contains(char::is_whitespace)
        && names.filter(|name| FIELDS.contains(&name.as_str())).take(3).count() == 3
}

fn looks_like_table(head: &str) -> bool {
    let mut lines = head.lines().filter(|line| !line.trim().is_empty());
    let commas = |line: &str| line.matches([',', ';', '\t']).count();
    match (lines.next(), lines.next()) {
        (Some(first), Some(second)) => commas(first) > 0 && commas(first) == commas(second),
        _ => false,
    }
}

fn by_name(input: &Input<'_>) -> Option<Format> {
    let format = match input.extension()?.as_str() {
        "bmp" => Format::Bmp,
        "csv" | "tsv" | "tab" => Format::Csv,
        "doc" | "dot" => Format::Doc,
        "docx" | "docm" | "dotx" => Format::Docx,
        "eml" | "mht" | "mhtml" => Format::Eml,
        "gif" => Format::Gif,
        "htm" | "html" | "xhtml" => Format::Html,
        "jpg" | "jpeg" => Format::Jpeg,
        "json" | "geojson" | "ipynb" => Format::Json,
        "md" | "markdown" => Format::Markdown,
        "msg" => Format::Msg,
        "odp" => Format::Odp,
        "ods" => Format::Ods,
        "odt" => Format::Odt,
        "pdf" => Format::Pdf,
        "png" => Format::Png,
        "ppt" | "pps" => Format::Ppt,
        "pptx" | "pptm" | "ppsx" => Format::Pptx,
        "rtf" => Format::Rtf,
        "tif" | "tiff" => Format::Tiff,
        "txt" | "text" | "log" => Format::Text,
        "webp" => Format::Webp,
        "xls" => Format::Xls,
        "xlsb" => Format::Xlsb,
        "xlsx" | "xlsm" => Format::Xlsx,
        "xml" | "xsd" | "xsl" | "rss" | "atom" => Format::Xml,
        "zip" => Format::Zip,
        extension if language(extension).is_some() => Format::Source,
        _ => return None,
    };
    Some(format)
}

/// The name under which a fenced block of a source file with this extension is marked.
pub(crate) fn language(extension: &str) -> Option<&'static str> {
    const LANGUAGES: &[(&str, &str)] = &[
        ("bat", "bat"),
        ("c", "c"),
        ("cfg", "ini"),
        ("conf", "ini"),
        ("cpp", "cpp"),
        ("cs", "csharp"),
        ("css", "css"),
        ("go", "go"),
        ("h", "c"),
        ("hpp", "cpp"),
        ("ics", "ics"),
        ("ini", "ini"),
        ("java", "java"),
        ("js", "javascript"),
        ("jsonl", "json"),
        ("jsx", "jsx"),
        ("kql", "kql"),
        ("kt", "kotlin"),
        ("lua", "lua"),
        ("m", "matlab"),
        ("php", "php"),
        ("pl", "perl"),
        ("properties", "ini"),
        ("ps1", "powershell"),
        ("psm1", "powershell"),
        ("py", "python"),
        ("r", "r"),
        ("rb", "ruby"),
        ("rs", "rust"),
        ("scala", "scala"),
        ("sh", "bash"),
        ("sql", "sql"),
        ("swift", "swift"),
        ("tex", "latex"),
        ("toml", "toml"),
        ("ts", "typescript"),
        ("tsx", "tsx"),
        ("vb", "vb"),
        ("vbs", "vbscript"),
        ("vcf", "vcard"),
        ("yaml", "yaml"),
        ("yml", "yaml"),
    ];
    LANGUAGES.iter().find(|(name, _)| *name == extension).map(|(_, language)| *language)
}

fn by_type(input: &Input<'_>) -> Option<Format> {
    let format = match input.media_type()?.as_str() {
        "application/json" => Format::Json,
        "application/msword" => Format::Doc,
        "application/pdf" => Format::Pdf,
        "application/rtf" | "text/rtf" => Format::Rtf,
        "application/vnd.ms-excel" => Format::Xls,
        "application/vnd.ms-outlook" => Format::Msg,
        "application/vnd.ms-powerpoint" => Format::Ppt,
        "application/vnd.openxmlformats-officedocument.presentationml.presentation" => Format::Pptx,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => Format::Xlsx,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => Format::Docx,
        "application/xhtml+xml" | "text/html" => Format::Html,
        "application/xml" | "text/xml" => Format::Xml,
        "application/zip" => Format::Zip,
        "image/gif" => Format::Gif,
        "image/jpeg" => Format::Jpeg,
        "image/png" => Format::Png,
        "image/webp" => Format::Webp,
        "message/rfc822" => Format::Eml,
        "text/csv" | "text/tab-separated-values" => Format::Csv,
        "text/markdown" => Format::Markdown,
        "text/plain" => Format::Text,
        _ => return None,
    };
    Some(format)
}
