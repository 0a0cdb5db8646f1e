use super::{guid, id_type, is_guid, shaped};
use crate::Result;

id_type! {
    /// The id of a drive: `b!…`, or hexadecimal digits for a personal OneDrive.
    DriveId: drive
}

id_type! {
    /// The id of a file or folder: `01…`, its GUID, or `{drive}!…` in a personal OneDrive.
    ///
    /// No file name has this shape by chance, so an id and a path can stand in the same place.
    ItemId: item
}

id_type! {
    /// The id of a site: `{host},{guid},{guid}`, its GUID, its host or `root`.
    SiteId: site
}

id_type! {
    /// The id of a list.
    ListId: guid
}

id_type! {
    /// The id of a site's page.
    PageId: guid
}

/// The shortest and longest rest of an item's id behind `01`; it has 32 characters as a rule.
const ITEM_REST: std::ops::RangeInclusive<usize> = 20..=80;

fn drive(id: &str) -> Result<String> {
    let business = |rest: &str| !rest.is_empty() && rest.bytes().all(is_url_byte);
    shaped(id, |id| id.strip_prefix("b!").map_or_else(|| is_consumer(id), business))
}

fn item(id: &str) -> Result<String> {
    shaped(id, |id| is_business_item(id) || is_guid(id) || is_consumer_item(id))
}

fn is_business_item(id: &str) -> bool {
    let alphabet = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    let fits = |rest: &str| ITEM_REST.contains(&rest.len()) && rest.bytes().all(alphabet);
    id.strip_prefix("01").is_some_and(fits)
}

fn is_consumer_item(id: &str) -> bool {
    let fits = |rest: &str| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric());
    id.split_once('!').is_some_and(|(drive, rest)| is_consumer(drive) && fits(rest))
}

/// OneDrive writes the owner's number with 16 digits, or fewer where it starts with zeros.
fn is_consumer(drive: &str) -> bool {
    (10..=16).contains(&drive.len()) && drive.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn site(id: &str) -> Result<String> {
    shaped(id, |id| match id.split(',').collect::<Vec<_>>()[..] {
        [host, collection, web] => is_host(host) && is_guid(collection) && is_guid(web),
        [one] => one == "root" || is_guid(one) || is_host(one),
        _ => false,
    })
}

fn is_host(host: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    host.contains('.') && host.split('.').all(label)
}

const fn is_url_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}
