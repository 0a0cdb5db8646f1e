use std::borrow::Cow;

use base64::{Engine, engine::general_purpose::STANDARD};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{ErrorCode, untrusted::Boundary};

mod render;
mod trailer;

pub(crate) use render::{length, render};
pub use trailer::{Interval, Trailer};

/// What a tool found: hits or resources in their order, and the trailer that says how to go on.
///
/// Each text of a hit or resource is [disarmed](m365_extract::disarm) when it leaves, but for those of
/// [`Resource::with_text`], which are markdown.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    items: Vec<Item>,
    trailer: Trailer,
    /// What the list of items is called, unless `results`.
    list: Option<&'static str>,
    /// What is known of the whole, beside the trailer.
    facts: Map<String, Value>,
}

#[derive(Clone, Debug)]
enum Item {
    Hit { text: Value, structured: Value },
    Resource(Resource),
}

impl Answer {
    /// Creates an answer without hits, which is complete.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a hit: what the model needs to choose, and the whole of it for programs.
    ///
    /// Null and empty fields are left out of both.
    pub fn hit(&mut self, text: Value, structured: Value) -> &mut Self {
        self.items.push(Item::Hit { text, structured });
        self
    }

    /// Adds something that was read.
    pub fn resource(&mut self, resource: Resource) -> &mut Self {
        self.items.push(Item::Resource(resource));
        self
    }

    /// Calls the list of hits `name`, which is `results` otherwise.
    pub(crate) const fn listing(&mut self, name: &'static str) -> &mut Self {
        self.list = Some(name);
        self
    }

    /// Adds something that is known of the whole; the model does not see what is empty.
    pub(crate) fn fact(&mut self, name: &str, value: Value) -> &mut Self {
        self.facts.insert(name.to_owned(), value);
        self
    }

    /// Returns the trailer, to be filled in.
    pub const fn trailer(&mut self) -> &mut Trailer {
        &mut self.trailer
    }

    /// Adds a sentence about what was left out or changed; the same one is said once.
    pub fn notice(&mut self, sentence: impl Into<String>) -> &mut Self {
        let sentence = sentence.into();
        if !self.trailer.notices.contains(&sentence) {
            self.trailer.notices.push(sentence);
        }
        self
    }

    /// Returns how many characters of text the answer has so far, its trailer included.
    #[must_use]
    pub fn characters(&self) -> usize {
        self.characters_within(None)
    }

    /// Returns how many characters that is with a boundary around what others wrote.
    pub(crate) fn characters_within(&self, boundary: Option<&Boundary>) -> usize {
        render::characters(self, boundary)
    }
}

/// One thing that was read: what is known of it, its text, and its images.
#[derive(Clone, Debug, Default)]
pub struct Resource {
    item: Value,
    text: Option<String>,
    footer: Option<String>,
    images: Vec<Block>,
}

impl Resource {
    /// Starts from a JSON object: `uri`, `type`, `title` and the like.
    #[must_use]
    pub fn new(item: Value) -> Self {
        Self { item, ..Self::default() }
    }

    /// Adds the text that others wrote, which becomes a block of its own.
    #[must_use]
    pub fn with_text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    /// Ends the text with lines of ours.
    pub(crate) fn with_footer(mut self, footer: impl Into<String>) -> Self {
        self.footer = Some(footer.into());
        self
    }

    /// Returns how many characters of text it takes in an answer.
    pub(crate) fn characters(&self, boundary: Option<&Boundary>) -> usize {
        render::resource_characters(self, boundary)
    }

    /// Adds an image.
    #[must_use]
    pub fn with_image(mut self, media_type: impl Into<String>, bytes: &[u8]) -> Self {
        let media_type = media_type.into();
        self.images.push(Block::Image { media_type, data: STANDARD.encode(bytes) });
        self
    }
}

/// A piece of a reply's content.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Block {
    /// One compact JSON object: a hit, what is known of an item, a trailer or a tool error.
    Json(String),
    /// Text that others wrote.
    Text(String),
    /// An image.
    Image {
        /// E.g. `image/png`.
        media_type: String,
        /// The bytes in base64.
        data: String,
    },
}

/// A finished answer or tool error, ready for any transport.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Reply {
    /// What the model reads.
    pub content: Vec<Block>,
    /// What programs read; matches the tool's output schema. Errors have none.
    pub structured: Option<Value>,
    /// The kind of tool error, if it is one.
    pub error: Option<ErrorCode>,
    /// How many hits or resources it has.
    pub items: usize,
    /// Whether it says that there is more.
    pub is_truncated: bool,
}

/// The usual shape of structured content: results, and the fields of the [`Trailer`].
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Results<T> {
    /// What was found or read, in order.
    pub results: Vec<T>,
    /// How to go on.
    #[serde(flatten)]
    pub trailer: Trailer,
}

impl<T: JsonSchema> JsonSchema for Results<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("ResultsOf{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let mut schema = Trailer::json_schema(generator);
        let results = generator.subschema_for::<Vec<T>>();
        render::describe_results(&mut schema, results);
        schema
    }
}
