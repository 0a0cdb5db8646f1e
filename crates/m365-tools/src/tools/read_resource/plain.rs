//! Texts as they are, or as HTML that does nothing: no parser runs over them, so that they need no process
//! of their own, but there is a bound.

use m365_extract::{clean_text, safe_html};

use super::{input::Format, pages, reader::blocking};
use crate::{ErrorCode, ToolError};

/// The most bytes of what is not given as markdown.
pub(super) const CAP: usize = 8 * 1024 * 1024;

/// Refuses what is larger than [`CAP`]; `what` is e.g. `The attachment`.
pub(super) fn too_large(what: &str) -> ToolError {
    let message = format!(
        "{what} is larger than the 8 MiB of which format=html and raw are given; use markdown."
    );
    ToolError::new(ErrorCode::TooLarge, message)
}

/// Cleans what came in its own format.
pub(super) async fn cleaned(bytes: impl AsRef<[u8]> + Send + 'static) -> Result<String, ToolError> {
    blocking(move || clean_text(&String::from_utf8_lossy(bytes.as_ref()))).await
}

/// Cuts a text that may be long into pages.
pub(super) async fn split(text: String) -> Result<Vec<String>, ToolError> {
    blocking(move || pages::split(&text)).await
}

/// Writes a text, or a page, in another form than markdown.
pub(super) fn written(text: &str, format: Format, is_page: bool) -> String {
    match format {
        Format::Html if is_page => safe_html(text),
        Format::Html => preformatted(text),
        Format::Markdown | Format::Raw => clean_text(text),
    }
}

/// Gives a plain text as HTML that looks the same.
pub(super) fn preformatted(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    safe_html(&format!("<pre>{escaped}</pre>"))
}
