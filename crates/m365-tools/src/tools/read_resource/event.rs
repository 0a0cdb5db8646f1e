//! Events of calendars.

use jiff::tz::TimeZone;
use m365_graph::{Attachment, Event, EventId, EventRequest, Mailbox};
use serde_json::json;

use super::{
    input::Format,
    item::{AttachmentItem, Item},
    message, pages,
    reader::{Read, Reader},
    request::Request,
};
use crate::{
    ToolError,
    calendar::{
        access,
        hit::{self, Invited},
        series::{self, Series},
        when::{self, Stretch},
    },
    mail::{
        access as mailboxes,
        fields::{self, Person},
    },
    uri::{CalendarUri, TeamsUri, TranscriptUri},
};

/// Said of attachments, which the address of an event does not lead to.
const UNADDRESSED: &str =
    "The attachments of an event have no uri; they can be opened on the web (webUrl).";

/// What is asked of an event beside what a hit has.
const MORE: [&str; 5] = ["recurrence", "importance", "categories", "responseStatus", "body"];

/// Reads an event: when and where, who is invited and what they answered, its description.
pub(super) async fn read(
    reader: &Reader<'_>,
    request: &Request,
    uri: CalendarUri,
) -> Result<Read, ToolError> {
    request.refuse_sheet()?;
    refuse_raw(request)?;
    let mailbox = mailboxes::own_or(reader.ctx, uri.mailbox).await?;
    access::check(reader.ctx, &mailbox).await?;
    let source = Source { reader, request, mailbox, id: uri.event };
    source.read().await
}

fn refuse_raw(request: &Request) -> Result<(), ToolError> {
    match request.format {
        Format::Raw => Err(ToolError::validation(
            "format: raw is not accepted for an event; markdown and html are.",
        )),
        Format::Markdown | Format::Html => Ok(()),
    }
}

/// One event, resolved and permitted.
struct Source<'a> {
    reader: &'a Reader<'a>,
    request: &'a Request,
    mailbox: Mailbox,
    id: EventId,
}

impl Source<'_> {
    async fn read(&self) -> Result<Read, ToolError> {
        let asked = self.asked().select(&fields()).prefer_html().get();
        let (event, (zone, _)) = tokio::join!(asked, self.reader.zone());
        let mut event = event.map_err(|error| access::explain_event(error, &self.mailbox))?;
        let body = event.body.take().unwrap_or_default();
        let graph = self.reader.ctx.graph();
        let (series, attachments, transcripts) = tokio::join!(
            Series::read(graph, &self.mailbox, occurrence(&event)),
            self.attachments(&event),
            access::opens_transcripts(self.reader.ctx),
        );
        let mut item = self.describe(&event, series.phrase(&event), zone);
        if transcripts? {
            item =
                item.with_details(json!({"meetingTranscriptUrl": self.transcript(&event, zone)}));
        }
        item.attachments = attachments?;
        let unread = series.partial.then(|| series::UNREAD.to_owned());
        let notices = unread.into_iter().chain(self.bounded(&event, &mut item)).collect();
        let text = match self.request.format {
            Format::Html => message::harmless(body).await?,
            Format::Markdown | Format::Raw => {
                without_joining(&message::rendered(body).await?.full_markdown)
            }
        };
        let read = self.reader.with_pages(self.request, item, &pages::split(&text))?;
        Ok(Read { notices, ..read })
    }

    /// Keeps what there is room for, and says what is missing.
    fn bounded(&self, event: &Event, item: &mut Item) -> Vec<String> {
        let attached = (!item.attachments.is_empty()).then(|| UNADDRESSED.to_owned());
        let mut notices: Vec<_> = attached.into_iter().collect();
        notices.extend(message::bounded(item, self.reader));
        notices.extend(self.invited(event, item));
        notices
    }

    fn asked(&self) -> EventRequest {
        self.reader.ctx.graph().calendar(&self.mailbox).event(&self.id)
    }

    async fn attachments(&self, event: &Event) -> Result<Vec<AttachmentItem>, ToolError> {
        if event.has_attachments != Some(true) {
            return Ok(Vec::new());
        }
        let page = self.asked().attachments().await;
        let attachments: Vec<Attachment> =
            page.map_err(|error| access::explain(error, &self.mailbox))?.items;
        Ok(attachments.iter().map(message::unaddressed).collect())
    }

    fn describe(&self, event: &Event, recurrence: Option<String>, zone: &TimeZone) -> Item {
        let uri = CalendarUri::new(self.mailbox.clone(), self.id.clone()).to_string();
        let title = fields::line(event.subject.as_deref());
        let all_day = event.is_all_day == Some(true);
        let chat = event.online_meeting.as_ref().and_then(|meeting| meeting.in_teams()?.thread());
        let line = |text: &Option<String>| text.as_deref().map(fields::one_line);
        let own = event.response_status.as_ref().and_then(|status| line(&status.response));
        let item = Item {
            web_url: event.web_link.clone(),
            categories: event.categories.iter().map(|one| fields::one_line(one)).collect(),
            ..Item::new(uri, "event", title)
        };
        item.with_details(json!({
            "start": event.start.as_ref().map(|time| when::written(time, all_day, zone)),
            "end": event.end.as_ref().map(|time| when::written(time, all_day, zone)),
            "isAllDay": yes(event.is_all_day),
            "isCancelled": yes(event.is_cancelled),
            "location": Some(hit::location(event)).filter(|place| !place.is_empty()),
            "organizer": event.organizer.as_ref().map(Person::of),
            "response": own.filter(|answer| answer != "none"),
            "showAs": line(&event.show_as),
            "sensitivity": line(&event.sensitivity).filter(|level| level != "normal"),
            "recurrence": recurrence,
            "joinUrl": hit::join_url(event),
            "chat": chat.map(|chat| TeamsUri::Chat(chat).to_string()),
        }))
    }

    /// Names the transcript of a meeting that has begun; of a series the address of all of them.
    fn transcript(&self, event: &Event, zone: &TimeZone) -> Option<String> {
        if event.r#type.as_deref() == Some("seriesMaster") {
            let meeting = event.online_meeting.as_ref()?.in_teams()?;
            return Some(TranscriptUri::new(meeting, None, None).to_string());
        }
        hit::transcript(event, Stretch::of(event, zone)?, Some(self.reader.ctx.now()))
    }

    /// Lists as many attendees as there is room for; says how many more there are.
    fn invited(&self, event: &Event, item: &mut Item) -> Option<String> {
        let mut attendees: Vec<_> = event.attendees.iter().map(Invited::of).collect();
        let left = message::shorten(&mut attendees, self.reader.list_room() / 2, self.reader);
        if !attendees.is_empty() {
            *item = std::mem::take(item).with_details(json!({"attendees": attendees}));
        }
        (left > 0).then(|| format!("{left} more attendees are not listed."))
    }
}

fn fields() -> Vec<&'static str> {
    hit::FIELDS.into_iter().chain(MORE).collect()
}

fn yes(flag: Option<bool>) -> Option<bool> {
    flag.filter(|flag| *flag)
}

/// An event of which only the master of its series says how it repeats.
fn occurrence(event: &Event) -> impl Iterator<Item = &Event> {
    Some(event).filter(|event| event.recurrence.is_none()).into_iter()
}

/// Leaves out what Teams adds to a description: how to join, between two lines of underscores. The
/// address to join at is among what is known of the event.
fn without_joining(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let rules = lines.iter().enumerate().filter(|(_, line)| is_rule(line)).map(|(at, _)| at);
    let rules: Vec<usize> = rules.collect();
    let tells = |[start, end]: [usize; 2]| {
        let between = lines[start..end].join("\n");
        between.contains("teams.microsoft.") || between.contains("aka.ms/JoinTeamsMeeting")
    };
    let ends = rules.iter().copied().skip(1).chain([lines.len()]);
    match rules.iter().copied().zip(ends).find(|(start, end)| tells([*start, *end])) {
        Some((start, end)) => {
            let behind = lines.get(end + 1..).unwrap_or_default();
            [&lines[..start], behind].concat().join("\n").trim().to_owned()
        }
        None => text.to_owned(),
    }
}

/// Tells whether a line of markdown is one of many underscores.
fn is_rule(line: &str) -> bool {
    line.matches('_').count() >= 20
        && line.trim().chars().all(|letter| matches!(letter, '_' | '\\'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = r"\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_";

    #[test]
    fn only_how_to_join_is_left_out() {
        let join = "[Join the meeting now](https://teams.microsoft.com/l/meetup-join/x)";

        assert_eq!(without_joining(&format!("Agenda\n\n{RULE}\n{join}\n{RULE}")), "Agenda");
        assert_eq!(without_joining(&format!("A\n{RULE}\n{join}\n{RULE}\nB")), "A\nB");
        assert_eq!(without_joining(&format!("A\n{RULE}\n{join}")), "A");
        let other = format!("A\n{RULE}\nB\n{RULE}\nC");
        assert_eq!(without_joining(&other), other);
    }
}
