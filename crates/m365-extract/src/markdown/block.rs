//! The blocks of a page on their way to markdown: lines of text with quote and list marks.

use crate::escape;

/// Quotes and lists nested deeper than this are written as if they were this deep.
const MAX_PREFIXES: usize = 12;

/// What a block is in its message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Role {
    /// What the sender wrote now.
    #[default]
    New,
    /// What was said before.
    Quoted,
    /// The sender's signature.
    Signature,
}

/// A line of markdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) text: String,
    pub(crate) role: Role,
}

/// How far a block stands from the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gap {
    /// On the next line, when that one is followed so too.
    Line,
    /// After an empty line.
    Paragraph,
}

/// Collects inline text and turns it into blocks.
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    lines: Vec<Line>,
    inline: Inline,
    prefixes: Vec<Prefix>,
    last_gap: Option<Gap>,
    blank: bool,
    title: Option<String>,
    quoted: usize,
    signature: usize,
    history: bool,
    size: usize,
}

/// What stands before the lines of a quote or list item.
#[derive(Debug)]
struct Prefix {
    first: String,
    rest: String,
    used: bool,
}

impl Blocks {
    /// The lines so far; call [`Blocks::flush`] before.
    pub(crate) fn into_lines(self) -> (Vec<Line>, Option<String>) {
        (self.lines, self.title)
    }

    /// All lines so far as one text, and the first heading; call [`Blocks::flush`] before.
    pub(crate) fn into_markdown(self) -> (String, Option<String>) {
        let texts: Vec<&str> = self.lines.iter().map(|line| line.text.as_str()).collect();
        (texts.join("\n"), self.title)
    }

    /// The lines so far as one text; what follows begins a new one, in the same quotes and items.
    pub(crate) fn take_page(&mut self) -> String {
        let lines = std::mem::take(&mut self.lines);
        (self.last_gap, self.blank, self.size) = (None, false, 0);
        let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        texts.join("\n")
    }

    /// The first heading so far.
    pub(crate) fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// The text under way.
    pub(crate) fn inline(&mut self) -> &mut Inline {
        &mut self.inline
    }

    /// How many lines are done, which tells whether a block ended meanwhile.
    pub(crate) fn done(&self) -> usize {
        self.lines.len()
    }

    /// How many bytes of text there are so far.
    pub(crate) fn size(&self) -> usize {
        self.size + self.inline.text.len()
    }

    /// Ends the paragraph under way.
    pub(crate) fn flush(&mut self, gap: Gap) {
        let (text, had_break) = self.inline.take();
        if text.is_empty() {
            self.blank |= had_break;
            return;
        }
        self.push(&escape::paragraph(&text), gap);
    }

    /// Ends the heading under way.
    pub(crate) fn flush_heading(&mut self, level: usize) {
        let (text, _) = self.inline.take();
        let text = text.replace('\n', " ");
        if text.is_empty() {
            return;
        }
        self.push(&format!("{} {text}", "#".repeat(level)), Gap::Paragraph);
        self.title.get_or_insert(text);
    }

    /// Adds a block that is markdown already.
    pub(crate) fn push(&mut self, markdown: &str, gap: Gap) {
        self.separate(gap);
        for line in markdown.split('\n') {
            let text = self.prefixed(line);
            self.add(text);
        }
        self.last_gap = Some(gap);
        self.blank = false;
    }

    fn add(&mut self, text: String) {
        self.size += text.len() + 1;
        self.lines.push(Line { text, role: self.role() });
    }

    fn separate(&mut self, gap: Gap) {
        let Some(last) = self.last_gap else { return };
        let is_tight = last == Gap::Line && gap == Gap::Line && !self.blank;
        if !is_tight && !self.continues_list() {
            self.add(self.quote_marks());
        }
    }

    /// Whether the next line is an item right below another one.
    fn continues_list(&self) -> bool {
        self.prefixes.last().is_some_and(|prefix| !prefix.used)
            && self.lines.last().is_some_and(|line| is_item(&line.text))
    }

    /// The marks of the quotes that go on over an empty line.
    fn quote_marks(&self) -> String {
        let used = self.prefixes.iter().take_while(|prefix| prefix.used && prefix.first == "> ");
        let marks: String = used.map(|prefix| prefix.rest.as_str()).collect();
        marks.trim_end().to_owned()
    }

    fn prefixed(&mut self, line: &str) -> String {
        let mut text = String::new();
        for prefix in &mut self.prefixes {
            text.push_str(if prefix.used { &prefix.rest } else { &prefix.first });
            prefix.used = true;
        }
        text.push_str(line);
        text.truncate(text.trim_end().len());
        text
    }

    fn role(&self) -> Role {
        match () {
            () if self.history || self.quoted > 0 => Role::Quoted,
            () if self.signature > 0 => Role::Signature,
            () => Role::New,
        }
    }

    /// Leaves an empty line before what follows.
    pub(crate) fn set_apart(&mut self) {
        self.blank = true;
    }

    /// Leaves an empty line also between two lists.
    pub(crate) fn end_list(&mut self) {
        if self.lines.last().is_some_and(|line| !line.text.is_empty()) {
            self.add(self.quote_marks());
            self.last_gap = Some(Gap::Line);
            self.blank = false;
        }
    }

    /// Whether a list item is open, so that a list here is a part of another.
    pub(crate) fn is_in_item(&self) -> bool {
        self.prefixes.last().is_some_and(|prefix| prefix.first != "> ")
    }

    /// Begins a quote.
    pub(crate) fn open_quote(&mut self) {
        self.open("> ", "> ");
    }

    /// Begins a list item with its marker, e.g. `-` or `1.`.
    pub(crate) fn open_item(&mut self, marker: &str, level: usize) {
        let indent = "  ".repeat(level.min(MAX_PREFIXES));
        let rest = " ".repeat(indent.len() + marker.len() + 1);
        self.open(&format!("{indent}{marker} "), &rest);
    }

    fn open(&mut self, first: &str, rest: &str) {
        let deep = self.prefixes.len() >= MAX_PREFIXES;
        let (first, rest) = if deep { ("", "") } else { (first, rest) };
        self.prefixes.push(Prefix { first: first.into(), rest: rest.into(), used: deep });
    }

    /// Ends the innermost quote or list item.
    pub(crate) fn close(&mut self) {
        self.prefixes.pop();
    }

    /// Marks what follows as said before, or what its author signs with.
    pub(crate) fn enter(&mut self, role: Role) {
        match role {
            Role::New => {}
            Role::Quoted => self.quoted += 1,
            Role::Signature => self.signature += 1,
        }
    }

    /// Undoes [`Blocks::enter`].
    pub(crate) fn leave(&mut self, role: Role) {
        match role {
            Role::New => {}
            Role::Quoted => self.quoted -= 1,
            Role::Signature => self.signature -= 1,
        }
    }

    /// Marks all that follows as said before.
    pub(crate) fn begin_history(&mut self) {
        self.history = true;
    }
}

fn is_item(line: &str) -> bool {
    let line = line.trim_start_matches(['>', ' ']);
    let marker = line.split(' ').next().unwrap_or_default();
    marker == "-" || is_number(marker)
}

/// Whether this is the number of an item, as `3.`, `b)` or `2.1.`.
fn is_number(marker: &str) -> bool {
    let is_part = |part: &str| {
        let is_digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        is_digits || (part.len() < 5 && part.bytes().all(|byte| byte.is_ascii_alphabetic()))
    };
    let number = marker.strip_suffix(['.', ')']).unwrap_or_default();
    !number.is_empty() && number.split('.').all(is_part)
}

/// Text of one paragraph, with white space collapsed as a browser does.
#[derive(Debug, Default)]
pub(crate) struct Inline {
    text: String,
    space: bool,
    had_break: bool,
}

impl Inline {
    /// Adds text of the page.
    pub(crate) fn push_text(&mut self, raw: &str) {
        self.had_break |= raw.contains('\u{a0}');
        let before = if self.space { "" } else { self.text.as_str() };
        for c in escape::inline(raw, before).chars() {
            self.push_char(c);
        }
    }

    fn push_char(&mut self, c: char) {
        if c.is_whitespace() {
            self.space = true;
            return;
        }
        if std::mem::take(&mut self.space)
            && self.text.ends_with(|last| last != '\n' && last != ' ')
        {
            self.text.push(' ');
        }
        self.text.push(c);
    }

    /// Adds markdown of ours, apart from a mark before it that it would melt with.
    pub(crate) fn push_markdown(&mut self, markdown: &str) {
        self.space |= self.text.ends_with(['!', ']', '`']);
        let mut chars = markdown.chars();
        if let Some(first) = chars.next() {
            self.push_char(first);
            self.text.push_str(chars.as_str());
        }
    }

    /// How much is written, in bytes.
    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    /// Ends a line within the paragraph.
    pub(crate) fn line_break(&mut self) {
        self.space = false;
        self.had_break = true;
        if !self.text.is_empty() {
            self.text.push('\n');
        }
    }

    /// The place where the next text begins. Marks may be put there later, so a backslash before it
    /// is made one that escapes nothing.
    pub(crate) fn mark(&mut self) -> usize {
        if !self.space && escape::ends_in_escape(&self.text) {
            self.text.push('\\');
        }
        if std::mem::take(&mut self.space) && !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push(' ');
        }
        self.text.len()
    }

    /// The text since a mark, without the blanks that it begins with.
    pub(crate) fn since(&self, mark: usize) -> &str {
        self.text.get(mark..).unwrap_or_default().trim_start_matches(' ')
    }

    /// Puts `markdown` in the place of the text since a mark; the blanks around it stay outside.
    pub(crate) fn replace_since(&mut self, mark: usize, markdown: &str) {
        let replaced = self.since(mark);
        let (start, has_blank) = (self.text.len() - replaced.len(), replaced.ends_with(' '));
        self.space |= has_blank;
        self.text.truncate(start);
        self.text.push_str(markdown);
    }

    /// The text as it stands in a paragraph.
    pub(crate) fn into_text(mut self) -> String {
        self.take().0
    }

    fn take(&mut self) -> (String, bool) {
        let Self { text, had_break, .. } = std::mem::take(self);
        let text = text.trim();
        let mut lines: Vec<&str> = text.split('\n').map(str::trim).collect();
        lines.dedup_by(|a, b| a.is_empty() && b.is_empty());
        (lines.join("\n"), had_break)
    }
}
