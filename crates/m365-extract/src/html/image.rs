//! What is left of a picture: its description. It is never fetched, and its source is not shown.

use super::{dom::Element, sheet::declarations, style::pixels};
use crate::{clean::excerpt, escape, markdown};

/// The longest description that is kept, in characters.
const MAX_NOTE: usize = 200;
/// Pictures narrower or lower than this many pixels count readers instead of showing something.
const MIN_SIDE: f32 = 3.0;

/// A note in the place of a picture: its text for those who cannot see it, or the name of the
/// attachment that it shows.
#[derive(Debug)]
pub(super) struct Note {
    text: String,
    is_emoji: bool,
}

impl Note {
    /// The text without what would end the note.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether the text is a character that was drawn as a picture.
    pub(super) fn is_emoji(&self) -> bool {
        self.is_emoji
    }

    /// The note as markdown that does not act.
    pub(super) fn markdown(&self) -> String {
        if self.is_emoji { escape::text(&self.text) } else { markdown::picture(&self.text) }
    }
}

/// The note that is left of a picture; none for one that counts readers.
pub(super) fn note(element: &Element) -> Option<Note> {
    let alt = excerpt(element.attribute("alt").unwrap_or_default(), MAX_NOTE);
    let is_emoji = element.attribute("itemtype").is_some_and(|kind| kind.ends_with("Emoji"));
    let is_emoji = is_emoji && !alt.is_empty();
    let text = match () {
        () if is_emoji => alt,
        () if is_tracker(element) => return None,
        () if !alt.is_empty() => alt,
        () => attached(element)?,
    };
    Some(Note { text: text.replace(['[', ']'], ""), is_emoji })
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
