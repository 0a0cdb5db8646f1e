//! Time zones by their Windows and IANA names, and the zone of the caller's mailbox.

mod lookup;
mod rules;
mod windows;

use jiff::tz::TimeZone;

pub(crate) use lookup::{ZoneCache, mailbox_zone, own_addresses};
pub(crate) use rules::zone as of_mailbox;

/// Finds a zone by the name that Graph, Outlook or a person gives it.
pub(crate) fn by_name(name: &str) -> Option<TimeZone> {
    let name = name.trim();
    let name = name.strip_prefix("tzone://Microsoft/").unwrap_or(name);
    if name.eq_ignore_ascii_case("utc") || name.eq_ignore_ascii_case("z") {
        return Some(TimeZone::UTC);
    }
    match windows::iana_name(name) {
        Some(iana) => TimeZone::get(iana).ok(),
        None if name.contains('/') => TimeZone::get(name).ok(),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iana(name: &str) -> Option<String> {
        by_name(name).and_then(|zone| zone.iana_name().map(str::to_owned))
    }

    #[test]
    fn both_vocabularies_are_understood() {
        assert_eq!(iana("W. Europe Standard Time").as_deref(), Some("Europe/Berlin"));
        assert_eq!(iana("Europe/Oslo").as_deref(), Some("Europe/Oslo"));
        assert_eq!(iana("tzone://Microsoft/Utc").as_deref(), Some("UTC"));
        assert_eq!(iana("UTC").as_deref(), Some("UTC"));
    }

    #[test]
    fn other_names_are_unknown() {
        for name in ["", "tzone://Microsoft/Custom", "Customized Time Zone", "Mars/Olympus", "CET "]
        {
            assert_eq!(iana(name), None, "{name}");
        }
    }
}
