//! From markup to a tree whose depth and size are bounded before it is built.
//!
//! Tree building by the HTML standard costs the depth of the tree for many tokens, so 40,000 nested
//! elements cost seconds. Start tags beyond a depth are left out; their text stays.

use std::{borrow::Cow, cell::RefCell, collections::HashMap};

use html5ever::{
    LocalName, TokenizerResult,
    buffer_queue::BufferQueue,
    interface::TreeSink,
    local_name,
    tendril::StrTendril,
    tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts},
    tree_builder::{TreeBuilder, TreeBuilderOpts},
};

use super::dom::{Dom, Id, Sink};

/// The deepest nesting that is kept.
const MAX_DEPTH: usize = 256;
/// The most formatting elements open at once; the standard opens each again in every paragraph.
const MAX_FORMATTING: usize = 32;
/// The most nodes of a tree.
const MAX_NODES: usize = 1_000_000;
/// The most attributes of a tag; the tokenizer compares each with all before it.
const MAX_ATTRIBUTES: usize = 512;

/// Parses a page, or a part of one.
pub(crate) fn parse(markup: &str) -> Dom {
    let builder = TreeBuilder::new(Sink::new(), TreeBuilderOpts::default());
    let limiter = Limiter { builder, open: RefCell::default() };
    let tokenizer = Tokenizer::new(limiter, TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from(limit_attributes(markup).as_ref()));
    while !matches!(tokenizer.feed(&queue), TokenizerResult::Done) {}
    tokenizer.end();
    tokenizer.sink.builder.sink.finish()
}

/// Hands tokens to the tree builder, without the tags that would make the tree too deep or large.
struct Limiter {
    builder: TreeBuilder<Id, Sink>,
    open: RefCell<OpenElements>,
}

impl TokenSink for Limiter {
    type Handle = Id;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Id> {
        match token {
            Token::TagToken(mut tag) => match self.admits(&mut tag) {
                true => self.builder.process_token(Token::TagToken(tag), line),
                false => TokenSinkResult::Continue,
            },
            token => self.builder.process_token(token, line),
        }
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

impl Limiter {
    /// Whether a tag is handed on; it may be renamed first.
    fn admits(&self, tag: &mut Tag) -> bool {
        let mut open = self.open.borrow_mut();
        match tag.kind {
            TagKind::StartTag => self.builder.sink.size() < MAX_NODES && open.start(tag),
            TagKind::EndTag => open.end(tag),
        }
    }
}

/// An estimate of the stack of open elements: hardly lower than the tree is deep.
#[derive(Default)]
struct OpenElements {
    names: Vec<LocalName>,
    left_out: Counts,
    formatting: Counts,
    renamed: Counts,
}

impl OpenElements {
    /// Follows a start tag; `false` when it has to be left out, as is all in what is left out.
    fn start(&mut self, tag: &mut Tag) -> bool {
        if is_void(&tag.name) || (tag.self_closing && is_drawing(&tag.name)) {
            return true;
        }
        if self.left_out.total == 0 {
            self.close_implied(&tag.name);
        }
        if self.names.len() >= MAX_DEPTH || self.left_out.total > 0 {
            self.left_out.add(&tag.name);
            return false;
        }
        self.limit_formatting(tag);
        self.names.push(tag.name.clone());
        true
    }

    /// Turns one formatting element too many into one that the standard does not open again.
    fn limit_formatting(&mut self, tag: &mut Tag) {
        if !is_formatting(&tag.name) {
            return;
        }
        if self.formatting.total < MAX_FORMATTING {
            return self.formatting.add(&tag.name);
        }
        self.renamed.add(&tag.name);
        tag.name = local_name!("span");
    }

    /// Follows an end tag; `false` when its start tag was left out.
    fn end(&mut self, tag: &mut Tag) -> bool {
        if self.left_out.take(&tag.name) {
            return false;
        }
        if self.renamed.take(&tag.name) {
            tag.name = local_name!("span");
        } else {
            self.formatting.take(&tag.name);
        }
        let at = self.names.iter().rposition(|open| *open == tag.name);
        match at {
            Some(at) if is_formatting(&tag.name) => drop(self.names.remove(at)),
            Some(at) => {
                self.names.truncate(at);
                self.left_out = Counts::default();
            }
            None => {}
        }
        true
    }

    /// Closes the paragraph, item or cell that ends where `name` begins (HTML 13.1.2.4).
    fn close_implied(&mut self, name: &str) {
        let (closes, within): (&[&str], &[&str]) = match name {
            "li" => (&["li"], &["ul", "ol", "menu"]),
            "dt" | "dd" => (&["dt", "dd"], &["dl"]),
            "td" | "th" => (&["td", "th"], &["table", "tr"]),
            "tr" => (&["tr"], &["table"]),
            "tbody" | "thead" | "tfoot" => (&["tbody", "thead", "tfoot"], &["table"]),
            "option" | "optgroup" => (&["option"], &["select"]),
            "a" | "span" | "b" | "i" | "u" | "font" | "strong" | "em" | "img" => return,
            _ => (&["p"], &["div", "table", "td", "th", "li", "blockquote", "center"]),
        };
        let nearest = self
            .names
            .iter()
            .rposition(|open| closes.contains(&&**open) || within.contains(&&**open));
        if let Some(at) = nearest.filter(|at| closes.contains(&&*self.names[*at])) {
            self.names.truncate(at);
        }
    }
}

/// How many elements of each name there are.
#[derive(Default)]
struct Counts {
    by_name: HashMap<LocalName, usize>,
    total: usize,
}

impl Counts {
    fn add(&mut self, name: &LocalName) {
        *self.by_name.entry(name.clone()).or_default() += 1;
        self.total += 1;
    }

    /// Takes one away; `false` when there is none.
    fn take(&mut self, name: &LocalName) -> bool {
        let Some(count) = self.by_name.get_mut(name).filter(|count| **count > 0) else {
            return false;
        };
        *count -= 1;
        self.total -= 1;
        true
    }
}

fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "basefont"
            | "bgsound"
            | "br"
            | "col"
            | "embed"
            | "frame"
            | "hr"
            | "img"
            | "input"
            | "keygen"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Elements that are opened again after the paragraph in which they were left open. A link closes
/// the one before it, so links do not add up.
fn is_formatting(name: &str) -> bool {
    matches!(
        name,
        "b" | "big"
            | "code"
            | "em"
            | "font"
            | "i"
            | "nobr"
            | "s"
            | "small"
            | "strike"
            | "strong"
            | "tt"
            | "u"
    )
}

/// Elements of SVG, where a slash at the end of a tag closes it.
fn is_drawing(name: &str) -> bool {
    matches!(name, "path" | "circle" | "rect" | "line" | "g" | "use" | "polygon" | "ellipse")
}

/// Leaves out the attributes beyond [`MAX_ATTRIBUTES`] of any tag.
fn limit_attributes(markup: &str) -> Cow<'_, str> {
    let mut kept = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(start) = next_tag(markup, at) {
        let (limit, end) = tag_extent(&markup.as_bytes()[start..]);
        if let Some(limit) = limit {
            kept.push_str(&markup[copied..start + limit]);
            copied = start + end;
        }
        at = start + end;
    }
    if copied == 0 {
        return Cow::Borrowed(markup);
    }
    kept.push_str(&markup[copied..]);
    Cow::Owned(kept)
}

/// Where the next `<` before a letter is, just behind it.
fn next_tag(markup: &str, at: usize) -> Option<usize> {
    let bytes = markup.as_bytes();
    let found =
        bytes[at..].windows(2).position(|pair| pair[0] == b'<' && pair[1].is_ascii_alphabetic())?;
    Some(at + found + 1)
}

/// Where the attributes beyond the limit begin, if there are such, and where the tag ends.
fn tag_extent(tag: &[u8]) -> (Option<usize>, usize) {
    let mut quote = None;
    let mut attributes = 0;
    let mut limit = None;
    for (at, byte) in tag.iter().enumerate() {
        match (quote, byte) {
            (Some(open), byte) if open == *byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(*byte),
            (None, b'>') => return (limit, at),
            (None, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' | b'/') => {
                attributes += 1;
                if attributes == MAX_ATTRIBUTES {
                    limit = Some(at);
                }
            }
            (None, _) => {}
        }
    }
    (limit, tag.len())
}
