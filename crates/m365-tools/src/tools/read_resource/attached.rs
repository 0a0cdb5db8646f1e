//! Items inside attachments: messages, events and contacts.

use jiff::tz::TimeZone;
use m365_extract::disarm;
use m365_graph::{
    AttachedItem, AttachmentId, Attendee, Contact, ErrorKind, Event, Message, MessageRequest,
};

use super::{input::Format, item::Item, mail::Source, message, pages, plain, reader::Read};
use crate::{
    ErrorCode, ToolError,
    calendar::when,
    mail::fields::{self, Person},
};

/// Graph has no address for what is attached to an attachment.
const UNADDRESSED: &str = "The attachments of an attached message have no uri of their own: format=raw \
     of this attachment gives the whole message as MIME, with them in it.";

/// Reads the item that an attachment is.
pub(super) async fn read(
    source: &Source<'_>,
    item: Item,
    request: MessageRequest,
    id: &AttachmentId,
    zone: &TimeZone,
) -> Result<Read, ToolError> {
    source.request.refuse_sheet()?;
    if source.request.format == Format::Raw {
        return raw(source, item, request, id).await;
    }
    let attachment = request.item_attachment(id).await.map_err(|error| match error.kind() {
        ErrorKind::TooLarge => large(),
        _ => source.explain(error),
    })?;
    match attachment.item {
        Some(AttachedItem::Message(inner)) => of_message(source, item, *inner, zone).await,
        Some(AttachedItem::Event(event)) => of_event(source, item, *event, zone).await,
        Some(AttachedItem::Contact(contact)) => of_contact(source, item, &contact),
        _ => Err(unknown()),
    }
}

/// Gives the item in its own format.
async fn raw(
    source: &Source<'_>,
    item: Item,
    request: MessageRequest,
    id: &AttachmentId,
) -> Result<Read, ToolError> {
    let download =
        request.attachment_bytes(id, plain::CAP).await.map_err(|error| source.explain(error))?;
    let text = plain::cleaned(download.bytes).await?;
    source.reader.with_pages(source.request, item, &plain::split(text).await?)
}

fn large() -> ToolError {
    ToolError::new(
        ErrorCode::TooLarge,
        "The attached item is too large to be read with its own attachments; try format=raw.",
    )
}

fn unknown() -> ToolError {
    ToolError::new(
        ErrorCode::UnsupportedContent,
        "The attachment is an Outlook item of a kind that is not read.",
    )
}

async fn of_message(
    source: &Source<'_>,
    item: Item,
    mut inner: Message,
    zone: &TimeZone,
) -> Result<Read, ToolError> {
    let body = inner.body.take().unwrap_or_default();
    let text = match source.request.format {
        Format::Html => message::harmless(body).await?,
        Format::Markdown | Format::Raw => message::rendered(body).await?.full_markdown,
    };
    let attachments = inner.attachments.iter().map(message::unaddressed).collect();
    let title = fields::line(inner.subject.as_deref());
    let titled = Item { title: if title.is_empty() { item.title.clone() } else { title }, ..item };
    let mut item = Item { attachments, ..message::header(titled, &inner, zone) };
    let mut notices = message::bounded(&mut item, source.reader);
    if !item.attachments.is_empty() {
        notices.push(UNADDRESSED.to_owned());
    }
    let read = source.reader.with_pages(source.request, item, &pages::split(&text))?;
    Ok(Read { notices, ..read })
}

async fn of_event(
    source: &Source<'_>,
    item: Item,
    event: Event,
    zone: &TimeZone,
) -> Result<Read, ToolError> {
    source.request.refuse_html("an attached event")?;
    let body = message::rendered(event.body.clone().unwrap_or_default()).await?.full_markdown;
    let place = event.location.as_ref().and_then(|place| place.display_name.as_deref());
    let organizer = event.organizer.as_ref().map(|one| written(&Person::of(one)));
    let all_day = event.is_all_day == Some(true);
    let attendees: Vec<_> = event.attendees.iter().map(attendee).collect();
    let facts = [
        ("Start", event.start.as_ref().map(|start| when::written(start, all_day, zone))),
        ("End", event.end.as_ref().map(|end| when::written(end, all_day, zone))),
        ("All day", all_day.then(|| "yes".to_owned())),
        ("Cancelled", event.is_cancelled.filter(|off| *off).map(|_| "yes".to_owned())),
        ("Location", place.map(fields::one_line)),
        ("Organizer", organizer),
        ("Attendees", Some(attendees.join("; "))),
    ];
    let text = format!("{}\n\n{body}", list(facts));
    source.reader.with_pages(
        source.request,
        titled(item, event.subject.as_deref()),
        &pages::split(&text),
    )
}

fn of_contact(source: &Source<'_>, item: Item, contact: &Contact) -> Result<Read, ToolError> {
    source.request.refuse_html("an attached contact")?;
    let addresses = contact.email_addresses.iter().filter_map(|one| one.address.as_deref());
    let phones = contact.business_phones.iter().chain(&contact.mobile_phone).map(String::as_str);
    let line = |text: &Option<String>| text.as_deref().map(fields::one_line);
    let facts = [
        ("Name", line(&contact.display_name)),
        ("Address", Some(addresses.map(fields::one_line).collect::<Vec<_>>().join("; "))),
        ("Company", line(&contact.company_name)),
        ("Title", line(&contact.job_title)),
        ("Phone", Some(phones.map(fields::one_line).collect::<Vec<_>>().join("; "))),
        ("Notes", line(&contact.personal_notes)),
    ];
    let text = list(facts);
    source.reader.with_pages(
        source.request,
        titled(item, contact.display_name.as_deref()),
        &pages::split(&text),
    )
}

fn titled(item: Item, name: Option<&str>) -> Item {
    let name = fields::line(name);
    if name.is_empty() { item } else { Item { title: name, ..item } }
}

fn list<const N: usize>(facts: [(&str, Option<String>); N]) -> String {
    let known = facts.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let lines = known.filter(|(_, value)| !value.is_empty());
    lines
        .map(|(name, value)| format!("- {name}: {}", disarm(&value)))
        .collect::<Vec<_>>()
        .join("\n")
}

fn attendee(attendee: &Attendee) -> String {
    let line = |text: &Option<String>| fields::line(text.as_deref());
    let address = &attendee.email_address;
    let person = Person { name: line(&address.name), address: line(&address.address) };
    let answer = attendee.status.as_ref().and_then(|status| status.response.as_deref());
    match answer.filter(|answer| *answer != "none") {
        Some(answer) => format!("{} ({})", written(&person), fields::one_line(answer)),
        None => written(&person),
    }
}

/// `Adele Vance <adele@contoso.com>`, or the part that there is.
pub(super) fn written(person: &Person) -> String {
    match (person.name.as_str(), person.address.as_str()) {
        ("", address) => address.to_owned(),
        (name, "") => name.to_owned(),
        (name, address) => format!("{name} <{address}>"),
    }
}
