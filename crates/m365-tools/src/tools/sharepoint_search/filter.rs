//! What the index matches loosely, compared again with what it gave.

use m365_graph::{FoundItem, FoundKind};

use super::{
    hit::file_type,
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
    let types = &conditions.file_types;
    types.is_empty() || types.contains(&file_type(item, Some(place)))
}

/// Of an address that hides its place only the site is compared: the index knew the place.
fn is_there(search: &Search, place: &WebPlace) -> bool {
    let Some(places) = &search.places else { return true };
    match place.hidden_in() {
        Some(site) => places.iter().any(|one| one.contains(&site) || site.contains(one)),
        None => places.iter().any(|one| one.contains(place)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn search(place: &str, types: &[&str]) -> Search {
        let file_types = types.iter().map(|one| (*one).to_owned()).collect();
        Search {
            conditions: Conditions { file_types, ..Conditions::default() },
            places: WebPlace::of_site(place).map(|place| vec![place]),
            interval: crate::time::Interval::default(),
            limit: 10,
            offset: 0,
        }
    }

    fn keeps_hidden(place: &str, types: &[&str]) -> bool {
        let item: FoundItem = serde_json::from_value(json!({
            "@odata.type": "#microsoft.graph.driveItem", "name": "plan.docx",
            "webUrl": "https://a.sharepoint.com/sites/Finance/_layouts/15/Doc.aspx?sourcedoc=x",
        }))
        .unwrap();
        keeps(&search(place, types), &item)
    }

    #[test]
    fn a_hidden_place_is_compared_by_its_site_and_its_type_by_the_name() {
        for (place, expected) in [
            ("https://a.sharepoint.com/sites/finance", true),
            ("https://a.sharepoint.com/sites/Finance/Shared%20Documents/Budget", true),
            ("https://a.sharepoint.com/sites/Finance2", false),
            ("https://a.sharepoint.com/", false),
            ("https://b.sharepoint.com/sites/Finance", false),
        ] {
            assert_eq!(keeps_hidden(place, &[]), expected, "{place}");
        }
        let site = "https://a.sharepoint.com/sites/Finance";
        assert!(keeps_hidden(site, &["docx"]) && !keeps_hidden(site, &["aspx"]));
    }
}
