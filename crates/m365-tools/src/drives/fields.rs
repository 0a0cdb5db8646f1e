use m365_extract::excerpt;
use m365_graph::{DriveItem, IdentitySet};
use percent_encoding::percent_decode_str;

use crate::mail::fields::{Person, one_line};

/// The longest name and address that are shown, in characters.
const NAME: usize = 80;
const ADDRESS: usize = 254;

/// Returns who did something, as far as it is known.
pub(crate) fn person(set: Option<&IdentitySet>) -> Option<Person> {
    let one = set?.identity()?;
    let short = |text: Option<&str>, most| excerpt(text.unwrap_or_default(), most);
    let person = Person {
        name: short(one.display_name.as_deref(), NAME),
        address: short(one.email.as_deref(), ADDRESS),
    };
    (person != Person::default()).then_some(person)
}

/// Returns the name of an item; that of a drive's topmost folder is always `root`, so its address in
/// the browser tells more.
pub(crate) fn name(item: &DriveItem) -> String {
    let own = item.name.as_deref();
    let shown = item.root.as_ref().and(item.web_url.as_deref()).and_then(last_segment);
    one_line(&shown.or(own.map(str::to_owned)).unwrap_or_default())
}

/// Returns the folder that an item lies in, below the top of its drive, e.g. `Budget/2026`; search and
/// sharing leave it out.
pub(crate) fn folder(item: &DriveItem) -> Option<String> {
    let parent = item.parent_reference.as_ref()?.path.as_deref()?;
    let (_, folder) = parent.split_once("root:")?;
    let folder = percent_decode_str(folder.trim_matches('/')).decode_utf8().ok()?;
    Some(one_line(&folder))
}

fn last_segment(url: &str) -> Option<String> {
    let last = url.trim_end_matches('/').rsplit('/').next()?;
    percent_decode_str(last).decode_utf8().ok().map(Into::into)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn item(value: serde_json::Value) -> DriveItem {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn a_folder_is_read_as_people_write_it() {
        let at = |path: &str| folder(&item(json!({"parentReference": {"path": path}})));

        assert_eq!(at("/drives/b!x/root:").as_deref(), Some(""));
        assert_eq!(at("/drive/root:/A%20b/50%25%20%231").as_deref(), Some("A b/50% #1"));
        assert_eq!(folder(&item(json!({"name": "x"}))), None);
    }

    #[test]
    fn the_topmost_folder_bears_the_name_of_its_library() {
        let root = json!({"name": "root", "root": {}, "webUrl": "https://x.example/sites/F/Shared%20Documents"});

        assert_eq!(name(&item(root)), "Shared Documents");
        assert_eq!(name(&item(json!({"name": "root", "root": {}}))), "root");
    }

    #[test]
    fn an_app_can_be_an_author_and_nobody_is_none() {
        let set = |value| serde_json::from_value::<IdentitySet>(value).unwrap();

        let app = person(Some(&set(json!({"user": null, "application": {"displayName": "Flow"}}))));

        assert_eq!(app.unwrap().name, "Flow");
        assert_eq!(person(Some(&set(json!({"user": {"id": "1"}})))), None);
    }
}
