//! What is attached to a page: links, comments and form fields (ISO 32000-1, 12.5 and 12.7).

use hayro_font::kurbo::{Affine, Rect};
use hayro_syntax::{
    object::{Array, Dict, Name, Object, Rect as PdfRect, Stream, String as PdfString},
    page::Page,
};

use super::{budget::Budget, strings};

/// The most notes of a page that are read.
const MAX_NOTES: usize = 2_000;
/// What reading a note costs, in operators.
const NOTE_STEPS: usize = 50;
/// The longest value or comment, in characters.
const MAX_TEXT: usize = 10_000;
/// Fields within each other are followed to this depth.
const MAX_PARENTS: usize = 16;

/// A part of a page that leads somewhere.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) rect: Rect,
    pub(super) target: String,
}

/// What a reader noted on a page.
#[derive(Clone, Debug)]
pub(super) struct Comment {
    pub(super) rect: Rect,
    pub(super) author: String,
    pub(super) text: String,
}

/// The notes of a page that are not hidden, as far as the budget allows.
pub(super) fn all<'a>(page: &Page<'a>, budget: &mut Budget) -> Vec<Dict<'a>> {
    const HIDDEN: i32 = 1 << 1 | 1 << 5;
    let notes = page.raw().get::<Array<'a>>("Annots");
    let notes = notes.into_iter().flat_map(|notes| notes.iter::<Dict<'a>>()).take(MAX_NOTES);
    let notes = notes.take_while(|_| budget.steps(NOTE_STEPS));
    notes.filter(|note| note.get::<i32>("F").is_none_or(|flags| flags & HIDDEN == 0)).collect()
}

/// The links among the notes; `to_page` turns their coordinates into ours.
pub(super) fn links(notes: &[Dict<'_>], to_page: Affine) -> Vec<Link> {
    let link = |note: &Dict<'_>| {
        let action = note.get::<Dict<'_>>("A").filter(|_| is(note, &["Link"]))?;
        let target = action.get::<PdfString<'_>>("URI")?;
        Some(Link { rect: place(note, to_page)?, target: strings::text(&target) })
    };
    notes.iter().filter_map(link).collect()
}

/// The comments among the notes, in their order.
pub(super) fn comments(notes: &[Dict<'_>], to_page: Affine) -> Vec<Comment> {
    const OTHERS: [&str; 9] =
        ["Link", "Widget", "Popup", "FreeText", "Stamp", "Screen", "Movie", "Sound", "Watermark"];
    let comment = |note: &Dict<'_>| {
        let text = string(note, "Contents").filter(|_| !is(note, &OTHERS))?;
        let author = string(note, "T").unwrap_or_default();
        Some(Comment { rect: place(note, to_page)?, author, text })
    };
    notes.iter().filter_map(comment).collect()
}

/// The files that are attached to the notes.
pub(super) fn files<'a>(notes: &[Dict<'a>]) -> Vec<Dict<'a>> {
    let files = notes.iter().filter(|note| is(note, &["FileAttachment"]));
    files.filter_map(|note| note.get::<Dict<'a>>("FS")).collect()
}

/// What a field or a text on the page looks like.
pub(super) fn appearance<'a>(note: &Dict<'a>) -> Option<Stream<'a>> {
    let is_box = inherited::<Name<'_>>(note, "FT").is_some_and(|kind| kind.as_ref() == b"Btn")
        && !has_flag(note, PUSH_BUTTON);
    if is_box || !is(note, &["Widget", "FreeText", "Stamp"]) {
        return None;
    }
    match note.get::<Dict<'a>>("AP")?.get::<Object<'a>>("N")? {
        Object::Stream(stream) => Some(stream),
        Object::Dict(states) => states.get::<Stream<'a>>(note.get::<Name<'a>>("AS")?),
        _ => None,
    }
}

/// The value of a field for text or a choice, or whether a box is ticked.
pub(super) fn value(note: &Dict<'_>) -> Option<String> {
    if !is(note, &["Widget"]) {
        return string(note, "Contents").filter(|_| is(note, &["FreeText"]));
    }
    match inherited::<Name<'_>>(note, "FT")?.as_ref() {
        b"Tx" | b"Ch" => {
            let value = inherited::<PdfString<'_>>(note, "V");
            bounded(&value.filter(|_| !has_flag(note, PASSWORD))?)
        }
        b"Btn" if !has_flag(note, PUSH_BUTTON) => {
            let state = note.get::<Name<'_>>("AS");
            let is_on = state.is_some_and(|state| state.as_ref() != b"Off");
            Some(if is_on { "[x]" } else { "[ ]" }.to_owned())
        }
        _ => None,
    }
}

const PASSWORD: i32 = 1 << 13;
const PUSH_BUTTON: i32 = 1 << 16;

fn has_flag(field: &Dict<'_>, flag: i32) -> bool {
    inherited::<i32>(field, "Ff").is_some_and(|flags| flags & flag != 0)
}

fn inherited<'a, T>(note: &Dict<'a>, key: &str) -> Option<T>
where
    T: TryFrom<Object<'a>>,
{
    let mut dict = note.clone();
    for _ in 0..MAX_PARENTS {
        if let Some(value) = dict.get::<Object<'a>>(key) {
            return T::try_from(value).ok();
        }
        dict = dict.get::<Dict<'a>>("Parent")?;
    }
    None
}

fn is(note: &Dict<'_>, kinds: &[&str]) -> bool {
    let kind = note.get::<Name<'_>>("Subtype");
    kind.is_some_and(|kind| kinds.contains(&kind.as_str()))
}

fn string(dict: &Dict<'_>, key: &str) -> Option<String> {
    bounded(&dict.get::<PdfString<'_>>(key)?)
}

fn bounded(bytes: &[u8]) -> Option<String> {
    let text: String = strings::text(bytes).chars().take(MAX_TEXT).collect();
    (!text.trim().is_empty()).then_some(text)
}

/// Where a note stands on the page.
pub(super) fn place(note: &Dict<'_>, to_page: Affine) -> Option<Rect> {
    let rect = note.get::<PdfRect>("Rect")?;
    Some(to_page.transform_rect_bbox(Rect::new(rect.x0, rect.y0, rect.x1, rect.y1)))
}
