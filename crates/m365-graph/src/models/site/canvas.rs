use serde::Deserialize;

use crate::models::lenient;

/// What stands on a page:
/// [canvasLayout](https://learn.microsoft.com/graph/api/resources/canvaslayout).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Canvas {
    /// The sections, from top to bottom.
    #[serde(deserialize_with = "lenient::list")]
    pub horizontal_sections: Vec<CanvasSection>,
    /// The section beside all others.
    pub vertical_section: Option<CanvasSection>,
}

/// A section or column of a page; a section has columns, a column or a vertical section parts.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct CanvasSection {
    /// The columns, from left to right.
    #[serde(deserialize_with = "lenient::list")]
    pub columns: Vec<CanvasSection>,
    /// The parts, from top to bottom.
    #[serde(deserialize_with = "lenient::list")]
    pub webparts: Vec<WebPart>,
}

/// A text, or anything else that stands on a page.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct WebPart {
    /// The HTML of a text.
    pub inner_html: Option<String>,
    /// What another part holds.
    pub data: Option<PartData>,
}

/// What a part holds that is not a text.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct PartData {
    /// The kind of part for people, e.g. `Quick links`.
    pub title: Option<String>,
    /// What of it is text.
    #[serde(deserialize_with = "lenient::nullable")]
    pub server_processed_content: PartContent,
}

/// The texts and links of a part, each with its place in it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct PartContent {
    /// Plain texts.
    #[serde(deserialize_with = "lenient::list")]
    pub searchable_plain_texts: Vec<KeyValue>,
    /// Texts as HTML.
    #[serde(deserialize_with = "lenient::list")]
    pub html_strings: Vec<KeyValue>,
    /// Where its links lead, as full addresses or below the host.
    #[serde(deserialize_with = "lenient::list")]
    pub links: Vec<KeyValue>,
}

/// A text with its place, e.g. `items[0].title`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct KeyValue {
    /// The place.
    #[serde(deserialize_with = "lenient::nullable")]
    pub key: String,
    /// The text.
    #[serde(deserialize_with = "lenient::nullable")]
    pub value: String,
}
