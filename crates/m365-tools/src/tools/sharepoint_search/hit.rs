use jiff::tz::TimeZone;
use m365_extract::excerpt;
use m365_graph::{FoundItem, FoundKind, ItemHit, ItemId, Library};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::{
    ErrorCode, ToolError,
    mail::fields::{line, preview},
    sites::{WebPlace, drive_of, place_of},
    time,
    uri::{FileItem, FileUri, SiteUri},
};

/// The longest name and summary, in characters.
const NAME: usize = 150;
const SUMMARY: usize = 240;

/// Something in SharePoint or OneDrive that was found.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Hit {
    /// Reads it: pass it to `read_resource`; a list that is no library has none.
    uri: String,
    /// The name of the file, or the title of a page, list or site.
    name: String,
    /// The text around the words found, these between `**`: written by its author.
    summary: String,
    /// Opens it in the browser.
    web_url: String,
    /// The site, by its name in addresses.
    site: String,
    /// The folder, from the library on.
    path: String,
    /// Who made it.
    author: String,
    /// When it was changed last, e.g. `2026-11-21T09:00:00+01:00`.
    last_modified_date_time: Option<String>,
    /// In bytes.
    size: Option<u64>,
    /// The extension.
    file_type: String,
    /// The label that protects it.
    sensitivity_label: String,
}

impl Hit {
    /// Describes a hit; `libraries` are those of the sites that lists are in.
    pub(super) fn new(hit: ItemHit, libraries: &[Library], zone: &TimeZone) -> Self {
        let ItemHit { summary, item, .. } = hit;
        let place = place_of(&item);
        let is_file = item.kind == FoundKind::DriveItem;
        let of_file = |value: fn(&WebPlace) -> String| {
            place.as_ref().filter(|_| is_file).map(value).unwrap_or_default()
        };
        Self {
            uri: uri(&item, place.as_ref(), libraries),
            name: name(&item, place.as_ref()),
            summary: summarised(&summary, &item),
            site: place.as_ref().map(WebPlace::site_name).unwrap_or_default(),
            path: of_file(WebPlace::folder),
            author: author(&item),
            last_modified_date_time: item.last_modified_date_time.map(|at| time::format(at, zone)),
            size: item.size.filter(|_| is_file),
            file_type: if is_file { file_type(&item, place.as_ref()) } else { String::new() },
            sensitivity_label: label(&item),
            web_url: item.web_url.unwrap_or_default(),
        }
    }

    /// Returns what the model sees, and the whole.
    pub(super) fn values(self) -> Result<(Value, Value), ToolError> {
        let whole = value(&self)?;
        let web_url = if self.uri == self.web_url { String::new() } else { self.web_url };
        Ok((value(&Self { web_url, ..self })?, whole))
    }
}

fn value(hit: &Hit) -> Result<Value, ToolError> {
    serde_json::to_value(hit)
        .map_err(|_| ToolError::new(ErrorCode::ServiceError, "A hit could not be written."))
}

/// Returns what `read_resource` reads; the web address, which it resolves, where an id is unknown.
fn uri(item: &FoundItem, place: Option<&WebPlace>, libraries: &[Library]) -> String {
    let known = match item.kind {
        FoundKind::List => return library_uri(item, libraries).unwrap_or_default(),
        FoundKind::Site => site_uri(item),
        FoundKind::DriveItem if place.is_some_and(WebPlace::is_page) => page_uri(item),
        FoundKind::DriveItem => file_uri(item),
        _ => None,
    };
    known.or_else(|| item.web_url.clone()).unwrap_or_default()
}

fn library_uri(list: &FoundItem, libraries: &[Library]) -> Option<String> {
    Some(FileUri::new(drive_of(list, libraries)?, FileItem::Root).to_string())
}

fn site_uri(item: &FoundItem) -> Option<String> {
    Some(SiteUri::Site(item.id.as_deref()?.parse().ok()?).to_string())
}

fn page_uri(item: &FoundItem) -> Option<String> {
    let site = item.parent_reference.site_id.clone()?;
    Some(SiteUri::Page { site, page: item.unique_id()?.clone() }.to_string())
}

fn file_uri(item: &FoundItem) -> Option<String> {
    let drive = item.parent_reference.drive_id.clone()?;
    let id = ItemId::new(item.id.as_deref()?).ok()?;
    Some(FileUri::new(drive, FileItem::Id(id)).to_string())
}

fn name(item: &FoundItem, place: Option<&WebPlace>) -> String {
    let title = item.title().filter(|_| place.is_some_and(WebPlace::is_page));
    let shown = title.or(item.display_name.as_deref()).or(item.name.as_deref());
    excerpt(&line(shown.or_else(|| place?.last())), NAME)
}

/// Returns the extension; an address that hides its place ends in that of a page of SharePoint's.
pub(super) fn file_type(item: &FoundItem, place: Option<&WebPlace>) -> String {
    extension(item.name.as_deref().or_else(|| place?.last()).unwrap_or_default())
}

fn summarised(summary: &str, item: &FoundItem) -> String {
    let text =
        if summary.is_empty() { item.description.as_deref().unwrap_or_default() } else { summary };
    excerpt(&preview(Some(text)), SUMMARY)
}

fn author(item: &FoundItem) -> String {
    let by = [&item.created_by, &item.last_modified_by];
    let shown = by.into_iter().find_map(|by| by.display_name.as_deref().or(by.email.as_deref()));
    excerpt(&line(shown), 80)
}

fn label(item: &FoundItem) -> String {
    let label = item.sensitivity_label.as_ref();
    excerpt(&line(label.and_then(|one| one.display_name.as_deref().or(one.id.as_deref()))), 80)
}

/// Returns what stands behind the last dot of a name, in lower case.
fn extension(name: &str) -> String {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    let is_extension = |text: &&str| text.len() <= 16 && text.chars().all(char::is_alphanumeric);
    extension.filter(is_extension).unwrap_or_default().to_lowercase()
}
