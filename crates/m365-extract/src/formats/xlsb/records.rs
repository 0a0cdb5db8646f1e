//! What the parser of workbooks keeps to itself: hidden rows and columns, links and comments. Read
//! from the records of their parts (MS-XLSB 2.1.4) without any other.

use std::rc::Rc;

use crate::{
    clean::excerpt,
    formats::{
        sheets::{Area, Comment, MAX_AUTHOR, MAX_EXTRAS, Sheet},
        xlsx::package::Relationships,
    },
};

const BEGIN_COMMENT: u16 = 635;
const COL_INFO: u16 = 60;
const COMMENT_AUTHOR: u16 = 632;
const COMMENT_TEXT: u16 = 637;
const HLINK: u16 = 494;
const ROW_HDR: u16 = 0;

/// Adds what the part of a sheet says beside its cells.
pub(super) fn add(sheet: &mut Sheet, part: &[u8], relationships: &Relationships) {
    for (id, data) in records(part) {
        match id {
            ROW_HDR if data.get(11).is_some_and(|flags| flags & 0x10 != 0) => {
                if let Some(row) = u32_at(data, 0) {
                    sheet.hide_rows(row, row);
                }
            }
            COL_INFO if data.get(16).is_some_and(|flags| flags & 1 != 0) => {
                if let Some((first, last)) = u32_at(data, 0).zip(u32_at(data, 4)) {
                    sheet.hide_columns(first, last);
                }
            }
            HLINK => {
                if let Some((area, target)) = link(data, relationships) {
                    sheet.add_link(area, target);
                }
            }
            _ => {}
        }
    }
}

/// The comments of a part.
pub(super) fn comments(part: &[u8]) -> Vec<Comment> {
    let mut authors: Vec<String> = Vec::new();
    let mut comments: Vec<Comment> = Vec::new();
    for (id, data) in records(part) {
        match id {
            COMMENT_AUTHOR => authors.extend(wide(data, 0).map(|name| excerpt(&name, MAX_AUTHOR))),
            BEGIN_COMMENT if comments.len() < MAX_EXTRAS => {
                comments.extend(comment(data, &authors));
            }
            COMMENT_TEXT => {
                if let (Some(comment), Some(text)) = (comments.last_mut(), wide(data, 1)) {
                    comment.text = text;
                }
            }
            _ => {}
        }
    }
    comments
}

fn comment(data: &[u8], authors: &[String]) -> Option<Comment> {
    let author = usize::try_from(u32_at(data, 0)?).ok().and_then(|author| authors.get(author));
    let place = area(data, 4)?;
    Some(Comment {
        row: place.first_row,
        column: place.first_column,
        author: author.cloned(),
        text: String::new(),
    })
}

fn link(data: &[u8], relationships: &Relationships) -> Option<(Area, Rc<str>)> {
    let id = wide(data, 16)?;
    let target = relationships.by_id(&id).filter(|target| target.kind == "hyperlink")?;
    Some((area(data, 0)?, Rc::clone(&target.target)))
}

/// First and last row, first and last column.
fn area(data: &[u8], at: usize) -> Option<Area> {
    let number = |place: usize| u32_at(data, at + place);
    Some(Area::between((number(0)?, number(8)?), (number(4)?, number(12)?)))
}

/// The records of a part with their numbers, until one does not fit.
fn records(part: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = part;
    std::iter::from_fn(move || {
        let id = number(&mut rest, 2)?;
        let size = usize::try_from(number(&mut rest, 4)?).ok()?;
        let (data, behind) = rest.split_at_checked(size)?;
        rest = behind;
        Some((u16::try_from(id).ok()?, data))
    })
}

/// A number of seven bits a byte, the last of which has no high bit.
fn number(rest: &mut &[u8], most: u32) -> Option<u32> {
    let mut number = 0;
    for place in 0..most {
        let (byte, behind) = rest.split_first()?;
        *rest = behind;
        number |= u32::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some(number)
}

/// A text in UTF-16 behind its length.
fn wide(data: &[u8], at: usize) -> Option<String> {
    let length = usize::try_from(u32_at(data, at)?).ok()?.checked_mul(2)?;
    let units = data.get(at + 4..)?.get(..length)?.chunks_exact(2);
    let units: Vec<u16> = units.map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
    Some(String::from_utf16_lossy(&units))
}

fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*data.get(at..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_sizes_may_take_several_bytes() {
        let part = [&[0x94, 0x01, 0x81, 0x01][..], &[7; 129], &[0x05, 0x09, 1]].concat();

        let found: Vec<_> = records(&part).map(|(id, data)| (id, data.len())).collect();

        assert_eq!(found, [(148, 129)]);
    }
}
