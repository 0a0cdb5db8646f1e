//! Pages in the classic style: their text, if any, is in a column of the library of pages.

use m365_graph::{self as graph, ListItem, PageId, SiteApi};
use serde_json::json;

use super::with_text;
use crate::{
    ErrorCode, ToolError,
    mail::fields::{line, one_line},
    tools::read_resource::{
        item::Item,
        reader::{Read, Reader, moment},
        request::Request,
    },
};

/// Reads the page as an item of its library; `missing` is what is said where there is none.
pub(super) async fn read(
    reader: &Reader<'_>,
    request: &Request,
    site: &SiteApi,
    uri: String,
    id: &PageId,
    missing: graph::Error,
) -> Result<Read, ToolError> {
    let Some(mut page) = item(site, id).await? else { return Err(missing.into()) };
    let fields = &mut page.fields;
    let html = fields.wiki_field.take().or(fields.publishing_page_content.take());
    let html = html.filter(|html| !html.trim().is_empty());
    let title = line(fields.title.as_deref().or(fields.file_leaf_ref.as_deref()));
    let Some(html) = html else { return Err(unreadable(&title, page)) };
    let mut item = Item::new(uri, "page", title);
    let (zone, _) = reader.zone().await;
    item.web_url = page.web_url;
    let item = item.with_details(json!({
        "author": page.created_by.display_name.as_deref().map(one_line),
        "lastModifiedDateTime": moment(page.last_modified_date_time, zone),
    }));
    with_text(reader, request, item, html).await
}

/// Finds the item in the library of pages; none where there is no such page.
async fn item(site: &SiteApi, id: &PageId) -> Result<Option<ListItem>, ToolError> {
    let lists = site.lists().await?.items;
    let of_pages = lists.into_iter().filter(|list| {
        let name = list.web_url.rsplit('/').next().unwrap_or_default();
        matches!(name, "SitePages" | "Pages")
    });
    for list in of_pages.filter_map(|list| list.id) {
        match site.page_item(&list, id).await {
            Ok(item) => return Ok(Some(item)),
            Err(error) if super::is_missing(&error) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}

fn unreadable(title: &str, page: ListItem) -> ToolError {
    let error = ToolError::new(
        ErrorCode::UnsupportedContent,
        format!(
            "Microsoft Graph does not give the text of {title:?}, a page in the classic style; open it on the web."
        ),
    );
    match page.web_url {
        Some(link) => error.with_web_link(link),
        None => error,
    }
}
