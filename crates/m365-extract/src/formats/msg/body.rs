//! The body of an item, of which Outlook keeps up to three forms.

use super::{
    Item, compressed,
    properties::{INTERNET_CODE_PAGE, Id},
};
use crate::{
    charset,
    formats::rtf,
    mail::{Part, letter::Body},
};

const HTML: u16 = 0x1013;
/// The text, or that of a report on what became of a message.
const PLAIN: [Id; 2] = [Id::Tag(0x1000), Id::Tag(0x1001)];
const RTF: u16 = 0x1009;
/// Bytes in which RTF says what it was made of.
const ORIGIN_WITHIN: usize = 1024;

/// The body in the form that says more.
pub(super) fn of(item: &mut Item<'_>) -> Body {
    let texts = PLAIN.map(|id| item.text(id));
    let text = texts.into_iter().find(|text| !text.trim().is_empty());
    let text = text.map(Part::Text).into_iter().collect();
    let page = html(item).or_else(|| of_rtf(item));
    Body::choose(text, page.into_iter().collect(), item.links)
}

/// The page, where it is a property of its own.
fn html(item: &mut Item<'_>) -> Option<Part> {
    let bytes = item.properties.binary(&mut item.store, HTML).unwrap_or_default();
    let page = match bytes.as_slice() {
        [] => item.text(Id::Tag(HTML)),
        bytes => {
            let encoding = item.properties.code_page(INTERNET_CODE_PAGE);
            charset::decode_html(bytes, encoding.map(encoding_rs::Encoding::name))
        }
    };
    (!page.trim().is_empty()).then_some(Part::Html(page))
}

/// The page that was wrapped into RTF, or a text with marks of its own.
fn of_rtf(item: &mut Item<'_>) -> Option<Part> {
    let rtf = compressed::unpack(&item.properties.binary(&mut item.store, RTF)?)?;
    match rtf::page(&rtf) {
        Some(page) => Some(Part::Html(page)),
        None if is_plain(&rtf) => None,
        None => Some(Part::Markdown(rtf::document(&rtf, item.links).markdown())),
    }
}

/// Whether RTF was made of plain text, so that it says nothing more (MS-OXRTFEX 2.1.3.1.2).
fn is_plain(rtf: &[u8]) -> bool {
    let head = rtf.get(..rtf.len().min(ORIGIN_WITHIN)).unwrap_or_default();
    let mark = b"\\fromtext";
    head.windows(mark.len()).any(|window| window == mark)
}
