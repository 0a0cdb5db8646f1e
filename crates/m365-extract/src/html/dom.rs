//! A tree of a page in one arena: no recursion, no reference counts, links between siblings.

mod sink;

use html5ever::{Attribute, QualName};

pub(super) use self::sink::Sink;

/// The index of a node in its tree.
pub(crate) type Id = usize;

/// The document node, root of every tree.
pub(crate) const ROOT: Id = 0;

/// A parsed page.
#[derive(Debug)]
pub(crate) struct Dom {
    nodes: Vec<Node>,
}

#[derive(Debug, Default)]
struct Node {
    parent: Option<Id>,
    previous: Option<Id>,
    next: Option<Id>,
    first: Option<Id>,
    last: Option<Id>,
    content: Content,
}

#[derive(Debug, Default)]
enum Content {
    /// The document, a comment, or anything else that has no text of its own.
    #[default]
    Nothing,
    Element(Element),
    Text(String),
}

/// An element's name and attributes.
#[derive(Debug)]
pub(crate) struct Element {
    name: QualName,
    attributes: Vec<Attribute>,
}

impl Element {
    /// The name without its namespace, in lower case.
    pub(crate) fn name(&self) -> &str {
        &self.name.local
    }

    /// The value of an attribute.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|attribute| &*attribute.name.local == name)?;
        Some(&found.value)
    }

    /// Whether the attribute has this value, whatever its case.
    pub(crate) fn has(&self, name: &str, value: &str) -> bool {
        self.attribute(name).is_some_and(|found| found.trim().eq_ignore_ascii_case(value))
    }

    /// The names of its classes.
    pub(crate) fn classes(&self) -> impl Iterator<Item = &str> {
        self.attribute("class").unwrap_or_default().split_ascii_whitespace()
    }
}

impl Dom {
    /// The element at `id`, if it is one.
    pub(crate) fn element(&self, id: Id) -> Option<&Element> {
        match &self.nodes[id].content {
            Content::Element(element) => Some(element),
            _ => None,
        }
    }

    /// The text at `id`, if it is a text.
    pub(crate) fn text(&self, id: Id) -> Option<&str> {
        match &self.nodes[id].content {
            Content::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The children of a node in order.
    pub(crate) fn children(&self, id: Id) -> impl Iterator<Item = Id> {
        std::iter::successors(self.nodes[id].first, |child| self.nodes[*child].next)
    }

    /// The nodes around one, the innermost first.
    pub(crate) fn ancestors(&self, id: Id) -> impl Iterator<Item = Id> {
        std::iter::successors(self.nodes[id].parent, |around| self.nodes[*around].parent)
    }

    /// All nodes below `id`, parents before children, without recursion.
    pub(crate) fn descendants(&self, id: Id) -> impl Iterator<Item = Id> {
        std::iter::successors(self.nodes[id].first, move |at| self.after(*at, id))
    }

    /// The node that follows `at` in document order within `root`.
    fn after(&self, at: Id, root: Id) -> Option<Id> {
        let mut at = at;
        if let Some(first) = self.nodes[at].first {
            return Some(first);
        }
        loop {
            if at == root {
                return None;
            }
            if let Some(next) = self.nodes[at].next {
                return Some(next);
            }
            at = self.nodes[at].parent?;
        }
    }

    fn add(&mut self, content: Content) -> Id {
        self.nodes.push(Node { content, ..Node::default() });
        self.nodes.len() - 1
    }

    /// Takes a node out of its place, with all that is below it.
    fn detach(&mut self, id: Id) {
        let node = &mut self.nodes[id];
        let (parent, previous, next) = (node.parent.take(), node.previous.take(), node.next.take());
        match (previous, parent) {
            (Some(previous), _) => self.nodes[previous].next = next,
            (None, Some(parent)) => self.nodes[parent].first = next,
            (None, None) => {}
        }
        match (next, parent) {
            (Some(next), _) => self.nodes[next].previous = previous,
            (None, Some(parent)) => self.nodes[parent].last = previous,
            (None, None) => {}
        }
    }

    /// Puts a node under `parent`, before `next` or at the end.
    fn insert(&mut self, id: Id, parent: Id, next: Option<Id>) {
        self.detach(id);
        let previous = match next {
            Some(next) => self.nodes[next].previous.replace(id),
            None => self.nodes[parent].last.replace(id),
        };
        match previous {
            Some(previous) => self.nodes[previous].next = Some(id),
            None => self.nodes[parent].first = Some(id),
        }
        let node = &mut self.nodes[id];
        (node.parent, node.previous, node.next) = (Some(parent), previous, next);
    }

    /// Puts a text under `parent`, before `next` or at the end; adjacent texts become one.
    fn insert_text(&mut self, text: &str, parent: Id, next: Option<Id>) {
        let previous = match next {
            Some(next) => self.nodes[next].previous,
            None => self.nodes[parent].last,
        };
        if let Some(Content::Text(before)) = previous.map(|id| &mut self.nodes[id].content) {
            before.push_str(text);
            return;
        }
        let id = self.add(Content::Text(text.to_owned()));
        self.insert(id, parent, next);
    }
}
