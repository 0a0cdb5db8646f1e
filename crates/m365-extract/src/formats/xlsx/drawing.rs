//! What floats over the cells: text boxes, pictures that are described, and charts.

use quick_xml::events::{BytesStart, Event};

use super::package::{Package, Relationships};
use crate::{
    escape,
    formats::sheets::{Sheet, xml},
    markdown::picture,
};

/// The most texts of a drawing, and the most bytes of one.
const MAX_TEXTS: usize = 1_000;
const MAX_TEXT: usize = 32 * 1024;

/// Adds what the drawings of a sheet say.
pub(super) fn add(sheet: &mut Sheet, package: &mut Package<'_>, relationships: &Relationships) {
    let drawings: Vec<String> = relationships.all_of_type("drawing").map(str::to_owned).collect();
    for drawing in drawings {
        let part = package.read(&drawing).ok().flatten().unwrap_or_default();
        sheet.floating.extend(texts(&part));
        let inner = package.relationships(&drawing);
        let charts: Vec<String> = inner.all_of_type("chart").map(str::to_owned).collect();
        for chart in charts.into_iter().take(MAX_TEXTS) {
            let part = package.read(&chart).ok().flatten().unwrap_or_default();
            sheet.floating.extend(chart_note(&part));
        }
        if sheet.floating.len() > MAX_TEXTS {
            return;
        }
    }
}

/// The paragraphs of text boxes and the descriptions of pictures, in the order of the file.
fn texts(part: &[u8]) -> Vec<String> {
    let mut reader = xml::reader(part);
    let mut is_damaged = false;
    let (mut texts, mut paragraph, mut in_text) = (Vec::new(), String::new(), false);
    let mut in_picture = false;
    while texts.len() < MAX_TEXTS {
        match xml::next(&mut reader, &mut is_damaged) {
            Event::Start(element) | Event::Empty(element)
                if element.local_name().as_ref() == "cNvPr" && in_picture =>
            {
                texts.extend(description(&element));
            }
            Event::Start(element) => match element.local_name().as_ref() {
                "pic" => in_picture = true,
                "t" => in_text = true,
                _ => {}
            },
            Event::End(element) => match element.local_name().as_ref() {
                "pic" => in_picture = false,
                "t" => in_text = false,
                "p" => texts.extend(finished(&mut paragraph)),
                _ => {}
            },
            Event::Eof => break,
            event if in_text && paragraph.len() < MAX_TEXT => {
                xml::push_text(&mut paragraph, &event)
            }
            _ => {}
        }
    }
    texts
}

fn finished(paragraph: &mut String) -> Option<String> {
    let text = std::mem::take(paragraph);
    let words: Vec<&str> = text.split_whitespace().collect();
    (!words.is_empty()).then(|| escape::paragraph(&escape::text(&words.join(" "))))
}

/// What the author said is on a picture; file names and numbers of pictures say nothing.
fn description(element: &BytesStart<'_>) -> Option<String> {
    let text = xml::attribute(element, "descr")?;
    let is_sentence = text.split_whitespace().count() > 1 && !text.contains(['/', '\\']);
    let is_numbered =
        text.split_whitespace().count() == 2 && text.ends_with(|c: char| c.is_ascii_digit());
    (is_sentence && !is_numbered).then(|| picture(&text))
}

/// `[chart: title]` of a chart that has one.
fn chart_note(part: &[u8]) -> Option<String> {
    let mut reader = xml::reader(part);
    let mut is_damaged = false;
    let (mut title, mut in_title, mut in_text) = (String::new(), false, false);
    loop {
        match xml::next(&mut reader, &mut is_damaged) {
            Event::Start(element) => match element.local_name().as_ref() {
                "title" => in_title = true,
                "plotArea" => break,
                "t" | "v" => in_text = in_title,
                _ => {}
            },
            Event::End(element) => match element.local_name().as_ref() {
                "title" => break,
                "p" => title.push(' '),
                "t" | "v" => in_text = false,
                _ => {}
            },
            Event::Eof => break,
            event if in_text && title.len() < MAX_TEXT => xml::push_text(&mut title, &event),
            _ => {}
        }
    }
    let words: Vec<&str> = title.split_whitespace().collect();
    let title = escape::text(&words.join(" ")).replace(['[', ']'], "");
    (!title.is_empty()).then(|| format!("[chart: {title}]"))
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

        assert_eq!(texts(part.as_bytes()), ["Draft only", "[image: The road to Oslo]"]);
    }

    #[test]
    fn a_chart_is_named_by_its_title() {
        let part = "<chartSpace><chart><title><tx><rich><a:p><a:r><a:t>Sales</a:t></a:r></a:p></rich></tx>\
                    </title><plotArea><title><tx><rich><a:p><a:r><a:t>Axis</a:t></a:r></a:p></rich></tx>\
                    </title></plotArea></chart></chartSpace>";

        assert_eq!(chart_note(part.as_bytes()).as_deref(), Some("[chart: Sales]"));
        assert_eq!(chart_note(b"<chartSpace/>"), None);
    }
}
