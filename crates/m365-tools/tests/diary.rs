//! All events of a calendar, and a search that looks at each of them.

use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};
use m365_auth::{Clock, SystemClock};
use m365_graph::{Address, DateTimeZone, EmailAddress, Event, Mailbox};
use m365_sim::Sim;
use serde_json::{Value, json};

use crate::office::{Office, text};

pub(crate) const CALENDARS: [&str; 7] = [
    "User.Read",
    "User.ReadBasic.All",
    "Calendars.Read",
    "Calendars.Read.Shared",
    "OnlineMeetings.Read",
    "OnlineMeetingTranscript.Read.All",
    "Mail.Read",
];

/// The moment at which the clock of these tests' tenant stands: a Friday.
pub(crate) const NOW: &str = "2026-11-20T10:00:00Z";

const FIELDS: [&str; 11] = [
    "subject",
    "bodyPreview",
    "body",
    "start",
    "end",
    "isAllDay",
    "isCancelled",
    "location",
    "locations",
    "organizer",
    "attendees",
];

/// The main user with every scope of the calendar tools, at [`NOW`].
pub(crate) async fn office() -> Office {
    office_at(NOW, &CALENDARS).await
}

/// The main user with little mail, at some moment.
pub(crate) async fn office_at(now: &str, scopes: &[&'static str]) -> Office {
    let now = now.parse().unwrap();
    let tenant = Sim::builder().messages(5).now(now);
    Office::with(tenant, scopes).await.by(StartingAt::new(now))
}

/// A clock that goes as the machine's does, from another moment on.
#[derive(Debug)]
struct StartingAt {
    machine: SystemClock,
    ahead: SignedDuration,
}

impl StartingAt {
    fn new(now: Timestamp) -> Self {
        let machine = SystemClock::default();
        let ahead = now.duration_since(machine.now());
        Self { machine, ahead }
    }
}

#[async_trait]
impl Clock for StartingAt {
    fn now(&self) -> Timestamp {
        self.machine.now() + self.ahead
    }

    async fn sleep(&self, duration: Duration) {
        self.machine.sleep(duration).await;
    }
}

/// The events of a calendar between two moments, and a day on either side.
pub(crate) struct Diary {
    events: Vec<Event>,
    suffix: String,
    zone: TimeZone,
    after: Timestamp,
    before: Timestamp,
}

impl Diary {
    /// Reads what lies between two times in `zone`, the last one included to the second.
    pub(crate) async fn of(
        office: &Office,
        owner: Option<&str>,
        zone: &str,
        [after, before]: [&str; 2],
    ) -> Self {
        let zone = TimeZone::get(zone).unwrap();
        let at = |text: &str| {
            text.parse::<DateTime>().unwrap().to_zoned(zone.clone()).unwrap().timestamp()
        };
        let (after, before) = (at(after), at(before) + SignedDuration::from_secs(1));
        let mailbox = owner.map_or(Mailbox::Me, |owner| Mailbox::Of(Address::new(owner).unwrap()));
        let calendar = office.graph().calendar(&mailbox);
        let day = SignedDuration::from_hours(24);
        let view = calendar.view(after - day, before + day).select(&FIELDS).prefer_text();
        let mut page = view.top(200).page().await.unwrap();
        let mut events = std::mem::take(&mut page.items);
        while let Some(link) = page.next.take() {
            page = calendar.next_page(&link).await.unwrap();
            events.append(&mut page.items);
        }
        let suffix = owner.map_or(String::new(), |owner| format!("?owner={owner}"));
        Self { events, suffix, zone, after, before }
    }

    /// The addresses of the events that fit `arguments`, by their start.
    pub(crate) fn expected(&self, arguments: &Value) -> Vec<String> {
        let mut fitting: Vec<_> =
            self.events.iter().filter(|one| self.fits(one, arguments)).collect();
        fitting.sort_by_key(|one| (self.start(one), one.id.clone()));
        fitting.into_iter().map(|one| self.uri(one)).collect()
    }

    fn uri(&self, event: &Event) -> String {
        format!("calendar:///events/{}{}", event.id.as_ref().unwrap(), self.suffix)
    }

    fn start(&self, event: &Event) -> Timestamp {
        self.moment(event, event.start.as_ref().unwrap())
    }

    /// Whole days are days of the zone, everything else is in UTC.
    fn moment(&self, event: &Event, time: &DateTimeZone) -> Timestamp {
        assert_eq!(time.time_zone, "UTC");
        let local: DateTime = time.date_time.parse().unwrap();
        let zone = if event.is_all_day == Some(true) { self.zone.clone() } else { TimeZone::UTC };
        local.to_zoned(zone).unwrap().timestamp()
    }

    fn fits(&self, event: &Event, arguments: &Value) -> bool {
        let given = |name: &str| arguments[name].as_str().map(str::to_lowercase);
        let organizer = event.organizer.as_ref().map(|one| &one.email_address);
        let mut attendees = event.attendees.iter().map(|one| &one.email_address);
        let places: Vec<_> =
            event.locations.iter().filter_map(|one| one.display_name.clone()).collect();
        let place = places.join(" ").to_lowercase();
        let end = self.moment(event, event.end.as_ref().unwrap());
        self.start(event) < self.before
            && end > self.after
            && (arguments["includeCancelled"] == true || event.is_cancelled != Some(true))
            && given("organizer").is_none_or(|who| organizer.is_some_and(|one| is(one, &who)))
            && given("attendee").is_none_or(|who| attendees.any(|one| is(one, &who)))
            && given("location")
                .is_none_or(|words| words.split(' ').all(|word| place.contains(word)))
            && given("query").is_none_or(|words| has_all(event, &words))
    }
}

fn is(person: &EmailAddress, wanted: &str) -> bool {
    let (name, address) = (person.name.as_deref(), person.address.as_deref());
    let is_one = |text: Option<&str>| text.is_some_and(|text| text.to_lowercase() == wanted);
    is_one(name) || is_one(address)
}

fn has_all(event: &Event, words: &str) -> bool {
    let body = event.body.as_ref().map_or("", |body| body.content.as_str());
    let people = event.organizer.iter().map(|one| format!("{:?}", one.email_address));
    let invited = event.attendees.iter().map(|one| format!("{:?}", one.email_address));
    let places = event.locations.iter().filter_map(|one| one.display_name.as_deref());
    let places: Vec<_> = places.collect();
    let people: String = people.chain(invited).collect();
    let texts = [event.subject.as_deref().unwrap_or_default(), body, &places.join(" ")];
    let whole = format!("{} {people}", texts.join(" ")).to_lowercase();
    words.split(' ').all(|word| word == "*" || whole.contains(word))
}

impl Office {
    pub(crate) async fn events(&self, arguments: Value) -> Value {
        match self.call("outlook_calendar_search", arguments.clone()).await {
            Ok(found) => found,
            Err(error) => panic!("{arguments}: {error}"),
        }
    }

    /// All events that a search finds, page by page.
    pub(crate) async fn all_events(&self, arguments: &Value) -> Vec<Value> {
        let mut results = Vec::new();
        let mut next = arguments.clone();
        for _ in 0..200 {
            let found = self.events(next.clone()).await;
            results.extend(found["results"].as_array().unwrap().iter().cloned());
            if found["moreResults"] == false {
                return results;
            }
            next["cursor"] = json!(text(&found, "nextCursor"));
        }
        panic!("{arguments}: no end")
    }

    /// The tool error of a search.
    pub(crate) async fn no_events(&self, arguments: Value) -> Value {
        self.call("outlook_calendar_search", arguments).await.unwrap_err()
    }
}

/// What the notices of an answer say.
pub(crate) fn notices(answer: &Value) -> String {
    answer["notices"].to_string()
}
