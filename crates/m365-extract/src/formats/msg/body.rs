//! The body of an item, of which Outlook keeps up to three forms.

use super::{
    Item,
    properties::{INTERNET_CODE_PAGE, Id},
};
use crate::{
    charset,
    mail::{Part, letter::Body},
};

const HTML: u16 = 0x1013;
const PLAIN: Id = Id::Tag(0x1000);

/// The body in the form that says more.
pub(super) fn of(item: &mut Item<'_>) -> Body {
    let plain = item.text(PLAIN);
    let page = html(item);
    Body::choose(vec![Part::text(plain)], page.map(Part::html).into_iter().collect(), item.links)
}

/// The page, which is a property of its own or wrapped into RTF.
fn html(item: &mut Item<'_>) -> Option<String> {
    let page = item.properties.binary(&mut item.store, HTML).filter(|page| !page.is_empty());
    let Some(page) = page else {
        return Some(item.text(Id::Tag(HTML))).filter(|text| !text.trim().is_empty());
    };
    let encoding = item.properties.code_page(INTERNET_CODE_PAGE);
    Some(charset::decode_html(&page, encoding.map(encoding_rs::Encoding::name)))
}
