//! How html5ever's tree builder fills a tree.

use std::{
    borrow::Cow,
    cell::{Ref, RefCell},
};

use html5ever::{
    Attribute, LocalName, Namespace, QualName,
    interface::{ElemName, ElementFlags, NodeOrText, QuirksMode, TreeSink},
    tendril::StrTendril,
};

use super::{Content, Dom, Element, Id, Node, ROOT};

/// Builds a [`Dom`] from what html5ever's tree builder says.
#[derive(Debug)]
pub(crate) struct Sink {
    dom: RefCell<Dom>,
}

impl Sink {
    pub(crate) fn new() -> Self {
        Self { dom: RefCell::new(Dom { nodes: vec![Node::default()] }) }
    }

    /// How many nodes there are so far.
    pub(crate) fn size(&self) -> usize {
        self.dom.borrow().nodes.len()
    }

    fn place(&self, child: NodeOrText<Id>, parent: Id, next: Option<Id>) {
        let mut dom = self.dom.borrow_mut();
        match child {
            NodeOrText::AppendNode(id) => dom.insert(id, parent, next),
            NodeOrText::AppendText(text) => dom.insert_text(&text, parent, next),
        }
    }

    fn parent(&self, id: Id) -> Option<Id> {
        self.dom.borrow().nodes[id].parent
    }
}

/// The name of an element, borrowed from the tree; the document has an empty one.
#[derive(Debug)]
pub(crate) struct Name<'a>(Ref<'a, QualName>);

impl ElemName for Name<'_> {
    fn ns(&self) -> &Namespace {
        &self.0.ns
    }

    fn local_name(&self) -> &LocalName {
        &self.0.local
    }
}

impl TreeSink for Sink {
    type Handle = Id;
    type Output = Dom;
    type ElemName<'a> = Name<'a>;

    fn finish(self) -> Dom {
        self.dom.into_inner()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Id {
        ROOT
    }

    fn elem_name<'a>(&'a self, target: &'a Id) -> Name<'a> {
        Name(Ref::map(self.dom.borrow(), |dom| match &dom.nodes[*target].content {
            Content::Element(element) => &element.name,
            _ => unreachable!("the tree builder asks for names of elements only"),
        }))
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> Id {
        self.dom.borrow_mut().add(Content::Element(Element { name, attributes }))
    }

    fn create_comment(&self, _: StrTendril) -> Id {
        self.dom.borrow_mut().add(Content::Nothing)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Id {
        self.dom.borrow_mut().add(Content::Nothing)
    }

    fn append(&self, parent: &Id, child: NodeOrText<Id>) {
        self.place(child, *parent, None);
    }

    fn append_based_on_parent_node(&self, element: &Id, previous: &Id, child: NodeOrText<Id>) {
        match self.parent(*element) {
            Some(parent) => self.place(child, parent, Some(*element)),
            None => self.place(child, *previous, None),
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &Id) -> Id {
        *target
    }

    fn same_node(&self, x: &Id, y: &Id) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Id, child: NodeOrText<Id>) {
        if let Some(parent) = self.parent(*sibling) {
            self.place(child, parent, Some(*sibling));
        }
    }

    fn add_attrs_if_missing(&self, target: &Id, attributes: Vec<Attribute>) {
        let mut dom = self.dom.borrow_mut();
        if let Content::Element(element) = &mut dom.nodes[*target].content {
            for attribute in attributes {
                if !element.attributes.iter().any(|known| known.name == attribute.name) {
                    element.attributes.push(attribute);
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &Id) {
        self.dom.borrow_mut().detach(*target);
    }

    fn reparent_children(&self, node: &Id, new_parent: &Id) {
        let mut dom = self.dom.borrow_mut();
        while let Some(child) = dom.nodes[*node].first {
            dom.insert(child, *new_parent, None);
        }
    }
}
