//! What stands on a page of a site.

mod canvas;
mod classic;

use jiff::tz::TimeZone;
use m365_extract::{Options, RefusalKind, disarm, isolation::File};
use m365_graph::{self as graph, ErrorKind, PageId, SiteId, SitePage};
use serde_json::json;

use super::{
    content,
    item::Item,
    pages,
    reader::{Read, Reader, moment},
    request::Request,
};
use crate::{
    ToolError,
    mail::fields::{line, one_line},
    sites::{SITES_ALL, SITES_SELECTED},
    uri::SiteUri,
};

const DRAFT: &str =
    "This is the latest version, which is not published: others may see an earlier one.";
const EMPTY: &str = "There is no text on the page.";

/// Reads a page as markdown: its title, then its sections from top to bottom.
pub(super) async fn read(
    reader: &Reader<'_>,
    request: &Request,
    site: SiteId,
    id: PageId,
) -> Result<Read, ToolError> {
    request.refuse_sheet()?;
    request.refuse_format("a page")?;
    reader.ctx.require_any_scope(&[SITES_ALL, SITES_SELECTED]).await?;
    let api = reader.ctx.graph().sites().site(&site);
    let (page, (zone, _)) = tokio::join!(api.page(&id), reader.zone());
    let uri = SiteUri::Page { site, page: id.clone() }.to_string();
    match page {
        Ok(page) => modern(reader, request, uri, page, zone).await,
        Err(error) if is_missing(&error) => {
            classic::read(reader, request, &api, uri, &id, error).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Graph has no pages in the classic style, and says of them what it says of none.
fn is_missing(error: &graph::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::BadRequest)
}

async fn modern(
    reader: &Reader<'_>,
    request: &Request,
    uri: String,
    mut page: SitePage,
    zone: &TimeZone,
) -> Result<Read, ToolError> {
    let canvas = page.canvas_layout.take().unwrap_or_default();
    let html = canvas::html(&canvas, page.web_url.as_deref().unwrap_or_default());
    let is_draft = page.publishing_state.level.as_deref().is_some_and(|level| level != "published");
    let item = describe(uri, page, zone);
    let mut read = with_text(reader, request, item, html).await?;
    if is_draft {
        read.notices.push(DRAFT.to_owned());
    }
    Ok(read)
}

fn describe(uri: String, page: SitePage, zone: &TimeZone) -> Item {
    let title = page.title.filter(|title| !title.is_empty()).or(page.name);
    let mut item = Item::new(uri, "page", line(title.as_deref()));
    item.web_url = page.web_url;
    let description = page.description.filter(|text| !text.is_empty());
    let is_news = page.promotion_kind.as_deref() == Some("newsPost");
    item.with_details(json!({
        "description": description.as_deref().map(one_line),
        "news": is_news.then_some(true),
        "author": page.created_by.display_name.as_deref().map(one_line),
        "lastModifiedBy": page.last_modified_by.display_name.as_deref().map(one_line),
        "lastModifiedDateTime": moment(page.last_modified_date_time, zone),
    }))
}

/// Puts the title and the text of `html` behind `item`.
async fn with_text(
    reader: &Reader<'_>,
    request: &Request,
    item: Item,
    html: String,
) -> Result<Read, ToolError> {
    let body = markdown(reader, &item, html).await?;
    let heading = if item.title.is_empty() {
        String::new()
    } else {
        format!("# {}\n\n", disarm(&item.title))
    };
    let is_empty = body.is_empty();
    let mut read = reader.with_pages(request, item, &pages::split(&format!("{heading}{body}")))?;
    if is_empty {
        read.notices.push(EMPTY.to_owned());
    }
    Ok(read)
}

/// Turns what stands on a page into markdown that is safe to show.
async fn markdown(reader: &Reader<'_>, item: &Item, html: String) -> Result<String, ToolError> {
    if html.trim().is_empty() {
        return Ok(String::new());
    }
    let admitted = reader.ctx.extraction().admit(html.len() as u64).await?;
    match admitted.extract(File::new(html).named("page.html"), &Options::default()).await? {
        Ok(document) => Ok(document.markdown().trim().to_owned()),
        Err(refusal) if matches!(refusal.kind(), RefusalKind::Empty | RefusalKind::NoText) => {
            Ok(String::new())
        }
        Err(refusal) => Err(content::refused(&refusal, item)),
    }
}
