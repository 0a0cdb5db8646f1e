//! Fonts: from the bytes of a string to text and widths.

use std::{cell::RefCell, collections::HashMap, rc::Rc, sync::Arc};

use hayro_font::{
    CMapResolverFn, Font, FontCache, FontGlyph, FontQuery, FontResolverFn, GlyphId, StandardFont,
    hayro_cmap::{self, BfString},
};
use hayro_syntax::object::{Array, Dict, Name, ObjectIdentifier, Stream};

use super::{budget::Budget, ink::Text, letters, stream};

/// The most bytes that a part of a font unpacks to.
const MAX_PART: usize = 64 * 1024 * 1024;
/// The most bytes of a map from codes to text.
const MAX_MAP: usize = 8 * 1024 * 1024;
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
        Some(Rc::new(Face::new(font, is_bold(dict), false)))
    }

    /// What is used where a document names no font.
    pub(super) fn stand_in(&self) -> Option<Rc<Face<'a>>> {
        let font = self.cache.standard_font(StandardFont::Helvetica, &self.resolver)?;
        Some(Rc::new(Face::new(font, false, true)))
    }
}

impl<'a> Face<'a> {
    fn new(font: Font<'a>, is_bold: bool, is_stand_in: bool) -> Self {
        Self { font, is_bold, is_stand_in, known: RefCell::default() }
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
    let inner =
        dict.get::<Array<'_>>("DescendantFonts").and_then(|all| all.iter::<Dict<'_>>().next());
    [Some(dict.clone()), inner].into_iter().flatten().all(|font| {
        let fits = |dict: &Dict<'_>, key: &str, max: usize| {
            dict.get::<Stream<'_>>(key).is_none_or(|part| stream::fits(&part, max))
        };
        let descriptor = font.get::<Dict<'_>>("FontDescriptor").unwrap_or_default();
        ["ToUnicode", "Encoding", "CIDToGIDMap"].iter().all(|key| fits(&font, key, MAX_MAP))
            && ["FontFile", "FontFile2", "FontFile3"]
                .iter()
                .all(|key| fits(&descriptor, key, MAX_PART))
    })
}

/// Whether a font is bold, by its name or its descriptor.
fn is_bold(dict: &Dict<'_>) -> bool {
    let name = dict.get::<Name<'_>>("BaseFont");
    let name = name.map(|name| name.as_str().to_ascii_lowercase()).unwrap_or_default();
    let inner =
        dict.get::<Array<'_>>("DescendantFonts").and_then(|all| all.iter::<Dict<'_>>().next());
    let descriptor = inner.as_ref().unwrap_or(dict).get::<Dict<'_>>("FontDescriptor");
    let heavy = |key: &str, from: f32| {
        descriptor.as_ref().and_then(|d| d.get::<f32>(key)).is_some_and(|value| value >= from)
    };
    ["bold", "black", "heavy", "cmbx"].iter().any(|word| name.contains(word))
        || heavy("FontWeight", 600.0)
}
