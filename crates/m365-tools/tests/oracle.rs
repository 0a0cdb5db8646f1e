//! All messages of a mailbox, and a search that looks at each of them.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use m365_graph::{Address, FolderId, GraphClient, Mailbox, Message, Recipient};
use serde_json::Value;

use crate::office::Office;

const FIELDS: [&str; 13] = [
    "subject",
    "from",
    "sender",
    "toRecipients",
    "ccRecipients",
    "bccRecipients",
    "receivedDateTime",
    "body",
    "hasAttachments",
    "importance",
    "isRead",
    "parentFolderId",
    "id",
];

pub(crate) struct Oracle {
    messages: BTreeMap<String, Message>,
    folders: BTreeMap<String, FolderId>,
}

impl Oracle {
    pub(crate) async fn of(office: &Office, owner: Option<&str>) -> Self {
        let mailbox = owner.map_or(Mailbox::Me, |owner| Mailbox::Of(Address::new(owner).unwrap()));
        let mail = office.graph().mail(&mailbox);
        let query = mail.messages().select(&FIELDS).top(100).prefer_text();
        let all = query.pages().collect().await.unwrap();
        assert_eq!(all.incomplete, None);
        let suffix = owner.map_or(String::new(), |owner| format!("?owner={owner}"));
        let uri = |message: &Message| {
            format!("mail:///messages/{}{suffix}", message.id.as_ref().unwrap().as_str())
        };
        let messages = all.items.into_iter().map(|message| (uri(&message), message)).collect();
        Self { messages, folders: folders(&office.graph(), &mailbox).await }
    }

    /// The day before which `share` percent of the messages were received.
    pub(crate) fn day_at(&self, share: usize) -> String {
        let mut times: Vec<_> =
            self.messages.values().filter_map(|one| one.received_date_time).collect();
        times.sort();
        let time = times[times.len() * share / 100];
        time.to_zoned(berlin()).date().to_string()
    }

    pub(crate) fn received(&self, uri: &str) -> Timestamp {
        self.messages[uri].received_date_time.unwrap()
    }

    /// The addresses of the messages that fit `arguments`.
    pub(crate) fn expected(&self, arguments: &Value) -> Vec<String> {
        let fitting = self.messages.iter().filter(|(_, message)| self.fits(message, arguments));
        fitting.map(|(uri, _)| uri.clone()).collect()
    }

    fn fits(&self, message: &Message, arguments: &Value) -> bool {
        let given = |name: &str| arguments[name].as_str();
        given("query").is_none_or(|query| is_found(message, query))
            && given("sender").is_none_or(|sender| is_person(message.from.iter(), sender))
            && given("recipient").is_none_or(|person| is_person(recipients(message), person))
            && given("subject").is_none_or(|words| has_all(&subject(message), words))
            && given("folderName").is_none_or(|name| self.is_in(message, name))
            && given("afterDateTime").is_none_or(|day| starts(day) <= received(message))
            && given("beforeDateTime").is_none_or(|day| received(message) < starts(day) + DAY)
            && (arguments["unreadOnly"] != true || message.is_read == Some(false))
            && arguments["hasAttachments"]
                .as_bool()
                .is_none_or(|wanted| message.has_attachments == Some(wanted))
            && given("importance")
                .is_none_or(|wanted| message.importance.unwrap().as_str() == wanted)
    }

    fn is_in(&self, message: &Message, folder: &str) -> bool {
        let wanted = &self.folders[&folder.to_lowercase()];
        message.parent_folder_id.as_ref() == Some(wanted)
    }
}

const DAY: SignedDuration = SignedDuration::from_hours(24);

fn berlin() -> TimeZone {
    TimeZone::get("Europe/Berlin").unwrap()
}

fn starts(day: &str) -> Timestamp {
    day.parse::<Date>().unwrap().to_zoned(berlin()).unwrap().timestamp()
}

fn received(message: &Message) -> Timestamp {
    message.received_date_time.unwrap()
}

fn subject(message: &Message) -> String {
    message.subject.clone().unwrap_or_default()
}

fn recipients(message: &Message) -> impl Iterator<Item = &Recipient> {
    message.to_recipients.iter().chain(&message.cc_recipients).chain(&message.bcc_recipients)
}

fn is_person<'a>(mut people: impl Iterator<Item = &'a Recipient>, wanted: &str) -> bool {
    people.any(|person| {
        let address = &person.email_address;
        let is = |text: &Option<String>| {
            text.as_deref().is_some_and(|text| text.eq_ignore_ascii_case(wanted))
        };
        is(&address.address) || is(&address.name)
    })
}

/// Reads `*` and alternatives of words, which is all that the tests ask for.
fn is_found(message: &Message, query: &str) -> bool {
    let body = message.body.as_ref().map_or("", |body| body.content.as_str());
    let from = message.from.iter().map(|from| format!("{:?}", from.email_address));
    let text = format!("{} {} {body}", from.collect::<String>(), subject(message));
    query == "*" || query.split(" OR ").any(|word| has_all(&text, word))
}

fn has_all(text: &str, words: &str) -> bool {
    let text = text.to_lowercase();
    let found: Vec<_> = text.split(|c: char| !c.is_alphanumeric()).collect();
    words.to_lowercase().split(' ').all(|word| found.contains(&word))
}

async fn folders(graph: &GraphClient, mailbox: &Mailbox) -> BTreeMap<String, FolderId> {
    let mail = graph.mail(mailbox);
    let mut folders = BTreeMap::new();
    let mut open = vec![(String::new(), mail.folders().top(100).page().await.unwrap().items)];
    while let Some((above, items)) = open.pop() {
        for folder in items {
            let id = folder.id.clone().unwrap();
            let path = format!("{above}{}", folder.display_name.to_lowercase());
            if folder.child_folder_count > Some(0) {
                let inside = mail.child_folders(&id).top(100).page().await.unwrap().items;
                open.push((format!("{path}/"), inside));
            }
            folders.insert(path, id);
        }
    }
    folders
}
