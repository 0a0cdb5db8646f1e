//! The search for events: hits in the caller's own first calendar, latest first.
//!
//! | Rule | What |
//! |---|---|
//! | S7 | a later page needs a first one, and pages have up to 25 hits |
//! | S11 | without hits the container has none, not an empty list |
//! | S12 | a hit has a `hitId` in the standard alphabet, no id, and times with `Z` |
//! | S13 | the total is that of the page |
//! | S14 | other people's calendars are not searched |

use std::{cmp::Reverse, collections::BTreeSet};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    graph::{
        calendar::{
            View,
            body::html,
            event::{Kind, Occasion},
        },
        call::Call,
        fail::Fail,
        html_text::html_to_text,
        mail::{
            ids::{Form, Item},
            message::Contact,
        },
        search::{self, request::SearchRequest, same},
    },
    kql::{Document, Field, folded, joined},
};

/// Searches the caller's own first calendar for single events and series as a whole.
pub(crate) fn container(call: &Call<'_>, request: &SearchRequest<'_>) -> Result<Value, Fail> {
    let own = call.grant.tenant.calendars.of(&call.grant.user_id).ok_or_else(Fail::no_mailbox)?;
    let query = request.parse(call.now())?;
    if !call.grant.tenant.mail.searched.admits(same(call, request), request.from) {
        return Err(Fail::search_entity("The first page must start at from=0"));
    }
    let view = View::new(call, own, false)?;
    let events = own.events().iter().filter(|event| event.calendar == 0);
    let indexed = events.map(|event| Indexed { occasion: event.whole() });
    let mut found: Vec<_> = indexed.filter(|indexed| query.matches(indexed)).collect();
    found.sort_by_key(|indexed| Reverse(indexed.occasion.starts()));
    let page = found.iter().skip(request.from).take(request.size);
    let hits = page.map(|indexed| written(&view, &indexed.occasion, request));
    Ok(search::container(request, found.len(), hits))
}

/// Returns the words in subjects, by which misspelled ones are known.
pub(crate) fn vocabulary(call: &Call<'_>) -> BTreeSet<String> {
    let own = call.grant.tenant.calendars.of(&call.grant.user_id);
    let events = own.into_iter().flat_map(|own| own.events());
    let subjects: Vec<_> = events.map(|event| folded(event.whole().subject())).collect();
    subjects.iter().flat_map(|subject| subject.split_whitespace()).map(str::to_owned).collect()
}

/// A hit: less than the event, spelled differently.
fn written(view: &View<'_>, occasion: &Occasion<'_>, request: &SearchRequest<'_>) -> Value {
    let meeting = &occasion.event.meeting;
    let utc = |time: Timestamp| json!({"dateTime": time.to_string(), "timeZone": "UTC"});
    let mut resource = json!({
        "start": utc(occasion.starts()),
        "end": utc(occasion.ends()),
        "hasAttachments": !meeting.attachments.is_empty(),
        "iCalUId": view.uid(occasion),
        "isAllDay": meeting.all_day,
        "sensitivity": if meeting.private { "Private" } else { "Normal" },
        "subject": occasion.subject(),
        "type": if occasion.kind == Kind::Master { "RecurringMaster" } else { "Single" },
    });
    if let (Some(fields), Some(members)) = (request.fields(), resource.as_object_mut()) {
        members.retain(|name, _| fields.contains(&name.as_str()));
    }
    resource["@odata.type"] = "#microsoft.graph.event".into();
    let item = Item::Event(occasion.event.key, 0);
    let hit_id = view.calendars.ids.standard(item, Form::Rest);
    json!({"hitId": hit_id, "summary": "", "resource": resource})
}

/// An event in the search index.
struct Indexed<'a> {
    occasion: Occasion<'a>,
}

impl Indexed<'_> {
    fn organizer(&self) -> String {
        people([&self.occasion.event.meeting.organizer].into_iter())
    }

    fn attendees(&self) -> String {
        people(self.occasion.event.meeting.attendees.iter().map(|attendee| &attendee.who))
    }
}

impl Document for Indexed<'_> {
    fn holds(&self, field: Field, words: &str) -> bool {
        match field {
            Field::Any => {
                [Field::Subject, Field::Participants].iter().any(|own| self.holds(*own, words))
                    || joined(self.occasion.locations().into_iter()).contains(words)
                    || self.holds(Field::Body, words)
            }
            Field::Subject => folded(self.occasion.subject()).contains(words),
            Field::Body => folded(&html_to_text(&html(&self.occasion))).contains(words),
            Field::From => self.organizer().contains(words),
            Field::To | Field::Recipients => self.attendees().contains(words),
            Field::Participants => {
                self.organizer().contains(words) || self.attendees().contains(words)
            }
            _ => false,
        }
    }

    fn time(&self, _: Field) -> Timestamp {
        self.occasion.starts()
    }

    fn size(&self) -> u64 {
        self.occasion.event.meeting.text.get().len() as u64
    }

    fn is(&self, field: Field) -> bool {
        field == Field::HasAttachment && !self.occasion.event.meeting.attachments.is_empty()
    }
}

fn people<'a>(contacts: impl Iterator<Item = &'a Contact>) -> String {
    joined(contacts.flat_map(|contact| [contact.name.as_ref(), contact.address.as_ref()]))
}
