//! What a document says of itself: its title, its bookmarks, its attachments.

use std::collections::{HashMap, HashSet};

use hayro_syntax::{
    Pdf,
    object::{Array, Dict, Object, Stream, String as PdfString},
};

use super::{budget::Budget, stream, strings};
use crate::clean::excerpt;

/// The most bookmarks and attachments that are read.
const MAX_ENTRIES: usize = 2_000;
/// Bookmarks and names within each other are followed to this depth.
const MAX_DEPTH: usize = 12;
/// The longest title, in characters.
const MAX_TITLE: usize = 300;

/// The catalog of a document.
pub(super) fn of(pdf: &Pdf) -> Dict<'_> {
    pdf.xref().get::<Dict<'_>>(pdf.xref().root_id()).unwrap_or_default()
}

/// The title that the document states, unless it is the name of a file or of the program.
pub(super) fn title(pdf: &Pdf, catalog: &Dict<'_>, budget: &mut Budget) -> Option<String> {
    let stated = pdf.metadata().title.as_ref().map(|title| strings::text(title));
    let stated = stated.and_then(|title| useful(&title));
    stated.or_else(|| useful(&described(catalog, budget)?))
}

fn useful(title: &str) -> Option<String> {
    let title = title.trim();
    let title = title.strip_prefix("Microsoft Word - ").unwrap_or(title);
    let title = title.strip_prefix("Microsoft PowerPoint - ").unwrap_or(title);
    let title = excerpt(title, MAX_TITLE);
    let lower = title.to_lowercase();
    let is_file = title.rsplit_once('.').is_some_and(|(_, ending)| {
        (2..=5).contains(&ending.len()) && ending.chars().all(char::is_alphanumeric)
    });
    let says_nothing =
        ["powerpoint presentation", "untitled", "(anonymous)", "unspecified", "document", "title"];
    let is_empty = !title.chars().any(char::is_alphanumeric);
    (!is_empty && !is_file && !says_nothing.contains(&lower.as_str())).then_some(title)
}

/// The title in the metadata stream (XMP), found without reading the rest of it.
fn described(catalog: &Dict<'_>, budget: &mut Budget) -> Option<String> {
    let stream = catalog.get::<Stream<'_>>("Metadata")?;
    if !stream::fits(&stream, 1024 * 1024) {
        return None;
    }
    let data = stream::unpacked(&stream, budget)?;
    let text = String::from_utf8_lossy(&data);
    let (_, rest) = text.split_once("<dc:title>")?;
    let (title, _) = rest.split_once("</dc:title>")?;
    let (_, rest) = title.split_once("<rdf:li")?;
    let (_, rest) = rest.split_once('>')?;
    let (title, _) = rest.split_once('<')?;
    let unescaped =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    Some(unescaped.iter().fold(title.to_owned(), |text, (from, to)| text.replace(from, to)))
}

/// The bookmarks as headings: the level of each text, from 1, as [`key`] writes it.
pub(super) fn bookmarks(catalog: &Dict<'_>) -> HashMap<String, usize> {
    let mut found = HashMap::new();
    let mut seen = HashSet::new();
    let outlines = catalog.get::<Dict<'_>>("Outlines").unwrap_or_default();
    let mut open: Vec<(Dict<'_>, usize)> =
        outlines.get::<Dict<'_>>("First").into_iter().map(|first| (first, 1)).collect();
    while let Some((entry, level)) = open.pop() {
        if seen.len() >= MAX_ENTRIES || !entry.obj_id().is_none_or(|id| seen.insert(id)) {
            break;
        }
        if let Some(title) = entry.get::<PdfString<'_>>("Title") {
            found.entry(key(&strings::text(&title))).or_insert(level);
        }
        open.extend(entry.get::<Dict<'_>>("Next").map(|next| (next, level)));
        let inner = entry.get::<Dict<'_>>("First").filter(|_| level < MAX_DEPTH);
        open.extend(inner.map(|first| (first, level + 1)));
    }
    found.remove("");
    found
}

/// The letters and digits of a text, by which a heading and its bookmark are compared.
pub(super) fn key(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(200).collect()
}

/// The names of the files that are attached to the document, by its tree of names.
pub(super) fn attachments(catalog: &Dict<'_>) -> Vec<String> {
    let names = catalog.get::<Dict<'_>>("Names").unwrap_or_default();
    let mut found = Vec::new();
    let mut open: Vec<(Dict<'_>, usize)> =
        names.get::<Dict<'_>>("EmbeddedFiles").into_iter().map(|tree| (tree, 0)).collect();
    let mut visits = 0;
    while let Some((node, depth)) = open.pop().filter(|_| visits < MAX_ENTRIES) {
        visits += 1;
        let files = node.get::<Array<'_>>("Names");
        let files = files.into_iter().flat_map(|files| files.iter::<Object<'_>>());
        let room = MAX_ENTRIES.saturating_sub(found.len());
        found.extend(files.take(2 * room).filter_map(|file| file_name(&file.into_dict()?)));
        let kids = node.get::<Array<'_>>("Kids").filter(|_| depth < MAX_DEPTH);
        let kids = kids.into_iter().flat_map(|kids| kids.iter::<Dict<'_>>());
        let room = MAX_ENTRIES.saturating_sub(open.len());
        open.extend(kids.take(room).map(|kid| (kid, depth + 1)));
    }
    found
}

/// The name of an attached file, without folders.
pub(super) fn file_name(file: &Dict<'_>) -> Option<String> {
    let name = file.get::<PdfString<'_>>("UF").or_else(|| file.get::<PdfString<'_>>("F"))?;
    let name = excerpt(&strings::text(&name), MAX_TITLE);
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    (!name.is_empty()).then_some(name)
}
