use std::{collections::HashSet, fmt};

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::{
    BodyKind, GraphClient, Incomplete, NextLink, Page, Result,
    models::Resource,
    request::{Path, Request},
};

/// A collection, read page by page until its end, a limit or a link that leads nowhere.
pub struct Pages<T> {
    client: GraphClient,
    next: Option<Request>,
    body: Option<BodyKind>,
    seen: HashSet<String>,
    items: usize,
    page: std::marker::PhantomData<fn() -> T>,
}

/// Shows nothing of the links.
impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Pages");
        let (pages, items) = (self.seen.len(), self.items);
        shown.field("next", &self.next).field("pages", &pages).field("items", &items);
        shown.finish_non_exhaustive()
    }
}

/// A collection as Graph sends it.
#[derive(Deserialize)]
#[serde(bound = "T: Resource")]
pub(crate) struct Collection<T: Resource> {
    value: Vec<Element<T>>,
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
    #[serde(rename = "@odata.count")]
    count: Option<u64>,
}

/// What stands in a collection in the place of a resource.
enum Element<T> {
    Whole(T),
    /// Something with an id that is none as we know them, or with members that are not as documented.
    Odd,
    /// No resource, so what follows may be missing too.
    Broken,
}

impl<'de, T: Resource> Deserialize<'de> for Element<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let is_named = value.get("id").is_some_and(Value::is_string);
        Ok(match serde_json::from_value(value).ok().filter(T::is_whole) {
            Some(resource) => Self::Whole(resource),
            None if is_named => Self::Odd,
            None => Self::Broken,
        })
    }
}

/// A collection in which everything is as documented, as nearly all are.
#[derive(Deserialize)]
#[serde(bound = "T: Resource")]
struct Regular<T: Resource> {
    value: Vec<T>,
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
    #[serde(rename = "@odata.count")]
    count: Option<u64>,
}

impl<T: Resource> From<Regular<T>> for Collection<T> {
    fn from(Regular { value, next, count }: Regular<T>) -> Self {
        Self { value: value.into_iter().map(Element::Whole).collect(), next, count }
    }
}

impl<T: Resource> Collection<T> {
    pub(crate) fn into_items(self) -> Vec<T> {
        let whole = |element| match element {
            Element::Whole(resource) => Some(resource),
            Element::Odd | Element::Broken => None,
        };
        self.value.into_iter().filter_map(whole).collect()
    }
}

impl<T: Resource> Resource for Collection<T> {
    fn is_whole(&self) -> bool {
        !self.value.iter().any(|element| matches!(element, Element::Broken))
    }

    /// Looks at each element by itself only where one of them is odd: that costs twice as much.
    fn read(text: &[u8]) -> Option<Self> {
        let regular = serde_json::from_slice::<Regular<T>>(text).ok();
        match regular.filter(|regular| regular.value.iter().all(T::is_whole)) {
            Some(regular) => Some(regular.into()),
            None => serde_json::from_slice(text).ok(),
        }
    }
}

pub(crate) async fn first<T: Resource>(
    client: &GraphClient,
    request: &Request,
    body: Option<BodyKind>,
) -> Result<Page<T>> {
    let collection: Collection<T> = client.entity(request).await?;
    Ok(page(client, request, body, collection))
}

/// Goes on with a list that started at or below `path`.
pub(crate) async fn follow<T: Resource>(
    client: &GraphClient,
    link: &NextLink,
    path: Path,
) -> Result<Page<T>> {
    first(client, &Request::follow(link, path), link.body()).await
}

fn page<T: Resource>(
    client: &GraphClient,
    request: &Request,
    body: Option<BodyKind>,
    collection: Collection<T>,
) -> Page<T> {
    let (link, count, all) = (collection.next.clone(), collection.count, collection.value.len());
    let items = collection.into_items();
    let next = link.as_deref().and_then(|link| NextLink::below(client.root(), link, body));
    let incomplete = match (&link, &next) {
        (Some(_), None) => Some(Incomplete::ForeignLink),
        (_, Some(next)) if next.target() == request.target => Some(Incomplete::RepeatedLink),
        _ => None,
    };
    let next = next.filter(|_| incomplete.is_none());
    let left_out = all - items.len();
    Page { items, next, count, left_out, incomplete }
}

/// Writes a `$select` that has the id in any case.
pub(crate) fn with_id(properties: &[&str]) -> String {
    let others = properties.iter().copied().filter(|property| *property != "id");
    std::iter::once("id").chain(others).collect::<Vec<_>>().join(",")
}

#[expect(private_bounds, reason = "only this crate's models come in pages")]
impl<T: Resource> Pages<T> {
    pub(crate) fn new(client: GraphClient, first: Request, body: Option<BodyKind>) -> Self {
        Self {
            client,
            next: Some(first),
            body,
            seen: HashSet::new(),
            items: 0,
            page: std::marker::PhantomData,
        }
    }

    /// Reads the next page, `None` after the last one.
    ///
    /// The last page's `incomplete` says why there is no further one, if the collection goes on.
    ///
    /// # Errors
    ///
    /// As the query that started it; the next call then asks for the same page again.
    pub async fn try_next(&mut self) -> Result<Option<Page<T>>> {
        let Some(request) = self.next.clone() else { return Ok(None) };
        let mut page = first(&self.client, &request, self.body).await?;
        self.seen.insert(request.target.clone());
        self.items += page.items.len();
        page.incomplete = page.incomplete.or_else(|| self.stop(page.next.as_ref()));
        self.next = Self::after(&page, &request);
        Ok(Some(page))
    }

    /// Reads all pages into one.
    ///
    /// # Errors
    ///
    /// As [`Self::try_next`].
    pub async fn collect(mut self) -> Result<Page<T>> {
        let mut whole =
            Page { items: Vec::new(), next: None, count: None, left_out: 0, incomplete: None };
        while let Some(page) = self.try_next().await? {
            whole.items.extend(page.items);
            whole.count = whole.count.or(page.count);
            whole.left_out += page.left_out;
            (whole.next, whole.incomplete) = (page.next, page.incomplete);
        }
        Ok(whole)
    }

    fn stop(&self, next: Option<&NextLink>) -> Option<Incomplete> {
        let next = next?;
        if self.seen.contains(next.target()) {
            return Some(Incomplete::RepeatedLink);
        }
        let limits = self.client.limits();
        if self.seen.len() >= limits.pages as usize {
            return Some(Incomplete::PageLimit);
        }
        (self.items >= limits.items).then_some(Incomplete::ItemLimit)
    }

    fn after(page: &Page<T>, request: &Request) -> Option<Request> {
        let next = page.next.as_ref().filter(|_| page.incomplete.is_none())?;
        Some(Request { target: next.target().to_owned(), ..request.clone() })
    }
}
