//! Follows the groups of a document and sends their text where it belongs.

use super::{
    field::Field,
    fonts::{Coding, Fonts},
    header::{Colors, Styles},
    lexer::{Lexer, Token},
    state::{Dest, State},
    story::{Kind, Mark, Role, Story, person},
    text::{Decoder, of_private_use},
};
use crate::{document::LinkStyle, limits::MAX_DEPTH};

/// The most text that is read, in bytes; the rest of the document is left out.
const MAX_TEXT: usize = 4 * 1024 * 1024;
/// The longest name of a font, style or author, or mark of a list item, that is read, in bytes.
const MAX_NAME: usize = 1_000;
/// How deep stories may stand within stories.
const MAX_STORIES: usize = 8;
/// The most parts that stand at the top or bottom of pages.
const MAX_RUNNING: usize = 20;

/// Reads one document.
#[derive(Debug)]
pub(super) struct Parser {
    pub(super) state: State,
    outer: Vec<State>,
    /// How many groups are open beyond those whose state is kept.
    deeper: usize,
    frames: usize,
    /// Whether the group began with `\*`: a program that does not know it passes over it.
    pub(super) is_optional: bool,
    pub(super) decoder: Decoder,
    pub(super) fonts: Fonts,
    pub(super) styles: Styles,
    pub(super) colors: Colors,
    pub(super) authors: Vec<String>,
    pub(super) title: String,
    pub(super) has_picture: bool,
    stories: Vec<Story>,
    fields: Vec<(Field, Option<Mark>)>,
    name: String,
    comment_author: String,
    pub(super) marker: String,
    notes: usize,
    running: Vec<String>,
    links: LinkStyle,
    written: usize,
    /// The page that the document was made of, where that is wanted.
    html: Option<String>,
}

/// What was read.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) pages: Vec<String>,
    pub(super) heading: Option<String>,
    pub(super) title: String,
    pub(super) has_picture: bool,
    pub(super) is_cut: bool,
}

impl Parser {
    /// Creates a parser for the text of a document.
    pub(super) fn new(links: LinkStyle) -> Self {
        Self {
            state: State::default(),
            outer: Vec::new(),
            deeper: 0,
            frames: 0,
            is_optional: false,
            decoder: Decoder::default(),
            fonts: Fonts::default(),
            styles: Styles::default(),
            colors: Colors::default(),
            authors: Vec::new(),
            title: String::new(),
            has_picture: false,
            stories: vec![Story::new(Kind::Main)],
            fields: Vec::new(),
            name: String::new(),
            comment_author: String::new(),
            marker: String::new(),
            notes: 0,
            running: Vec::new(),
            links,
            written: 0,
            html: None,
        }
    }

    /// Creates a parser for the page that a document was made of.
    pub(super) fn for_html() -> Self {
        Self { html: Some(String::new()), ..Self::new(LinkStyle::Text) }
    }

    /// Reads all of it, or as much as is allowed.
    pub(super) fn read(&mut self, bytes: &[u8]) {
        let mut lexer = Lexer::new(bytes);
        while let Some(token) = lexer.next().filter(|_| self.written <= MAX_TEXT) {
            self.token(token);
        }
        self.flush();
    }

    /// What the text became.
    pub(super) fn finish(mut self) -> Parsed {
        while self.stories.len() > 1 {
            self.end_story();
        }
        let story = self.stories.pop().unwrap_or_default();
        let (mut pages, heading) = story.finish(&self.authors);
        if let Some(first) = pages.first_mut() {
            let parts = self.running.iter().chain([&*first]).filter(|part| !part.is_empty());
            *first = parts.cloned().collect::<Vec<_>>().join("\n\n");
        }
        let Self { title, has_picture, written, .. } = self;
        Parsed { pages, heading, title, has_picture, is_cut: written > MAX_TEXT }
    }

    /// The page that the document was made of.
    pub(super) fn into_html(self) -> String {
        self.html.unwrap_or_default()
    }

    fn token(&mut self, token: Token<'_>) {
        match token {
            Token::Text(bytes) => self.decoder.push_bytes(bytes),
            Token::Byte(byte) => self.decoder.push_byte(byte),
            Token::Word("u", Some(value)) => self.unit(value),
            Token::Symbol(symbol) => self.symbol(symbol),
            Token::Word(name, value) => {
                self.end_text();
                self.word(name, value);
            }
            Token::Open => {
                self.end_text();
                self.open();
            }
            Token::Close => {
                self.end_text();
                self.close();
            }
        }
    }

    fn unit(&mut self, value: i32) {
        self.flush();
        if let Some(c) = self.decoder.push_unit(value, self.state.skip) {
            let c = of_private_use(c);
            self.text(c.encode_utf8(&mut [0; 4]));
        }
    }

    fn symbol(&mut self, symbol: u8) {
        self.flush();
        match symbol {
            b'*' => self.is_optional = true,
            b'\r' | b'\n' => self.word("par", None),
            b'\t' => self.text("\t"),
            _ => {
                let shown = match symbol {
                    b'{' | b'}' | b'\\' => char::from(symbol),
                    b'~' => '\u{a0}',
                    b'_' => '-',
                    _ => return,
                };
                if let Some(shown) = self.decoder.push_symbol(shown) {
                    self.text(shown.encode_utf8(&mut [0; 4]));
                }
            }
        }
    }

    fn end_text(&mut self) {
        self.flush();
        self.decoder.end_skip();
    }

    /// Sends on the bytes gathered so far.
    fn flush(&mut self) {
        if let Some(text) = self.decoder.take(self.coding()) {
            self.text(&text);
        }
    }

    fn coding(&self) -> Coding {
        match self.state.dest {
            Dest::Fonts | Dest::Styles | Dest::Title => self.fonts.coding(Some(-1)),
            _ => self.fonts.coding(self.state.font),
        }
    }

    /// Text of the destination that is open.
    pub(super) fn text(&mut self, text: &str) {
        self.is_optional = false;
        match self.state.dest {
            dest if dest.is_text() => self.story_text(text),
            Dest::Tag => self.html_text(text),
            Dest::FieldCode => {
                if let Some((field, _)) = self.fields.last_mut() {
                    field.push_code(text);
                }
            }
            Dest::Fonts | Dest::Styles | Dest::Colors | Dest::Authors => self.entries(text),
            Dest::CommentAuthor | Dest::Marker | Dest::Title => self.named(text),
            _ => {}
        }
    }

    fn story_text(&mut self, text: &str) {
        if self.html.is_some() {
            if !self.state.is_copy {
                self.html_text(&text.replace('<', "&lt;"));
            }
            return;
        }
        if self.is_unseen() {
            return;
        }
        self.written = self.written.saturating_add(text.len());
        let mut look = self.state.look;
        look.is_bold &= !self.is_in_table() && self.level().is_none();
        if let Some(story) = self.stories.last_mut() {
            story.push(text, look, &self.authors);
        }
    }

    fn html_text(&mut self, text: &str) {
        self.written = self.written.saturating_add(text.len());
        if let Some(html) = &mut self.html {
            html.push_str(text);
        }
    }

    /// Whether the text is there only for those who look at the file itself.
    fn is_unseen(&self) -> bool {
        let is_on_paper = !self.is_in_table()
            && self.story().kind != Kind::Box
            && !self.state.is_shaded
            && !self.state.paragraph.is_shaded;
        let is_white = self.colors.is_white(self.state.color) && is_on_paper;
        self.state.is_hidden || self.state.is_tiny || is_white
    }

    /// Entries of a table of the header, each with a semicolon at its end.
    fn entries(&mut self, text: &str) {
        let mut parts = text.split(';').peekable();
        while let Some(part) = parts.next() {
            self.named(part);
            if parts.peek().is_some() {
                self.end_entry();
            }
        }
    }

    fn named(&mut self, text: &str) {
        if self.name.len() < MAX_NAME {
            self.name.push_str(text);
        }
    }

    fn end_entry(&mut self) {
        let name = std::mem::take(&mut self.name);
        match self.state.dest {
            Dest::Fonts => self.fonts.close(&name),
            Dest::Styles => self.styles.close(&name),
            Dest::Colors => self.colors.close(),
            Dest::Authors => self.authors.push(name),
            _ => {}
        }
    }

    fn open(&mut self) {
        self.is_optional = false;
        if self.outer.len() < MAX_DEPTH {
            self.outer.push(self.state);
        } else {
            self.deeper += 1;
        }
    }

    fn close(&mut self) {
        self.is_optional = false;
        if self.deeper > 0 {
            self.deeper -= 1;
            return;
        }
        let Some(outer) = self.outer.pop() else { return };
        if outer.frame != self.state.frame {
            self.leave();
        }
        self.state = outer;
    }

    /// Sends the text of the group to another place.
    pub(super) fn enter(&mut self, dest: Dest) {
        self.frames += 1;
        self.state.dest = dest;
        self.state.frame = self.frames;
        self.name.clear();
        match dest {
            Dest::Field if self.fields.len() < MAX_DEPTH => {
                self.fields.push((Field::default(), None));
            }
            Dest::Result => self.enter_result(),
            Dest::Story(kind) => self.enter_story(kind),
            _ => {}
        }
    }

    fn leave(&mut self) {
        match self.state.dest {
            Dest::Field => {
                self.fields.pop();
            }
            Dest::Result => self.leave_result(),
            Dest::Story(_) => self.end_story(),
            Dest::Marker => self.marker = std::mem::take(&mut self.name),
            Dest::Title => self.title = std::mem::take(&mut self.name),
            Dest::CommentAuthor => self.comment_author = std::mem::take(&mut self.name),
            _ => {}
        }
    }

    fn enter_result(&mut self) {
        let Some((field, mark)) = self.fields.last_mut() else { return };
        if field.is_page_number() {
            self.state.dest = Dest::Skip;
        } else if let Some(story) = self.stories.last_mut() {
            story.end_span(&self.authors);
            *mark = field.target().is_some().then(|| story.mark());
        }
    }

    fn leave_result(&mut self) {
        let (Some((field, mark)), Some(story)) = (self.fields.last(), self.stories.last_mut())
        else {
            return;
        };
        if let (Some(target), Some(mark)) = (field.target(), mark) {
            story.link(*mark, &target, self.links, &self.authors);
        }
    }

    fn enter_story(&mut self, kind: Kind) {
        if self.stories.len() >= MAX_STORIES || self.html.is_some() {
            self.state.dest = Dest::Skip;
            return;
        }
        if kind == Kind::Note {
            self.notes += 1;
            let mark = format!("[^{}]", self.notes);
            if let Some(story) = self.stories.last_mut() {
                story.push_markdown(&mark, &self.authors);
            }
        }
        self.state.reset_characters();
        self.state.paragraph = Default::default();
        self.stories.push(Story::new(kind));
    }

    /// Ends the innermost story and puts it beside the paragraph that it belongs to.
    fn end_story(&mut self) {
        let Some(story) = self.stories.pop() else { return };
        let kind = story.kind;
        let (pages, _) = story.finish(&self.authors);
        let text = pages.join("\n\n");
        let one_line = || text.split_whitespace().collect::<Vec<_>>().join(" ");
        match kind {
            Kind::Main => {}
            _ if text.trim().is_empty() => {}
            Kind::Running => self.push_running(one_line()),
            Kind::Box => self.follow(text),
            Kind::Note => self.follow(format!("[^{}]: {}", self.notes, one_line())),
            Kind::Comment => {
                let author = match person(&std::mem::take(&mut self.comment_author)) {
                    name if name.is_empty() => name,
                    name => format!(" ({name})"),
                };
                self.follow(format!("**Comment{author}:** {}", one_line()));
            }
        }
    }

    fn follow(&mut self, markdown: String) {
        if let Some(story) = self.stories.last_mut() {
            story.follow(markdown);
        }
    }

    /// What stands on each page is kept once, unless it only counts the pages.
    fn push_running(&mut self, text: String) {
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        if letters > 6 && self.running.len() < MAX_RUNNING && !self.running.contains(&text) {
            self.running.push(text);
        }
    }

    fn story(&self) -> &Story {
        self.stories.last().unwrap_or(&self.stories[0])
    }

    pub(super) fn story_mut(&mut self) -> Option<(&mut Story, &[String])> {
        Some((self.stories.last_mut()?, &self.authors))
    }

    /// Whether the page is wanted that the document was made of.
    pub(super) fn is_html(&self) -> bool {
        self.html.is_some()
    }

    /// Whether the paragraph is in a cell.
    pub(super) fn is_in_table(&self) -> bool {
        self.state.paragraph.is_in_table || self.story().table.is_in_row
    }

    /// The level of the heading that the paragraph is.
    fn level(&self) -> Option<usize> {
        let paragraph = self.state.paragraph;
        paragraph
            .outline
            .or_else(|| self.styles.level(paragraph.style))
            .filter(|_| !self.is_in_table())
    }

    /// Ends the line of a page, or a paragraph.
    pub(super) fn end_paragraph(&mut self) {
        if self.html.is_some() {
            return self.end_html_line();
        }
        if self.is_in_table() {
            return self.story_mut().map_or((), |(story, _)| story.line_break());
        }
        let role = self.role();
        if let Some((story, authors)) = self.story_mut() {
            story.end_paragraph(role, authors);
        }
    }

    fn end_html_line(&mut self) {
        if !self.state.is_copy && (self.state.dest.is_text() || self.state.dest == Dest::Tag) {
            self.html_text("\n");
        }
    }

    fn role(&mut self) -> Role {
        let marker = std::mem::take(&mut self.marker);
        let Some(level) = self.level() else { return item(&marker, &self.state) };
        Role::Heading(level)
    }

    /// Ends a cell; what marks an item in it has been written there.
    pub(super) fn end_cell(&mut self, is_nested: bool) {
        self.marker.clear();
        if let Some((story, authors)) = self.story_mut() {
            story.end_cell(is_nested, authors);
        }
    }
}

/// An item by its sign or number, or by the list that the paragraph says it is in.
fn item(marker: &str, state: &State) -> Role {
    let paragraph = state.paragraph;
    let marker = marker.trim();
    let is_number = marker.chars().any(char::is_alphanumeric) && marker.len() <= 12;
    match () {
        () if is_number => Role::Item(person(marker), paragraph.list_level),
        () if !marker.is_empty() || paragraph.list > 0 => {
            Role::Item("-".to_owned(), paragraph.list_level)
        }
        () => Role::Text,
    }
}
