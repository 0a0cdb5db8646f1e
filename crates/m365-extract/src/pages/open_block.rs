/// The longest head of a table that is repeated, in bytes.
const MAX_HEAD: usize = 2_000;

/// The fenced block or the table that a text is in the middle of, followed line by line.
#[derive(Default)]
pub(super) struct OpenBlock {
    /// The line that opens the fenced block again.
    fence: Option<String>,
    /// The head of the table, or what may become one.
    table: Table,
}

#[derive(Default)]
enum Table {
    #[default]
    None,
    /// One row, which is a head if the line below it says so.
    Row(String),
    /// A head and the line below it.
    Head(String),
}

impl OpenBlock {
    /// What is open behind `text`.
    pub(super) fn after(text: &str) -> Self {
        let mut open = Self::default();
        text.split('\n').for_each(|line| open.follow(line));
        open
    }

    pub(super) fn follow(&mut self, line: &str) {
        match &self.fence {
            Some(open) if closes(line, fence_mark(open)) => self.fence = None,
            None => self.fence = opened(line),
            Some(_) => {}
        }
        self.table = match std::mem::take(&mut self.table) {
            _ if self.fence.is_some() || !is_row(line) => Table::None,
            Table::None => Table::Row(indented(line)),
            Table::Row(head) if is_rule(line) => Table::Head(format!("{head}\n{}", indented(line))),
            Table::Row(_) => Table::Row(indented(line)),
            head @ Table::Head(_) => head,
        };
    }

    pub(super) fn is_code(&self) -> bool {
        self.fence.is_some()
    }

    /// Whether `line` is what makes the line before it the head of a table.
    pub(super) fn is_head_of(&self, line: &str) -> bool {
        matches!(self.table, Table::Row(_)) && is_rule(line)
    }

    /// What has to follow where the text ends here.
    pub(super) fn end(&self) -> String {
        self.fence.as_deref().map(|open| format!("\n{}", fence_mark(open))).unwrap_or_default()
    }

    /// What has to come before a text that goes on with the line `next`.
    pub(super) fn start(&self, next: &str) -> Option<String> {
        let head = match &self.table {
            Table::Head(head) if is_row(next) && head.len() <= MAX_HEAD => Some(head),
            _ => None,
        };
        self.fence.as_ref().or(head).cloned()
    }
}

/// What stands before a fence in a quote or list.
const PREFIX: [char; 15] =
    ['>', ' ', '-', '.', ')', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/// A line without the marks of its list; those of the quote stay.
fn indented(line: &str) -> String {
    let rest = line.trim_start_matches(PREFIX);
    let indent = line[..line.len() - rest.len()].replace(|c| c != '>', " ");
    format!("{indent}{rest}")
}

fn is_row(line: &str) -> bool {
    line.trim_start_matches(PREFIX).starts_with('|')
}

/// Whether a line parts the head of a table from its rows
/// ([GFM](https://github.github.com/gfm/#delimiter-row)), as we write it.
fn is_rule(line: &str) -> bool {
    let cells = line.trim_start_matches(PREFIX);
    cells.starts_with("| -") && cells.chars().all(|c| matches!(c, '|' | '-' | ' '))
}

/// The line that opens the same fenced block again (CommonMark 4.5), if this line opens one: it has
/// the marks of the quote and the indent of the list.
fn opened(line: &str) -> Option<String> {
    let fence = line.trim_start_matches(PREFIX);
    let mark = fence_mark(fence);
    let is_fence = mark.len() >= 3 && !fence[mark.len()..].contains('`');
    is_fence.then(|| indented(line))
}

/// Whether a line closes the fenced block that `mark` opened.
fn closes(line: &str, mark: &str) -> bool {
    let bare = |text: &str| text.trim_start_matches(['>', ' ']).trim_end().to_owned();
    let (line, mark) = (bare(line), bare(mark));
    line.starts_with(&mark) && fence_mark(&line).len() == line.len()
}

/// A fence without its language, which also closes it.
fn fence_mark(line: &str) -> &str {
    let info = line.trim_start_matches(['>', ' ']).trim_start_matches('`');
    &line[..line.len() - info.len()]
}
