//! What the index matches loosely, compared again with what it gave.

use m365_graph::{FoundItem, FoundKind};

use super::{
    hit::extension,
    input::{Conditions, ContentType},
    scan::Search,
};
use crate::sites::{WebPlace, place_of};

/// Tells whether a hit fits, as far as can be told from what the index holds.
pub(super) fn keeps(search: &Search, item: &FoundItem) -> bool {
    let Some(place) = place_of(item) else { return false };
    let in_time = item.last_modified_date_time.is_none_or(|at| search.interval.contains(at));
    in_time && is_kind(&search.conditions, item, &place) && is_there(search, &place)
}

fn is_kind(conditions: &Conditions, item: &FoundItem, place: &WebPlace) -> bool {
    let is_file = item.kind == FoundKind::DriveItem && !item.is_folder;
    match conditions.content_type {
        None => is_file && has_type(conditions, item, place),
        Some(ContentType::File) => is_file && !place.is_page() && has_type(conditions, item, place),
        Some(ContentType::Page) => is_file && place.is_page() && has_type(conditions, item, place),
        Some(ContentType::List) => item.kind == FoundKind::List,
        Some(ContentType::Site) => item.kind == FoundKind::Site,
    }
}

fn has_type(conditions: &Conditions, item: &FoundItem, place: &WebPlace) -> bool {
    let name = item.name.as_deref().or(place.last()).unwrap_or_default();
    conditions.file_types.is_empty() || conditions.file_types.contains(&extension(name))
}

/// An address that hides its place is taken on trust: the index knew the place.
fn is_there(search: &Search, place: &WebPlace) -> bool {
    let Some(places) = &search.places else { return true };
    place.is_hidden() || places.iter().any(|one| one.contains(place))
}
