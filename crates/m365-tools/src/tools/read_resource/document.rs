//! What was read from a file, as pages that an answer can be made of.

use std::{borrow::Cow, collections::BTreeSet};

use m365_extract::{CUT, Document, Page, PageKind, excerpt};

use super::{
    item::{Item, OutlineEntry},
    message,
    pages::{PageText, Selection},
    reader::{Read, Reader},
    request::{Position, Request},
};
use crate::{ToolError, nearest, words::same_name};

/// With more pages than this, a document is long.
const FEW: usize = 10;

/// The longest title of an outline, in characters.
const MAX_TITLE: usize = 80;

/// The first page that need be written.
pub(super) fn first_page(request: &Request) -> usize {
    match request.text_place() {
        Some(place) => place.first.unwrap_or(place.page),
        None => request.selection.start.unwrap_or(1),
    }
}

/// Puts what fits of a document behind `item`, and before the first page of a long one its outline.
pub(super) fn read(
    reader: &Reader<'_>,
    request: &Request,
    mut item: Item,
    mut document: Document,
) -> Result<Read, ToolError> {
    let selection = complete(selected(request, &document)?, request, &document);
    let pages: Vec<_> = numbered(&document).collect();
    let shortened = is_first(request)
        && is_long(&pages, reader.room_beside(&item))
        && outline(&mut item, &document, reader);
    let mut read = reader.with_selected(request, &selection, item, &pages)?;
    if let Some(Position::Text(place)) = &mut read.next
        && place.offset > 0
    {
        place.first = Some(first_page(request));
    }
    let is_cut = is_cut(&read, &document);
    document.warnings.retain(|warning| is_cut || warning != CUT);
    read.notices = document.warnings;
    if shortened {
        read.notices.push("The outline names only the first headings.".to_owned());
    }
    if document.pages.iter().all(|page| page.markdown.is_empty()) && read.next.is_none() {
        read.notices.push("There is no text in it.".to_owned());
    }
    Ok(read)
}

/// A page, and what it is called above its text: sheets have their names in it, and parts are no pages.
struct Numbered<'a> {
    text: Cow<'a, str>,
    name: Option<String>,
}

impl PageText for Numbered<'_> {
    fn text(&self) -> &str {
        &self.text
    }

    fn above_rest(&self) -> Cow<'_, str> {
        let name = self.name.as_ref().map(|name| format!("*{name}, continued*\n\n"));
        Cow::Owned(name.unwrap_or_default())
    }
}

fn numbered(document: &Document) -> impl Iterator<Item = Numbered<'_>> {
    let several = document.pages.len() > 1;
    (1..).zip(&document.pages).map(move |(number, page)| {
        let text = page.markdown.as_str();
        let name = name(page, number).filter(|_| several);
        match &name {
            Some(name) if page.kind != PageKind::Sheet => {
                let text = format!("*{name}*\n\n{text}");
                Numbered { text: Cow::Owned(text.trim_end().to_owned()), name: Some(name.clone()) }
            }
            _ => Numbered { text: Cow::Borrowed(text), name },
        }
    })
}

fn name(page: &Page, number: usize) -> Option<String> {
    match page.kind {
        PageKind::Page => Some(format!("Page {number}")),
        PageKind::Slide => Some(format!("Slide {number}")),
        PageKind::Sheet => Some(format!("Sheet {number}")),
        _ => None,
    }
}

/// Whether nothing of the document was read before, and its beginning is wanted.
fn is_first(request: &Request) -> bool {
    let selection = &request.selection;
    let is_start = matches!(request.place, None | Some(Position::Start));
    is_start && selection.sheet.is_none() && selection.start.is_none_or(|page| page == 1)
}

fn is_long(pages: &[Numbered<'_>], room: usize) -> bool {
    let length = || pages.iter().map(|page| page.text.chars().count() + 2).sum::<usize>();
    pages.len() > FEW || length() > room
}

/// Gives a description the outline of its document; says whether some of that found no room.
fn outline(item: &mut Item, document: &Document, reader: &Reader<'_>) -> bool {
    let room = reader.outline_room(item);
    let mut entries = detailed(&headings(document), room, reader);
    let left = message::shorten(&mut entries, room, reader);
    if entries.len() > 1 {
        item.outline = entries;
    }
    left > 0
}

/// Returns the headings down to the lowest level that fits `room`; the highest level in any case.
fn detailed(all: &[(usize, OutlineEntry)], room: usize, reader: &Reader<'_>) -> Vec<OutlineEntry> {
    let levels: BTreeSet<_> = all.iter().map(|(level, _)| *level).collect();
    let down_to = |lowest: usize| {
        let some = all.iter().filter(|(level, _)| *level <= lowest);
        some.map(|(_, entry)| entry.clone()).collect::<Vec<_>>()
    };
    let mut choices = levels.iter().rev().map(|lowest| down_to(*lowest));
    let fitting = choices.find(|entries| reader.length(entries) <= room);
    fitting.or_else(|| levels.first().map(|highest| down_to(*highest))).unwrap_or_default()
}

fn headings(document: &Document) -> Vec<(usize, OutlineEntry)> {
    let entry = |page, title: &str| OutlineEntry { page, title: excerpt(title, MAX_TITLE) };
    if document.pages.iter().any(|page| page.kind == PageKind::Sheet) {
        let names = (1..).zip(&document.pages);
        let hidden = |page: &Page| if page.is_hidden { " (hidden)" } else { "" };
        let named = |(number, page): (usize, &Page)| {
            let name = format!("{}{}", page.label.as_deref()?, hidden(page));
            Some((1, entry(number, &name)))
        };
        return names.filter_map(named).collect();
    }
    document.outline.iter().map(|one| (one.level, entry(one.page, &one.text))).collect()
}

/// Whether the text that was given ends where that of the document was cut.
fn is_cut(read: &Read, document: &Document) -> bool {
    let pages = read.item.pages.map_or(1..=1, |pages| pages.from..=pages.to);
    let cut = (1..).zip(&document.pages).filter(|(_, page)| page.is_cut);
    let is_given = cut.map(|(number, _)| number).any(|number| pages.contains(&number));
    is_given && !matches!(&read.next, Some(Position::Text(place)) if place.offset > 0)
}

/// Ends a selection before a page whose text was cut because of those before it: the next answer begins
/// with it, and then it is whole.
fn complete(selection: Selection, request: &Request, document: &Document) -> Selection {
    let start = request.text_place().map(|place| place.page).or(selection.start).unwrap_or(1);
    let mut later = (1..).zip(&document.pages).skip(start);
    let cut = later.find(|(_, page)| page.is_cut).map(|(number, _)| number - 1);
    Selection { end: selection.end.into_iter().chain(cut).min(), ..selection }
}

/// Makes of the name of a sheet its number.
fn selected(request: &Request, document: &Document) -> Result<Selection, ToolError> {
    let selection = request.selection.clone();
    let Some(wanted) = &selection.sheet else { return Ok(selection) };
    for (field, page) in [("startPage", selection.start), ("endPage", selection.end)] {
        if page.is_some() {
            return Err(ToolError::validation(format!(
                "{field}: beside sheet it is not accepted; leave out one of them."
            )));
        }
    }
    let number = find(wanted, &document.pages).ok_or_else(|| unknown(wanted, &document.pages))?;
    Ok(Selection { start: Some(number), end: Some(number), ..selection })
}

/// Returns the number of the sheet with this name, best in the same spelling.
fn find(wanted: &str, pages: &[Page]) -> Option<usize> {
    let is = |same: fn(&str, &str) -> bool| {
        let of_name = |page: &Page| page.label.as_deref().is_some_and(|label| same(label, wanted));
        pages.iter().position(|page| page.kind == PageKind::Sheet && of_name(page))
    };
    is(|own, wanted| own == wanted).or_else(|| is(same_name)).map(|at| at + 1)
}

fn unknown(wanted: &str, pages: &[Page]) -> ToolError {
    let sheets = pages.iter().filter(|page| page.kind == PageKind::Sheet);
    let names: Vec<_> = sheets.filter_map(|page| page.label.as_deref()).collect();
    ToolError::validation(match names.len() {
        0 => "sheet: only a workbook has sheets; leave it out.".to_owned(),
        1..=20 => format!("sheet: {wanted:?} is not accepted; the sheets are {names:?}."),
        count => {
            let near = nearest::names(wanted, names);
            format!(
                "sheet: {wanted:?} is not accepted; of the {count} sheets the nearest are {near:?}."
            )
        }
    })
}
