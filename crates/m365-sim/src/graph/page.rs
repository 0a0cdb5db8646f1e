//! Pages of lists, and the links between them.
//!
//! By S56 a next link is a full address, bound to the query that it continues.
//!
//! A plain list continues with `$skip`, which a client may send on its own as well; a search with
//! nothing but `$skiptoken`. The token is bound to the path and the query, and to the place where
//! the page starts: a link that was changed is refused.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::{
    data::random::mix,
    graph::{
        call::{Call, ok},
        fail::Fail,
    },
    http::Response,
};

/// How a list is cut into pages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut {
    /// The length of a page.
    pub(crate) top: usize,
    pub(crate) count: Count,
    pub(crate) link: Link,
}

/// What `@odata.count` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Count {
    Nothing,
    /// How many there are, where `$count=true` asks for it.
    OfAll,
    /// How many there are on the page.
    OfPage,
}

/// What a next link continues with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// `$skip`, unless it is a search that is continued.
    Skip,
    /// Nothing but an opaque token.
    Token,
}

/// Answers with the page of `all` that is asked for.
pub(crate) fn write<T>(
    call: &Call<'_>,
    cut: Cut,
    context: &str,
    all: &[T],
    row: impl Fn(&T) -> Value,
) -> Result<Response, Fail> {
    let start = start(call)?;
    let rows: Vec<_> = all.iter().skip(start).take(cut.top).map(row).collect();
    let (end, length) = (start + rows.len(), rows.len());
    let mut body = json!({"@odata.context": context, "value": rows});
    match cut.count {
        Count::OfPage => body["@odata.count"] = length.into(),
        Count::OfAll if call.query.count()? => body["@odata.count"] = all.len().into(),
        Count::OfAll | Count::Nothing => {}
    }
    if end < all.len() {
        body["@odata.nextLink"] = match cut.link {
            Link::Skip => next_link(call, end),
            Link::Token => token_link(call, end),
        }
        .into();
    }
    Ok(ok(&body))
}

/// Returns where the page that is asked for starts.
pub(crate) fn start(call: &Call<'_>) -> Result<usize, Fail> {
    let skip = call.query.skip()?;
    let Some(token) = call.query.get("$skiptoken") else { return Ok(skip) };
    let place = place(token).filter(|place| sealed(call, *place) == token);
    match place {
        Some(place) if call.query.get("$skip").is_none() || skip == place => Ok(place),
        _ => Err(Fail::bad_request("The skip token is not valid for this request.")),
    }
}

/// Returns the link to the page that starts at `place`.
pub(crate) fn next_link(call: &Call<'_>, place: usize) -> String {
    let token = ("$skiptoken", sealed(call, place));
    let searches = call.query.get("$search").is_some();
    let paging = if searches { vec![token] } else { vec![("$skip", place.to_string()), token] };
    format!("{}{}?{}", call.root(), call.path, call.query.next(&paging))
}

/// Returns the link to the page that starts at `place`, by nothing but a token.
fn token_link(call: &Call<'_>, place: usize) -> String {
    let token = ("$skiptoken", sealed(call, place));
    format!("{}{}?{}", call.root(), call.path, call.query.next(&[token]))
}

/// Returns the link to a page of another list, which is at `path` and has no options.
pub(crate) fn link_of(call: &Call<'_>, path: &str, place: usize) -> String {
    let token = sealed_for(call, path, "", place);
    format!("{}{path}?%24skiptoken={token}", call.root())
}

fn sealed(call: &Call<'_>, place: usize) -> String {
    sealed_for(call, call.path, &call.query.identity(), place)
}

/// The token is the place and a sum over everything that it belongs to.
fn sealed_for(call: &Call<'_>, path: &str, query: &str, place: usize) -> String {
    let place = place as u64;
    let identity = format!("{}\n{path}\n{query}", call.grant.user_id);
    let start = mix(call.state.seed ^ mix(place));
    let sum = identity.bytes().fold(start, |sum, byte| mix(sum ^ u64::from(byte)));
    let mut bytes = (place ^ sum).to_be_bytes().to_vec();
    bytes.extend(sum.to_be_bytes());
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn place(token: &str) -> Option<usize> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok()?;
    let (masked, sum) = bytes.split_at_checked(8)?;
    let word = |bytes: &[u8]| Some(u64::from_be_bytes(bytes.try_into().ok()?));
    usize::try_from(word(masked)? ^ word(sum)?).ok()
}
