//! The paragraphs of a shape in the binary format.

use office_oxide::ppt::{TableBlock, TextRun, TextType};

use crate::{
    formats::office::{
        grid::{Cell, Grid},
        span::{self, Look, Span},
    },
    markdown::{Blocks, Gap},
};

/// A paragraph with its place in the text of its shape.
struct Paragraph {
    spans: Vec<Span>,
    /// How far it is indented, 0 for not at all.
    level: usize,
}

/// Writes the paragraphs of a shape; those of a text with several points are a list.
pub(super) fn write(run: &TextRun, look: Look, blocks: &mut Blocks) {
    let paragraphs = paragraphs(run);
    let is_body =
        matches!(run.text_type, TextType::Body | TextType::HalfBody | TextType::QuarterBody);
    let is_list = is_body && paragraphs.len() > 1;
    let mut open: Vec<usize> = Vec::new();
    if is_list {
        blocks.end_list();
    }
    for paragraph in paragraphs {
        while open.last().is_some_and(|level| *level >= paragraph.level) {
            blocks.close();
            open.pop();
        }
        span::write(&paragraph.spans, blocks.inline(), look);
        if is_list {
            blocks.open_item("-", 0);
            open.push(paragraph.level);
        }
        blocks.flush(if is_list { Gap::Line } else { Gap::Paragraph });
    }
    open.iter().for_each(|_| blocks.close());
}

/// The title of a slide; paragraphs below the first are written as text.
pub(super) fn title(run: &TextRun, look: Look, blocks: &mut Blocks) -> String {
    let mut paragraphs = paragraphs(run).into_iter();
    let first = paragraphs.next().map(|paragraph| paragraph.spans).unwrap_or_default();
    for paragraph in paragraphs {
        span::write(&paragraph.spans, blocks.inline(), look);
        blocks.flush(Gap::Paragraph);
    }
    span::line(&first, Look { marks_bold: false, ..look }).replace('\n', " ")
}

/// Writes shapes that are laid out as a table; says whether a part of it was left out.
pub(super) fn table(table: &TableBlock, look: Look, blocks: &mut Blocks) -> bool {
    let mut grid = Grid::default();
    for (number, row) in table.rows.iter().enumerate() {
        let look = Look { marks_bold: look.marks_bold && number > 0, ..look };
        grid.push(row.iter().map(|runs| cell(runs, look)).collect::<Vec<_>>());
    }
    grid.write(blocks)
}

fn cell(runs: &[TextRun], look: Look) -> Cell {
    let lines = runs.iter().flat_map(paragraphs).map(|one| span::line(&one.spans, look));
    let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
    Cell { text: lines.join(" ").replace('\n', " "), columns: 1, rows: 1 }
}

/// The paragraphs that are not blank. The end of one is a carriage return, that of a line a
/// vertical tab.
fn paragraphs(run: &TextRun) -> Vec<Paragraph> {
    let mut paragraphs = vec![Paragraph { spans: Vec::new(), level: level(run, 0) }];
    for (at, c) in run.text.chars().enumerate() {
        match c {
            '\r' | '\n' => {
                let level = level(run, at.saturating_add(1));
                paragraphs.push(Paragraph { spans: Vec::new(), level });
            }
            c => {
                if let Some(paragraph) = paragraphs.last_mut() {
                    push(&mut paragraph.spans, c, bold(run, at), link(run, at));
                }
            }
        }
    }
    paragraphs.retain(|paragraph| !paragraph.spans.iter().all(Span::is_blank));
    paragraphs
}

fn push(spans: &mut Vec<Span>, c: char, bold: bool, link: Option<&str>) {
    if c == '\u{b}' {
        return spans.push(Span::line_break());
    }
    let last = spans.last_mut().filter(|span| span.bold == bold && span.link.as_deref() == link);
    match last.map(|span| &mut span.piece) {
        Some(span::Piece::Text(text)) => text.push(c),
        _ => {
            let link = link.map(Into::into);
            spans.push(Span { bold, link, ..Span::text(c) });
        }
    }
}

fn level(run: &TextRun, at: usize) -> usize {
    let next = run.para_formats.partition_point(|span| span.start <= at);
    let span = next.checked_sub(1).and_then(|last| run.para_formats.get(last));
    let level = span.filter(|span| at < span.end).and_then(|span| span.format.indent_level);
    usize::from(level.unwrap_or_default().min(8))
}

fn bold(run: &TextRun, at: usize) -> bool {
    let next = run.char_formats.partition_point(|span| span.start <= at);
    let span = next.checked_sub(1).and_then(|last| run.char_formats.get(last));
    span.filter(|span| at < span.end).and_then(|span| span.format.bold).unwrap_or_default()
}

fn link(run: &TextRun, at: usize) -> Option<&str> {
    let next = run.link_ranges.partition_point(|range| range.start <= at);
    let range = next.checked_sub(1).and_then(|last| run.link_ranges.get(last));
    let range = range.filter(|range| at < range.end).map(|range| range.url.as_str());
    range.or(run.hyperlink.as_deref())
}

#[cfg(test)]
mod tests {
    use office_oxide::ppt::{CharFormat, CharFormatSpan, LinkRange, ParaFormat, ParaFormatSpan};

    use super::*;
    use crate::document::LinkStyle;

    fn written(run: &TextRun) -> String {
        let mut blocks = Blocks::default();
        write(run, Look { links: LinkStyle::Target, marks_bold: true }, &mut blocks);
        blocks.take_page()
    }

    #[test]
    fn points_are_nested_as_they_are_indented() {
        let level = |level| ParaFormat { indent_level: Some(level), ..ParaFormat::default() };
        let run = TextRun {
            text_type: TextType::Body,
            text: "one\rtwo\rthree".into(),
            para_formats: vec![
                ParaFormatSpan { start: 0, end: 4, format: level(0) },
                ParaFormatSpan { start: 4, end: 8, format: level(1) },
                ParaFormatSpan { start: 8, end: 13, format: level(0) },
            ],
            ..TextRun::default()
        };

        assert_eq!(written(&run), "- one\n  - two\n- three");
    }

    #[test]
    fn bold_text_and_links_are_kept() {
        let bold = CharFormat { bold: Some(true), ..CharFormat::default() };
        let run = TextRun {
            text: "a b\u{b}c".into(),
            char_formats: vec![CharFormatSpan { start: 2, end: 3, format: bold }],
            link_ranges: vec![LinkRange {
                start: 4,
                end: 5,
                url: "https://contoso.example/".into(),
            }],
            ..TextRun::default()
        };

        assert_eq!(written(&run), "a **b**\nc (https://contoso.example/)");
    }
}
