//! Files described in text.
//!
//! Each begins with `=== ` and its path in the library. Lines of `name: value` follow, then `---`
//! and the content, in which `~~~` on a line of its own begins a new page, slide or sheet. Of a
//! document, which others wrote, it is what the index reads.
//!
//! | Name | Value |
//! |---|---|
//! | `by`, `edited` | who made it and who changed it last, by given names |
//! | `days` | how many days ago that was |
//! | `title` | the title, where it is not the name |
//! | `kind` | `package`, `document`, `latin-1` or `utf-16`; else the extension decides |
//! | `lock` | `malware` or `protected` |
//! | `also`, `only` | who may see it too, or alone, by the first parts of their principal names |
//! | `gone` | deleted, though the index still lists it |

use std::borrow::Cow;

use super::spec::{File, What};
use crate::{
    data::documents,
    graph::drives::{
        body::Body,
        item::{Lock, Sharing},
    },
};

/// Returns the files that a text describes, in their order.
pub(crate) fn files(text: &'static str) -> Vec<File> {
    let text = text.strip_prefix("=== ").unwrap_or(text);
    text.split("\n=== ").filter_map(file).collect()
}

fn file(text: &'static str) -> Option<File> {
    let (path, rest) = text.split_once('\n')?;
    let (header, content) = rest.split_once("---\n").or_else(|| rest.split_once("---"))?;
    let header = Header(header);
    let days = header.get("days").and_then(|days| days.parse().ok()).unwrap_or_default();
    let what = what(path, header.get("kind"), content.trim_end());
    let author = header.get("by").unwrap_or_default();
    Some(File {
        title: header.get("title"),
        editor: header.get("edited").unwrap_or(author),
        lock: match header.get("lock") {
            Some("malware") => Lock::Malware,
            Some(_) => Lock::Protected,
            None => Lock::None,
        },
        sharing: sharing(&header),
        gone: header.get("gone").is_some(),
        ..File::new(path, author, days, what)
    })
}

struct Header(&'static str);

impl Header {
    fn get(&self, name: &str) -> Option<&'static str> {
        let mut lines = self.0.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(own, _)| *own == name).map(|(_, value)| value)
    }

    fn names(&self, name: &str) -> Option<Vec<&'static str>> {
        self.get(name).map(|names| names.split(' ').collect())
    }
}

fn sharing(header: &Header) -> Sharing {
    let also = header.names("also").map(Sharing::Also);
    also.or_else(|| header.names("only").map(Sharing::Only)).unwrap_or_default()
}

fn what(path: &str, kind: Option<&str>, content: &'static str) -> What {
    let text = paged(content);
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    What::File(match (kind, extension) {
        (Some("package"), _) => return What::Package("oneNote"),
        (Some("document"), _) => {
            Body::Document { bytes: documents::bytes(name).unwrap_or_default(), words: text }
        }
        (Some("latin-1"), _) => Body::Latin1(text),
        (Some("utf-16"), _) => Body::Utf16(text),
        (_, "docm" | "docx") => Body::Word(text),
        (_, "loop" | "wbtx") => Body::Fluid(text),
        (_, "pdf") => Body::Pdf(text),
        (_, "pptx") => Body::Slides(text),
        (_, "xlsx") => Body::Sheet(text),
        (_, "eml") => Body::Text(text.replace('\n', "\r\n").into()),
        _ => Body::Text(text),
    })
}

/// Ends the last line, and makes form feeds of the signs for new pages.
fn paged(content: &'static str) -> Cow<'static, str> {
    match content {
        "" => Cow::Borrowed(""),
        _ => Cow::Owned(format!("{}\n", content.replace("\n~~~\n", "\n\u{c}"))),
    }
}
