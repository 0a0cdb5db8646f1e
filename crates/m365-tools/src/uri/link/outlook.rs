use m365_auth::Cloud;
use m365_graph::{ConversationId, EventId, Mailbox, MessageId};

use super::{super::CalendarUri, Pasted};
use crate::uri::{MailItem, MailUri, ResourceUri, decode};

/// How the ids of conversations start: Exchange writes the kind of an id in its first bytes.
const CONVERSATION: &str = "AAQk";

/// Returns the [hosts of Outlook on the web](https://learn.microsoft.com/microsoft-365/enterprise/urls-and-ip-address-ranges)
/// in `cloud`; a cloud that is not known has none.
pub(super) const fn hosts(cloud: Cloud) -> &'static [&'static str] {
    match cloud {
        Cloud::Global => {
            &["outlook.cloud.microsoft", "outlook.office.com", "outlook.office365.com"]
        }
        Cloud::UsGovHigh => &["outlook.office365.us"],
        Cloud::UsGovDod => &["outlook-dod.office365.us", "webmail.apps.mil"],
        _ => &[],
    }
}

/// Reads a link that a person copied out of Outlook on the web.
pub(super) fn parse(link: &Pasted<'_>) -> Option<ResourceUri> {
    let id = link.value("itemid").or_else(|| id_in_path(link.rest))?;
    if is_event(link) {
        let event = EventId::new(&id).ok()?;
        return Some(ResourceUri::Calendar(CalendarUri::new(Mailbox::Me, event)));
    }
    Some(ResourceUri::Mail(MailUri::new(Mailbox::Me, item(&id)?)))
}

/// `…/calendar/item/AAMk…`, `…/owa/?itemid=AAMk…&path=/calendar/item`
fn is_event(link: &Pasted<'_>) -> bool {
    let in_path = link.url.path().to_ascii_lowercase().contains("/calendar");
    let path = link.value("path").map(|path| path.to_ascii_lowercase());
    in_path || path.is_some_and(|path| path.starts_with("/calendar"))
}

fn item(id: &str) -> Option<MailItem> {
    if id.starts_with(CONVERSATION) {
        return Some(MailItem::Conversation(ConversationId::new(id).ok()?));
    }
    Some(MailItem::Message { id: MessageId::new(id).ok()?, full: false })
}

/// `/mail/inbox/id/AAQk…%3D`, `/mail/deeplink/read/AAMk…%3D`, `/calendar/item/AAMk…%3D`
fn id_in_path(rest: &str) -> Option<String> {
    let path = rest.split(['?', '#']).next()?;
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    let at = segments.iter().position(|part| matches!(*part, "id" | "read" | "item"))?;
    match (segments.first(), segments.get(at + 1), segments.len() - at) {
        (Some(&("mail" | "calendar")), Some(id), 2) => decode(id),
        _ => None,
    }
}
