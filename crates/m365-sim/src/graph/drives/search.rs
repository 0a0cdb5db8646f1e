//! Search in one drive, without a query language.

use super::{View, address::searched, children::page_of, store::At};
use crate::{graph::fail::Fail, http::Response, kql::folded};

/// Answers with what lies below a folder and has all the words.
pub(crate) fn below(view: &View<'_>, folder: At, segment: &str) -> Result<Response, Fail> {
    answer(view, folder, &found(view, folder, &words(segment)))
}

/// Answers with what lies in a drive and, where it is the caller's own, with what others share.
pub(crate) fn everywhere(view: &View<'_>, root: At, segment: &str) -> Result<Response, Fail> {
    let words = words(segment);
    view.sees(root)?;
    let mut all = found(view, root, &words);
    if view.contents.personal(view.user) == Some(root.drive) {
        all.extend(shared(view, root.drive, &words));
    }
    answer(view, root, &all)
}

fn answer(view: &View<'_>, home: At, all: &[At]) -> Result<Response, Fail> {
    let context = format!("{}/$metadata#Collection(driveItem)", view.call.root());
    page_of(view, all, &context, Some(home.drive))
}

fn words(segment: &str) -> Vec<String> {
    let text = folded(&searched(segment).unwrap_or_default());
    text.split_whitespace().map(|word| format!(" {word}")).collect()
}

/// The best first: words in the name count most.
fn found(view: &View<'_>, folder: At, words: &[String]) -> Vec<At> {
    let drive = view.contents.drive(folder);
    let below = |place: usize| drive.upwards(place).skip(1).any(|place| place == folder.item);
    let all = (0..drive.items.len()).filter(|place| below(*place) && !drive.items[*place].gone);
    let all = all.map(|item| At { item, ..folder });
    let mut hits: Vec<_> = all
        .filter(|at| view.contents.may_see(view.user, *at))
        .filter_map(|at| Some((score(view, at, words)?, at)))
        .collect();
    hits.sort_by_key(|(score, at)| (std::cmp::Reverse(*score), at.item));
    hits.into_iter().map(|(_, at)| at).collect()
}

fn score(view: &View<'_>, at: At, words: &[String]) -> Option<usize> {
    let own = view.contents.item(at).words();
    let texts = [(&own.name, 5), (&own.title, 3), (&own.text, 1)];
    words.iter().try_fold(0, |sum, word| {
        let counts =
            texts.iter().map(|(text, weight)| text.matches(word.as_str()).count() * weight);
        let count: usize = counts.sum();
        (count > 0).then_some(sum + count)
    })
}

fn shared(view: &View<'_>, own: usize, words: &[String]) -> Vec<At> {
    let others = (0..view.contents.drives.len())
        .filter(|drive| *drive != own && view.contents.drives[*drive].kind == "business");
    others.flat_map(|drive| found(view, At { drive, item: 0 }, words)).collect()
}
