//! Fonts: from the bytes of a string to text and widths.

use std::{cell::RefCell, collections::HashMap, rc::Rc, sync::Arc};

use hayro_font::{
    CMapResolverFn, Font, FontCache, FontGlyph, FontQuery, FontResolverFn, GlyphId, StandardFont,
    hayro_cmap::{self, BfString},
};
use hayro_syntax::object::{Array, Dict, Name, Object, ObjectIdentifier, Stream};

use super::{budget::Budget, ink::Text, letters, stream};

/// The most bytes that a part of a font unpacks to.
const MAX_PART: usize = 64 * 1024 * 1024;
/// The most bytes of a map from codes to text.
const MAX_MAP: usize = 8 * 1024 * 1024;
/// The most widths of a font, counting those of a range.
const MAX_WIDTHS: u64 = 300_000;
/// The most fonts of a document that are loaded.
const MAX_FONTS: usize = 2_000;

/// The fonts of a document.
pub(super) struct Fonts<'a> {
    cache: FontCache<'a>,
    resolver: FontResolverFn,
    maps: CMapResolverFn,
    loaded: HashMap<ObjectIdentifier, Option<Rc<Face<'a>>>>,
    count: usize,
}

/// A font as it is used here.
pub(super) struct Face<'a> {
    font: Font<'a>,
    pub(super) is_bold: bool,
    /// Whether all its characters are equally wide.
    pub(super) is_code: bool,
    /// Whether the document does not have it: then only plain text is shown in it.
    is_stand_in: bool,
    known: RefCell<HashMap<u32, Known>>,
}

/// What is known of a character code: its text, and its advance in thousandths.
#[derive(Clone)]
pub(super) struct Known {
    pub(super) text: Option<Text>,
    pub(super) advance: f64,
}

impl<'a> Fonts<'a> {
    pub(super) fn new() -> Self {
        Self {
            cache: FontCache::new(),
            resolver: Arc::new(|query| match query {
                FontQuery::Standard(font) => Some(font.get_font_data()),
                FontQuery::Fallback(font) => Some(font.pick_standard_font().get_font_data()),
            }),
            maps: Arc::new(hayro_cmap::load_embedded),
            loaded: HashMap::new(),
            count: 0,
        }
    }

    /// The font of a name; Helvetica where the document does not have it.
    pub(super) fn named(
        &mut self,
        fonts: &Dict<'a>,
        name: &Name<'_>,
        budget: &mut Budget,
    ) -> Option<Rc<Face<'a>>> {
        let Some(dict) = fonts.get::<Dict<'a>>(name) else { return self.stand_in() };
        let Some(id) = fonts.get_ref(name) else { return self.load(&dict, budget) };
        let id = id.into();
        if let Some(known) = self.loaded.get(&id) {
            return known.clone();
        }
        let face = self.load(&dict, budget);
        self.loaded.insert(id, face.clone());
        face
    }

    fn load(&mut self, dict: &Dict<'a>, budget: &mut Budget) -> Option<Rc<Face<'a>>> {
        self.count += 1;
        if self.count > MAX_FONTS || !is_bounded(dict) {
            budget.exceed();
            return None;
        }
        let font = self.cache.font(dict, &self.resolver, &self.maps)?;
        Some(Rc::new(Face::new(font, Some(dict))))
    }

    /// What is used where a document names no font.
    pub(super) fn stand_in(&self) -> Option<Rc<Face<'a>>> {
        let font = self.cache.standard_font(StandardFont::Helvetica, &self.resolver)?;
        Some(Rc::new(Face::new(font, None)))
    }
}

impl<'a> Face<'a> {
    fn new(font: Font<'a>, dict: Option<&Dict<'_>>) -> Self {
        Self {
            font,
            is_bold: dict.is_some_and(is_bold),
            is_code: dict.is_some_and(is_code),
            is_stand_in: dict.is_none(),
            known: RefCell::default(),
        }
    }

    /// Whether a string can be shown in it.
    pub(super) fn shows(&self, bytes: &[u8]) -> bool {
        !self.is_stand_in || bytes.is_ascii()
    }

    pub(super) fn is_level(&self) -> bool {
        self.font.is_horizontal()
    }

    /// The code at the start of `bytes`, which are not empty, and its length.
    pub(super) fn code(&self, bytes: &[u8]) -> (u32, usize) {
        let (code, length) = self.font.read_code(bytes, 0);
        (code, length.max(1))
    }

    pub(super) fn known(&self, code: u32) -> Known {
        let mut known = self.known.borrow_mut();
        known.entry(code).or_insert_with(|| self.look_up(code)).clone()
    }

    fn look_up(&self, code: u32) -> Known {
        let advance = self.font.code_advance(code);
        let unicode = match self.font.glyph(GlyphId::NOTDEF, code) {
            FontGlyph::Outline(glyph) => glyph.as_unicode(),
            FontGlyph::Type3(glyph) => glyph.as_unicode(),
        };
        let text = unicode.and_then(|unicode| match unicode {
            BfString::Char(c) => letters::of_char(c),
            BfString::String(text) => letters::of_string(&text),
        });
        let advance = if self.is_level() { advance.x } else { advance.y };
        Known { text, advance }
    }
}

/// Whether all that the font consists of unpacks to a bounded size.
fn is_bounded(dict: &Dict<'_>) -> bool {
    [Some(dict.clone()), descendant(dict)].into_iter().flatten().all(|font| {
        let descriptor = font.get::<Dict<'_>>("FontDescriptor").unwrap_or_default();
        ["ToUnicode", "Encoding", "CIDToGIDMap"].iter().all(|key| fits(&font, key, MAX_MAP))
            && ["FontFile", "FontFile2", "FontFile3"]
                .iter()
                .all(|key| fits(&descriptor, key, MAX_PART))
            && widths(&font, "W", 3) + widths(&font, "W2", 5) <= MAX_WIDTHS
    })
}

fn fits(dict: &Dict<'_>, key: &str, max: usize) -> bool {
    dict.get::<Stream<'_>>(key).is_none_or(|part| stream::fits(&part, max))
}

/// How many widths a table of them stands for: `first last width` is one for each code between.
fn widths(font: &Dict<'_>, key: &str, length: usize) -> u64 {
    let Some(table) = font.get::<Array<'_>>(key) else { return 0 };
    let mut numbers: Vec<i64> = Vec::new();
    let mut total: u64 = 0;
    for part in table.iter::<Object<'_>>() {
        match part {
            Object::Number(number) => numbers.push(number.as_i64()),
            _ => numbers.clear(),
        }
        if let [first, last, ..] = numbers.as_slice()
            && numbers.len() == length
        {
            total = total.saturating_add(last.abs_diff(*first));
            numbers.clear();
        }
    }
    total
}

/// The font that a composite font takes its characters from.
fn descendant<'a>(dict: &Dict<'a>) -> Option<Dict<'a>> {
    dict.get::<Array<'a>>("DescendantFonts")?.iter::<Dict<'a>>().next()
}

/// Whether a font is bold, by its name or its descriptor.
fn is_bold(dict: &Dict<'_>) -> bool {
    let name = name(dict);
    let descriptor = descriptor(dict);
    ["bold", "black", "heavy", "cmbx"].iter().any(|word| name.contains(word))
        || descriptor.get::<f32>("FontWeight").is_some_and(|weight| weight >= 600.0)
}

/// Whether all characters of a font are equally wide, by its name or its descriptor.
fn is_code(dict: &Dict<'_>) -> bool {
    const FIXED: i32 = 1;
    let name = name(dict);
    ["courier", "mono", "consolas", "menlo", "cmtt"].iter().any(|word| name.contains(word))
        || descriptor(dict).get::<i32>("Flags").is_some_and(|flags| flags & FIXED != 0)
}

fn name(dict: &Dict<'_>) -> String {
    let name = dict.get::<Name<'_>>("BaseFont");
    name.map(|name| name.as_str().to_ascii_lowercase()).unwrap_or_default()
}

fn descriptor<'a>(dict: &Dict<'a>) -> Dict<'a> {
    let font = descendant(dict).unwrap_or_else(|| dict.clone());
    font.get::<Dict<'a>>("FontDescriptor").unwrap_or_default()
}
