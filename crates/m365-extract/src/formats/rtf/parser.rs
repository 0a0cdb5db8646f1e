//! Follows the groups of a document and sends their text where it belongs.

mod destinations;
mod paragraphs;
mod text;

use super::{
    field::Field,
    fonts::{Coding, Fonts},
    header::{Colors, Styles},
    lexer::{Lexer, Token},
    state::{Dest, State},
    story::{Kind, Mark, Story},
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
    /// The name of the property of a picture whose value follows.
    property: String,
    pub(super) marker: String,
    /// How far the items of the outermost list stand in, where that is all that is known.
    list_indent: Option<i32>,
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
            property: String::new(),
            marker: String::new(),
            list_indent: None,
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
            Token::Open | Token::Close => self.group(token),
            _ if self.deeper > 0 => {}
            Token::Text(bytes) => self.decoder.push_bytes(bytes),
            Token::Byte(byte) => self.decoder.push_byte(byte),
            Token::Word("u", Some(value)) => self.unit(value),
            Token::Symbol(symbol) => self.symbol(symbol),
            Token::Word(name, value) => {
                self.end_text();
                self.word(name, value);
            }
        }
    }

    /// A group begins or ends; what is in too many of them is left out.
    fn group(&mut self, token: Token<'_>) {
        self.end_text();
        match token {
            Token::Open => self.open(),
            _ => self.close(),
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

    /// The story that is open.
    fn story(&self) -> Option<&Story> {
        self.stories.last()
    }

    /// The same to write to, with those who changed texts.
    pub(super) fn story_mut(&mut self) -> Option<(&mut Story, &[String])> {
        Some((self.stories.last_mut()?, &self.authors))
    }

    /// Whether the page is wanted that the document was made of.
    pub(super) fn is_html(&self) -> bool {
        self.html.is_some()
    }

    /// Whether the paragraph is in a cell.
    pub(super) fn is_in_table(&self) -> bool {
        self.state.paragraph.is_in_table || self.story().is_some_and(|story| story.table.is_in_row)
    }

    /// The level of the heading that the paragraph is.
    fn level(&self) -> Option<usize> {
        let paragraph = self.state.paragraph;
        paragraph
            .outline
            .or_else(|| self.styles.level(paragraph.style))
            .filter(|_| !self.is_in_table())
    }
}
