//! Word documents.

use super::{cells, xml, zip};

const MAIN: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const PAGE_BREAK: &str = r#"<w:p><w:r><w:br w:type="page"/></w:r></w:p>"#;

/// Makes a document; each form feed begins a new page.
pub(crate) fn word(text: &str) -> Vec<u8> {
    let pages: Vec<_> = text.split('\u{c}').map(page).collect();
    let body = pages.join(PAGE_BREAK);
    let document = format!(
        r#"{}<w:document xmlns:w="{MAIN}"><w:body>{body}</w:body></w:document>"#,
        xml::HEAD
    );
    let part = "word/document.xml".to_owned();
    zip::pack(&[
        xml::content_types(&[(part.clone(), "wordprocessingml.document.main")]),
        xml::relationships("_rels/.rels", &[("officeDocument", part.clone())]),
        (part, document),
    ])
}

fn page(text: &str) -> String {
    let lines: Vec<_> = text.trim().lines().filter(|line| !line.trim().is_empty()).collect();
    let of_table = |line: &&str| cells(line).is_some();
    let blocks = lines.chunk_by(|a, b| of_table(a) == of_table(b));
    blocks.map(|block| if of_table(&block[0]) { table(block) } else { paragraphs(block) }).collect()
}

fn paragraphs(lines: &[&str]) -> String {
    lines.iter().map(|line| paragraph(line)).collect()
}

fn paragraph(line: &str) -> String {
    let (style, text) = match line.strip_prefix("# ") {
        Some(heading) => (r#"<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>"#, heading),
        None => ("", line),
    };
    let text = xml::text(text);
    format!(r#"<w:p>{style}<w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>"#)
}

fn table(lines: &[&str]) -> String {
    let cell = |text: &str| format!("<w:tc>{}</w:tc>", paragraph(text));
    let row = |line: &&str| {
        let cells: String = cells(line).unwrap_or_default().into_iter().map(cell).collect();
        format!("<w:tr>{cells}</w:tr>")
    };
    format!("<w:tbl>{}</w:tbl>", lines.iter().map(row).collect::<String>())
}
