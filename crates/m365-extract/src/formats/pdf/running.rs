//! Headers, footers and page numbers: what stands on one page after another.

use std::collections::{HashMap, HashSet};

use super::layout::{Segment, Texts};

/// How many lines from the top and the bottom of a page may be a header or footer.
const EDGE: usize = 4;
/// The most pages that are compared.
const MAX_PAGES: usize = 2_000;

/// A line at the edge of a page: its text with digits alike, and whether it is at the top.
type Key = (String, bool);

/// Takes headers and footers out of all pages but the first that has them, and page numbers out of
/// all pages.
pub(super) fn remove(pages: &mut [Texts]) {
    let keys: Vec<Vec<(usize, Key)>> = pages.iter().take(MAX_PAGES).map(edges).collect();
    let repeated = repeated(&keys);
    let mut shown = HashSet::new();
    for (number, page) in pages.iter_mut().enumerate() {
        let mut gone = HashSet::new();
        for (line, key) in keys.get(number).into_iter().flatten() {
            let is_gone =
                repeated.contains(key) && (is_number(&key.0) || !shown.insert(key.clone()));
            if is_gone {
                gone.insert(*line);
            }
        }
        page.segments.retain(|segment| !gone.contains(&segment.line));
        remove_tagged(page, &mut shown);
    }
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

/// The lines that stand at the same edge of several pages.
fn repeated(pages: &[Vec<(usize, Key)>]) -> HashSet<Key> {
    let mut counts: HashMap<&Key, usize> = HashMap::new();
    for page in pages {
        let keys: HashSet<&Key> = page.iter().map(|(_, key)| key).collect();
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

/// The lines of a page from the top down, with their numbers.
fn lines(page: &Texts) -> Vec<(usize, Vec<&Segment>)> {
    let mut lines: HashMap<usize, Vec<&Segment>> = HashMap::new();
    for segment in &page.segments {
        lines.entry(segment.line).or_default().push(segment);
    }
    let mut lines: Vec<(usize, Vec<&Segment>)> = lines.into_iter().collect();
    for (_, segments) in &mut lines {
        segments.sort_by(|a, b| a.x0.total_cmp(&b.x0));
    }
    lines.sort_by(|a, b| a.1[0].y.total_cmp(&b.1[0].y).then(a.0.cmp(&b.0)));
    lines
}

/// The lines at the top and bottom of a page, which leave at least as many between them.
fn edges(page: &Texts) -> Vec<(usize, Key)> {
    let lines = lines(page);
    let edge = EDGE.min(lines.len() / 2);
    let key = |(line, segments): &(usize, Vec<&Segment>), is_top| {
        let place = (segments[0].y / 6.0).round() as i64;
        let text = pattern(segments);
        (text.chars().count() < 200).then(|| (*line, (format!("{text} {place}"), is_top)))
    };
    let top = lines.iter().take(edge).filter_map(|line| key(line, true));
    let bottom = lines.iter().rev().take(edge).filter_map(|line| key(line, false));
    top.chain(bottom).collect()
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

    #[test]
    fn page_numbers_are_recognised_in_their_usual_forms() {
        for text in ["#", "-#-", "page#of#", "seite#von#", "#/#", "# 120"] {
            assert!(is_number(text), "{text}");
        }
        assert!(!is_number("report#"));
        assert!(!is_number("total: 12"));
    }
}
