//! Headers and footers.

use super::writer::Writer;
use crate::{formats::office::margin, xml::Element};

impl<'a> Writer<'a> {
    /// The headers and the footers of all pages, each line once.
    pub(in crate::formats) fn margins(&mut self, masters: &Element<'a>) -> [String; 2] {
        self.is_margin = true;
        let margins = ["header", "footer"].map(|kind| {
            let parts = masters.elements().flat_map(Element::elements);
            let is_kind = |part: &&Element<'a>| {
                let (space, local) = part.name();
                space == "style" && local.starts_with(kind) && is_displayed(part)
            };
            margin::join(parts.filter(is_kind).flat_map(|part| self.margin_lines(part)).collect())
        });
        self.is_margin = false;
        margins
    }

    fn margin_lines(&mut self, part: &Element<'a>) -> Vec<String> {
        let mut lines = Vec::new();
        for element in part.elements() {
            let line = self.apart(|writer| writer.block(element)).replace('\n', " ");
            let has_number = std::mem::take(&mut self.has_page_number);
            if !has_number || margin::says_more_than_a_page(&line) {
                lines.push(line);
            }
        }
        lines
    }
}

fn is_displayed(margin: &Element<'_>) -> bool {
    margin.attribute("style:display") != Some("false")
}
