//! Paragraphs: headings, items of lists, quotes, program text and all others.

use super::{
    numbering::Marker,
    run::{Extra, Runs},
    story::Story,
    styles::{Looks, Properties},
};
use crate::{
    clean::clean_text,
    escape,
    formats::office::{
        span::{self, Look, Span},
        title_level,
    },
    markdown::Gap,
    xml::Element,
};

/// The level below all headings.
const TEXT: usize = 9;
/// A paragraph longer than this, in characters, is text, whatever its level.
const MAX_HEADING: usize = 400;

/// What a paragraph is.
#[derive(Debug)]
pub(super) struct Paragraph {
    kind: Kind,
    marker: Option<Marker>,
    /// The list that it is an item of.
    list: Option<String>,
    level: usize,
    is_title: bool,
    /// Whether it is the large first letter of the next one.
    is_initial: bool,
    breaks_page: bool,
    /// How its runs look where they do not say.
    pub(super) looks: Looks,
    /// Whether it is a line of a table of contents.
    pub(super) is_contents: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Heading(usize),
    Code,
    Quote,
    Text,
}

impl Story<'_> {
    /// Writes a paragraph, and what hangs on it.
    pub(super) fn paragraph(&mut self, element: &Element<'_>) {
        let properties = element.child("w:pPr");
        let paragraph = self.read_paragraph(properties);
        if paragraph.breaks_page {
            self.end_page();
        }
        let mut runs = Runs::new(self, &paragraph);
        runs.children(element);
        let runs = runs.finish();
        self.fields.end_paragraph();
        if runs.begins_page {
            self.end_page();
        }
        self.write_parts(&runs.parts, &paragraph);
        for extra in runs.extras {
            self.extra(extra);
        }
        if !self.is_one_line && self.boxes == 0 && self.code.is_empty() {
            self.write_due();
        }
        if runs.ends_page {
            self.end_page();
        }
        if let Some(section) = properties.and_then(|properties| properties.child("w:sectPr")) {
            self.section(section);
        }
    }

    fn read_paragraph(&mut self, element: Option<&Element<'_>>) -> Paragraph {
        let style = element.and_then(|e| e.child("w:pStyle")).and_then(|s| s.attribute("w:val"));
        let own = element.map(Properties::of).unwrap_or_default();
        let (styled, list_style) = self.shared.styles.paragraph(style);
        let list_styles = [style, list_style.as_deref()];
        let marker_at = self.list_level(&own, &styled, list_styles);
        let marker = marker_at
            .as_ref()
            .and_then(|(list, level)| self.counters.next(&self.shared.numbering, list, *level));
        let name = style.map(|style| self.shared.styles.name(style)).unwrap_or_default();
        let (list, level) = marker_at.unzip();
        let mut looks = self.shared.styles.looks(style);
        looks.shaded = looks.shaded.or(own.shaded).or(styled.shaded);
        let outline = own.outline.or(styled.outline).unwrap_or(TEXT);
        Paragraph {
            kind: self.kind(style.unwrap_or_default(), &name, outline),
            marker,
            list,
            level: level.map_or(0, |level| level.max(level_in_name(&name))),
            is_title: title_level(&name).is_some(),
            is_initial: element.is_some_and(is_initial),
            breaks_page: own.breaks_page.or(styled.breaks_page).unwrap_or_default(),
            looks,
            is_contents: name.starts_with("toc ") || name.starts_with("contents "),
        }
    }

    /// The list that a paragraph is an item of, and how deep.
    fn list_level(
        &self,
        own: &Properties,
        styled: &Properties,
        styles: [Option<&str>; 2],
    ) -> Option<(String, usize)> {
        let list = own.list.as_ref().or(styled.list.as_ref()).filter(|list| *list != "0")?;
        let of_style = |style| self.shared.numbering.level_of_style(list, style);
        let by_style = || styles.into_iter().flatten().find_map(of_style);
        let level = own.level.or_else(by_style).or(styled.level).unwrap_or_default();
        Some((list.clone(), level))
    }

    fn kind(&self, style: &str, name: &str, outline: usize) -> Kind {
        let is = |kind: fn(&str) -> bool| self.shared.styles.is_kind_of(style, kind);
        match () {
            () if title_level(name).is_some() || name == "toc heading" => Kind::Heading(1),
            () if outline < TEXT => Kind::Heading((outline + 1).min(6)),
            () if heading_level(name).is_some() => Kind::Heading(heading_level(name).unwrap_or(1)),
            () if is(is_code) => Kind::Code,
            () if is(is_quote) => Kind::Quote,
            () => Kind::Text,
        }
    }

    /// Writes what stands between the breaks of pages.
    fn write_parts(&mut self, parts: &[Vec<Span>], paragraph: &Paragraph) {
        let mut marker = paragraph.marker.as_ref();
        for (number, spans) in parts.iter().enumerate() {
            if number > 0 {
                self.end_page();
            }
            if spans.iter().all(Span::is_blank) {
                self.blank_line(paragraph);
                continue;
            }
            self.write_spans(spans, paragraph, marker.take());
        }
    }

    /// An empty line is a part of program text; elsewhere it is nothing.
    fn blank_line(&mut self, paragraph: &Paragraph) {
        if paragraph.kind == Kind::Code && !self.code.is_empty() {
            self.code.push(String::new());
        }
    }

    fn write_spans(&mut self, spans: &[Span], paragraph: &Paragraph, marker: Option<&Marker>) {
        if paragraph.kind == Kind::Code && !self.is_one_line && marker.is_none() {
            return self.code.push(verbatim(spans));
        }
        self.end_code();
        match (paragraph.kind, marker) {
            _ if paragraph.is_initial => span::write(spans, self.blocks.inline(), self.look),
            (Kind::Heading(level), marker) if !self.is_one_line && is_short(spans) => {
                self.heading(spans, marker);
                self.note_title(paragraph);
                self.blocks.flush_heading(level);
            }
            (_, Some(marker)) => self.item(spans, marker, paragraph),
            (Kind::Quote, None) if !self.is_one_line => {
                self.blocks.open_quote();
                let look = Look { marks_bold: false, ..self.look };
                span::write(spans, self.blocks.inline(), look);
                self.blocks.flush(Gap::Paragraph);
                self.blocks.close();
            }
            _ if self.is_one_line || paragraph.is_contents => self.text(spans, Gap::Line),
            _ => self.text(spans, Gap::Paragraph),
        }
    }

    fn heading(&mut self, spans: &[Span], marker: Option<&Marker>) {
        if let Some(Marker::Label(label)) = marker {
            self.blocks.inline().push_text(&format!("{label} "));
        }
        let look = Look { marks_bold: false, ..self.look };
        span::write(spans, self.blocks.inline(), look);
    }

    /// What its author marked as the title is the title.
    fn note_title(&mut self, paragraph: &Paragraph) {
        if paragraph.is_title && self.title.is_none() {
            self.title = Some(self.blocks.inline().since(0).replace('\n', " ").trim().to_owned());
        }
    }

    fn text(&mut self, spans: &[Span], gap: Gap) {
        span::write(spans, self.blocks.inline(), self.look);
        self.blocks.flush(gap);
    }

    fn item(&mut self, spans: &[Span], marker: &Marker, paragraph: &Paragraph) {
        let label = match marker {
            Marker::Bullet => "-",
            Marker::Label(label) => label,
        };
        if self.is_one_line || !is_plain_label(label) {
            self.blocks.inline().push_text(&format!("{label} "));
            return self.text(spans, Gap::Line);
        }
        if paragraph.level == 0 && self.list != paragraph.list {
            self.list.clone_from(&paragraph.list);
            self.blocks.end_list();
        }
        self.blocks.open_item(label, paragraph.level);
        self.text(spans, Gap::Line);
        self.blocks.close();
    }

    /// Writes what stands beside a paragraph.
    fn extra(&mut self, extra: Extra<'_>) {
        match extra {
            Extra::Box(content) => {
                self.boxes += 1;
                self.contents(content);
                self.end_code();
                self.boxes -= 1;
            }
            Extra::Markdown(markdown) => self.blocks.push(&markdown, Gap::Paragraph),
            Extra::Part(id) => self.part(id),
        }
    }

    /// Ends the block of program text, if one is open.
    pub(super) fn end_code(&mut self) {
        let lines = std::mem::take(&mut self.code);
        let text = lines.join("\n");
        if !text.trim().is_empty() {
            self.blocks.push(&escape::fenced(text.trim_end(), ""), Gap::Paragraph);
        }
    }
}

/// The level in the name of one of Word's own styles.
fn heading_level(name: &str) -> Option<usize> {
    let level = name.strip_prefix("heading ")?.trim().parse().ok()?;
    (1..=9_usize).contains(&level).then(|| level.min(6))
}

fn is_initial(properties: &Element<'_>) -> bool {
    let frame = properties.child("w:framePr");
    let kind = frame.and_then(|frame| frame.attribute("w:dropCap"));
    kind.is_some_and(|kind| kind != "none")
}

/// How deep Word's own styles for items are, e.g. `list bullet 2`; their lists have one level each.
fn level_in_name(name: &str) -> usize {
    let number = name.strip_prefix("list bullet ").or(name.strip_prefix("list number "));
    let number: Option<usize> = number.and_then(|number| number.trim().parse().ok());
    number.map_or(0, |number| number.clamp(1, 9) - 1)
}

fn is_code(name: &str) -> bool {
    const NAMES: [&str; 7] = [
        "code",
        "code block",
        "html preformatted",
        "macro text",
        "preformatted text",
        "source code",
        "verbatim",
    ];
    NAMES.contains(&name)
}

fn is_quote(name: &str) -> bool {
    matches!(name, "quote" | "intense quote" | "block text" | "quotations" | "blockquote")
}

fn is_short(spans: &[Span]) -> bool {
    let lengths = spans.iter().map(|span| match &span.piece {
        span::Piece::Text(text) | span::Piece::Markdown(text) => text.chars().count(),
        span::Piece::Break => 1,
    });
    lengths.sum::<usize>() <= MAX_HEADING
}

/// Whether a label can stand where markdown has the mark of an item.
fn is_plain_label(label: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || ".()-–:/§".contains(c);
    label == "-" || (label.chars().all(fits) && label.chars().any(char::is_alphanumeric))
}

/// The text of spans with its white space.
fn verbatim(spans: &[Span]) -> String {
    let mut text = String::new();
    for span in spans {
        match &span.piece {
            span::Piece::Text(part) => text.push_str(part),
            span::Piece::Markdown(_) => {}
            span::Piece::Break => text.push('\n'),
        }
    }
    clean_text(&text)
}
