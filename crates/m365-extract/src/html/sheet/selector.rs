//! Selectors of tags, classes, ids and what they stand in (Selectors 4, chapters 5, 6 and 15).

use super::super::dom::{Dom, Element, Id};

/// How many elements around one are looked at.
const MAX_AROUND: usize = 64;
/// The most parts of a selector.
const MAX_PARTS: usize = 8;

/// Parts that an element and those around it have to fit, the element's own last.
#[derive(Debug)]
pub(super) struct Selector {
    parts: Vec<Part>,
}

/// A tag, classes and an id, all of which have to fit.
#[derive(Debug, Default)]
struct Part {
    tag: Option<String>,
    classes: Vec<String>,
    id: Option<String>,
}

impl Selector {
    /// Reads a selector; none when it has siblings, attributes or states. A child counts as any
    /// descendant.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let words = text.split([' ', '\t', '\r', '\n', '>']).filter(|word| !word.is_empty());
        let parts = words.map(Part::parse).collect::<Option<Vec<Part>>>()?;
        (1..=MAX_PARTS).contains(&parts.len()).then_some(Self { parts })
    }

    /// The id, class or tag by which elements that it fits are found.
    pub(super) fn key(&self) -> String {
        let last = self.parts.last();
        let id = last.and_then(|part| part.id.as_ref()).map(|id| format!("#{id}"));
        let class = last.and_then(|part| part.classes.first()).map(|class| format!(".{class}"));
        id.or(class).or_else(|| last?.tag.clone()).unwrap_or_default()
    }

    /// Ids, classes and tags, which in this order decide between rules.
    pub(super) fn specificity(&self) -> (usize, usize, usize) {
        self.parts.iter().fold((0, 0, 0), |(ids, classes, tags), part| {
            let (id, tag) = (usize::from(part.id.is_some()), usize::from(part.tag.is_some()));
            (ids + id, classes + part.classes.len(), tags + tag)
        })
    }

    /// Whether it fits the element at `id`.
    pub(super) fn matches(&self, dom: &Dom, id: Id) -> bool {
        let Some((own, around)) = self.parts.split_last() else { return false };
        if !dom.element(id).is_some_and(|element| own.fits(element)) {
            return false;
        }
        let mut outer = dom.ancestors(id).take(MAX_AROUND).filter_map(|id| dom.element(id));
        around.iter().rev().all(|part| outer.any(|element| part.fits(element)))
    }
}

impl Part {
    fn parse(word: &str) -> Option<Self> {
        let word = word.strip_suffix(":link").or(word.strip_suffix(":visited")).unwrap_or(word);
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        if !word.chars().all(|c| is_name(c) || matches!(c, '.' | '#')) {
            return None;
        }
        let start = word.find(['.', '#']).unwrap_or(word.len());
        let (tag, mut rest) = word.split_at(start);
        let tag = Some(tag.to_ascii_lowercase()).filter(|tag| !tag.is_empty());
        let mut part = Self { tag, ..Self::default() };
        while let Some(mark) = rest.chars().next() {
            let end = rest[1..].find(['.', '#']).map_or(rest.len(), |at| at + 1);
            let name = rest[1..end].to_owned();
            match mark {
                '.' => part.classes.push(name),
                _ => part.id = Some(name),
            }
            rest = &rest[end..];
        }
        Some(part)
    }

    fn fits(&self, element: &Element) -> bool {
        let has = |class: &String| element.classes().any(|own| own == class);
        self.tag.as_ref().is_none_or(|tag| tag == element.name())
            && self.id.as_ref().is_none_or(|id| element.attribute("id") == Some(id))
            && self.classes.iter().all(has)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selector_is_found_by_the_end_of_its_last_part() {
        let key = |text| Selector::parse(text).map(|selector| selector.key());

        assert_eq!(key("div > p.note.x"), Some(".note".to_owned()));
        assert_eq!(key(".a #b"), Some("#b".to_owned()));
        assert_eq!(key("A:link"), Some("a".to_owned()));
    }

    #[test]
    fn selectors_of_siblings_attributes_and_states_are_left_out() {
        for text in ["a + b", "a ~ b", "[x]", "a:hover", "*", ""] {
            assert!(Selector::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn ids_go_before_classes_and_classes_before_tags() {
        let specificity = |text| Selector::parse(text).map(|selector| selector.specificity());

        assert!(specificity("#a") > specificity(".a .b p"));
        assert!(specificity(".a") > specificity("table tr td"));
    }
}
