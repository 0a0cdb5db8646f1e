//! Links of Teams in a government cloud: what people wrote and were invited to is told once, with the
//! host of the worldwide cloud (S58).

use http::header;

use crate::{
    cloud::SimCloud,
    http::{Request, Response},
};

/// Stands for the worldwide host where nothing there can be found.
const ELSEWHERE: &str = "teams.invalid";

/// Reads a filter with a link of this cloud as the stories tell it; one of another cloud finds nothing.
pub(super) fn asked(cloud: SimCloud, mut request: Request) -> Request {
    let told = SimCloud::Global.teams();
    if cloud != SimCloud::Global
        && let Some(query) = &mut request.query
    {
        *query = query.replace(told, ELSEWHERE).replace(cloud.teams(), told);
    }
    request
}

/// Writes the host of this cloud into links.
pub(super) fn answered(cloud: SimCloud, mut response: Response) -> Response {
    let kind = response.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let is_json = kind.is_some_and(|kind| kind.starts_with("application/json"));
    let link = |cloud: SimCloud| format!("https://{}/", cloud.teams());
    if cloud != SimCloud::Global
        && is_json
        && let Ok(text) = std::str::from_utf8(&response.body)
    {
        response.body = text.replace(&link(SimCloud::Global), &link(cloud)).into();
    }
    response
}
