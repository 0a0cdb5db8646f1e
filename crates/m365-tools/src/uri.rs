//! The addresses of resources: what hits carry and `read_resource` takes.

mod link;

use std::fmt;

use m365_graph::{Address, AttachmentId, ConversationId, FolderId, Mailbox, MessageId};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::{Cloud, ToolError, mail};

/// The longest address that is read, in bytes; two ids and a mailbox fit several times.
const MAX_URI: usize = 4096;

/// The forms of an address as URI templates (RFC 6570); [`MailUri::parse`] reads these and no others.
pub(crate) const MESSAGE: &str = "mail:///messages/{id}{?owner,part}";
pub(crate) const ATTACHMENT: &str = "mail:///messages/{id}/attachments/{attachmentId}{?owner}";
pub(crate) const CONVERSATION: &str = "mail:///conversations/{id}{?owner}";
pub(crate) const FOLDER: &str = "mail:///folders/{folder}{?owner}";

/// How the ids of folders start.
const FOLDER_IDS: [&str; 2] = ["AAMk", "AQMk"];

/// What stays as it is in the value of a query: the rest could end it.
const QUERY_VALUE: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'@');

/// The address of something in a mailbox, each id in it checked by its shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MailUri {
    pub(crate) mailbox: Mailbox,
    pub(crate) item: MailItem,
}

/// What in a mailbox an address names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MailItem {
    /// A message; `full` with the history that it quotes.
    Message { id: MessageId, full: bool },
    /// An attachment of a message.
    Attachment { message: MessageId, id: AttachmentId },
    /// All messages of a conversation.
    Conversation(ConversationId),
    /// The folders at the top of the mailbox.
    Folders,
    /// A folder.
    Folder(FolderId),
    /// A folder by its display name or path, which cannot pass for an id.
    NamedFolder(String),
}

impl MailUri {
    pub(crate) const fn new(mailbox: Mailbox, item: MailItem) -> Self {
        Self { mailbox, item }
    }

    /// Reads an address that a hit carries, or a pasted link to `cloud`.
    ///
    /// # Errors
    ///
    /// `VALIDATION_ERROR` with the forms that are accepted. No part of a refused text reaches Graph.
    pub(crate) fn parse(text: &str, cloud: Cloud) -> Result<Self, ToolError> {
        let text = text.trim();
        let plain = text.len() <= MAX_URI && text.bytes().all(|byte| byte.is_ascii_graphic());
        let parsed = match text.get(..8).map(str::to_ascii_lowercase).as_deref() {
            _ if !plain => None,
            Some("mail:///") => parse_mail(text.get(8..).unwrap_or_default()),
            Some("https://") => link::parse(text, link::outlook_hosts(cloud)),
            _ => None,
        };
        parsed.ok_or_else(|| refused(text, cloud))
    }
}

fn refused(text: &str, cloud: Cloud) -> ToolError {
    let shown = m365_extract::excerpt(text, 100);
    let hosts = link::outlook_hosts(cloud).join(", ");
    ToolError::validation(format!(
        "uri: {shown:?} is not accepted; {MESSAGE} (part=full: with quoted history), {ATTACHMENT}, \
         {CONVERSATION}, {FOLDER} (an id, a name such as inbox, a path, or nothing for all), or a \
         pasted https:// link of Outlook on the web at {hosts} are."
    ))
}

fn parse_mail(rest: &str) -> Option<MailUri> {
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let query = Query::parse(query)?;
    let segments = path.split('/').map(decode).collect::<Option<Vec<_>>>()?;
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let item = mail_item(&segments, query.full)?;
    let is_message = matches!(item, MailItem::Message { .. });
    (is_message || !query.full).then_some(MailUri { mailbox: query.mailbox, item })
}

fn mail_item(segments: &[&str], full: bool) -> Option<MailItem> {
    let item = match segments {
        ["messages", id] => MailItem::Message { id: MessageId::new(id).ok()?, full },
        ["messages", message, "attachments", id] => MailItem::Attachment {
            message: MessageId::new(message).ok()?,
            id: AttachmentId::new(id).ok()?,
        },
        ["conversations", id] => MailItem::Conversation(ConversationId::new(id).ok()?),
        ["folders"] | ["folders", ""] => MailItem::Folders,
        ["folders", folder] => folder_item(folder)?,
        _ => return None,
    };
    Some(item)
}

fn folder_item(text: &str) -> Option<MailItem> {
    if let Some(folder) = mail::folders::well_known(text) {
        return Some(MailItem::Folder(folder.into()));
    }
    // Ids may be written with slashes too; Exchange writes the kind of an id in its first bytes.
    let is_path = text.contains('/') && !FOLDER_IDS.iter().any(|start| text.starts_with(start));
    if let (false, Ok(id)) = (is_path, FolderId::new(text)) {
        return Some(MailItem::Folder(id));
    }
    // A name is only ever compared here; no part of it reaches Graph.
    let is_name = text.chars().any(char::is_alphanumeric) && !text.chars().any(char::is_control);
    is_name.then(|| MailItem::NamedFolder(text.to_owned()))
}

/// What may stand behind the `?` of a mail address, each at most once.
#[derive(Default)]
struct Query {
    mailbox: Mailbox,
    full: bool,
}

impl Query {
    fn parse(text: &str) -> Option<Self> {
        let mut query = Self::default();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=')?;
            match (name, decode(value)?.as_str()) {
                ("owner", owner) if query.mailbox == Mailbox::Me => {
                    query.mailbox = Mailbox::Of(Address::new(owner).ok()?);
                }
                ("part", "full") if !query.full => query.full = true,
                _ => return None,
            }
        }
        Some(query)
    }
}

/// Decodes `%XX` once; a stray `%` or broken UTF-8 is refused, and `+` is a plus sign.
fn decode(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let hex = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
    let whole =
        (0..bytes.len()).all(|at| bytes.get(at) != Some(&b'%') || hex(at + 1) && hex(at + 2));
    whole.then(|| percent_decode_str(text).decode_utf8().ok()).flatten().map(Into::into)
}

impl fmt::Display for MailUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.item {
            MailItem::Message { id, .. } => write!(f, "mail:///messages/{id}")?,
            MailItem::Attachment { message, id } => {
                write!(f, "mail:///messages/{message}/attachments/{id}")?;
            }
            MailItem::Conversation(id) => write!(f, "mail:///conversations/{id}")?,
            MailItem::Folders => f.write_str("mail:///folders/")?,
            MailItem::Folder(id) => write!(f, "mail:///folders/{id}")?,
            MailItem::NamedFolder(name) => {
                write!(f, "mail:///folders/{}", utf8_percent_encode(name, NON_ALPHANUMERIC))?;
            }
        }
        let mut separator = '?';
        if let Mailbox::Of(owner) = &self.mailbox {
            write!(f, "?owner={}", utf8_percent_encode(owner.as_str(), QUERY_VALUE))?;
            separator = '&';
        }
        match self.item {
            MailItem::Message { full: true, .. } => write!(f, "{separator}part=full"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorCode;

    fn parse(text: &str) -> Result<MailUri, ToolError> {
        MailUri::parse(text, Cloud::Global)
    }

    #[track_caller]
    fn assert_round_trip(text: &str) {
        assert_eq!(parse(text).unwrap().to_string(), text);
    }

    #[test]
    fn each_form_is_read_and_written_alike() {
        assert_round_trip("mail:///messages/AAMkAGE37p-Wbw_A=");
        assert_round_trip("mail:///messages/AAMk=?part=full");
        assert_round_trip("mail:///messages/AAMk=?owner=desk@fjordlight.example&part=full");
        assert_round_trip(
            "mail:///messages/AAMk=/attachments/AAMkB=?owner=desk@fjordlight.example",
        );
        assert_round_trip("mail:///conversations/AAQk=");
        assert_round_trip("mail:///folders/");
        assert_round_trip("mail:///folders/?owner=a%2Bb@fjordlight.example");
        assert_round_trip("mail:///folders/inbox");
        assert_round_trip("mail:///folders/AAMkA-b=");
        assert_round_trip("mail:///folders/Projects%2FApollo");
        assert_round_trip("mail:///folders/Projects%2FR%C3%A9sum%C3%A9s%20%26%20more");
    }

    #[test]
    fn usual_spellings_are_understood() {
        let same = |text: &str, canonical: &str| {
            assert_eq!(parse(text).unwrap().to_string(), canonical, "{text}");
        };

        same("MAIL:///folders", "mail:///folders/");
        same("mail:///folders/Sent%20Items", "mail:///folders/sentitems");
        same("mail:///messages/AAMk%3D", "mail:///messages/AAMk=");
        same("mail:///messages/AA%2Bk%2F%3D", "mail:///messages/AA_k-=");
        same("mail:///folders/AAMkA%2Fb%3D", "mail:///folders/AAMkA-b=");
    }

    #[test]
    fn r21_addresses_that_would_leave_their_place_are_refused() {
        let long = format!("mail:///messages/{}", "A".repeat(10_000));
        let wrong = [
            "",
            "mail:",
            "mail:///",
            "mail:///messages/",
            "mail:///messages/..",
            "mail:///messages/%2e%2e",
            "mail:///messages/../folders/inbox",
            "mail:///messages//AAMk",
            "mail:////messages/AAMk",
            "mail:///messages/a\\b",
            "mail:///messages/%5c",
            "mail://evil/messages/AAMk",
            "file:///a/b",
            "teams:///chats/x",
            "mail:///messages/A#b",
            "mail:///messages/AAMk/attachments/%2e%2e",
            "mail:///messages/A?owner=a@b.c&owner=a@b.c",
            "mail:///messages/A?tenant=other",
            "mail:///folders/inbox?part=full",
            "mail:///messages/A?part=half",
            long.as_str(),
        ];

        for text in wrong {
            let error = parse(text).unwrap_err();
            assert_eq!(error.code(), ErrorCode::ValidationError, "{text}");
        }
    }

    #[test]
    fn r22_ids_of_another_shape_are_refused() {
        let too_long = "A".repeat(1025);
        let ids = [
            "A%0d%0aB",
            "A%3F$expand=x",
            "A%23b",
            "A'b",
            "A%00",
            "A%E2%80%AE",
            "A%20b",
            "A%",
            "A%GG",
            "A%2",
            "..",
            ".",
            "A;b",
            "A:b",
            "A@b",
            &too_long,
        ];

        for id in ids {
            assert!(parse(&format!("mail:///messages/{id}")).is_err(), "{id}");
            assert!(parse(&format!("mail:///messages/AAMk/attachments/{id}")).is_err());
        }
    }

    #[test]
    fn r24_a_web_address_in_place_of_an_id_is_refused() {
        for id in
            ["https://evil.example/x", "https:%2F%2Fevil.example", "http:%2F%2F169.254.169.254"]
        {
            assert!(parse(&format!("mail:///messages/{id}")).is_err(), "{id}");
            assert!(parse(id).is_err(), "{id}");
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_accepted_stays_below_its_root(text in "mail:///[ -~]{0,60}") {
            if let Ok(uri) = parse(&text) {
                let printed = uri.to_string();
                proptest::prop_assert!(!printed.contains(".."));
                proptest::prop_assert_eq!(parse(&printed).unwrap(), uri);
            }
        }
    }
}
