//! PowerPoint presentations.

use super::{xml, zip};

const DRAWING: &str = "http://schemas.openxmlformats.org/drawingml/2006/main";
const MAIN: &str = "http://schemas.openxmlformats.org/presentationml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// Makes a presentation; each form feed begins a new slide, whose first line is its title.
pub(crate) fn slides(text: &str) -> Vec<u8> {
    let slides: Vec<_> = text.split('\u{c}').map(str::trim).collect();
    let parts: Vec<_> =
        (1..=slides.len()).map(|number| format!("ppt/slides/slide{number}.xml")).collect();
    let mut types = vec![("ppt/presentation.xml".to_owned(), "presentationml.presentation.main")];
    types.extend(parts.iter().map(|part| (part.clone(), "presentationml.slide")));
    let targets: Vec<_> =
        parts.iter().map(|part| ("slide", part.trim_start_matches("ppt/").to_owned())).collect();
    let mut entries = vec![
        xml::content_types(&types),
        xml::relationships("_rels/.rels", &[("officeDocument", "ppt/presentation.xml".to_owned())]),
        ("ppt/presentation.xml".to_owned(), presentation(slides.len())),
        xml::relationships("ppt/_rels/presentation.xml.rels", &targets),
    ];
    entries.extend(parts.into_iter().zip(slides.iter().map(|text| slide(text))));
    zip::pack(&entries)
}

fn presentation(count: usize) -> String {
    let all: String = (1..=count)
        .map(|number| format!(r#"<p:sldId id="{}" r:id="rId{number}"/>"#, 255 + number))
        .collect();
    format!(
        r#"{}<p:presentation xmlns:p="{MAIN}" xmlns:r="{RELATIONS}"><p:sldIdLst>{all}</p:sldIdLst><p:sldSz cx="12192000" cy="6858000"/></p:presentation>"#,
        xml::HEAD
    )
}

fn slide(text: &str) -> String {
    let (title, body) = text.split_once('\n').unwrap_or((text, ""));
    let shapes = shape(2, "title", &[title.trim_start_matches("# ")])
        + &shape(3, "body", &body.lines().collect::<Vec<_>>());
    format!(
        r#"{}<p:sld xmlns:p="{MAIN}" xmlns:a="{DRAWING}"><p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>{shapes}</p:spTree></p:cSld></p:sld>"#,
        xml::HEAD
    )
}

fn shape(id: usize, kind: &str, lines: &[&str]) -> String {
    let paragraph = |line: &&str| format!("<a:p><a:r><a:t>{}</a:t></a:r></a:p>", xml::text(line));
    let text: String = lines.iter().map(paragraph).collect();
    format!(
        r#"<p:sp><p:nvSpPr><p:cNvPr id="{id}" name="{kind}"/><p:cNvSpPr/><p:nvPr><p:ph type="{kind}"/></p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/>{text}</p:txBody></p:sp>"#
    )
}
