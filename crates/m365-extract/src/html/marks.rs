//! How mail programs mark history and signatures in HTML.

use super::dom::{Dom, Element, Id};
use crate::markdown::Role;

/// What an element says about the text in it.
pub(super) fn role(dom: &Dom, id: Id, element: &Element) -> Role {
    match () {
        () if is_quote(dom, id, element) => Role::Quoted,
        () if is_signature(element) => Role::Signature,
        () => Role::New,
    }
}

/// Whether everything from this element on was said before (Outlook and its kin).
pub(super) fn begins_history(element: &Element) -> bool {
    const IDS: [&str; 3] =
        ["divRplyFwdMsg", "appendonsend", "mail-editor-reference-message-container"];
    element.attribute("id").is_some_and(|id| IDS.contains(&id.trim_start_matches("x_")))
}

fn is_quote(dom: &Dom, id: Id, element: &Element) -> bool {
    const CLASSES: [&str; 8] = [
        "gmail_attr",
        "gmail_extra",
        "moz-cite-prefix",
        "moz-forward-container",
        "ms-outlook-mobile-reference-message",
        "protonmail_quote",
        "zmail_extra",
        "tutanota_quote",
    ];
    let class = |name: &str| element.classes().any(|class| class.trim_start_matches("x_") == name);
    let named = element.attribute("id").unwrap_or_default().trim_start_matches("x_");
    match () {
        () if class("gmail_quote") => element.name() == "blockquote" || !has_quote(dom, id),
        // Yahoo puts marks of its own before its names.
        () if element.classes().any(|class| class.ends_with("yahoo_quoted")) => true,
        () if CLASSES.iter().any(|name| class(name)) => true,
        () if named == "OLK_SRC_BODY_SECTION" || named.contains("yahoo_quoted") => true,
        () => element.name() == "blockquote" && element.has("type", "cite"),
    }
}

/// Whether Gmail's frame around a reply holds the quote itself; what stands beside it is new.
fn has_quote(dom: &Dom, id: Id) -> bool {
    dom.descendants(id)
        .filter_map(|inner| dom.element(inner))
        .any(|inner| inner.name() == "blockquote")
}

fn is_signature(element: &Element) -> bool {
    const CLASSES: [&str; 3] = ["gmail_signature", "moz-signature", "protonmail_signature_block"];
    let named = element.attribute("id").unwrap_or_default().trim_start_matches("x_");
    named == "Signature"
        || named == "ms-outlook-mobile-signature"
        || element.classes().any(|class| CLASSES.contains(&class.trim_start_matches("x_")))
}
