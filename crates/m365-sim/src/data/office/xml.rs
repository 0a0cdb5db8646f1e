//! What the parts of an Office file have in common.

/// What every XML part begins with.
pub(crate) const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;

const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// Escapes text.
pub(crate) fn text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Writes `[Content_Types].xml` for parts and the last word of their types.
pub(crate) fn content_types(parts: &[(String, &str)]) -> (String, String) {
    let overrides: String = parts
        .iter()
        .map(|(part, kind)| {
            let kind = format!("application/vnd.openxmlformats-officedocument.{kind}+xml");
            format!(r#"<Override PartName="/{part}" ContentType="{kind}"/>"#)
        })
        .collect();
    let types = format!(
        r#"{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>"#
    );
    ("[Content_Types].xml".to_owned(), types)
}

/// Writes a part of relationships: `rId1` and so on, by kind and target.
pub(crate) fn relationships(part: &str, targets: &[(&str, String)]) -> (String, String) {
    let all: String = (1..)
        .zip(targets)
        .map(|(number, (kind, target))| {
            format!(r#"<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>"#)
        })
        .collect();
    let text =
        format!(r#"{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{all}</Relationships>"#);
    (part.to_owned(), text)
}
