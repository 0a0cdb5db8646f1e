use super::{Reader, text};
use crate::{
    charset,
    document::{Document, Input, Options},
    format::Format,
    html,
    mail::{self, Part},
    refusal::Refusal,
};

/// Web pages, and parts of them.
pub(crate) struct Html;

impl Reader for Html {
    fn read(&self, input: &Input<'_>, options: &Options) -> Result<Document, Refusal> {
        let declared = input.declared_type.and_then(charset::of_media_type);
        let page = charset::decode_html(input.bytes, declared);
        let rendered = html::render(&page, options.links);
        let title = rendered.title().map(str::to_owned);
        let mut document = text::whole(Format::Html, title, rendered.markdown())?;
        if options.newest_part {
            document.newest_part = Some(mail::newest(&[Part::Html(page)], options.links));
        }
        if rendered.is_cut() {
            document.warnings.push("A table is larger than what is read.".to_owned());
        }
        Ok(document)
    }
}
