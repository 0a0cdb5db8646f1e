//! What floats over the cells: text boxes, pictures that are described, and charts.

use super::package::{Package, Relationships};
use crate::{
    escape,
    formats::{
        office::{chart, says_something},
        sheets::{Sheet, one_line},
    },
    markdown::picture,
    xml::{self, Element, Event, XmlReader},
};

/// The most texts of a sheet's drawings.
const MAX_TEXTS: usize = 1_000;

/// Adds what the drawings of a sheet say.
pub(super) fn add(sheet: &mut Sheet, package: &mut Package<'_>, relationships: &Relationships) {
    for drawing in relationships.all_of_type("drawing") {
        let (texts, is_whole) = texts(&package.read_any(Some(drawing)));
        package.note_lost(!is_whole);
        sheet.floating.extend(texts);
        let inner = package.relationships(drawing);
        for part in inner.all_of_type("chart").take(MAX_TEXTS) {
            sheet.floating.extend(chart_note(&package.read_any(Some(part))));
        }
        if sheet.floating.len() > MAX_TEXTS {
            package.note_lost(true);
            return;
        }
    }
}

/// The paragraphs of text boxes and the descriptions of pictures, in the order of the file;
/// and whether these are all.
fn texts(part: &[u8]) -> (Vec<String>, bool) {
    let part = xml::decode(part);
    let mut reader = XmlReader::new(&part);
    let mut texts = Vec::new();
    while texts.len() < MAX_TEXTS
        && let Some(event) = reader.read()
    {
        let Event::Start(element) = event else { continue };
        match element.name().1 {
            // What programs show that do not know the shape before it.
            "Fallback" => reader.skip(),
            "sp" => texts.extend(paragraphs(&reader.finish(element))),
            "pic" => texts.extend(description(&reader.finish(element))),
            _ => {}
        }
    }
    let is_whole = texts.len() < MAX_TEXTS && reader.problem().is_none();
    (texts, is_whole)
}

fn paragraphs(shape: &Element<'_>) -> Vec<String> {
    let paragraphs = shape.descendants().filter(|element| element.name().1 == "p");
    let texts = paragraphs.map(|paragraph| one_line(&run_text(paragraph)));
    texts.filter(|text| !text.is_empty()).map(|text| escape::paragraph(&text)).collect()
}

/// The characters of all runs in an element.
fn run_text(element: &Element<'_>) -> String {
    let runs = element.descendants().filter(|inner| matches!(inner.name().1, "t" | "v"));
    runs.map(Element::text).collect()
}

/// What the author said is on a picture.
fn description(shape: &Element<'_>) -> Option<String> {
    let text = shape.descendants().find_map(|element| element.attribute("descr"))?;
    says_something(text).then(|| picture(text))
}

/// The title of a chart that has one; its data stand in the cells.
fn chart_note(part: &[u8]) -> Option<String> {
    let part = xml::decode(part);
    let mut reader = XmlReader::new(&part);
    while let Some(event) = reader.read() {
        let Event::Start(element) = event else { continue };
        match element.name().1 {
            "plotArea" => return None,
            "title" => {
                let title = run_text(&reader.finish(element));
                return (!title.trim().is_empty()).then(|| chart::heading(&title));
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_boxes_and_described_pictures_are_read() {
        let part = "<wsDr><sp><nvSpPr><cNvPr id=\"2\" name=\"TextBox 1\"/></nvSpPr><txBody><a:p><a:r>\
                    <a:t>Draft </a:t></a:r><a:r><a:t>only</a:t></a:r></a:p></txBody></sp>\
                    <pic><nvPicPr><cNvPr id=\"3\" name=\"Picture 3\" descr=\"The road to Oslo\"/></nvPicPr>\
                    </pic><pic><nvPicPr><cNvPr id=\"4\" descr=\"Picture 4\"/></nvPicPr></pic></wsDr>";

        assert_eq!(texts(part.as_bytes()).0, ["Draft only", "[image: The road to Oslo]"]);
    }

    #[test]
    fn a_chart_is_named_by_its_title() {
        let part = "<chartSpace><chart><title><tx><rich><a:p><a:r><a:t>Sales</a:t></a:r></a:p></rich></tx>\
                    </title><plotArea><title><tx><rich><a:p><a:r><a:t>Axis</a:t></a:r></a:p></rich></tx>\
                    </title></plotArea></chart></chartSpace>";

        assert_eq!(chart_note(part.as_bytes()).as_deref(), Some("**Chart:** Sales"));
        assert_eq!(chart_note(b"<chartSpace/>"), None);
        assert_eq!(
            chart_note(b"<title><t>![&lt;img src=x></t></title>").as_deref(),
            Some(r"**Chart:** !\[\<img src=x>"),
        );
    }
}
