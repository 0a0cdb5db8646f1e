//! Next links that lead nowhere.
//!
//! The links carry `$skiptoken=demo-…`: the token itself says what its page is.

use serde_json::{Value, json};

use super::bodies;
use crate::{
    http::{Request, Response},
    state::State,
};

const MARK: &str = "$skiptoken=demo-";

/// A planted token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// So many empty pages follow, this one included.
    Empty(u32),
    /// A page of a ring of three.
    Ring(u32),
}

impl Token {
    /// Takes a planted token out of a request.
    pub(crate) fn take(request: &mut Request) -> Option<Self> {
        let query = request.query.clone()?;
        let is_token = |part: &&str| part.replace("%24", "$").starts_with(MARK);
        let part = query.split('&').find(is_token)?;
        let token = Self::parse(part.replace("%24", "$").strip_prefix(MARK)?)?;
        let rest: Vec<_> = query.split('&').filter(|other| *other != part).collect();
        request.query = Some(rest.join("&")).filter(|rest| !rest.is_empty());
        Some(token)
    }

    fn parse(text: &str) -> Option<Self> {
        let (kind, number) = text.split_once('-')?;
        let number = number.parse().ok()?;
        match kind {
            "empty" => Some(Self::Empty(number)),
            "ring" => Some(Self::Ring(number % 3)),
            _ => None,
        }
    }

    fn text(self) -> String {
        match self {
            Self::Empty(left) => format!("{MARK}empty-{left}"),
            Self::Ring(place) => format!("{MARK}ring-{place}"),
        }
    }

    /// Returns the link to the page that a token stands for.
    pub(crate) fn link(self, state: &State, request: &Request) -> String {
        let address = address(state, request);
        let mark = if address.contains('?') { '&' } else { '?' };
        format!("{address}{mark}{}", self.text())
    }
}

/// Returns the request's own address.
pub(crate) fn address(state: &State, request: &Request) -> String {
    let query = request.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}{}{query}", state.origins.graph, request.path)
}

/// Returns an empty page with a next link.
pub(crate) fn empty(link: &str) -> Response {
    let body = json!({"value": [], "@odata.nextLink": link}).to_string();
    Response::bytes(http::StatusCode::OK, bodies::GRAPH_JSON, body)
}

/// Gives a page another next link.
pub(crate) fn relinked(mut response: Response, link: &str) -> Response {
    if let Ok(Value::Object(mut page)) = serde_json::from_slice(&response.body) {
        page.insert("@odata.nextLink".to_owned(), json!(link));
        response.body = Value::Object(page).to_string().into();
    }
    response
}
