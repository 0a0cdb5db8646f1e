//! What is usual in a document: the size of its text, and those of its headings.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::line::Line;
use crate::{
    document::LinkStyle,
    formats::pdf::layout::{Item, Segment},
};

/// How much larger than other text a heading is at least.
const LARGER: f32 = 1.15;
/// The most levels of headings that are told apart by size.
const MAX_LEVELS: usize = 5;
/// The most words with hyphens that are noted.
const MAX_COMPOUNDS: usize = 20_000;

/// What is usual in a document.
pub(in crate::formats::pdf) struct Style {
    pub(super) links: LinkStyle,
    pub(super) body: f32,
    /// The sizes of headings, the largest first.
    sizes: Vec<f32>,
    bookmarks: HashMap<String, usize>,
    /// Words that are written with a hyphen within a line.
    compounds: HashSet<String>,
    /// Whether so much is in a font of code that it says nothing.
    pub(super) is_all_code: bool,
    /// Whether so much is bold that it says nothing.
    pub(super) is_all_bold: bool,
}

impl Style {
    pub(in crate::formats::pdf) fn of(
        pages: &[Vec<Item>],
        bookmarks: HashMap<String, usize>,
        links: LinkStyle,
    ) -> Self {
        let texts: Vec<&Segment> = pages.iter().flatten().filter_map(text).collect();
        let body = body(&texts);
        let sizes = sizes(&texts, body);
        let mostly = |is: &dyn Fn(&Segment) -> bool| {
            let chars = |text: &&Segment| text.chars();
            let all: usize = texts.iter().map(chars).sum();
            texts.iter().filter(|text| is(text)).map(chars).sum::<usize>() * 10 > all * 6
        };
        let is_all_bold = mostly(&Segment::is_bold);
        let is_all_code = mostly(&Segment::is_code);
        let compounds = compounds(&texts);
        Self { links, body, sizes, bookmarks, compounds, is_all_code, is_all_bold }
    }

    /// The level that a size has as a heading.
    pub(super) fn level(&self, size: f32) -> Option<usize> {
        let place = self.sizes.iter().position(|known| size >= known * 0.97)?;
        Some(place + 1)
    }

    /// The level of headings that are bold and not larger than other text.
    pub(super) fn bold_level(&self) -> usize {
        (self.sizes.len() + 1).clamp(2, 6)
    }

    /// The level that a bookmark gives a line.
    pub(super) fn bookmark(&self, line: &Line) -> Option<usize> {
        if self.bookmarks.is_empty() || line.size < self.body * 0.95 {
            return None;
        }
        let level = self.bookmarks.get(&crate::formats::pdf::catalog::key(&line.text()))?;
        Some((*level).min(6))
    }

    /// Whether a word that is broken after a hyphen is written with it elsewhere.
    pub(super) fn is_compound(&self, word: &str) -> bool {
        self.compounds.contains(&bare(word))
    }
}

fn text(item: &Item) -> Option<&Segment> {
    match item {
        Item::Text(segment) if !segment.is_turned => Some(segment),
        _ => None,
    }
}

/// The size that most text has; lines of words count more than others.
fn body(texts: &[&Segment]) -> f32 {
    let mut counts: BTreeMap<i32, usize> = BTreeMap::new();
    for text in texts {
        let weight = if text.words() >= 6 { 4 } else { 1 };
        *counts.entry(halves(text.size)).or_default() += text.chars() * weight;
    }
    let usual = counts.into_iter().max_by_key(|(_, count)| *count);
    usual.map_or(10.0, |(size, _)| size as f32 / 2.0)
}

fn halves(size: f32) -> i32 {
    (size * 2.0).round() as i32
}

/// The sizes of short texts that are larger than others.
fn sizes(texts: &[&Segment], body: f32) -> Vec<f32> {
    let mut counts: BTreeMap<i32, usize> = BTreeMap::new();
    let mut all = 0;
    for text in texts {
        all += text.chars();
        if text.size >= body * LARGER && text.chars() <= 200 {
            *counts.entry(halves(text.size)).or_default() += text.chars();
        }
    }
    let sizes = counts.into_iter().rev().filter(|(_, chars)| chars * 3 <= all || all < 400);
    let mut sizes: Vec<f32> = sizes.map(|(size, _)| size as f32 / 2.0).collect();
    sizes.dedup_by(|next, kept| *next > *kept * 0.93);
    sizes.truncate(MAX_LEVELS);
    sizes
}

fn compounds(texts: &[&Segment]) -> HashSet<String> {
    let mut found = HashSet::new();
    for text in texts {
        let text = text.text();
        let words = text.split_whitespace().map(bare).filter(|word| word.contains('-'));
        found.extend(words.filter(|word| !word.ends_with('-')));
        if found.len() > MAX_COMPOUNDS {
            break;
        }
    }
    found
}

/// A word in lower case without what stands around it.
fn bare(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}
