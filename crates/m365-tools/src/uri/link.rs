use m365_auth::Cloud;
use m365_graph::{ConversationId, Mailbox, MessageId};
use url::Url;

use super::{MailItem, MailUri, decode};

/// How the ids of conversations start: Exchange writes the kind of an id in its first bytes.
const CONVERSATION: &str = "AAQk";

/// Returns the [hosts of Outlook on the web](https://learn.microsoft.com/microsoft-365/enterprise/urls-and-ip-address-ranges)
/// in `cloud`; a cloud that is not known has none.
pub(super) const fn outlook_hosts(cloud: Cloud) -> &'static [&'static str] {
    match cloud {
        Cloud::Global => {
            &["outlook.cloud.microsoft", "outlook.office.com", "outlook.office365.com"]
        }
        Cloud::UsGovHigh => &["outlook.office365.us"],
        Cloud::UsGovDod => &["outlook-dod.office365.us", "webmail.apps.mil"],
        _ => &[],
    }
}

/// Reads a link that a person copied out of Outlook on the web, at one of its `hosts`. A link is only
/// read; nothing is ever fetched from it.
pub(super) fn parse(text: &str, hosts: &[&str]) -> Option<MailUri> {
    let url = Url::parse(text).ok()?;
    let host = url.host_str().filter(|host| hosts.contains(host))?;
    // Parsers disagree about backslashes, user information and dots, so the text itself must agree.
    let rest = text.get("https://".len() + host.len()..)?;
    let same = text.get("https://".len()..)?.to_ascii_lowercase().starts_with(host);
    if !same
        || !rest.starts_with(['/', '?'])
        || url.path().to_ascii_lowercase().contains("calendar")
    {
        return None;
    }
    let id = item_id(rest).or_else(|| id_in_path(rest))?;
    Some(MailUri::new(Mailbox::Me, item(&id)?))
}

fn item(id: &str) -> Option<MailItem> {
    if id.starts_with(CONVERSATION) {
        return Some(MailItem::Conversation(ConversationId::new(id).ok()?));
    }
    Some(MailItem::Message { id: MessageId::new(id).ok()?, full: false })
}

/// `…/owa/?ItemID=AAMk…%3D&exvsurl=1&viewmodel=ReadMessageItem`
fn item_id(rest: &str) -> Option<String> {
    let query = rest.split_once('?')?.1.split('#').next()?;
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let (_, id) = pairs.find(|(name, _)| name.eq_ignore_ascii_case("itemid"))?;
    decode(id)
}

/// `/mail/inbox/id/AAQk…%3D`, `/mail/deeplink/read/AAMk…%3D`
fn id_in_path(rest: &str) -> Option<String> {
    let path = rest.split(['?', '#']).next()?;
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    let at = segments.iter().position(|part| matches!(*part, "id" | "read"))?;
    match (segments.first(), segments.get(at + 1), segments.len() - at) {
        (Some(&"mail"), Some(id), 2) => decode(id),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved_in(cloud: Cloud, link: &str) -> Option<String> {
        parse(link, outlook_hosts(cloud)).map(|uri| uri.to_string())
    }

    fn resolved(link: &str) -> Option<String> {
        resolved_in(Cloud::Global, link)
    }

    #[test]
    fn links_of_other_clouds_are_refused() {
        let clouds = [Cloud::Global, Cloud::UsGovHigh, Cloud::UsGovDod];

        for (own, other) in clouds.iter().flat_map(|own| clouds.map(|other| (*own, other))) {
            for host in outlook_hosts(other) {
                let link = format!("https://{host}/mail/deeplink/read/AAMkA%3D");
                assert_eq!(resolved_in(own, &link).is_some(), own == other, "{link} in {own:?}");
            }
        }
    }

    #[test]
    fn links_of_outlook_on_the_web_name_their_message() {
        assert_eq!(
            resolved("https://outlook.office365.com/owa/?ItemID=AAMk%2BA%2Fb%3D&exvsurl=1"),
            Some("mail:///messages/AAMk_A-b=".into())
        );
        assert_eq!(
            resolved("https://outlook.office.com/mail/deeplink/read/AAMkA%3D?x=1"),
            Some("mail:///messages/AAMkA=".into())
        );
        assert_eq!(
            resolved("https://outlook.cloud.microsoft/mail/inbox/id/AAQkA%3D"),
            Some("mail:///conversations/AAQkA=".into())
        );
    }

    #[test]
    fn links_to_other_places_are_refused() {
        let links = [
            "https://evil.example/owa/?ItemID=AAMk",
            "https://outlook.office.com@evil.example/owa/?ItemID=AAMk",
            "https://outlook.office.com.evil.example/owa/?ItemID=AAMk",
            "https://outlook.office.com./owa/?ItemID=AAMk",
            "https://outlook.office.com:8443/owa/?ItemID=AAMk",
            "https://outlook.office.com\\@evil.example/?ItemID=AAMk",
            "https://%6futlook.office.com/owa/?ItemID=AAMk",
            "https://outlook.office.com/owa/?ItemID=../me",
            "https://outlook.office.com/owa/",
            "https://outlook.office.com/calendar/item/AAMk",
            "https://169.254.169.254/?ItemID=AAMk",
        ];

        for link in links {
            assert_eq!(resolved(link), None, "{link}");
        }
    }
}
