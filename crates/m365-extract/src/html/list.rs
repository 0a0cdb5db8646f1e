//! Lists, also those that Word writes as paragraphs.

use super::{
    dom::{Dom, Element, Id},
    walk::{Place, Walker},
};
use crate::markdown::Gap;

/// The largest number that an item may begin with.
const MAX_NUMBER: i64 = 999_999;

/// Walks a list.
pub(super) fn walk(walker: &mut Walker<'_>, id: Id, element: &Element, place: Place) {
    set_apart(walker);
    let mut next = (element.name() == "ol").then(|| number(element, "start").unwrap_or(1));
    for child in walker.dom.children(id) {
        if let Some(li) = walker.dom.element(child).filter(|child| child.name() == "li") {
            next = next.map(|next| number(li, "value").unwrap_or(next));
            walker.marker = next.map(|next| format!("{}.", next.clamp(0, MAX_NUMBER)));
            next = next.map(|next| next.saturating_add(1));
        }
        walker.node(child, place);
        walker.marker = None;
    }
    set_apart(walker);
}

/// Keeps an empty line around a list, unless it is a part of an item.
fn set_apart(walker: &mut Walker<'_>) {
    walker.blocks.flush(Gap::Line);
    if !walker.blocks.is_in_item() {
        walker.blocks.set_apart();
    }
}

fn number(element: &Element, attribute: &str) -> Option<i64> {
    element.attribute(attribute)?.trim().parse().ok()
}

/// Walks an item.
pub(super) fn item(walker: &mut Walker<'_>, id: Id, place: Place) {
    let marker = walker.marker.take();
    walker.blocks.flush(Gap::Line);
    walker.blocks.open_item(marker.as_deref().unwrap_or("-"), 0);
    walker.children(id, place);
    walker.blocks.flush(Gap::Line);
    walker.blocks.close();
}

/// Whether Word drew this paragraph as an item of a list.
pub(super) fn is_word_item(element: &Element) -> bool {
    word_list(element).is_some_and(|value| value.contains("level"))
}

/// Whether Word drew the item's bullet or number here.
pub(super) fn is_word_marker(element: &Element) -> bool {
    word_list(element).is_some_and(|value| value.eq_ignore_ascii_case("ignore"))
}

/// Walks a paragraph that Word drew as an item.
pub(super) fn word_item(walker: &mut Walker<'_>, id: Id, element: &Element, place: Place) {
    let drawn = walker
        .dom
        .descendants(id)
        .find(|inner| walker.dom.element(*inner).is_some_and(is_word_marker));
    let marker = drawn.and_then(|drawn| word_number(walker.dom, drawn));
    walker.blocks.flush(Gap::Line);
    walker.blocks.open_item(marker.as_deref().unwrap_or("-"), word_level(element));
    walker.children(id, place);
    walker.blocks.flush(Gap::Paragraph);
    walker.blocks.close();
}

/// The number that Word drew, as markdown writes it; none for a bullet or a letter.
fn word_number(dom: &Dom, drawn: Id) -> Option<String> {
    let text: String = dom.descendants(drawn).filter_map(|inner| dom.text(inner)).collect();
    let digits = text.trim().trim_end_matches(['.', ')', ' ', '\u{a0}']);
    let is_number = (1..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| format!("{digits}."))
}

/// How deep the item is, 0 for the outermost.
fn word_level(element: &Element) -> usize {
    let value = word_list(element).unwrap_or_default();
    let digit = value.split("level").nth(1).and_then(|rest| rest.chars().next());
    digit.and_then(|digit| digit.to_digit(10)).map_or(0, |level| level.saturating_sub(1) as usize)
}

/// The value of Word's own `mso-list` property.
fn word_list(element: &Element) -> Option<&str> {
    let style = element.attribute("style")?;
    let (_, value) = style.split_once("mso-list:")?;
    value.split(';').next().map(str::trim)
}
