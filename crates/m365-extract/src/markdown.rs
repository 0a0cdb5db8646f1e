//! Markdown as it is written: what every format turns into.

mod block;
pub(crate) mod table;

pub(crate) use self::block::{Blocks, Gap, Inline, Line, Role};
use crate::{clean::excerpt, escape};

/// The longest description of a picture that is kept, in characters.
const MAX_NOTE: usize = 200;

/// The note that stands in the place of a picture, with its description for those who do not see it.
pub(crate) fn picture(description: &str) -> String {
    let text = excerpt(description, MAX_NOTE).replace(['[', ']'], "");
    match text.is_empty() {
        true => "[image]".to_owned(),
        false => format!("[image: {}]", escape::text(&text)),
    }
}
