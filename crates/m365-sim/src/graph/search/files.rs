//! Files, list items, lists, sites and drives: one list, the best first.

mod hit;
mod index;
mod order;
mod refine;

use serde_json::{Value, json};

use self::index::Found;
use crate::{
    graph::{
        call::Call,
        drives::View,
        fail::Fail,
        search::{self, request::SearchRequest, spelling},
    },
    kql::{Dialect, Query},
};

/// Searches what the caller may see.
pub(crate) fn answer(call: &Call<'_>, request: &SearchRequest<'_>) -> Result<Value, Fail> {
    check(request)?;
    let view = View::of(call)?;
    let search = Search { view: &view, request };
    let (mut query, mut found) = search.found(request.query)?;
    let known = || index::vocabulary(&view);
    let alteration = found.is_empty().then(|| spelling::alteration(request, known)).flatten();
    if let Some(alteration) = alteration.as_ref().filter(|_| request.modifies()) {
        (query, found) = search.found(&alteration.text)?;
    }
    let words = query.words();
    let terms: Vec<_> = words.iter().map(|word| word.trim()).collect();
    let mut answer = json!({
        "searchTerms": terms, "hitsContainers": [search.container(&found, &words)?],
    });
    if let Some(alteration) = alteration {
        answer["queryAlterationResponse"] = alteration.json(request);
    }
    Ok(answer)
}

/// What one ranked list of several kinds cannot have.
fn check(request: &SearchRequest<'_>) -> Result<(), Fail> {
    let asks = [
        ("sortProperties", is_given(request.member("sortProperties"))),
        ("collapseProperties", is_given(request.member("collapseProperties"))),
        ("enableModification", request.modifies()),
    ];
    match asks.iter().find(|(_, asked)| *asked && request.kinds.len() > 1) {
        Some((name, _)) => {
            Err(Fail::search_entity(format!("{name} is not supported for interleaved types")))
        }
        None => order::check(request),
    }
}

fn is_given(list: &Value) -> bool {
    list.as_array().is_some_and(|list| !list.is_empty())
}

struct Search<'a> {
    view: &'a View<'a>,
    request: &'a SearchRequest<'a>,
}

impl<'a> Search<'a> {
    /// Returns everything that a query text finds, in order.
    fn found(&self, text: &str) -> Result<(Query, Vec<Found<'a>>), Fail> {
        let text = self.request.whole_query(text);
        let unreadable =
            |error| Fail::search_entity(format!("The query cannot be parsed: {error}"));
        let query = Query::parse_as(Dialect::Files, &text, self.view.call.now());
        let query = query.map_err(unreadable)?;
        let all = index::all(self.view, &self.request.kinds);
        let all = all.into_iter().filter(|found| query.matches(found)).collect();
        let all = refine::filtered(all, self.request.member("aggregationFilters"))?;
        let all = order::ordered(all, &query.words(), self.request);
        let all = refine::collapsed(all, self.request.member("collapseProperties"))?;
        Ok((query, all))
    }

    fn container(&self, found: &[Found<'_>], words: &[&str]) -> Result<Value, Fail> {
        let (from, size) = (self.request.from, self.request.size);
        let page = found.iter().skip(from).take(size);
        let hits = page.map(|found| hit::write(found, words, self.request));
        let mut container = search::container(self.request, found.len(), hits);
        // Here, unlike elsewhere, all are counted.
        container["total"] = found.len().into();
        let aggregations = self.request.member("aggregations");
        if is_given(aggregations) {
            container["aggregations"] = refine::aggregations(found, aggregations)?;
        }
        Ok(container)
    }
}
