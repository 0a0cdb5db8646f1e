//! The addresses of resources: what hits carry and `read_resource` takes.

mod calendar;
mod files;
mod link;
mod mail;
mod rest;
mod sites;
mod teams;
mod transcript;

use std::{borrow::Cow, fmt};

use m365_graph::Mailbox;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

pub(crate) use calendar::{CalendarUri, EVENT};
#[cfg(feature = "mcp")]
pub(crate) use files::FILE_PATH;
pub(crate) use files::{FILE, FileItem, FileUri};
pub(crate) use link::{WebLink, teams_host};
pub(crate) use mail::{ATTACHMENT, CONVERSATION, FOLDER, MESSAGE, MailItem, MailUri};
#[cfg(feature = "mcp")]
pub(crate) use sites::DRIVES;
pub(crate) use sites::{PAGE, SITE, SiteUri};
pub(crate) use teams::{CHANNEL, CHAT, TeamsUri};
#[cfg(feature = "mcp")]
pub(crate) use teams::{CHANNEL_MESSAGE, CHAT_MESSAGE, REPLY};
pub(crate) use transcript::{TRANSCRIPT, TranscriptUri};

use self::rest::{Rest, decode};
use crate::{Cloud, ToolError};

/// The longest address that is read, in bytes; two ids and a mailbox fit several times.
const MAX_URI: usize = 4096;

/// What stays as it is in the value of a query: the rest could end it.
const QUERY_VALUE: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'@');

/// What stays as it is in a segment of a path.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The address of something that can be read, each id in it checked by its shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ResourceUri {
    Mail(MailUri),
    Calendar(CalendarUri),
    Transcript(TranscriptUri),
    File(FileUri),
    Site(SiteUri),
    Teams(TeamsUri),
    /// A pasted link of which only Graph knows what it names.
    Link(WebLink),
}

impl ResourceUri {
    /// Reads an address that a hit carries, or a pasted link to `cloud`.
    ///
    /// # Errors
    ///
    /// `VALIDATION_ERROR` with the forms that are accepted. No part of a refused text reaches Graph.
    pub(crate) fn parse(text: &str, cloud: Cloud) -> Result<Self, ToolError> {
        let text = text.trim();
        let scheme = text.split_once("://").unwrap_or_default().0.to_ascii_lowercase();
        let typed = matches!(scheme.as_str(), "https" | "file");
        let text = if typed { encoded(text) } else { Cow::from(text) };
        let (_, rest) = text.split_once("://").unwrap_or_default();
        let plain = text.len() <= MAX_URI && text.bytes().all(|byte| byte.is_ascii_graphic());
        let parsed = match scheme.as_str() {
            _ if !plain => None,
            "https" => link::parse(&text, cloud),
            scheme => rest.strip_prefix('/').and_then(|rest| of_scheme(scheme, rest)),
        };
        parsed.ok_or_else(|| refused(&text, &scheme, cloud))
    }
}

/// Encodes what people and browsers leave as it is in the paths of files: blanks and letters of all
/// languages.
fn encoded(text: &str) -> Cow<'_, str> {
    const BLANK: &AsciiSet = &AsciiSet::EMPTY.add(b' ');
    utf8_percent_encode(text, BLANK).into()
}

/// Reads what stands behind `{scheme}:///`.
fn of_scheme(scheme: &str, text: &str) -> Option<ResourceUri> {
    if let ("meeting-transcript", Some(url)) = (scheme, text.strip_prefix("events/https://")) {
        return transcript::pasted(&format!("https://{url}")).map(ResourceUri::Transcript);
    }
    let rest = Rest::parse(text)?;
    match scheme {
        "mail" => mail::parse(&rest).map(ResourceUri::Mail),
        "calendar" => calendar::parse(&rest).map(ResourceUri::Calendar),
        "meeting-transcript" => transcript::parse(&rest).map(ResourceUri::Transcript),
        "file" => files::parse(&rest).map(ResourceUri::File),
        "site" | "drive" | "page" => sites::parse(scheme, &rest).map(ResourceUri::Site),
        "teams" => teams::parse(&rest).map(ResourceUri::Teams),
        _ => None,
    }
}

/// Says what is accepted: the forms of the scheme that was meant, or else one of each.
fn refused(text: &str, scheme: &str, cloud: Cloud) -> ToolError {
    let shown = m365_extract::excerpt(text, 100);
    let forms = match scheme {
        "mail" => format!(
            "{MESSAGE} (part=full: with quoted history), {ATTACHMENT}, {CONVERSATION}, {FOLDER} (an id, \
             a name such as inbox, a path, or nothing for all)"
        ),
        "calendar" => EVENT.to_owned(),
        "meeting-transcript" => transcript::forms(),
        "file" => files::forms(),
        "site" | "drive" | "page" => sites::forms(),
        "teams" => teams::forms(),
        "https" => link::forms(cloud),
        _ => format!(
            "the uri of a hit ({MESSAGE}, {EVENT}, {TRANSCRIPT}, {FILE}, {SITE}, {PAGE}, {CHAT}, \
             {CHANNEL} and the like) or a pasted https:// link of Outlook, Teams or SharePoint"
        ),
    };
    ToolError::validation(format!("uri: {shown:?} is not accepted; {forms} is."))
}

/// Writes whose mailbox it is, unless it is one's own.
fn write_owner(f: &mut fmt::Formatter<'_>, mailbox: &Mailbox) -> fmt::Result {
    match mailbox {
        Mailbox::Of(owner) => {
            write!(f, "?owner={}", utf8_percent_encode(owner.as_str(), QUERY_VALUE))
        }
        _ => Ok(()),
    }
}

/// Encodes one segment of a path.
fn segment(text: &str) -> impl fmt::Display {
    utf8_percent_encode(text, SEGMENT)
}

impl fmt::Display for ResourceUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mail(uri) => uri.fmt(f),
            Self::Calendar(uri) => uri.fmt(f),
            Self::Transcript(uri) => uri.fmt(f),
            Self::File(uri) => uri.fmt(f),
            Self::Site(uri) => uri.fmt(f),
            Self::Teams(uri) => uri.fmt(f),
            Self::Link(uri) => uri.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorCode;

    fn parse(text: &str) -> Result<ResourceUri, ToolError> {
        ResourceUri::parse(text, Cloud::Global)
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
    fn forms_of_every_service_are_read_and_written_alike() {
        let guid = "6f1f0c1e-0000-4000-8000-000000000b01";
        let item = "01ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        assert_round_trip("calendar:///events/AAMk-b_=");
        assert_round_trip("calendar:///events/AAMk=?owner=desk@fjordlight.example");
        assert_round_trip("file:///b!a-b_c/root");
        assert_round_trip(&format!("file:///b!a-b_c/{item}"));
        assert_round_trip(&format!("file:///b!a/root%3A/{item}").replace("%3A", ":"));
        assert_round_trip("file:///b!a/Budget/Q3%20budget%20100%25%20%231.pptx");
        assert_round_trip("file:///b!a/%D8%AA%D9%82%D8%B1%D9%8A%D8%B1.docx");
        assert_round_trip("site:///root");
        assert_round_trip(&format!("site:///contoso.sharepoint.com,{guid},{guid}"));
        assert_round_trip(&format!("drive:///sites/{guid}"));
        assert_round_trip(&format!("page:///sites/contoso.sharepoint.com/pages/{guid}"));
        assert_round_trip("teams:///chats/19%3Aab%40thread.v2/messages");
        assert_round_trip("teams:///chats/48%3Anotes/messages/17");
        assert_round_trip(&format!(
            "teams:///teams/{guid}/channels/19%3Aa%40thread.tacv2/messages"
        ));
        assert_round_trip(&format!(
            "teams:///teams/{guid}/channels/19%3Aa%40thread.tacv2/messages/1"
        ));
        let token = "aHR0cHM6Ly90ZWFtcy5taWNyb3NvZnQuY29tL21lZXQvMTI_cD1h";
        let transcript = format!("meeting-transcript:///events/{token}");
        assert_round_trip(&transcript);
        assert_round_trip(&format!(
            "{transcript}?start=2026-11-17T14:00:00Z&end=2026-11-17T15:00:00Z"
        ));
    }

    #[test]
    fn usual_spellings_are_understood() {
        let same = |text: &str, canonical: &str| {
            assert_eq!(parse(text).unwrap().to_string(), canonical, "{text}");
        };

        same("MAIL:///folders", "mail:///folders/");
        same("mail:///folders/Projects/Apollo", "mail:///folders/Projects%2FApollo");
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
            "file:///b!a/../b",
            "file:///b!a/%2e%2e",
            "file:///b!a/x%2F..",
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
        fn whatever_is_accepted_stays_below_its_root(
            text in "(mail|calendar|site|drive|page|file|teams):///[ -~]{0,60}\
                |file:///b!a/[ -~]{0,60}\
                |teams:///chats/19%3[aA][ -~]{0,20}%40thread.v2(/[ -~]{0,20})?"
        ) {
            if let Ok(uri) = parse(&text) {
                let printed = uri.to_string();
                proptest::prop_assert!(printed.split('/').all(|part| part != ".." && part != "."));
                proptest::prop_assert_eq!(parse(&printed).unwrap(), uri);
            }
        }
    }
}
