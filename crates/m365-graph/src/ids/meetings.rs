use url::Url;

use super::{id_type, opaque, shaped};
use crate::Result;

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
