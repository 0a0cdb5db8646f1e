//! From markup to a tree whose depth and size are bounded before it is built.
//!
//! Tree building by the HTML standard costs the depth of the tree for many tokens, so 40,000 nested
//! elements cost seconds. Start tags beyond a depth are left out; their text stays.

mod attributes;

use std::{cell::RefCell, collections::HashMap};

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

/// Parses a page, or a part of one.
pub(crate) fn parse(markup: &str) -> Dom {
    let builder = TreeBuilder::new(Sink::new(), TreeBuilderOpts::default());
    let limiter = Limiter { builder, open: RefCell::default() };
    let tokenizer = Tokenizer::new(limiter, TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from(attributes::limit(markup).as_ref()));
    while !matches!(tokenizer.feed(&queue), TokenizerResult::Done) {}
    tokenizer.end();
    tokenizer.sink.builder.sink.finish()
}

/// Hands tokens to the tree builder, without comments and what would make the tree too deep or large.
struct Limiter {
    builder: TreeBuilder<Id, Sink>,
    open: RefCell<OpenElements>,
}

impl TokenSink for Limiter {
    type Handle = Id;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Id> {
        match self.admitted(token) {
            Some(token) => self.builder.process_token(token, line),
            None => TokenSinkResult::Continue,
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
    /// The token, if it is handed on. Not only start tags make nodes: end tags without a start and
    /// texts do, too.
    fn admitted(&self, token: Token) -> Option<Token> {
        match token {
            Token::EOFToken => Some(token),
            _ if self.builder.sink.size() >= MAX_NODES => None,
            Token::CommentToken(_) => None,
            Token::TagToken(mut tag) => self.admits(&mut tag).then_some(Token::TagToken(tag)),
            token => Some(token),
        }
    }

    /// Whether a tag is handed on; it may be renamed first.
    fn admits(&self, tag: &mut Tag) -> bool {
        let mut open = self.open.borrow_mut();
        match tag.kind {
            TagKind::StartTag => open.start(tag),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::dom::ROOT;

    fn nodes_of(part: &str) -> usize {
        let markup = part.repeat(5_000_000 / part.len());
        parse(&markup).descendants(ROOT).count()
    }

    #[test]
    fn c14_comments_make_no_nodes() {
        assert!(nodes_of("<!---->") < 10);
        assert!(nodes_of("<!---->x") < 10);
    }

    #[test]
    fn c14_what_makes_nodes_without_a_start_tag_is_bounded() {
        for part in ["</p>", "</br>"] {
            assert!(nodes_of(part) <= MAX_NODES + MAX_DEPTH, "{part}");
        }
    }
}
