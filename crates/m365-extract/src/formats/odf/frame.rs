//! What is drawn: text boxes, shapes, charts and formulas.

use super::{inline::description, objects::Object, writer::Writer};
use crate::{
    markdown::{Gap, picture},
    xml::Element,
};

impl<'a> Writer<'a> {
    /// Writes a drawing that stands by itself: its picture's description, then its text.
    pub(in crate::formats) fn drawn(&mut self, element: &Element<'a>) {
        let has_picture = element.is("draw:frame") && element.child("draw:image").is_some();
        if let Some(text) = description(element).filter(|_| has_picture) {
            self.blocks.inline().push_markdown(&picture(&text));
            self.blocks.flush(Gap::Paragraph);
        }
        self.frame(element);
    }

    /// Writes the text of a drawing.
    pub(super) fn frame(&mut self, element: &Element<'a>) {
        self.end_code();
        self.in_box(|writer| element.elements().for_each(|child| writer.in_frame(child)));
    }

    fn in_frame(&mut self, child: &Element<'a>) {
        if self.is_full() {
            return;
        }
        match child.name() {
            ("draw", "text-box") => self.children(child),
            ("draw", "object") => self.object(child),
            ("draw", "image" | "object-ole" | "plugin" | "applet" | "floating-frame") => {}
            ("draw", _) => self.drawn(child),
            _ => self.block(child),
        }
    }

    fn object(&mut self, object: &Element<'a>) {
        let objects = self.objects;
        match objects.at(object.attribute("xlink:href").unwrap_or_default()) {
            Some(Object::Formula(text)) => {
                self.blocks.inline().push_text(text);
                self.blocks.flush(Gap::Paragraph);
            }
            Some(Object::Chart(chart)) => chart.write(&mut self.blocks),
            None => {}
        }
    }
}
