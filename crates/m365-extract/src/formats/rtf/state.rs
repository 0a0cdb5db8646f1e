//! What holds for the text in a group.

use super::story::{Kind, Look};

/// Where the text of a group goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Dest {
    /// The text of the document, or of the story that is open.
    #[default]
    Text,
    /// The same, as what a field resulted in.
    Result,
    /// The same; the group is a field.
    Field,
    /// A story of its own beside the text.
    Story(Kind),
    /// A tag of the page that the document was made of.
    Tag,
    /// Nowhere.
    Skip,
    /// Nowhere, but for the text of a drawing.
    Shape,
    /// Nowhere, but for the description of a picture.
    Picture,
    PropertyName,
    PropertyValue,
    /// Nowhere, but for the title.
    Info,
    Title,
    Fonts,
    Styles,
    Colors,
    /// The names of those who changed the text.
    Authors,
    /// The name of the one who wrote the comment that follows.
    CommentAuthor,
    FieldCode,
    /// The number or sign of a list item.
    Marker,
}

impl Dest {
    /// Whether what is written there is read as text.
    pub(super) fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Result | Self::Field | Self::Story(_))
    }
}

/// What a group inherits from the one around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct State {
    pub(super) dest: Dest,
    /// Which group began the destination.
    pub(super) frame: usize,
    /// Where text goes whose other form, for older programs, is passed over.
    pub(super) before_upr: Option<Dest>,
    /// How many characters follow a code unit for programs that do not know it.
    pub(super) skip: usize,
    pub(super) font: Option<i32>,
    pub(super) look: Look,
    pub(super) is_hidden: bool,
    pub(super) is_tiny: bool,
    pub(super) color: i32,
    pub(super) is_shaded: bool,
    pub(super) paragraph: Paragraph,
    /// Whether the text is a copy of what a tag says already.
    pub(super) is_copy: bool,
}

impl Default for State {
    fn default() -> Self {
        Self {
            dest: Dest::Text,
            frame: 0,
            before_upr: None,
            skip: 1,
            font: None,
            look: Look::default(),
            is_hidden: false,
            is_tiny: false,
            color: 0,
            is_shaded: false,
            paragraph: Paragraph::default(),
            is_copy: false,
        }
    }
}

impl State {
    /// Undoes all marks of characters (`\plain`).
    pub(super) fn reset_characters(&mut self) {
        let Self { dest, frame, before_upr, skip, paragraph, is_copy, .. } = *self;
        *self = Self { dest, frame, before_upr, skip, paragraph, is_copy, ..Self::default() };
    }
}

/// How a paragraph is set.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Paragraph {
    pub(super) style: i32,
    /// The level of a heading that the paragraph itself is given.
    pub(super) outline: Option<usize>,
    pub(super) list: i32,
    pub(super) list_level: usize,
    /// How far its lines stand in, and how much further its first line does.
    pub(super) indent: i32,
    pub(super) first_indent: i32,
    pub(super) is_in_table: bool,
    pub(super) is_shaded: bool,
}
