//! Headers, footers and page numbers: what stands on one page after another.

use std::collections::{HashMap, HashSet};

use super::layout::{Segment, Texts};

/// How many lines from the top and the bottom of a page may be a header or footer.
const EDGE: usize = 4;
/// The most pages that are compared.
const MAX_PAGES: usize = 2_000;

/// How many times its size a line is below another one of its text at most.
const SPACE: f32 = 1.6;

/// How far a number beside words may be from that of its page, to be taken for it.
const MAX_OFFSET: i64 = 100;

/// What may be said of a line on another page, too: its text and place, and whether it is at the top.
type Key = (String, bool);

/// A line at the edge of a page.
struct Edge {
    line: usize,
    is_top: bool,
    /// More than the usual space parts it from the next line inwards.
    is_apart: bool,
    /// It is a page number and nothing else.
    is_number: bool,
    /// The line as it is, and with one of its numbers counted from that of the page.
    keys: Vec<Key>,
}

/// Takes headers and footers out of all pages but the first that has them, and page numbers out of
/// all pages.
pub(super) fn remove(pages: &mut [Texts]) {
    let edges: Vec<Vec<Edge>> = (1..).zip(pages.iter()).take(MAX_PAGES).map(edges).collect();
    let repeated = repeated(&edges);
    let mut shown = HashSet::new();
    for (number, page) in pages.iter_mut().enumerate() {
        let mut gone = HashSet::new();
        let edges = edges.get(number).map(Vec::as_slice).unwrap_or_default();
        for (edge, key) in running(edges, &repeated) {
            if edge.is_number || !shown.insert(key.clone()) {
                gone.insert(edge.line);
            }
        }
        page.segments.retain(|segment| !gone.contains(&segment.line));
        remove_tagged(page, &mut shown);
    }
}

/// The lines from each edge inwards that stand on other pages, too, up to a gap: behind the first that
/// does not, and without a gap, what looks alike belongs to the text.
fn running<'a>(edges: &'a [Edge], repeated: &HashSet<Key>) -> Vec<(&'a Edge, &'a Key)> {
    let known = |edge: &'a Edge| {
        let key = edge.keys.iter().find(|key| repeated.contains(*key))?;
        Some((edge, key))
    };
    let side = |is_top| {
        let own = edges.iter().filter(|edge| edge.is_top == is_top);
        let mut alike: Vec<_> = own.map_while(known).collect();
        let apart = alike.iter().rposition(|(edge, _)| edge.is_apart).map_or(0, |last| last + 1);
        alike.truncate(apart);
        alike
    };
    [side(true), side(false)].concat()
}

/// Takes out what its tag calls a part of the page, when it was shown before.
fn remove_tagged(page: &mut Texts, shown: &mut HashSet<Key>) {
    let lines = lines(page);
    let mut gone = HashSet::new();
    for (line, segments) in lines.iter().filter(|(_, all)| all.iter().all(|one| one.is_running())) {
        let text = pattern(segments);
        if is_number(&text) || !shown.insert((text, false)) {
            gone.insert(*line);
        }
    }
    page.segments.retain(|segment| !gone.contains(&segment.line));
}

/// What is said of lines at the same edge of several pages.
fn repeated(pages: &[Vec<Edge>]) -> HashSet<Key> {
    let mut counts: HashMap<&Key, usize> = HashMap::new();
    for page in pages {
        let keys: HashSet<&Key> = page.iter().flat_map(|edge| &edge.keys).collect();
        for key in keys {
            *counts.entry(key).or_default() += 1;
        }
    }
    let filled = pages.iter().filter(|page| !page.is_empty()).count();
    let least = match filled {
        0..=3 => 2,
        4..=9 => 3,
        _ => (filled / 4).clamp(3, 8),
    };
    counts.into_iter().filter(|(_, count)| *count >= least).map(|(key, _)| key.clone()).collect()
}

/// A line with its number.
type Line<'a> = (usize, Vec<&'a Segment>);

/// The lines of a page from the top down.
fn lines(page: &Texts) -> Vec<Line<'_>> {
    let mut lines: HashMap<usize, Vec<&Segment>> = HashMap::new();
    for segment in &page.segments {
        lines.entry(segment.line).or_default().push(segment);
    }
    let mut lines: Vec<Line<'_>> = lines.into_iter().collect();
    for (_, segments) in &mut lines {
        segments.sort_by(|a, b| a.x0.total_cmp(&b.x0));
    }
    lines.sort_by(|a, b| a.1[0].y.total_cmp(&b.1[0].y).then(a.0.cmp(&b.0)));
    lines
}

/// The lines at the top and bottom of a page, from outside in, which leave at least as many between
/// them.
fn edges((page, texts): (i64, &Texts)) -> Vec<Edge> {
    let lines = lines(texts);
    let count = EDGE.min(lines.len() / 2);
    let inwards = lines.iter().zip(lines.iter().skip(1));
    let top = inwards.clone().take(count).map(|(line, next)| edge(page, line, next, true));
    let bottom = inwards.rev().take(count).map(|(next, line)| edge(page, line, next, false));
    top.chain(bottom).collect()
}

fn edge(page: i64, (line, segments): &Line<'_>, (_, next): &Line<'_>, is_top: bool) -> Edge {
    let text = pattern(segments);
    let is_number = is_number(&text);
    let place = (segments[0].y / 6.0).round() as i64;
    let texts = (text.chars().count() < 200).then(|| counted(&words(segments), page, is_number));
    let key = |text: String| (format!("{text} {place}"), is_top);
    let keys = texts.into_iter().flatten().map(key).collect();
    let space = (segments[0].y - next[0].y).abs();
    let is_apart = space > SPACE * segments[0].size.max(next[0].size);
    Edge { line: *line, is_top, is_apart, is_number, keys }
}

/// The words of a line in lower case.
fn words(segments: &[&Segment]) -> Vec<String> {
    let text: Vec<String> = segments.iter().map(|segment| segment.text().to_lowercase()).collect();
    text.join(" ").split_whitespace().map(str::to_owned).collect()
}

/// A line as it is, and with its first or last number as the distance from that of the page, which is
/// the same on all pages if it is a page number.
fn counted(words: &[String], page: i64, is_number: bool) -> Vec<String> {
    let distance = |word: &String| {
        let number: i64 = word.trim_matches(|c: char| !c.is_alphanumeric()).parse().ok()?;
        let distance = number.checked_sub(page)?;
        (is_number || distance.abs() <= MAX_OFFSET).then_some(distance)
    };
    let numbers = || words.iter().enumerate().filter_map(|(at, word)| Some((at, distance(word)?)));
    let relative = numbers().next().into_iter().chain(numbers().next_back());
    let relative = relative.map(|(at, distance)| {
        let mut words = words.to_vec();
        words[at] = format!("#{distance}");
        words.concat()
    });
    std::iter::once(words.concat()).chain(relative).collect()
}

/// The text of a line with all numbers alike.
fn pattern(segments: &[&Segment]) -> String {
    let mut out = String::new();
    for c in segments.iter().flat_map(|segment| segment.text().chars().collect::<Vec<_>>()) {
        match c {
            _ if c.is_numeric() => {
                if !out.ends_with('#') {
                    out.push('#');
                }
            }
            _ if c.is_whitespace() => {}
            _ => out.extend(c.to_lowercase()),
        }
    }
    out
}

/// Whether a line is a page number and nothing else, in one of the usual forms.
fn is_number(pattern: &str) -> bool {
    const WORDS: [&str; 12] = [
        "page", "seite", "página", "pagina", "pág.", "стр.", "strona", "sida", "side", "of", "von",
        "de",
    ];
    let text = pattern.split(' ').next().unwrap_or_default();
    let text = WORDS.iter().fold(text.to_owned(), |text, word| text.replace(word, ""));
    text.contains('#') && text.chars().all(|c| "#-–—/|.,()[]:".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(one: &str, page: i64, other: &str, next: i64) -> bool {
        let keys = |line: &str, page| {
            let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            counted(&words, page, is_number(&line.replace(char::is_numeric, "#").replace(' ', "")))
        };
        keys(one, page).iter().any(|key| keys(other, next).contains(key))
    }

    #[test]
    fn a_line_that_differs_by_its_page_number_is_the_same() {
        assert!(alike("annual report", 2, "annual report", 3));
        assert!(alike("page 2 of 12", 2, "page 3 of 12", 3));
        assert!(alike("annual report 2025 | 14", 2, "annual report 2025 | 15", 3));
        assert!(alike("1234", 2, "1235", 3));
    }

    #[test]
    fn a_line_that_differs_by_another_number_is_not() {
        assert!(!alike("position a1", 2, "position a2", 3));
        assert!(!alike("the sea is 31 m deep", 2, "the sea is 33 m deep", 3));
        assert!(!alike("invoice 100101", 2, "invoice 100102", 3));
        assert!(!alike("31 9 40", 2, "33 8 40", 3));
    }

    #[test]
    fn page_numbers_are_recognised_in_their_usual_forms() {
        for text in ["#", "-#-", "page#of#", "seite#von#", "#/#", "# 120"] {
            assert!(is_number(text), "{text}");
        }
        assert!(!is_number("report#"));
        assert!(!is_number("total: 12"));
    }
}
