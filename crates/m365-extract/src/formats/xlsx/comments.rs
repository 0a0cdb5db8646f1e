//! Comments on cells: notes, and the threads that newer versions of Excel have beside them.

use std::collections::{HashMap, HashSet};

use quick_xml::events::{BytesStart, Event};

use super::package::{Package, Relationships};
use crate::formats::sheets::{Comment, MAX_EXTRAS, Sheet, parse_cell, xml};

/// Adds the comments of a sheet. A cell with a thread has a note, too, which only says so.
pub(super) fn add(
    sheet: &mut Sheet,
    package: &mut Package<'_>,
    relationships: &Relationships,
    persons: &HashMap<String, String>,
) {
    let mut read = |kind: &str| -> Vec<u8> {
        let name = relationships.of_type(kind).map(str::to_owned);
        name.and_then(|name| package.read(&name).ok().flatten()).unwrap_or_default()
    };
    let threads = threads(&read("threadedComment"), persons);
    let in_threads: HashSet<(u32, u32)> =
        threads.iter().map(|comment| (comment.row, comment.column)).collect();
    let notes = notes(&read("comments")).into_iter();
    sheet.comments.extend(notes.filter(|note| !in_threads.contains(&(note.row, note.column))));
    sheet.comments.extend(threads);
}

/// The names of those who write in threads, by their ids.
pub(super) fn persons(part: &[u8]) -> HashMap<String, String> {
    let mut reader = xml::reader(part);
    let mut is_damaged = false;
    let mut persons = HashMap::new();
    loop {
        match xml::next(&mut reader, &mut is_damaged) {
            Event::Start(element) | Event::Empty(element)
                if element.local_name().as_ref() == "person" =>
            {
                let name = xml::attribute(&element, "displayName");
                if let (Some(id), Some(name)) = (xml::attribute(&element, "id"), name) {
                    persons.insert(id, name);
                }
            }
            Event::Eof => return persons,
            _ => {}
        }
    }
}

/// The comments of a part, each with the texts that `is_text` names.
fn read(
    part: &[u8],
    name: &str,
    mut begin: impl FnMut(&BytesStart<'_>) -> Comment,
    mut other: impl FnMut(&str, Option<&str>),
) -> Vec<Comment> {
    let mut reader = xml::reader(part);
    let mut is_damaged = false;
    let (mut comments, mut open, mut in_text) = (Vec::new(), None::<Comment>, false);
    let mut outside = String::new();
    while comments.len() < MAX_EXTRAS {
        match xml::next(&mut reader, &mut is_damaged) {
            Event::Start(element) => match element.local_name().as_ref() {
                element_name if element_name == name => open = Some(begin(&element)),
                "t" | "text" => in_text = element.local_name().as_ref() == "t" || name != "comment",
                other_name => {
                    outside.clear();
                    other(other_name, None);
                }
            },
            Event::Empty(element) => other(element.local_name().as_ref(), Some("")),
            Event::End(element) => match element.local_name().as_ref() {
                element_name if element_name == name => comments.extend(open.take()),
                "t" | "text" => in_text = false,
                other_name => other(other_name, Some(&outside)),
            },
            Event::Eof => break,
            event => match &mut open {
                Some(comment) if in_text => xml::push_text(&mut comment.text, &event),
                Some(_) => {}
                None => xml::push_text(&mut outside, &event),
            },
        }
    }
    comments
}

fn place(element: &BytesStart<'_>) -> (u32, u32) {
    let place = xml::attribute(element, "ref").and_then(|place| parse_cell(&place));
    place.unwrap_or_default()
}

/// The notes of a part (ECMA-376 part 1, 18.7).
fn notes(part: &[u8]) -> Vec<Comment> {
    let mut authors: Vec<String> = Vec::new();
    let mut author_of: Vec<Option<usize>> = Vec::new();
    let begin = |element: &BytesStart<'_>| {
        let (row, column) = place(element);
        author_of.push(xml::number(element, "authorId"));
        Comment { row, column, ..Comment::default() }
    };
    let mut notes = read(part, "comment", begin, |name, text| {
        if let ("author", Some(text)) = (name, text) {
            authors.push(text.trim().to_owned());
        }
    });
    for (note, author) in notes.iter_mut().zip(author_of) {
        note.author = author.and_then(|author| authors.get(author)).cloned();
    }
    notes
}

/// The threads of a part (MS-XLSX 2.6.205), each as one comment: replies follow with their authors.
fn threads(part: &[u8], persons: &HashMap<String, String>) -> Vec<Comment> {
    let begin = |element: &BytesStart<'_>| {
        let (row, column) = place(element);
        let author = xml::attribute(element, "personId").and_then(|id| persons.get(&id).cloned());
        Comment { row, column, author, ..Comment::default() }
    };
    let mut threads: Vec<Comment> = Vec::new();
    let mut by_place: HashMap<(u32, u32), usize> = HashMap::new();
    for message in read(part, "threadedComment", begin, |_, _| {}) {
        let at = *by_place.entry((message.row, message.column)).or_insert(threads.len());
        match threads.get_mut(at) {
            Some(thread) => {
                let author = message.author.as_deref().unwrap_or("reply");
                thread.text.push_str(&format!(" / {author}: {}", message.text.trim()));
            }
            None => threads.push(message),
        }
    }
    threads
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_have_their_authors() {
        let part = "<comments><authors><author>Ann</author><author>Bo</author></authors><commentList>\
                    <comment ref=\"B4\" authorId=\"1\"><text><r><rPr><b/></rPr><t>Bo:</t></r>\
                    <r><t xml:space=\"preserve\"> see Q3</t></r></text></comment></commentList></comments>";

        let notes = notes(part.as_bytes());

        assert_eq!((notes[0].row, notes[0].column), (3, 1));
        assert_eq!(notes[0].author.as_deref(), Some("Bo"));
        assert_eq!(notes[0].text, "Bo: see Q3");
    }

    #[test]
    fn a_thread_is_one_comment_with_its_replies() {
        let persons = HashMap::from([("{1}".to_owned(), "Ann".to_owned())]);
        let part = "<ThreadedComments><threadedComment ref=\"A1\" personId=\"{1}\" id=\"{a}\">\
                    <text>Sure?</text></threadedComment><threadedComment ref=\"A1\" personId=\"{1}\" \
                    parentId=\"{a}\"><text>Yes.</text></threadedComment></ThreadedComments>";

        let threads = threads(part.as_bytes(), &persons);

        assert_eq!(threads.len(), 1);
        assert_eq!(threads[0].text, "Sure? / Ann: Yes.");
    }
}
