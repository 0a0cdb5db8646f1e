use std::fmt;

use super::letter::field;

/// A file that is attached to a message: named, not shown.
#[derive(Debug, Default)]
pub(crate) struct Attachment {
    pub(crate) name: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) size: Option<usize>,
}

/// `report.pdf (application/pdf, 12 bytes)`.
impl fmt::Display for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |text: &Option<String>| text.as_deref().map(field).filter(|it| !it.is_empty());
        let name = text(&self.name).unwrap_or_else(|| "unnamed".to_owned());
        let size = self.size.map(|size| format!("{size} bytes"));
        let notes: Vec<String> = [text(&self.kind), size].into_iter().flatten().collect();
        match notes.as_slice() {
            [] => f.write_str(&name),
            notes => write!(f, "{name} ({})", notes.join(", ")),
        }
    }
}
