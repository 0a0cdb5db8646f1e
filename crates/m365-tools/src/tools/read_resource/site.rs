//! What a site holds: its libraries, the sites below it, and its pages.

use jiff::tz::TimeZone;
use m365_graph::{self as graph, Library, NextLink, Page, Site, SiteApi, SiteId, SitePage};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    item::Item,
    reader::{Read, Reader, moment},
    request::{Position, Request},
};
use crate::{
    ToolError,
    mail::fields::{known, line, one_line},
    sites::{SITES_ALL, SITES_SELECTED},
    uri::{FileItem, FileUri, SiteUri},
};

/// How many pages one answer lists.
const PAGES: u32 = 100;

/// Where a listing goes on.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Place {
    /// The page of Graph's list of pages; the first one, behind libraries and sites, if absent.
    link: Option<NextLink>,
    /// How many entries were given.
    given: usize,
}

/// Describes a site and lists what it holds.
pub(super) async fn read(
    reader: &Reader<'_>,
    request: &Request,
    id: SiteId,
) -> Result<Read, ToolError> {
    request.refuse_sheet()?;
    request.refuse_format("a site")?;
    request.refuse_pages("a site")?;
    reader.ctx.require_any_scope(&[SITES_ALL, SITES_SELECTED]).await?;
    let place: Place = request.list_place();
    let api = reader.ctx.graph().sites().site(&id);
    let (site, pages, others, (zone, _)) = tokio::join!(
        api.get(),
        api.pages(PAGES, place.link.as_ref()),
        others(&api, place.link.is_none()),
        reader.zone()
    );
    let site = site?;
    let id = site.id.clone().unwrap_or(id);
    let mut list = List::new(reader, describe(&id, site, zone), place);
    list.add(others, pages, &id, zone)?;
    Ok(list.read)
}

type Others = (graph::Result<Page<Library>>, graph::Result<Page<Site>>);

/// Reads libraries and subsites, which stand in front of the first page of pages.
async fn others(api: &SiteApi, wanted: bool) -> Option<Others> {
    if wanted { Some(tokio::join!(api.libraries(), api.subsites())) } else { None }
}

fn describe(id: &SiteId, site: Site, zone: &TimeZone) -> Item {
    let title = line(site.display_name.as_deref().or(site.name.as_deref()));
    let mut item = Item::new(SiteUri::Site(id.clone()).to_string(), "site", title);
    item.web_url = site.web_url;
    let description = site.description.filter(|text| !text.is_empty());
    item.with_details(json!({
        "description": description.as_deref().map(one_line),
        "lastModifiedDateTime": moment(site.last_modified_date_time, zone),
    }))
}

/// A listing that grows while it fits.
struct List<'a> {
    reader: &'a Reader<'a>,
    place: Place,
    room: usize,
    read: Read,
}

impl<'a> List<'a> {
    fn new(reader: &'a Reader<'a>, item: Item, place: Place) -> Self {
        let room = reader.room_beside(&item);
        Self { reader, place, room, read: Read { item, ..Read::default() } }
    }

    /// Adds what the site holds, from the place on at which an earlier answer stopped.
    fn add(
        &mut self,
        others: Option<Others>,
        pages: graph::Result<Page<SitePage>>,
        site: &SiteId,
        zone: &TimeZone,
    ) -> Result<(), ToolError> {
        let mut entries = Vec::new();
        if let Some((libraries, sites)) = others {
            entries.extend(
                self.items(libraries, "libraries")?.into_iter().map(|one| library(one, zone)),
            );
            entries.extend(self.items(sites, "sites below it")?.into_iter().map(subsite));
        }
        let next = pages.as_ref().ok().and_then(|page| page.next.clone());
        let pages = self.items(pages, "pages")?;
        entries.extend(pages.into_iter().map(|one| page(site, one, zone)));
        self.fill(entries, next);
        Ok(())
    }

    /// Takes what could be read; what was refused is said, and what failed is an error.
    fn items<T>(&mut self, page: graph::Result<Page<T>>, what: &str) -> Result<Vec<T>, ToolError> {
        use graph::ErrorKind::{BadRequest, Forbidden, NotFound};
        match page {
            Ok(page) => {
                if let Some(why) = page.incomplete {
                    self.read.notices.push(format!("Not all {what} are listed: {why}."));
                }
                Ok(page.items)
            }
            Err(error) if matches!(error.kind(), BadRequest | Forbidden | NotFound) => {
                self.read.notices.push(format!("Microsoft Graph does not give the site's {what}."));
                Ok(Vec::new())
            }
            Err(error) => Err(error.into()),
        }
    }

    fn fill(&mut self, entries: Vec<Map<String, Value>>, next: Option<NextLink>) {
        for (at, entry) in entries.into_iter().enumerate().skip(self.place.given) {
            let length = self.reader.length(&entry);
            if length > self.room && !self.read.item.items.is_empty() {
                let rest = Place { given: at, ..self.place.clone() };
                self.read.next = Some(Position::listing(&rest));
                return;
            }
            self.room = self.room.saturating_sub(length);
            self.read.item.items.push(entry);
        }
        if let Some(link) = next {
            self.read.next = Some(Position::listing(&Place { link: Some(link), given: 0 }));
        }
    }
}

fn library(library: Library, zone: &TimeZone) -> Map<String, Value> {
    known(json!({
        "uri": library.id.map(|id| FileUri::new(id, FileItem::Root).to_string()),
        "type": "library",
        "name": one_line(&library.name),
        "webUrl": library.web_url,
        "lastModifiedDateTime": moment(library.last_modified_date_time, zone),
    }))
}

fn subsite(site: Site) -> Map<String, Value> {
    known(json!({
        "uri": site.id.map(|id| SiteUri::Site(id).to_string()),
        "type": "site",
        "name": line(site.display_name.as_deref().or(site.name.as_deref())),
        "webUrl": site.web_url,
    }))
}

fn page(site: &SiteId, page: SitePage, zone: &TimeZone) -> Map<String, Value> {
    let is_news = page.promotion_kind.as_deref() == Some("newsPost");
    let uri = page.id.map(|id| SiteUri::Page { site: site.clone(), page: id }.to_string());
    let title = page.title.filter(|title| !title.is_empty()).or(page.name);
    known(json!({
        "uri": uri,
        "type": if is_news { "news" } else { "page" },
        "name": line(title.as_deref()),
        "webUrl": page.web_url,
        "lastModifiedDateTime": moment(page.last_modified_date_time, zone),
    }))
}
