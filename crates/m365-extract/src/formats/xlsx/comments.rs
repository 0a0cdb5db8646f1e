//! Comments on cells: notes, and the threads that newer versions of Excel have beside them.

use std::collections::{HashMap, HashSet};

use super::package::{Package, Relationships};
use crate::{
    clean::excerpt,
    formats::sheets::{Comment, MAX_AUTHOR, MAX_EXTRAS, Sheet, parse_cell},
    xml::{self, Element, Event, XmlReader},
};

/// Adds the comments of a sheet. A cell with a thread has a note, too, which only says so.
pub(super) fn add(
    sheet: &mut Sheet,
    package: &mut Package<'_>,
    relationships: &Relationships,
    persons: &HashMap<String, String>,
) {
    let mut read = |kind: &str| package.read_any(relationships.of_type(kind));
    let (of_threads, of_notes) = (read("threadedComment"), read("comments"));
    let (threads, are_threads_whole) = threads(&of_threads, persons);
    let (notes, are_notes_whole) = notes(&of_notes);
    package.note_lost(!are_threads_whole || !are_notes_whole);
    let in_threads: HashSet<(u32, u32)> =
        threads.iter().map(|comment| (comment.row, comment.column)).collect();
    sheet
        .comments
        .extend(notes.into_iter().filter(|note| !in_threads.contains(&(note.row, note.column))));
    sheet.comments.extend(threads);
}

/// The elements of a part that have one of these names, each whole.
fn elements<'r, 'a>(
    reader: &'r mut XmlReader<'a>,
    names: &'static [&'static str],
) -> impl Iterator<Item = Element<'a>> + use<'r, 'a> {
    let found = std::iter::from_fn(move || {
        loop {
            match reader.read()? {
                Event::Start(element) if names.contains(&element.name().1) => {
                    return Some(reader.finish(element));
                }
                _ => {}
            }
        }
    });
    found.take(MAX_EXTRAS)
}

/// The names of those who write in threads, by their ids, and whether these are all.
pub(super) fn persons(part: &[u8]) -> (HashMap<String, String>, bool) {
    let part = xml::decode(part);
    let person = |element: Element<'_>| {
        let name = element.attribute("displayName")?;
        Some((element.attribute("id")?.to_owned(), excerpt(name, MAX_AUTHOR)))
    };
    let mut reader = XmlReader::new(&part);
    let persons = elements(&mut reader, &["person"]).filter_map(person).collect();
    (persons, reader.problem().is_none())
}

/// The notes of a part (ECMA-376 part 1, 18.7), and whether these are all.
fn notes(part: &[u8]) -> (Vec<Comment>, bool) {
    let part = xml::decode(part);
    let (mut authors, mut notes) = (Vec::new(), Vec::new());
    let mut reader = XmlReader::new(&part);
    for element in elements(&mut reader, &["author", "comment"]) {
        if element.name().1 == "author" {
            authors.push(excerpt(&element.text(), MAX_AUTHOR));
        } else {
            let author = element.number("authorId").and_then(|author| authors.get(author));
            let texts = element.descendants().filter(|inner| inner.name().1 == "t");
            let text = texts.map(Element::text).collect();
            notes.extend(comment(&element, author.cloned(), text));
        }
    }
    (notes, reader.problem().is_none())
}

fn comment(element: &Element<'_>, author: Option<String>, text: String) -> Option<Comment> {
    let (row, column) = parse_cell(element.attribute("ref")?)?;
    Some(Comment { row, column, author, text })
}

/// The threads of a part (MS-XLSX 2.6.205), each as one comment: replies follow with their authors;
/// and whether these are all.
fn threads(part: &[u8], persons: &HashMap<String, String>) -> (Vec<Comment>, bool) {
    let part = xml::decode(part);
    let message = |element: Element<'_>| {
        let author = element.attribute("personId").and_then(|id| persons.get(id).cloned());
        let texts = element.elements().filter(|inner| inner.name().1 == "text");
        let text = texts.map(Element::text).collect();
        comment(&element, author, text)
    };
    let mut threads: Vec<Comment> = Vec::new();
    let mut by_place: HashMap<(u32, u32), usize> = HashMap::new();
    let mut reader = XmlReader::new(&part);
    for message in elements(&mut reader, &["threadedComment"]).filter_map(message) {
        let at = *by_place.entry((message.row, message.column)).or_insert(threads.len());
        match threads.get_mut(at) {
            Some(thread) => {
                let author = message.author.as_deref().unwrap_or("reply");
                thread.text.push_str(&format!(" / {author}: {}", message.text.trim()));
            }
            None => threads.push(message),
        }
    }
    (threads, reader.problem().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_have_their_authors() {
        let part = "<comments><authors><author>Ann</author><author>Bo</author></authors><commentList>\
                    <comment ref=\"B4\" authorId=\"1\"><text><r><rPr><b/></rPr><t>Bo:</t></r>\
                    <r><t xml:space=\"preserve\"> see Q3</t></r></text></comment></commentList></comments>";

        let (notes, _) = notes(part.as_bytes());

        assert_eq!((notes[0].row, notes[0].column), (3, 1));
        assert_eq!(notes[0].author.as_deref(), Some("Bo"));
        assert_eq!(notes[0].text, "Bo: see Q3");
    }

    #[test]
    fn c08_the_name_of_an_author_is_short_and_damage_is_noted() {
        let long = "x".repeat(1_000);
        let part = format!(
            "<comments><authors><author>{long}</author></authors><commentList>\
             <comment ref='B4' authorId='0'><text><t>a</t></text></comment>"
        );

        let (notes, is_whole) = notes(part.as_bytes());

        assert_eq!(notes[0].author.as_ref().map(|name| name.chars().count()), Some(MAX_AUTHOR));
        assert!(!is_whole);
    }

    #[test]
    fn a_thread_is_one_comment_with_its_replies() {
        let (persons, _) =
            persons(b"<personList><person displayName='Ann' id='{1}'/></personList>");
        let part = "<ThreadedComments><threadedComment ref=\"A1\" personId=\"{1}\" id=\"{a}\">\
                    <text>Sure?</text></threadedComment><threadedComment ref=\"A1\" personId=\"{1}\" \
                    parentId=\"{a}\"><text>Yes.</text></threadedComment></ThreadedComments>";

        let (threads, _) = threads(part.as_bytes(), &persons);

        assert_eq!(threads.len(), 1);
        assert_eq!(threads[0].text, "Sure? / Ann: Yes.");
    }
}
