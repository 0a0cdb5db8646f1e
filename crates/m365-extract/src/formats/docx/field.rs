//! Fields: text that Word computes, with the instruction that it was computed by.

use std::rc::Rc;

/// The most fields inside of each other that are followed.
const MAX_FIELDS: usize = 64;
/// The longest instruction that is read, in bytes.
const MAX_INSTRUCTION: usize = 8 * 1024;

/// A field that is open.
#[derive(Debug, Default)]
pub(super) struct Field {
    instruction: String,
    is_result: bool,
    /// Whether a paragraph ended before the instruction did: nobody may ever close it.
    is_given_up: bool,
    is_hidden: bool,
    link: Option<Rc<str>>,
}

impl Field {
    /// Adds to the instruction.
    pub(super) fn instruct(&mut self, text: &str) {
        if !self.is_result && self.instruction.len() + text.len() <= MAX_INSTRUCTION {
            self.instruction.push_str(text);
        }
    }

    /// The instruction ends, and the result begins.
    pub(super) fn begin_result(&mut self, is_page_hidden: bool) {
        self.is_result = true;
        self.is_hidden = is_page_hidden && self.is_page_number();
        self.link = link(&self.instruction).map(Into::into);
    }

    /// A field whose result is all that is in it.
    pub(super) fn simple(instruction: &str, is_page_hidden: bool) -> Self {
        let mut field = Self::default();
        field.instruct(instruction);
        field.begin_result(is_page_hidden);
        field
    }

    /// Whether what comes next is shown.
    fn shows(&self) -> bool {
        (self.is_result || self.is_given_up) && !self.is_hidden
    }

    /// What a field hides within a paragraph, it does not hide in the next.
    fn end_paragraph(&mut self) {
        self.is_given_up |= !self.is_result;
        self.is_hidden = false;
    }

    /// Whether its result is the number of a page, or of all.
    pub(super) fn is_page_number(&self) -> bool {
        const KINDS: [&str; 4] = ["PAGE", "NUMPAGES", "SECTIONPAGES", "PAGEREF"];
        let kind = self.instruction.split_whitespace().next().unwrap_or_default();
        KINDS.iter().any(|known| kind.eq_ignore_ascii_case(known))
    }
}

/// The fields that are open, one in the other; one may go on over several paragraphs.
#[derive(Debug, Default)]
pub(super) struct Fields {
    open: Vec<Field>,
    /// How many more are open than are followed.
    beyond: usize,
}

impl Fields {
    /// A field begins.
    pub(super) fn begin(&mut self, field: Field) {
        match self.open.len() < MAX_FIELDS {
            true => self.open.push(field),
            false => self.beyond += 1,
        }
    }

    /// The field that began last ends.
    pub(super) fn end(&mut self) -> Option<Field> {
        if self.beyond > 0 {
            self.beyond -= 1;
            return None;
        }
        self.open.pop()
    }

    /// The field that began last, if it is followed.
    pub(super) fn last(&mut self) -> Option<&mut Field> {
        self.open.last_mut().filter(|_| self.beyond == 0)
    }

    /// A paragraph ends, and with it what fields keep from view.
    pub(super) fn end_paragraph(&mut self) {
        self.open.iter_mut().for_each(Field::end_paragraph);
    }

    /// Whether what comes next is shown.
    pub(super) fn show(&self) -> bool {
        self.open.iter().all(Field::shows)
    }

    /// Where a click on what comes next leads.
    pub(super) fn link(&self) -> Option<&Rc<str>> {
        self.open.iter().rev().find_map(|field| field.link.as_ref())
    }
}

/// The target of a `HYPERLINK` instruction, with the place in it.
fn link(instruction: &str) -> Option<String> {
    let words = words(instruction);
    let mut words = words.iter().map(String::as_str);
    if !words.next()?.eq_ignore_ascii_case("HYPERLINK") {
        return None;
    }
    let (mut target, mut place) = (None, None);
    while let Some(word) = words.next() {
        match word {
            "\\l" => place = words.next(),
            "\\o" | "\\t" | "\\s" => drop(words.next()),
            word if word.starts_with('\\') => {}
            word => target = target.or(Some(word)),
        }
    }
    target.map(|target| with_place(target, place))
}

/// A target with a place in it.
pub(super) fn with_place(target: &str, place: Option<&str>) -> String {
    match place.filter(|place| !place.is_empty() && !target.contains('#')) {
        Some(place) => format!("{target}#{place}"),
        None => target.to_owned(),
    }
}

/// The words of an instruction; what stands in quotes is one.
fn words(instruction: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (number, part) in instruction.split('"').enumerate() {
        match number % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_found_among_the_switches_of_its_field() {
        let links = [
            r#" HYPERLINK "https://a.example/x" \o "tip" "#,
            r#"HYPERLINK \t "_blank" "https://a.example/x""#,
            r#"HYPERLINK "https://a.example/x" \l "top""#,
        ];

        let found = links.map(|instruction| link(instruction).unwrap_or_default());

        assert_eq!(
            found,
            ["https://a.example/x", "https://a.example/x", "https://a.example/x#top"]
        );
        assert_eq!(link(r#"HYPERLINK \l "bookmark""#), None);
        assert_eq!(link("PAGE"), None);
    }
}
