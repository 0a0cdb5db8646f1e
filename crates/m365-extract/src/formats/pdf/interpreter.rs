//! Runs the content of a page as far as text, lines and areas depend on it.
//!
//! Images, patterns and shadings are not looked into, and scripts have no place here at all.

mod annotations;
mod marked;
mod path;
mod text;

use hayro_font::kurbo::{Affine, Rect};
use hayro_syntax::{
    content::{TypedIter, ops::TypedInstruction},
    object::{Dict, Name, Number, Object, Stream},
    page::{Page, Resources},
};

use self::{marked::Marked, path::Path, text::Matrices};
use super::{
    budget::Budget,
    font::Fonts,
    ink::Ink,
    layers::Layers,
    state::{Saved, State, color},
    stream,
};

/// Forms are drawn within each other to this depth.
const MAX_FORMS: usize = 24;

/// What drawing a form costs, in operators.
const FORM_STEPS: usize = 200;

/// What the pages of a document have in common.
pub(super) struct Shared<'a> {
    pub(super) fonts: Fonts<'a>,
    pub(super) layers: Layers,
    pub(super) budget: Budget,
}

/// Draws a page: its content, and what its notes and fields show of themselves.
pub(super) fn draw<'a>(
    page: &Page<'a>,
    notes: &[Dict<'a>],
    to_page: Affine,
    shared: &mut Shared<'a>,
) -> Ink {
    let mut interpreter = Interpreter::new(shared, to_page);
    let content = stream::content(page.raw(), &mut interpreter.shared.budget);
    interpreter.run(&content, page.resources(), 0);
    interpreter.annotations(page, notes, to_page);
    interpreter.ink
}

struct Interpreter<'a, 's> {
    shared: &'s mut Shared<'a>,
    ink: Ink,
    state: State<'a>,
    text: Matrices,
    path: Path,
    marked: Marked,
    /// How many strings were shown.
    run: u32,
}

impl<'a, 's> Interpreter<'a, 's> {
    fn new(shared: &'s mut Shared<'a>, ctm: Affine) -> Self {
        Self {
            shared,
            ink: Ink::default(),
            state: State::new(ctm),
            text: Matrices::default(),
            path: Path::default(),
            marked: Marked::default(),
            run: 0,
        }
    }

    /// Runs a content stream; what it changes of the state is undone at its end.
    fn run(&mut self, content: &[u8], resources: &Resources<'a>, depth: usize) {
        let before = self.state.clone();
        let marks = self.marked.len();
        let mut saved = Saved::default();
        let mut operators = TypedIter::new(content);
        while let Some(operator) = operators.next() {
            if !self.shared.budget.steps(1) {
                break;
            }
            match operator {
                TypedInstruction::SaveState(_) => saved.push(&self.state),
                TypedInstruction::RestoreState(_) => {
                    self.state = saved.pop().unwrap_or_else(|| self.state.clone());
                }
                TypedInstruction::XObject(name) => self.object(name.0, resources, depth),
                operator => self.operator(&operator, resources),
            }
        }
        self.path.clear();
        self.marked.truncate(marks);
        self.state = before;
    }

    fn operator(&mut self, operator: &TypedInstruction<'_, '_>, resources: &Resources<'a>) {
        if self.text_operator(operator, resources) || self.path_operator(operator) {
            return;
        }
        match operator {
            TypedInstruction::Transform(m) => {
                self.state.ctm *= matrix([&m.0, &m.1, &m.2, &m.3, &m.4, &m.5].map(|n| n.as_f64()));
            }
            TypedInstruction::SetGraphicsState(name) => self.graphics_state(name.0, resources),
            TypedInstruction::InlineImage(_) => self.image(),
            TypedInstruction::BeginMarkedContent(tag) => self.marked.begin(tag.0, None, true),
            TypedInstruction::BeginMarkedContentWithProperties(tag) => {
                self.begin_marked(tag.0, tag.1, resources);
            }
            TypedInstruction::EndMarkedContent(_) => self.marked.end(),
            operator => self.color_operator(operator, resources),
        }
    }

    fn color_operator(&mut self, operator: &TypedInstruction<'_, '_>, resources: &Resources<'a>) {
        use TypedInstruction as Op;
        let (fill, stroke) = (self.state.spaces.is_fill_known, self.state.spaces.is_stroke_known);
        match operator {
            Op::NonStrokeColorDeviceGray(c) => self.set_fill(&[c.0], true),
            Op::NonStrokeColorDeviceRgb(c) => self.set_fill(&[c.0, c.1, c.2], true),
            Op::NonStrokeColorCmyk(c) => self.set_fill(&[c.0, c.1, c.2, c.3], true),
            Op::NonStrokeColor(c) => self.set_fill(&c.0, fill),
            Op::NonStrokeColorNamed(c) => self.set_fill(&c.0, fill && c.1.is_none()),
            Op::StrokeColorDeviceGray(c) => self.set_stroke(&[c.0], true),
            Op::StrokeColorDeviceRgb(c) => self.set_stroke(&[c.0, c.1, c.2], true),
            Op::StrokeColorCmyk(c) => self.set_stroke(&[c.0, c.1, c.2, c.3], true),
            Op::StrokeColor(c) => self.set_stroke(&c.0, stroke),
            Op::StrokeColorNamed(c) => self.set_stroke(&c.0, stroke && c.1.is_none()),
            Op::ColorSpaceNonStroke(name) => {
                self.state.spaces.is_fill_known = is_known(name.0, resources);
                self.state.fill = Some([0.0; 3]);
            }
            Op::ColorSpaceStroke(name) => {
                self.state.spaces.is_stroke_known = is_known(name.0, resources);
                self.state.stroke = Some([0.0; 3]);
            }
            _ => {}
        }
    }

    fn set_fill(&mut self, parts: &[Number], is_known: bool) {
        self.state.spaces.is_fill_known = is_known;
        self.state.fill = if is_known { color(parts) } else { None };
    }

    fn set_stroke(&mut self, parts: &[Number], is_known: bool) {
        self.state.spaces.is_stroke_known = is_known;
        self.state.stroke = if is_known { color(parts) } else { None };
    }

    fn graphics_state(&mut self, name: &Name<'_>, resources: &Resources<'a>) {
        let Some(dict) = resources.get_ext_g_state(name) else { return };
        if let Some(opacity) = dict.get::<f64>("ca") {
            self.state.opacity = opacity;
        }
    }

    /// A picture fills the unit square.
    fn image(&mut self) {
        let rect = self.state.ctm.transform_rect_bbox(Rect::new(0.0, 0.0, 1.0, 1.0));
        if self.marked.is_visible() {
            self.ink.picture(rect);
        }
    }

    fn object(&mut self, name: &Name<'_>, resources: &Resources<'a>, depth: usize) {
        let Some(object) = resources.get_x_object(name) else { return };
        match object.dict().get::<Name<'_>>("Subtype").as_deref() {
            Some(b"Image") => self.image(),
            Some(b"Form") => self.form(&object, resources, depth + 1),
            _ => {}
        }
    }

    fn form(&mut self, form: &Stream<'a>, resources: &Resources<'a>, depth: usize) {
        if depth > MAX_FORMS {
            return self.shared.budget.exceed();
        }
        if !self.shared.budget.steps(FORM_STEPS) {
            return;
        }
        let Some(content) = stream::unpacked(form, &mut self.shared.budget) else { return };
        let dict = form.dict();
        let own = dict.get::<Dict<'a>>("Resources").map(Resources::new);
        let before = (self.state.clone(), std::mem::take(&mut self.text));
        if let Some(parts) = dict.get::<[f64; 6]>("Matrix") {
            self.state.ctm *= matrix(parts);
        }
        let is_visible = self.shared.layers.shows(dict);
        self.marked.begin(b"", None, is_visible);
        self.run(&content, own.as_ref().unwrap_or(resources), depth);
        self.marked.end();
        (self.state, self.text) = before;
    }
}

/// The part of a page that is seen, in our coordinates.
pub(super) fn bounds(page: &Page<'_>) -> Rect {
    let (width, height) = page.render_dimensions();
    Rect::new(0.0, 0.0, f64::from(width), f64::from(height)).inflate(1.0, 1.0)
}

/// A matrix of finite numbers.
fn matrix(parts: [f64; 6]) -> Affine {
    if parts.iter().all(|part| part.is_finite()) { Affine::new(parts) } else { Affine::IDENTITY }
}

/// Whether the numbers of a color space are amounts of light or ink.
fn is_known(name: &Name<'_>, resources: &Resources<'_>) -> bool {
    if [b"DeviceGray".as_slice(), b"DeviceRGB", b"DeviceCMYK", b"G", b"RGB", b"CMYK"]
        .contains(&name.as_ref())
    {
        return true;
    }
    let kind = match resources.get_color_space(name) {
        Some(Object::Array(parts)) => parts.iter::<Name<'_>>().next(),
        Some(Object::Name(kind)) => Some(kind),
        _ => None,
    };
    let known = [b"ICCBased".as_slice(), b"CalGray", b"CalRGB", b"DeviceGray", b"DeviceRGB"];
    kind.is_some_and(|kind| known.contains(&kind.as_ref()))
}
