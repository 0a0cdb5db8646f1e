//! Builds Word documents for tests.

use std::io::{Cursor, Write};

use zip::{ZipWriter, write::SimpleFileOptions};

const SPACES: &str = concat!(
    r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" "#,
    r#"xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" "#,
    r#"xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" "#,
    r#"xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" "#,
    r#"xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" "#,
    r#"xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" "#,
    r#"xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" "#,
    r#"xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing""#,
);
const TYPES: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";

/// A Word document under way.
#[derive(Debug, Default)]
pub(super) struct Docx {
    parts: Vec<(String, String)>,
    relations: String,
}

impl Docx {
    /// A document with this body.
    pub(super) fn new(body: &str) -> Self {
        let main = format!("<w:document {SPACES}><w:body>{body}</w:body></w:document>");
        Self::default().raw("word/document.xml", main)
    }

    /// Adds a part of a kind, such as `styles`, with a root element such as `w:styles`.
    pub(super) fn part(mut self, kind: &str, root: &str, content: &str) -> Self {
        let target = format!("{kind}.xml");
        self.relations.push_str(&relation(kind, &format!("rId-{kind}"), &target, ""));
        let text = format!("<{root} {SPACES}>{content}</{root}>");
        self.raw(&format!("word/{target}"), text)
    }

    /// Adds one of several parts of a kind.
    pub(super) fn part_at(mut self, kind: &str, number: usize, root: &str, content: &str) -> Self {
        let target = format!("{kind}{number}.xml");
        self.relations.push_str(&relation(kind, &format!("rId-{kind}{number}"), &target, ""));
        let text = format!("<{root} {SPACES}>{content}</{root}>");
        self.raw(&format!("word/{target}"), text)
    }

    /// Adds a file that Word is to insert.
    pub(super) fn chunk(mut self, target: &str, content: &str) -> Self {
        self.relations.push_str(&relation("aFChunk", "rId-aFChunk", target, ""));
        self.raw(&format!("word/{target}"), content)
    }

    /// Adds a reference to somewhere outside.
    pub(super) fn outside(mut self, kind: &str, id: &str, target: &str) -> Self {
        self.relations.push_str(&relation(kind, id, target, " TargetMode=\"External\""));
        self
    }

    /// Adds a part as it is.
    pub(super) fn raw(mut self, name: &str, content: impl Into<String>) -> Self {
        self.parts.push((name.to_owned(), content.into()));
        self
    }

    /// The bytes of the file.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let relations = format!("<Relationships>{}</Relationships>", self.relations);
        let relations = ("word/_rels/document.xml.rels".to_owned(), relations);
        for (name, content) in self.parts.iter().chain([&relations]) {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }
}

fn relation(kind: &str, id: &str, target: &str, mode: &str) -> String {
    format!("<Relationship Id=\"{id}\" Type=\"{TYPES}{kind}\" Target=\"{target}\"{mode}/>")
}

/// A paragraph with one run.
pub(super) fn paragraph(text: &str) -> String {
    format!("<w:p>{}</w:p>", run(text))
}

/// A paragraph of a style.
pub(super) fn styled(style: &str, text: &str) -> String {
    format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>{}</w:p>", run(text))
}

/// An item of a list.
pub(super) fn item(list: usize, level: usize, text: &str) -> String {
    format!(
        "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"{list}\"/></w:numPr></w:pPr>{}</w:p>",
        run(text)
    )
}

/// A run.
pub(super) fn run(text: &str) -> String {
    format!("<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>")
}

/// A run with properties.
pub(super) fn run_with(properties: &str, text: &str) -> String {
    format!("<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>")
}

/// A cell with properties.
pub(super) fn cell(properties: &str, content: &str) -> String {
    format!("<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>")
}

/// A field with its instruction and result.
pub(super) fn field(instruction: &str, result: &str) -> String {
    let mark = |kind: &str| format!("<w:r><w:fldChar w:fldCharType=\"{kind}\"/></w:r>");
    format!(
        "{}<w:r><w:instrText>{instruction}</w:instrText></w:r>{}{result}{}",
        mark("begin"),
        mark("separate"),
        mark("end")
    )
}
