//! Sections: how they begin, and what stands in their margins.

use super::story::{Margin, Story};
use crate::xml::Element;

impl Story<'_> {
    /// A section ends; how the next one begins is told at its own end.
    pub(super) fn section(&mut self, element: &Element<'_>) {
        self.last_section(element);
        let before = self.pages.len();
        self.end_page();
        if self.pages.len() > before {
            self.pages.end_section();
        }
    }

    /// The properties of the section that ends here: it may go on the page of the one before.
    pub(super) fn last_section(&mut self, element: &Element<'_>) {
        let kind = element.child("w:type").and_then(|kind| kind.attribute("w:val"));
        let began = self.pages.section();
        if matches!(kind, Some("continuous" | "nextColumn")) {
            self.pages.join_section(began);
        }
        for reference in element.elements() {
            let is_header = reference.is("w:headerReference");
            if let (true, Some(id)) =
                (is_header || reference.is("w:footerReference"), reference.attribute("r:id"))
            {
                self.add_margin(Margin { is_header, id: id.to_owned() });
            }
        }
    }

    fn add_margin(&mut self, margin: Margin) {
        const MAX_MARGINS: usize = 100;
        if self.margins.len() < MAX_MARGINS && !self.margins.contains(&margin) {
            self.margins.push(margin);
        }
    }
}
