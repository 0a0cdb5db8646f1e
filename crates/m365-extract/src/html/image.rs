//! What is left of a picture: its description. It is never fetched, and its source is not shown.

use super::{dom::Element, sheet::declarations, style::pixels};
use crate::{clean::excerpt, escape};

/// The longest description that is kept, in characters.
const MAX_NOTE: usize = 200;
/// Pictures narrower or lower than this many pixels count readers instead of showing something.
const MIN_SIDE: f32 = 3.0;

/// A note in the place of a picture: its text for those who cannot see it, or the name of the
/// attachment that it shows.
pub(super) fn note(element: &Element) -> Option<String> {
    let alt = excerpt(element.attribute("alt").unwrap_or_default(), MAX_NOTE);
    let is_emoji = element.attribute("itemtype").is_some_and(|kind| kind.ends_with("Emoji"));
    match () {
        () if is_emoji && !alt.is_empty() => Some(plain(&alt)),
        () if is_tracker(element) => None,
        () if !alt.is_empty() => Some(format!("[image: {}]", plain(&alt))),
        () => attached(element).map(|name| format!("[image: {}]", plain(&name))),
    }
}

/// Text without what would end the note or act.
fn plain(text: &str) -> String {
    escape::text(&text.replace(['[', ']'], ""))
}

/// The name in `cid:image001.png@01DA…`, which is that of an attachment.
fn attached(element: &Element) -> Option<String> {
    let (_, id) = element.attribute("src")?.split_once("cid:")?;
    let name = excerpt(id.split('@').next()?, MAX_NOTE);
    Some(if name.contains('.') { name } else { "attached".to_owned() })
}

fn is_tracker(element: &Element) -> bool {
    let style = element.attribute("style").unwrap_or_default();
    let in_style = declarations(style)
        .any(|(name, value)| matches!(name.as_str(), "width" | "height") && is_small(value));
    let in_attributes =
        ["width", "height"].iter().any(|name| element.attribute(name).is_some_and(is_small));
    in_style || in_attributes
}

fn is_small(value: &str) -> bool {
    pixels(value).is_some_and(|side| side < MIN_SIDE)
}
