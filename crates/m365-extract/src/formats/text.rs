use super::Reader;
use crate::{
    charset,
    clean::clean_text,
    document::{Document, Input, Options},
    escape,
    format::Format,
    refusal::{Refusal, RefusalKind},
    sniff,
};

/// Plain text and Markdown: as it is, with what would act disarmed.
pub(crate) struct Text;

impl Reader for Text {
    fn read(&self, input: &Input<'_>, _: &Options) -> Result<Document, Refusal> {
        let text = clean_text(&decode(input));
        let markdown = escape::disarm(text.trim_matches('\n').trim_end());
        let title = markdown.lines().next().and_then(|line| line.strip_prefix("# "));
        whole(Format::Text, title.map(str::to_owned), markdown)
    }
}

/// Program text and configuration: as it is, in a fenced block.
pub(crate) struct Source;

impl Reader for Source {
    fn read(&self, input: &Input<'_>, _: &Options) -> Result<Document, Refusal> {
        let extension = input.extension().unwrap_or_default();
        fenced(Format::Source, input, sniff::language(&extension).unwrap_or_default())
    }
}

/// XML: as it is, in a fenced block. Nothing is parsed, so no entity is expanded.
pub(crate) struct Xml;

impl Reader for Xml {
    fn read(&self, input: &Input<'_>, _: &Options) -> Result<Document, Refusal> {
        fenced(Format::Xml, input, "xml")
    }
}

fn fenced(format: Format, input: &Input<'_>, language: &str) -> Result<Document, Refusal> {
    let text = clean_text(&decode(input));
    if text.trim().is_empty() {
        return Err(Refusal::of(RefusalKind::Empty, format));
    }
    whole(format, None, escape::fenced(&text, language))
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

/// The text in the encoding that its declared type names, or that its content shows.
pub(super) fn decode(input: &Input<'_>) -> String {
    charset::decode(input.bytes, input.declared_type.and_then(charset::of_media_type))
}
