use base64::{Engine, engine::general_purpose::STANDARD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::Deserialize;
use url::Url;

use super::{ChatId, UserId, id_type, opaque, shaped};
use crate::Result;

/// What Teams leaves as it is in a join address.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// Who holds a meeting, as its join address says.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Context {
    oid: String,
}

id_type! {
    /// The address at which a meeting is joined, to the letter as its event gives it: Graph
    /// compares it so. One address stands for a whole series.
    JoinUrl: join_url
}

id_type! {
    /// The id of an online meeting.
    OnlineMeetingId: opaque
}

id_type! {
    /// The id of a transcript, valid together with its meeting's.
    TranscriptId: opaque
}

id_type! {
    /// The id of an attendance report, valid together with its meeting's.
    AttendanceReportId: opaque
}

id_type! {
    /// The id of what Copilot wrote down of a call, valid together with its meeting's.
    InsightId: opaque
}

impl JoinUrl {
    /// Returns the number in a short address, `https://teams.microsoft.com/meet/{number}`.
    #[must_use]
    pub fn number(&self) -> Option<String> {
        let url = self.url()?;
        let number = url.path().strip_prefix("/meet/")?.trim_end_matches('/');
        let fits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| number.to_owned())
    }

    /// Returns the chat of the meeting; a short address does not name it.
    #[must_use]
    pub fn thread(&self) -> Option<ChatId> {
        ChatId::new(&self.parts()?.0).ok()
    }

    /// Returns the object id of the meeting's organizer; a short address does not name them.
    #[must_use]
    pub fn organizer(&self) -> Option<UserId> {
        let context: Context = serde_json::from_str(&self.parts()?.2).ok()?;
        UserId::new(&context.oid).ok()
    }

    /// Returns the address with its signs encoded as Teams does, in lower case, if it is not so
    /// already: people and hosts decode it on its way.
    #[must_use]
    pub fn respelled(&self) -> Option<Self> {
        let (thread, number, context) = self.parts()?;
        let host = self.url()?.host_str()?.to_owned();
        let [thread, context] = [thread, context].map(|part| encoded(&part));
        let spelled = format!("https://{host}/l/meetup-join/{thread}/{number}?context={context}");
        Self::new(&spelled).ok().filter(|spelled| spelled != self)
    }

    fn url(&self) -> Option<Url> {
        Url::parse(&self.0).ok()
    }

    /// Returns thread, number and context of a long address, decoded.
    fn parts(&self) -> Option<(String, String, String)> {
        let (path, query) = self.0.split_once('?')?;
        let (thread, number) = path.split_once("/l/meetup-join/")?.1.split_once('/')?;
        let context = query.split('&').find_map(|pair| pair.strip_prefix("context="))?;
        Some((decoded(thread)?, number.to_owned(), decoded(context)?))
    }
}

impl OnlineMeetingId {
    /// Makes the id that the meeting behind `url` has as a rule. Graph does not document the rule,
    /// so it is for where a look-up fails.
    #[must_use]
    pub fn likely(url: &JoinUrl) -> Option<Self> {
        let (organizer, thread) = (url.organizer()?, url.thread()?);
        Self::new(&STANDARD.encode(format!("1*{organizer}*0**{thread}"))).ok()
    }
}

fn decoded(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(Into::into)
}

fn encoded(text: &str) -> String {
    let mut spelled = String::new();
    for part in utf8_percent_encode(text, PLAIN) {
        match part.starts_with('%') {
            true => spelled.push_str(&part.to_ascii_lowercase()),
            false => spelled.push_str(part),
        }
    }
    spelled
}

fn join_url(url: &str) -> Result<String> {
    shaped(url, |url| url.bytes().all(|byte| byte.is_ascii_graphic()) && is_join_url(url))
}

fn is_join_url(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    let path = url.path();
    let joins = path.starts_with("/l/meetup-join/") || path.starts_with("/meet/");
    let plain = url.username().is_empty() && url.password().is_none() && url.port().is_none();
    url.scheme() == "https" && joins && plain && url.host_str().is_some_and(is_teams)
}

/// Tells whether `host` is Teams, of whatever cloud: the address is compared and never fetched.
fn is_teams(host: &str) -> bool {
    let labels = ["teams.", "gov.teams.", "dod.teams."];
    let domains = ["microsoft.com", "cloud.microsoft", "microsoft.us", "live.com"];
    labels.iter().any(|label| host.strip_prefix(label).is_some_and(|rest| domains.contains(&rest)))
}
