//! The vocabularies of names: documents may call them by any prefix, we call them by the usual one.

/// The most prefixes that are in force at one place.
const MAX_BOUND: usize = 256;

/// What OpenDocument's own vocabularies begin with.
const OPEN_DOCUMENT: &str = "urn:oasis:names:tc:opendocument:xmlns:";

/// The usual prefix of a vocabulary; empty for one that is not read.
fn usual(uri: &str) -> &'static str {
    match uri.strip_prefix(OPEN_DOCUMENT) {
        Some(name) => open_document(name.strip_suffix(":1.0").unwrap_or(name)),
        None => other(uri),
    }
}

fn open_document(name: &str) -> &'static str {
    match name {
        "chart" => "chart",
        "datastyle" => "number",
        "drawing" => "draw",
        "manifest" => "manifest",
        "meta" => "meta",
        "office" => "office",
        "presentation" => "presentation",
        "style" => "style",
        "svg-compatible" => "svg",
        "table" => "table",
        "text" => "text",
        "xsl-fo-compatible" => "fo",
        _ => "",
    }
}

fn other(uri: &str) -> &'static str {
    match uri {
        "http://purl.org/dc/elements/1.1/" => "dc",
        "http://www.w3.org/1998/Math/MathML" => "math",
        "http://www.w3.org/1999/xlink" => "xlink",
        "http://schemas.openxmlformats.org/drawingml/2006/chart"
        | "http://purl.oclc.org/ooxml/drawingml/chart" => "c",
        "http://schemas.openxmlformats.org/drawingml/2006/main"
        | "http://purl.oclc.org/ooxml/drawingml/main" => "a",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        | "http://purl.oclc.org/ooxml/officeDocument/relationships" => "r",
        "http://schemas.openxmlformats.org/presentationml/2006/main"
        | "http://purl.oclc.org/ooxml/presentationml/main" => "p",
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        | "http://purl.oclc.org/ooxml/wordprocessingml/main" => "w",
        "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
        | "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing" => "wp",
        "http://schemas.openxmlformats.org/officeDocument/2006/math"
        | "http://purl.oclc.org/ooxml/officeDocument/math" => "m",
        "http://schemas.openxmlformats.org/drawingml/2006/diagram"
        | "http://purl.oclc.org/ooxml/drawingml/diagram" => "dgm",
        "http://schemas.openxmlformats.org/markup-compatibility/2006" => "mc",
        "urn:schemas-microsoft-com:vml" => "v",
        "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0" => "loext",
        _ => "",
    }
}

/// The prefixes in force where a reader is.
#[derive(Debug, Default)]
pub(super) struct Spaces<'a> {
    bound: Vec<Bound<'a>>,
}

#[derive(Debug)]
struct Bound<'a> {
    prefix: &'a str,
    space: &'static str,
    depth: usize,
}

impl<'a> Spaces<'a> {
    /// Notes what an attribute of the element at `depth` declares, if it is a declaration.
    pub(super) fn declare(&mut self, depth: usize, key: &'a str, uri: &str) {
        let prefix = match key.strip_prefix("xmlns") {
            Some("") => "",
            Some(rest) => rest.strip_prefix(':').unwrap_or_default(),
            None => return,
        };
        if self.bound.len() < MAX_BOUND {
            self.bound.push(Bound { prefix, space: usual(uri), depth });
        }
    }

    /// Forgets what the element at `depth` declared.
    pub(super) fn leave(&mut self, depth: usize) {
        while self.bound.last().is_some_and(|bound| bound.depth >= depth) {
            self.bound.pop();
        }
    }

    /// The vocabulary and the local name of an element.
    pub(super) fn resolve(&self, name: &'a str) -> (&'static str, &'a str) {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        (self.space(prefix), local)
    }

    /// The vocabulary and the local name of an attribute: without a prefix it has none.
    pub(super) fn resolve_attribute(&self, name: &'a str) -> (&'static str, &'a str) {
        name.split_once(':').map_or(("", name), |(prefix, local)| (self.space(prefix), local))
    }

    fn space(&self, prefix: &str) -> &'static str {
        let bound = self.bound.iter().rev().find(|bound| bound.prefix == prefix);
        bound.map_or("", |bound| bound.space)
    }
}
