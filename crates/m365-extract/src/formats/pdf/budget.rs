//! What reading may cost: counted for the whole document, and for each page anew.

/// The most operators of a page.
const PAGE_STEPS: usize = 2_000_000;
/// The most operators of a document.
const ALL_STEPS: usize = 12_000_000;
/// The most characters that a page shows.
const PAGE_GLYPHS: usize = 200_000;
/// The most characters that a document shows.
const ALL_GLYPHS: usize = 6_000_000;
/// The most bytes of content that a page unpacks to, its forms each time they are drawn.
const PAGE_BYTES: usize = 64 * 1024 * 1024;
/// The most bytes that a document unpacks to: content, fonts and notes.
const ALL_BYTES: usize = 256 * 1024 * 1024;

/// What is left to spend.
#[derive(Debug)]
pub(super) struct Budget {
    page: Amounts,
    all: Amounts,
    was_exceeded: bool,
}

#[derive(Clone, Copy, Debug)]
struct Amounts {
    steps: usize,
    glyphs: usize,
    bytes: usize,
}

const PAGE: Amounts = Amounts { steps: PAGE_STEPS, glyphs: PAGE_GLYPHS, bytes: PAGE_BYTES };
const ALL: Amounts = Amounts { steps: ALL_STEPS, glyphs: ALL_GLYPHS, bytes: ALL_BYTES };

impl Budget {
    pub(super) fn new() -> Self {
        Self { page: PAGE, all: ALL, was_exceeded: false }
    }

    /// Begins a page.
    pub(super) fn turn(&mut self) {
        self.page = PAGE;
    }

    /// Whether something was left out since the last time this was asked.
    pub(super) fn take_exceeded(&mut self) -> bool {
        std::mem::take(&mut self.was_exceeded)
    }

    /// Whether the document as a whole may cost more.
    pub(super) fn is_spent(&self) -> bool {
        self.all.steps == 0 || self.all.glyphs == 0 || self.all.bytes == 0
    }

    pub(super) fn steps(&mut self, count: usize) -> bool {
        let both = (&mut self.page.steps, &mut self.all.steps);
        spend(both, count, &mut self.was_exceeded)
    }

    pub(super) fn glyph(&mut self) -> bool {
        let both = (&mut self.page.glyphs, &mut self.all.glyphs);
        spend(both, 1, &mut self.was_exceeded)
    }

    pub(super) fn bytes(&mut self, count: usize) -> bool {
        let both = (&mut self.page.bytes, &mut self.all.bytes);
        spend(both, count, &mut self.was_exceeded)
    }

    /// The most bytes that may be unpacked now.
    pub(super) fn bytes_left(&self) -> usize {
        self.page.bytes.min(self.all.bytes)
    }

    /// Notes that something was left out.
    pub(super) fn exceed(&mut self) {
        self.was_exceeded = true;
    }
}

/// Spends of both; an amount that does not suffice ends at zero.
fn spend(left: (&mut usize, &mut usize), count: usize, was_exceeded: &mut bool) -> bool {
    let is_enough = *left.0 >= count && *left.1 >= count;
    *left.0 = left.0.saturating_sub(count);
    *left.1 = left.1.saturating_sub(count);
    *was_exceeded |= !is_enough;
    is_enough
}
