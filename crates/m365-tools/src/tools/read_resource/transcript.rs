//! What was said in a meeting, with what else Teams keeps of it.

mod content;
mod extras;
mod lookup;
mod occurrence;

use jiff::tz::TimeZone;
use m365_graph::{OnlineMeeting, OnlineMeetingId, Transcript};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

pub(super) use self::extras::{ATTENDANCE, INSIGHTS, RECORDINGS};
use self::occurrence::{Choice, Occurrence, Span};
use super::{
    input::Format,
    item::Item,
    plain,
    reader::{Read, Reader, moment},
    request::Request,
};
use crate::{
    ErrorCode, ToolError,
    calendar::access::{MEETINGS, TRANSCRIPTS},
    mail::fields,
    uri::{TeamsUri, TranscriptUri, teams_host},
};

/// How many of a series' other transcripts are listed: each address is long.
const LISTED: usize = 10;

/// Reads the transcript of one occurrence, or of the latest one that has any.
pub(super) async fn read(
    reader: &Reader<'_>,
    request: &Request,
    uri: TranscriptUri,
) -> Result<Read, ToolError> {
    request.refuse_sheet()?;
    request.refuse_html("a transcript")?;
    reader.ctx.require_scope(TRANSCRIPTS).await?;
    reader.ctx.require_scope(MEETINGS).await?;
    let (found, zone) = tokio::join!(Held::find(reader, uri), reader.zone());
    let held = found?;
    held.read(request, &zone.0).await
}

/// A meeting with its transcripts, and which of them are wanted.
struct Held<'a> {
    reader: &'a Reader<'a>,
    uri: TranscriptUri,
    meeting: OnlineMeeting,
    id: OnlineMeetingId,
    occurrences: Vec<Occurrence>,
    /// Why the list of transcripts may be longer than what was read of it.
    notices: Vec<String>,
}

impl<'a> Held<'a> {
    async fn find(reader: &'a Reader<'a>, uri: TranscriptUri) -> Result<Self, ToolError> {
        let graph = reader.ctx.graph();
        let meeting = lookup::meeting(graph, &uri.join_url).await?;
        let id = meeting.id.clone().ok_or_else(lookup::unknown)?;
        let listed =
            graph.meetings().transcripts(&id).await.map_err(|error| content::explain(&error))?;
        let incomplete = listed
            .incomplete
            .map(|reason| format!("The list of transcripts may be incomplete: {reason}."));
        let occurrences = occurrence::of(listed.items);
        let notices = incomplete.into_iter().collect();
        Ok(Self { reader, uri, meeting, id, occurrences, notices })
    }

    async fn read(self, request: &Request, zone: &TimeZone) -> Result<Read, ToolError> {
        let wanted = Span::asked(self.uri.start, self.uri.end);
        let Choice { place, is_exact } =
            occurrence::choose(&self.occurrences, wanted).ok_or_else(|| self.missing(zone))?;
        let chosen = &self.occurrences[place];
        let said = content::read(self.reader.ctx, &self.id, chosen, request.format).await?;
        let mut item = self.describe(chosen, zone);
        let mut notices = self.notices.clone();
        notices.extend(said.notices);
        notices.extend((!is_exact).then(|| not_exact(chosen, zone)));
        let kept = extras::read(self.reader, &self.id, chosen.span, self.chat_link()).await;
        notices.extend(kept.notices);
        item = item.with_details(kept.details);
        if wanted.is_none() {
            notices.extend(self.list_others(&mut item, place, zone));
        }
        let text = match request.format {
            Format::Raw => said.text,
            _ => [kept.text, said.text].join("\n\n"),
        };
        let read = self.reader.with_pages(request, item, &plain::split(text).await?)?;
        Ok(Read { notices, ..read })
    }

    fn describe(&self, chosen: &Occurrence, zone: &TimeZone) -> Item {
        let uri = self.address(chosen.span);
        let title = fields::line(self.meeting.subject.as_deref());
        let chat = self.uri.join_url.thread().map(TeamsUri::Chat);
        Item::new(uri, "transcript", title).with_details(json!({
            "start": moment(Some(chosen.span.start), zone),
            "end": moment(Some(chosen.span.end), zone),
            "chat": chat.map(|chat| chat.to_string()),
        }))
    }

    /// Opens the meeting's chat in Teams, where its recordings are.
    fn chat_link(&self) -> Option<String> {
        let host = teams_host(self.reader.ctx.cloud())?;
        let chat = self.uri.join_url.thread()?;
        let chat = utf8_percent_encode(chat.as_str(), NON_ALPHANUMERIC);
        Some(format!("https://{host}/l/chat/{chat}/0"))
    }

    fn address(&self, span: Span) -> String {
        let Span { start, end } = span;
        TranscriptUri::new(self.uri.join_url.clone(), Some(start), Some(end)).to_string()
    }

    /// Lists the other transcripts, the newest first; says how many more there are.
    fn list_others(&self, item: &mut Item, chosen: usize, zone: &TimeZone) -> Option<String> {
        let others = self.occurrences.iter().enumerate().filter(|(at, _)| *at != chosen);
        let others: Vec<_> = others.map(|(_, one)| one).collect();
        item.items = others.iter().take(LISTED).map(|one| self.entry(one, zone)).collect();
        let begun = |one: &&Occurrence| moment(Some(one.span.start), zone);
        let older = others.get(LISTED..).unwrap_or_default();
        let (last, first) =
            (older.first().and_then(begun)?, older.last().and_then(begun).unwrap_or_default());
        let begun = if older.len() == 1 { first } else { format!("{first} to {last}") };
        Some(format!(
            "Transcripts not listed here: {}, begun {begun}; the next older one is read with ?start={} behind \
             the uri.",
            older.len(),
            older.first()?.span.start
        ))
    }

    fn entry(&self, one: &Occurrence, zone: &TimeZone) -> Map<String, Value> {
        fields::known(json!({
            "uri": self.address(one.span),
            "start": moment(Some(one.span.start), zone),
            "end": moment(Some(one.span.end), zone),
        }))
    }

    /// Says that the occurrence asked for has no transcript, and which ones have.
    fn missing(&self, zone: &TimeZone) -> ToolError {
        if self.occurrences.is_empty() {
            return ToolError::new(
                ErrorCode::NotFound,
                "This meeting has no transcript: it was not transcribed, or the transcript is not ready \
                 yet, which can take hours after the end.",
            );
        }
        let shown = self.occurrences.iter().take(LISTED).filter_map(|one| {
            let start = moment(Some(one.span.start), zone)?;
            Some(format!("{start} to {}", moment(Some(one.span.end), zone)?))
        });
        let shown = shown.collect::<Vec<_>>().join("; ");
        ToolError::new(
            ErrorCode::NotFound,
            format!(
                "That occurrence has no transcript. Transcripts of this meeting, the newest first: \
                 {shown}. Put the start and end of one in the uri, or leave both out for the latest."
            ),
        )
    }
}

fn not_exact(chosen: &Occurrence, zone: &TimeZone) -> String {
    let start = moment(Some(chosen.span.start), zone).unwrap_or_default();
    format!("No transcript falls into the time asked for; this is the nearest, begun {start}.")
}
