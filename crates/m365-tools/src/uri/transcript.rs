use std::fmt;

use base64::{
    Engine,
    alphabet::URL_SAFE,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use jiff::Timestamp;
use m365_graph::JoinUrl;

use super::Rest;

/// The form of a transcript's address as a URI template (RFC 6570).
pub(crate) const TRANSCRIPT: &str = "meeting-transcript:///events/{token}{?start,end}";

/// Hosts copy tokens with or without their padding.
const TOKEN: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The address of what was said in a meeting; one join address stands for a whole series, of which
/// `start` and `end` name an occurrence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TranscriptUri {
    pub(crate) join_url: JoinUrl,
    pub(crate) start: Option<Timestamp>,
    pub(crate) end: Option<Timestamp>,
}

impl TranscriptUri {
    pub(crate) const fn new(
        join_url: JoinUrl,
        start: Option<Timestamp>,
        end: Option<Timestamp>,
    ) -> Self {
        Self { join_url, start, end }
    }
}

/// Reads what stands behind `meeting-transcript:///`.
pub(super) fn parse(rest: &Rest) -> Option<TranscriptUri> {
    let ["events", token] = rest.segments()[..] else { return None };
    let mut uri = pasted(&join_url(token)?)?;
    for (name, value) in &rest.query {
        let place = match name.as_str() {
            "start" => &mut uri.start,
            "end" => &mut uri.end,
            _ => return None,
        };
        if place.replace(value.parse().ok()?).is_some() {
            return None;
        }
    }
    let in_order = uri.start.zip(uri.end).is_none_or(|(start, end)| start <= end);
    in_order.then_some(uri)
}

/// Reads a join address that stands there as it is.
pub(super) fn pasted(url: &str) -> Option<TranscriptUri> {
    Some(TranscriptUri::new(JoinUrl::new(url).ok()?, None, None))
}

fn join_url(token: &str) -> Option<String> {
    if token.starts_with("https://") {
        return Some(token.to_owned());
    }
    String::from_utf8(TOKEN.decode(token).ok()?).ok()
}

/// Says what is accepted.
pub(super) fn forms() -> String {
    format!(
        "{TRANSCRIPT} (token: base64url of the join URL, or the join URL itself, URL-encoded; start and \
         end of the occurrence in ISO 8601 with Z or an offset)"
    )
}

impl fmt::Display for TranscriptUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let token = TOKEN.encode(self.join_url.as_str());
        write!(f, "meeting-transcript:///events/{token}")?;
        match (self.start, self.end) {
            (Some(start), Some(end)) => write!(f, "?start={start}&end={end}"),
            (Some(start), None) => write!(f, "?start={start}"),
            (None, Some(end)) => write!(f, "?end={end}"),
            (None, None) => Ok(()),
        }
    }
}
