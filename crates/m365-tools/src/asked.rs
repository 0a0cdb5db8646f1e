//! What all tools that search are asked for alike: texts, people, dates and how many.

use jiff::tz::TimeZone;
use m365_graph::Address;
use serde_json::Value;

use crate::{
    Answer, Interval as Echo, ToolContext, ToolError, output,
    time::{self, BadInterval, Interval},
    untrusted::Boundary,
};

const FULL: &str = "The answer is full, with fewer hits than the limit; the next one goes on.";

/// What the trailer of an answer may take, in characters.
const TRAILER: usize = 1_500;

/// Treats an empty text as absent: models fill in what they do not need.
pub(crate) fn given(text: Option<&String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Takes the address of `Adele Vance <adele@contoso.com>`, which says more than the name.
pub(crate) fn person(text: String) -> String {
    let inside = text.strip_suffix('>').and_then(|text| text.rsplit_once('<'));
    let address = inside.map(|(_, address)| address.trim().to_owned());
    address.filter(|address| Address::new(address).is_ok()).unwrap_or(text)
}

/// Returns how many of `limit` hits, of `room` characters each, are sure to fit an answer.
pub(crate) fn fitting(ctx: &ToolContext, limit: u32, room: usize, answer: &mut Answer) -> u32 {
    let room = ctx.limits().answer.saturating_sub(TRAILER) / room;
    let most = u32::try_from(room).unwrap_or(u32::MAX).max(1);
    if limit > most {
        answer
            .notice(format!("The limit was lowered to {most}, since answers are kept short here."));
    }
    limit.min(most)
}

/// Fills an answer with hits for as long as they fit, each by its real length.
///
/// ```text
/// let mut filling = Filling::new(ctx, &answer);
/// for hit in hits {
///     if !filling.add(&mut answer, hit.values()?) {
///         // The next answer starts with this hit.
///         break;
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub(crate) struct Filling<'a> {
    boundary: Option<&'a Boundary>,
    /// How many characters are left, those of the trailer apart.
    room: usize,
    is_empty: bool,
}

impl<'a> Filling<'a> {
    /// Starts with what `answer` leaves of the caller's limit.
    pub(crate) fn new(ctx: &'a ToolContext, answer: &Answer) -> Self {
        let boundary = ctx.boundary();
        let taken = answer.characters_within(boundary) + TRAILER;
        Self { boundary, room: ctx.limits().answer.saturating_sub(taken), is_empty: true }
    }

    /// Adds a hit: what the model sees, and the whole. Where the answer has no room for it, says so in a
    /// notice and returns `false`; the first hit always has.
    pub(crate) fn add(&mut self, answer: &mut Answer, (text, whole): (Value, Value)) -> bool {
        let length = output::length(&text, self.boundary);
        if !self.is_empty && length > self.room {
            answer.notice(FULL);
            return false;
        }
        *self = Self { room: self.room.saturating_sub(length), is_empty: false, ..*self };
        answer.hit(text, whole);
        true
    }
}

/// Reads `afterDateTime` and `beforeDateTime` as they are meant now, in `zone`.
///
/// # Errors
///
/// `VALIDATION_ERROR` for a date that is none, and for an end before the start.
pub(crate) fn interval(
    [after, before]: [Option<&str>; 2],
    ctx: &ToolContext,
    zone: &TimeZone,
) -> Result<Interval, ToolError> {
    let now = ctx.now().to_zoned(zone.clone());
    Interval::parse(after, before, &now).map_err(|bad| match bad {
        BadInterval::After => bad_date("afterDateTime", after),
        BadInterval::Before => bad_date("beforeDateTime", before),
        BadInterval::Reversed => ToolError::validation(format!(
            "beforeDateTime: {:?} lies before afterDateTime {:?}; a later one is accepted.",
            before.unwrap_or_default(),
            after.unwrap_or_default()
        )),
    })
}

fn bad_date(field: &str, value: Option<&str>) -> ToolError {
    let shown = m365_extract::excerpt(value.unwrap_or_default(), 60);
    ToolError::validation(format!("{field}: {shown:?} is not accepted. {}", time::ACCEPTED))
}

/// Says in which zone the dates of an answer are, and which interval it covers.
pub(crate) fn echo(answer: &mut Answer, interval: Interval, zone: &TimeZone, ctx: &ToolContext) {
    answer.trailer().dated(zone, ctx.now());
    if !interval.is_open() {
        let bound =
            |moment: Option<jiff::Timestamp>| moment.map(|moment| time::format(moment, zone));
        let ends = (bound(interval.start), bound(interval.last_second()));
        answer.trailer().interval = Some(Echo::new(ends.0, ends.1));
    }
}
