use super::Reader;
use crate::{
    charset,
    clean::clean_text,
    document::{Document, Input, Options},
    escape,
    format::Format,
    mail::{self, Part},
    refusal::{Refusal, RefusalKind},
    sniff,
};

/// Plain text and Markdown: as it is, with what would act disarmed.
pub(crate) struct Text;

impl Reader for Text {
    fn read(&self, input: &Input<'_>, options: &Options) -> Result<Document, Refusal> {
        let text = clean_text(&decode_head(input, options));
        let markdown = escape::disarm(text.trim_matches('\n').trim_end());
        let title = markdown.lines().next().and_then(|line| line.strip_prefix("# "));
        let mut document = whole(Format::Text, title.map(str::to_owned), markdown)?;
        if options.newest_part {
            document.newest_part = Some(mail::newest(&[Part::Text(text)], options.links));
        }
        Ok(document)
    }
}

/// Program text and configuration: as it is, in a fenced block.
pub(crate) struct Source;

impl Reader for Source {
    fn read(&self, input: &Input<'_>, options: &Options) -> Result<Document, Refusal> {
        let extension = input.extension().unwrap_or_default();
        let language = sniff::language(&extension).unwrap_or_default();
        fenced(Format::Source, &decode_head(input, options), language)
    }
}

/// XML: as it is, in a fenced block. Nothing is parsed, so no entity is expanded.
pub(crate) struct Xml;

impl Reader for Xml {
    fn read(&self, input: &Input<'_>, options: &Options) -> Result<Document, Refusal> {
        fenced(Format::Xml, &decode_head(input, options), "xml")
    }
}

fn fenced(format: Format, text: &str, language: &str) -> Result<Document, Refusal> {
    let text = clean_text(text);
    if text.trim().is_empty() {
        return Err(Refusal::of(RefusalKind::Empty, format));
    }
    whole(format, None, escape::fenced(&text, language))
}

/// The text of a file that has not the form which its name says.
pub(super) fn instead(input: &Input<'_>, options: &Options) -> Result<Document, Refusal> {
    let mut document = Text.read(input, options)?;
    let note = "The content has not the form that its type says; it is shown as plain text.";
    document.warnings.push(note.to_owned());
    Ok(document)
}

/// A document of one page, unless there is nothing on it.
pub(super) fn whole(
    format: Format,
    title: Option<String>,
    markdown: String,
) -> Result<Document, Refusal> {
    if markdown.trim().is_empty() {
        return Err(Refusal::of(RefusalKind::Empty, format));
    }
    Ok(Document::of(title, markdown))
}

/// The text of `bytes` in the encoding that the declared type names, or that the bytes show.
pub(super) fn decode(bytes: &[u8], input: &Input<'_>) -> String {
    charset::decode(bytes, input.declared_type.and_then(charset::of_media_type))
}

/// The text as far as it can be returned. Wide encodings and what is removed take some of the bytes,
/// so that several times as many are decoded.
pub(super) fn decode_head(input: &Input<'_>, options: &Options) -> String {
    let most = options.max_output.saturating_mul(4);
    decode(&input.bytes[..input.bytes.len().min(most)], input)
}
