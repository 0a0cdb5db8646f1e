use mail_parser::MessageParser;

use super::Reader;
use crate::{
    document::{Document, Input, Options},
    escape,
    format::Format,
    refusal::{Refusal, RefusalKind},
};

/// Messages as they travel (RFC 5322, RFC 2045).
pub(crate) struct Eml;

impl Reader for Eml {
    fn read(&self, input: &Input<'_>, _: &Options) -> Result<Document, Refusal> {
        let damaged = || Refusal::of(RefusalKind::Damaged, Format::Eml);
        let message = MessageParser::default().parse(input.bytes).ok_or_else(damaged)?;
        let title = message.subject().map(escape::text);
        let text = message.body_text(0).unwrap_or_default();
        Ok(Document::of(Format::Eml, title, escape::text(&text)))
    }
}
