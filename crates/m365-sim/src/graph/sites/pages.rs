//! Modern pages. Classic ones are in the library of pages and nowhere else.

use serde_json::{Map, Value, json};

use super::{
    lists,
    site::{Page, Part, Section, Site},
};
use crate::{
    graph::{
        call::ok,
        drives::{View, drive::person, expand, ids::Guid, json::object, listing, store::At},
        fail::Fail,
        html_text::html_to_text,
        page,
        select::{Type, selected},
    },
    http::Response,
};

/// The cast to modern pages.
const CAST: &str = "microsoft.graph.sitePage";

/// How many pages a page of the list has unless told otherwise, and at most.
const PAGE: usize = 100;
const MAX_TOP: usize = 1000;

/// What may be selected of a page without the cast.
const BASE: Type = Type { name: "baseSitePage", members: MEMBERS.split_at(OF_BASE).0 };

/// What may be selected of a modern page.
const MODERN: Type = Type { name: "sitePage", members: MEMBERS };

/// How many of the members pages have without the cast.
const OF_BASE: usize = 13;

/// Those of the base type first.
const MEMBERS: &[&str] = &[
    "createdBy",
    "createdDateTime",
    "description",
    "eTag",
    "id",
    "lastModifiedBy",
    "lastModifiedDateTime",
    "name",
    "pageLayout",
    "parentReference",
    "publishingState",
    "title",
    "webUrl",
    "canvasLayout",
    "promotionKind",
    "reactions",
    "showComments",
    "showRecommendedPages",
    "thumbnailWebUrl",
    "titleArea",
    "webParts",
];

fn members(cast: bool) -> Type {
    if cast { MODERN } else { BASE }
}

/// Answers a request below `pages` of a site.
pub(crate) fn route(view: &View<'_>, place: usize, path: &[&str]) -> Result<Response, Fail> {
    let site = &view.contents.sites[place];
    let own = Pages { view, site };
    match path {
        [] => own.list(false),
        [CAST] => own.list(true),
        [id] => own.one(own.find(id)?, false),
        [id, CAST] => own.one(own.find(id)?, true),
        [_, segment @ ("webParts" | "canvasLayout" | "getWebPartsByPosition"), ..]
        | [_, CAST, segment @ ("webParts" | "canvasLayout" | "getWebPartsByPosition"), ..] => {
            Err(Fail::not_here(&format!("/sites/{{id}}/pages/{{id}}/{segment}")))
        }
        [_, CAST, segment, ..] | [_, segment, ..] => Err(Fail::no_segment(segment)),
    }
}

/// The pages of one site.
struct Pages<'a> {
    view: &'a View<'a>,
    site: &'a Site,
}

impl<'a> Pages<'a> {
    fn find(&self, id: &str) -> Result<(&'a Page, At), Fail> {
        let guid = Guid::parse(id);
        let page = self.site.pages.iter().find(|page| Some(page.guid) == guid);
        let found = page.and_then(|page| Some((page, self.view.contents.by_guid(page.guid)?)));
        found.ok_or_else(Fail::files_not_found)
    }

    fn list(&self, cast: bool) -> Result<Response, Fail> {
        let call = self.view.call;
        listing::only(self.view, &["$expand", "$select", "$top"])?;
        self.canvas(cast)?;
        let cut = listing::uncounted(call.query.top(PAGE, MAX_TOP)?);
        let select = members(cast).selection(call.query)?;
        let all = self.site.pages.iter();
        let all = all.filter_map(|page| Some((page, self.view.contents.by_guid(page.guid)?)));
        let context = format!("{}/{CAST}", self.context());
        page::write(call, cut, &context, &all.collect::<Vec<_>>(), |own| {
            selected(self.json(*own, cast), select.as_deref())
        })
    }

    fn one(&self, own: (&Page, At), cast: bool) -> Result<Response, Fail> {
        listing::only(self.view, &["$expand", "$select"])?;
        let select = members(cast).selection(self.view.call.query)?;
        let mut body = selected(self.json(own, cast), select.as_deref());
        if self.canvas(cast)? {
            body["canvasLayout"] = canvas(own.0);
        }
        body["@odata.context"] = format!("{}/{CAST}/$entity", self.context()).into();
        Ok(ok(&body))
    }

    /// Reads `$expand`, which only modern pages have something for.
    fn canvas(&self, cast: bool) -> Result<bool, Fail> {
        let known: &[&str] = if cast { &["canvasLayout"] } else { &[] };
        Ok(!expand::parse(self.view.call.query.get("$expand"), known)?.is_empty())
    }

    fn context(&self) -> String {
        lists::context(self.view, self.site).replace("/lists", "/pages")
    }

    fn json(&self, own: (&Page, At), cast: bool) -> Value {
        let mut all = self.base(own);
        if cast {
            all.extend(modern(own.0, self.site));
        }
        Value::Object(all)
    }

    fn base(&self, (page, at): (&Page, At)) -> Map<String, Value> {
        let (drive, item) = (self.view.contents.drive(at), self.view.contents.item(at));
        object(json!({
            "@odata.type": "#microsoft.graph.sitePage",
            "@odata.etag": item.etag(),
            "createdDateTime": item.created.to_string(),
            "eTag": item.etag(),
            "id": page.guid.to_string(),
            "lastModifiedDateTime": item.modified.to_string(),
            "name": item.name,
            "webUrl": drive.url(at.item),
            "title": page.title,
            "description": page.description,
            "pageLayout": page.layout,
            "createdBy": {"user": person(&item.author)},
            "lastModifiedBy": {"user": person(&item.editor)},
            "parentReference": {"siteId": self.site.collection.to_string()},
            "publishingState": {"level": "published", "versionId": "4.0"},
        }))
    }
}

fn modern(page: &Page, site: &Site) -> Map<String, Value> {
    object(json!({
        "promotionKind": if page.news { "newsPost" } else { "page" },
        "thumbnailWebUrl": format!("{}/_api/v2.1/thumbnail", site.url()),
        "showComments": true,
        "showRecommendedPages": false,
        "reactions": {"likeCount": page.guid.number() % 9, "commentCount": page.guid.number() % 3},
        "titleArea": {
            "enableGradientEffect": true, "imageWebUrl": "", "layout": "plain",
            "showAuthor": true, "showPublishedDate": page.news,
            "showTextBlockAboveTitle": false, "textAboveTitle": "", "textAlignment": "left",
        },
    }))
}

fn canvas(page: &Page) -> Value {
    let sections = (1..).zip(page.sections).map(|(number, own)| section(page, number, own));
    json!({"horizontalSections": sections.collect::<Vec<_>>(), "verticalSection": null})
}

fn section(page: &Page, number: usize, section: &Section) -> Value {
    let columns = (1..).zip(section.columns).map(|(column, (width, parts))| {
        let name = format!("{number}/{column}");
        let parts =
            (1..).zip(*parts).map(|(place, own)| part(page, &format!("{name}/{place}"), own));
        json!({"id": column.to_string(), "width": width, "webparts": parts.collect::<Vec<_>>()})
    });
    let columns: Vec<_> = columns.collect();
    json!({"layout": section.layout, "id": number.to_string(), "emphasis": "none", "columns": columns})
}

fn part(page: &Page, name: &str, part: &Part) -> Value {
    let id = Guid::of(page.guid.number(), name).to_string();
    match part {
        Part::Text(html) => json!({
            "@odata.type": "#microsoft.graph.textWebPart", "id": id, "innerHtml": html,
        }),
        Part::Links(title, links) => json!({
            "@odata.type": "#microsoft.graph.standardWebPart", "id": id,
            "webPartType": "c70391ea-0b10-4ee9-b2b4-006d3fcad0cd",
            "data": {
                "audiences": [], "dataVersion": "2.2", "description": "Links", "title": title,
                "properties": {"layoutId": "List"}, "serverProcessedContent": processed(links),
            },
        }),
    }
}

fn processed(links: &[(&str, &str)]) -> Value {
    let keyed = |suffix: &str, value: fn(&(&str, &str)) -> String| -> Vec<Value> {
        let rows = links.iter().enumerate();
        rows.map(|(place, link)| json!({"key": format!("items[{place}].{suffix}"), "value": value(link)}))
            .collect()
    };
    json!({
        "htmlStrings": [],
        "searchablePlainTexts": keyed("title", |(title, _)| (*title).to_owned()),
        "links": keyed("sourceItem.url", |(_, url)| (*url).to_owned()),
        "imageSources": [],
    })
}

/// Returns what the index reads of a page.
pub(crate) fn page_text(description: &str, sections: &[Section]) -> String {
    let columns = sections.iter().flat_map(|section| section.columns);
    let parts = columns.flat_map(|(_, parts)| *parts);
    let texts = parts.map(|part| match part {
        Part::Text(html) => html_to_text(html),
        Part::Links(title, links) => {
            let titles: Vec<_> = links.iter().map(|(title, _)| *title).collect();
            format!("{title}\n{}", titles.join("\n"))
        }
    });
    std::iter::once(description.to_owned()).chain(texts).collect::<Vec<_>>().join("\n")
}
