//! Lines and areas: tables are found by them.

use hayro_font::kurbo::{Affine, Point, Rect};
use hayro_syntax::{content::ops::TypedInstruction, object::Number};

use super::Interpreter;

/// The most parts of a path that are kept; what has more is a drawing.
const MAX_PARTS: usize = 20_000;

/// The path under way.
#[derive(Default)]
pub(super) struct Path {
    parts: Vec<Part>,
}

/// Points that are joined by lines.
struct Part {
    points: Vec<Point>,
    is_closed: bool,
    is_curved: bool,
}

impl Path {
    pub(super) fn clear(&mut self) {
        self.parts.clear();
    }

    fn move_to(&mut self, point: Point) {
        if self.parts.len() < MAX_PARTS {
            self.parts.push(Part { points: vec![point], is_closed: false, is_curved: false });
        }
    }

    fn line_to(&mut self, point: Point) {
        if let Some(part) = self.parts.last_mut().filter(|part| part.points.len() < 64) {
            part.points.push(point);
        }
    }

    fn curve_to(&mut self, point: Point) {
        self.line_to(point);
        if let Some(part) = self.parts.last_mut() {
            part.is_curved = true;
        }
    }

    fn close(&mut self) {
        if let Some(part) = self.parts.last_mut() {
            part.is_closed = true;
        }
    }

    fn rect(&mut self, x: f64, y: f64, width: f64, height: f64) {
        self.move_to(Point::new(x, y));
        self.line_to(Point::new(x + width, y));
        self.line_to(Point::new(x + width, y + height));
        self.line_to(Point::new(x, y + height));
        self.close();
    }
}

impl Part {
    fn bounds(&self, ctm: Affine) -> Option<Rect> {
        let points = self.points.iter().map(|point| ctm * *point);
        points.map(|point| Rect::from_points(point, point)).reduce(|all, one| all.union(one))
    }

    /// The lines between its points.
    fn lines(&self, ctm: Affine) -> impl Iterator<Item = Rect> + '_ {
        let last = self.points.first().filter(|_| self.is_closed);
        let ends = self.points.iter().skip(1).chain(last);
        self.points.iter().zip(ends).map(move |(a, b)| Rect::from_points(ctm * *a, ctm * *b))
    }
}

impl Interpreter<'_, '_> {
    /// Runs an operator of paths; says whether it was one.
    pub(super) fn path_operator(&mut self, operator: &TypedInstruction<'_, '_>) -> bool {
        use TypedInstruction as Op;
        let point = |x: &Number, y: &Number| Point::new(x.as_f64(), y.as_f64());
        match operator {
            Op::MoveTo(p) => self.path.move_to(point(&p.0, &p.1)),
            Op::LineTo(p) => self.path.line_to(point(&p.0, &p.1)),
            Op::CubicTo(p) => self.path.curve_to(point(&p.4, &p.5)),
            Op::CubicStartTo(p) => self.path.curve_to(point(&p.2, &p.3)),
            Op::CubicEndTo(p) => self.path.curve_to(point(&p.2, &p.3)),
            Op::RectPath(r) => {
                self.path.rect(r.0.as_f64(), r.1.as_f64(), r.2.as_f64(), r.3.as_f64());
            }
            Op::ClosePath(_) => self.path.close(),
            operator => return self.paint_operator(operator),
        }
        true
    }

    fn paint_operator(&mut self, operator: &TypedInstruction<'_, '_>) -> bool {
        use TypedInstruction as Op;
        match operator {
            Op::StrokePath(_) => self.paint(false, true),
            Op::CloseAndStrokePath(_) => {
                self.path.close();
                self.paint(false, true);
            }
            Op::FillPathNonZero(_)
            | Op::FillPathNonZeroCompatibility(_)
            | Op::FillPathEvenOdd(_) => self.paint(true, false),
            Op::FillAndStrokeNonZero(_)
            | Op::FillAndStrokeEvenOdd(_)
            | Op::CloseFillAndStrokeNonZero(_)
            | Op::CloseFillAndStrokeEvenOdd(_) => self.paint(true, true),
            Op::EndPath(_) => self.path.clear(),
            _ => return false,
        }
        true
    }

    fn paint(&mut self, fills: bool, strokes: bool) {
        let path = std::mem::take(&mut self.path);
        if !self.marked.is_visible() || self.state.opacity < 0.05 {
            return;
        }
        let ctm = self.state.ctm;
        if fills {
            self.fill(&path);
        }
        for part in path.parts.iter().filter(|part| strokes && !part.is_curved) {
            part.lines(ctm).for_each(|line| self.ink.rule(line));
        }
    }

    /// Fills the parts of a path. Of one that has a hole only the edge is filled.
    fn fill(&mut self, path: &Path) {
        let bounds = |part: &Part| part.bounds(self.state.ctm).filter(|_| !part.is_curved);
        let all: Vec<Rect> = path.parts.iter().filter_map(bounds).collect();
        for (number, rect) in all.iter().enumerate() {
            let next = all.get(number + 1).filter(|next| is_within(**next, *rect));
            let last = number.checked_sub(1).and_then(|last| all.get(last));
            match (next, last.filter(|last| is_within(*rect, **last))) {
                (Some(hole), _) => edges(*rect, *hole).for_each(|edge| self.ink.rule(edge)),
                (None, Some(_)) => {}
                (None, None) => self.ink.fill(*rect, self.state.fill),
            }
        }
    }
}

/// Whether one rectangle lies in another and leaves an edge of it on each side.
fn is_within(inner: Rect, outer: Rect) -> bool {
    let is_apart = inner.x0 > outer.x0 && inner.y0 > outer.y0;
    is_apart && inner.x1 < outer.x1 && inner.y1 < outer.y1
}

/// The four sides of what is left around a hole.
fn edges(outer: Rect, hole: Rect) -> impl Iterator<Item = Rect> {
    [
        Rect::new(outer.x0, outer.y0, outer.x1, hole.y0),
        Rect::new(outer.x0, hole.y1, outer.x1, outer.y1),
        Rect::new(outer.x0, outer.y0, hole.x0, outer.y1),
        Rect::new(hole.x1, outer.y0, outer.x1, outer.y1),
    ]
    .into_iter()
}
