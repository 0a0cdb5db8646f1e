//! Elements with what is in them.

use std::borrow::Cow;

use super::Event;

/// The most elements, texts and attributes of one tree.
const MAX_NODES: usize = 1_000_000;

/// An element: its vocabulary by the usual prefix, its name, and what is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element<'a> {
    pub(super) space: &'static str,
    pub(super) local: &'a str,
    pub(super) attributes: Vec<Attribute<'a>>,
    pub(super) children: Vec<Node<'a>>,
}

/// An attribute, with its references resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attribute<'a> {
    pub(super) space: &'static str,
    pub(super) local: &'a str,
    pub(super) value: Cow<'a, str>,
}

/// What can be in an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node<'a> {
    Element(Element<'a>),
    Text(Cow<'a, str>),
}

impl<'a> Element<'a> {
    /// Its vocabulary and name, e.g. `("text", "p")`.
    pub(crate) fn name(&self) -> (&'static str, &'a str) {
        (self.space, self.local)
    }

    /// Whether it has this name, e.g. `text:p`.
    pub(crate) fn is(&self, name: &str) -> bool {
        name.split_once(':') == Some((self.space, self.local))
    }

    /// The value of an attribute by its name, e.g. `text:style-name`, or `val` of no vocabulary.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let (space, local) = name.split_once(':').unwrap_or(("", name));
        let mut attributes = self.attributes.iter();
        let found = attributes.find(|one| one.local == local && one.space == space)?;
        Some(&found.value)
    }

    /// A number in an attribute.
    pub(crate) fn number(&self, name: &str) -> Option<usize> {
        self.attribute(name)?.trim().parse().ok()
    }

    /// What is in it.
    pub(crate) fn children(&self) -> &[Node<'a>] {
        &self.children
    }

    /// The elements in it.
    pub(crate) fn elements(&self) -> impl DoubleEndedIterator<Item = &Self> {
        self.children.iter().filter_map(|child| match child {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The first element in it that has this name.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.elements().find(|element| element.is(name))
    }

    /// All elements in it at any depth, in the order of the text.
    pub(crate) fn descendants(&self) -> impl Iterator<Item = &Self> {
        let mut open = vec![self.children.iter()];
        std::iter::from_fn(move || {
            loop {
                match open.last_mut()?.next() {
                    Some(Node::Element(element)) => {
                        open.push(element.children.iter());
                        return Some(element);
                    }
                    Some(Node::Text(_)) => {}
                    None => drop(open.pop()),
                }
            }
        })
    }

    /// The texts in it at any depth, as one.
    pub(crate) fn text(&self) -> String {
        let mut out = String::new();
        self.collect_text(&mut out);
        out
    }

    fn collect_text(&self, out: &mut String) {
        for child in &self.children {
            match child {
                Node::Element(element) => element.collect_text(out),
                Node::Text(text) => out.push_str(text),
            }
        }
    }
}

/// Puts elements into those that are around them.
pub(super) struct Builder<'a> {
    open: Vec<Element<'a>>,
    nodes: usize,
}

impl<'a> Builder<'a> {
    pub(super) fn new(root: Element<'a>) -> Self {
        Self { open: vec![root], nodes: 0 }
    }

    /// Whether there is no place for more.
    pub(super) fn is_full(&self) -> bool {
        self.nodes > MAX_NODES
    }

    /// Adds what comes next; gives the root when that was its end.
    pub(super) fn add(&mut self, event: Event<'a>) -> Option<Element<'a>> {
        self.nodes += 1;
        match event {
            Event::Start(element) => {
                self.nodes += element.attributes.len();
                self.open.push(element);
            }
            Event::Text(text) => self.put_text(text),
            Event::End => return self.end(),
        }
        None
    }

    /// Adds text, which a reference may have parted from the text before it.
    fn put_text(&mut self, more: Cow<'a, str>) {
        let last = self.open.last_mut().and_then(|parent| parent.children.last_mut());
        match last {
            Some(Node::Text(text)) => text.to_mut().push_str(&more),
            _ => self.put(Node::Text(more)),
        }
    }

    fn put(&mut self, node: Node<'a>) {
        if let Some(parent) = self.open.last_mut() {
            parent.children.push(node);
        }
    }

    fn end(&mut self) -> Option<Element<'a>> {
        let mut done = self.open.pop()?;
        done.children.shrink_to_fit();
        if self.open.is_empty() {
            return Some(done);
        }
        self.put(Node::Element(done));
        None
    }

    /// The root as far as it was read.
    pub(super) fn close(mut self) -> Element<'a> {
        loop {
            if let Some(root) = self.end() {
                return root;
            }
        }
    }
}
