//! The host of pre-authenticated downloads.

use std::ops::Range;

use bytes::Bytes;
use http::{Method, StatusCode, header};

use super::{
    body::Body,
    drive::encoded,
    item::{Item, media_type},
    link::{self, Link},
};
use crate::{
    data::office,
    http::{Request, Response},
    state::State,
};

/// Answers a request: who sends a bearer token is refused, and so is an address that was not given
/// out as it is, or too long ago.
pub(crate) fn handle(state: &State, request: &Request) -> Response {
    if request.headers.contains_key(header::AUTHORIZATION) {
        return Response::empty(StatusCode::UNAUTHORIZED);
    }
    if request.method != Method::GET && request.method != Method::HEAD {
        return Response::empty(StatusCode::METHOD_NOT_ALLOWED);
    }
    let query = request.query.as_deref().unwrap_or_default();
    let Some(link) = link::read(state, &request.path, query) else {
        return Response::empty(StatusCode::UNAUTHORIZED);
    };
    let mut contents = state.tenants.all().map(|tenant| tenant.files.contents());
    let item = contents.find_map(|own| own.by_guid(link.guid).map(|at| own.item(at)));
    match item.and_then(|item| Some((item, item.body()?))) {
        Some((item, body)) => served(request, item, &Source::of(link, item, body)),
        None => Response::empty(StatusCode::NOT_FOUND),
    }
}

/// What is sent: the file, or what was made from it.
struct Source<'a> {
    body: &'a Body,
    made: Option<Bytes>,
    media_type: &'static str,
}

impl<'a> Source<'a> {
    fn of(link: Link, item: &Item, body: &'a Body) -> Self {
        let made = link.format.map(|format| match format {
            "pdf" => Bytes::from(office::pdf(body.text())),
            _ => page(&item.title, body.text()).into(),
        });
        let extension = item.extension();
        let media_type = media_type(link.format.unwrap_or(&extension));
        Self { body, made, media_type }
    }

    fn len(&self) -> u64 {
        self.made.as_ref().map_or_else(|| self.body.len(), |made| made.len() as u64)
    }

    fn part(&self, range: Range<u64>) -> Bytes {
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        match &self.made {
            Some(made) => made.slice(place(range.start)..place(range.end)),
            None => self.body.part(range.start, range.end),
        }
    }
}

fn page(title: &str, text: &str) -> String {
    let escaped = |text: &str| crate::graph::html_text::escaped(text);
    let lines = text.lines().map(|line| match line.strip_prefix("# ") {
        Some(heading) => format!("<h1>{}</h1>", escaped(heading)),
        None => format!("<p>{}</p>", escaped(line)),
    });
    let (title, lines) = (escaped(title), lines.collect::<String>());
    format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>{title}</title></head><body>{lines}</body></html>"
    )
}

fn served(request: &Request, item: &Item, source: &Source<'_>) -> Response {
    let length = source.len();
    let asked = request.header(header::RANGE).and_then(|range| asked(range, length));
    let (status, range) = match asked {
        None => (StatusCode::OK, 0..length),
        Some(Some(range)) => (StatusCode::PARTIAL_CONTENT, range),
        Some(None) => {
            let response = Response::empty(StatusCode::RANGE_NOT_SATISFIABLE);
            return response.header(header::CONTENT_RANGE, format!("bytes */{length}"));
        }
    };
    let of_all = format!("bytes {}-{}/{length}", range.start, range.end.saturating_sub(1));
    let response = whole(request, item, source, status, range);
    if status == StatusCode::OK { response } else { response.header(header::CONTENT_RANGE, of_all) }
}

fn whole(
    request: &Request,
    item: &Item,
    source: &Source<'_>,
    status: StatusCode,
    range: Range<u64>,
) -> Response {
    let length = range.end - range.start;
    let only_head = request.method == Method::HEAD;
    let bytes = if only_head { Bytes::new() } else { source.part(range) };
    let name = encoded(&item.name);
    let response = Response::bytes(status, source.media_type, bytes)
        .header(header::ACCEPT_RANGES, "bytes")
        .header(header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{name}"))
        .header(header::ETAG, item.etag());
    if only_head { response.header(header::CONTENT_LENGTH, length.to_string()) } else { response }
}

/// Reads a range: nothing where it is to be ignored, and no range where nothing lies in it.
#[expect(clippy::option_option, reason = "no range, and a range that cannot be had, differ")]
fn asked(text: &str, length: u64) -> Option<Option<Range<u64>>> {
    let (first, last) = text.strip_prefix("bytes=")?.split_once('-')?;
    let range = match (first, last) {
        ("", count) => length.saturating_sub(count.parse().ok()?)..length,
        (first, "") => first.parse().ok()?..length,
        (first, last) => {
            let last: u64 = last.parse().ok()?;
            first.parse().ok()?..last.saturating_add(1).min(length)
        }
    };
    Some((range.start < range.end).then_some(range))
}
