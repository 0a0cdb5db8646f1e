//! Keyword Query Language as far as events know it, compared with each event here.

use std::cell::OnceCell;

use jiff::Zoned;
use m365_extract::excerpt;
use m365_graph::Event;

use super::filter::{Who, places};
use crate::{
    ToolError, query,
    words::{Words, spaced},
};

/// A query for events, taken apart.
pub(super) type Query = query::Query<Term>;

/// The properties that a query may use.
const PROPERTIES: [&str; 5] = ["subject", "organizer", "attendee", "location", "body"];

/// What a query for events consists of.
#[derive(Clone, Debug)]
pub(super) enum Term {
    /// Words that stand next to each other, anywhere; `prefix` where a word has to begin so.
    Text {
        phrase: String,
        prefix: bool,
    },
    Subject(Words),
    Organizer(Who),
    Attendee(Who),
    Location(Words),
    Body(Words),
}

/// Reads a query as it is meant at `now`.
///
/// # Errors
///
/// Those of [`query::parse`].
pub(super) fn parse(text: &str, now: &Zoned) -> Result<Query, ToolError> {
    query::parse(text, &PROPERTIES, now)
}

impl query::Term for Term {
    fn text(phrase: String, prefix: bool) -> Self {
        Self::Text { phrase: spaced(&phrase), prefix }
    }

    fn property(name: &str, operator: &str, value: &str, _: &Zoned) -> Result<Self, ToolError> {
        let of: fn(&str) -> Self = match name.to_ascii_lowercase().as_str() {
            "subject" => |value| Self::Subject(Words::parse(&quoted(value))),
            "location" => |value| Self::Location(Words::parse(&quoted(value))),
            "body" => |value| Self::Body(Words::parse(&quoted(value))),
            "organizer" => |value| Self::Organizer(Who::of(value.to_owned())),
            "attendee" => |value| Self::Attendee(Who::of(value.to_owned())),
            _ => return Err(unknown(name, operator)),
        };
        let value = value.trim_end_matches('*');
        if matches!(operator, ":" | "=") && value.chars().any(char::is_alphanumeric) {
            return Ok(of(value));
        }
        Err(bad_value(name, operator, value))
    }

    fn is_alternative(&self, other: &Self) -> bool {
        matches!(
            (self, other),
            (Self::Organizer(_), Self::Organizer(_)) | (Self::Attendee(_), Self::Attendee(_))
        )
    }
}

/// The value of a property is one phrase.
fn quoted(value: &str) -> String {
    format!("\"{value}\"")
}

fn unknown(name: &str, operator: &str) -> ToolError {
    ToolError::validation(format!(
        "query: {:?} is no property of events; subject:, organizer:, attendee:, location: and body: are \
         accepted, and in quotes it is text.",
        excerpt(&format!("{name}{operator}"), 40)
    ))
}

fn bad_value(name: &str, operator: &str, value: &str) -> ToolError {
    ToolError::validation(format!(
        "query: {:?} is not accepted; words behind a colon are.",
        excerpt(&format!("{name}{operator}{value}"), 60)
    ))
}

/// Tells whether an event fits.
pub(super) fn fits(query: &Query, event: &Event) -> bool {
    let facts = Facts { event, whole: OnceCell::new() };
    query.holds(&|term| Some(facts.fit(term))) == Some(true)
}

/// An event, and all its text without regard to case and accents.
struct Facts<'a> {
    event: &'a Event,
    whole: OnceCell<String>,
}

impl Facts<'_> {
    fn fit(&self, term: &Term) -> bool {
        let event = self.event;
        let subject = event.subject.as_deref();
        let mut attendees = event.attendees.iter().map(|one| &one.email_address);
        match term {
            Term::Text { phrase, prefix } => {
                let whole = self.whole.get_or_init(|| whole(event));
                if *prefix { begins(whole, phrase) } else { whole.contains(phrase.as_str()) }
            }
            Term::Subject(words) => words.are_in(subject),
            Term::Location(words) => words.are_in(places(event)),
            Term::Body(words) => words.are_in(description(event)),
            Term::Organizer(who) => {
                event.organizer.as_ref().is_some_and(|one| who.is(&one.email_address))
            }
            Term::Attendee(who) => attendees.any(|one| who.is(one)),
        }
    }
}

/// Tells whether a word of a text, or several from one on, begin with `phrase`.
fn begins(text: &str, phrase: &str) -> bool {
    let is_start = |(at, _): &(usize, &str)| {
        !text[..*at].chars().next_back().is_some_and(char::is_alphanumeric)
    };
    text.match_indices(phrase).any(|found| is_start(&found))
}

/// Everything in an event that words are looked for in.
fn whole(event: &Event) -> String {
    let organizer = event.organizer.iter().map(|one| &one.email_address);
    let people = organizer.chain(event.attendees.iter().map(|one| &one.email_address));
    let people = people.flat_map(|one| one.name.iter().chain(&one.address)).map(String::as_str);
    let subject = event.subject.as_deref().into_iter();
    let texts = subject.chain(description(event)).chain(places(event)).chain(people);
    texts.map(spaced).collect::<Vec<_>>().join("\n")
}

fn description(event: &Event) -> impl Iterator<Item = &str> {
    let body = event.body.iter().map(|body| body.content.as_str());
    event.body_preview.as_deref().into_iter().chain(body)
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, tz::TimeZone};
    use serde_json::json;

    use super::*;
    use crate::ErrorCode;

    fn parsed(text: &str) -> Result<Query, ToolError> {
        let now = "2026-11-22T12:00:00Z".parse::<Timestamp>().unwrap();
        parse(text, &now.to_zoned(TimeZone::UTC))
    }

    fn event() -> Event {
        let person = |name: &str, address: &str| json!({"name": name, "address": address});
        serde_json::from_value(json!({
            "id": "AAMk=", "subject": "Budget review: Turbine 14",
            "body": {"contentType": "text", "content": "Agenda:\n the cost   plan for Q3, 予算案です"},
            "location": {"displayName": "Møterom Fram"},
            "organizer": {"emailAddress": person("Adele Vance", "adele@fjordlight.example")},
            "attendees": [
                {"emailAddress": person("Lukas Brandt", "lukas@fjordlight.example")},
                {"emailAddress": person("Mira Solberg", "mira@fjordlight.example")},
            ],
        }))
        .unwrap()
    }

    fn is_found(text: &str) -> bool {
        fits(&parsed(text).unwrap(), &event())
    }

    #[test]
    fn what_a_query_says_holds() {
        let yes = [
            "budget",
            "turbine BUDGET",
            "\"cost plan\"",
            "\"turbine\" AND cost",
            "harbour OR turbine",
            "budget NOT harbour",
            "budget -harbour",
            "(harbour OR budget) (plan OR nothing)",
            "turb*",
            "moterom",
            "予算",
            "subject:budget",
            "subject: \"budget review\"",
            "SUBJECT:turb*",
            "organizer:adele",
            "organizer:\"Vance Adele\"",
            "organizer:adele@fjordlight.example",
            "attendee:lukas AND attendee:mira",
            "attendee:jonas attendee:mira",
            "location:fram",
            "body:\"cost plan\"",
            "lukas location:fram -subject:harbour",
        ];

        for text in yes {
            assert!(is_found(text), "{text}");
        }
    }

    #[test]
    fn what_a_query_does_not_say_is_not_found() {
        let no = [
            "harbour",
            "budget AND harbour",
            "budget NOT turbine",
            "-budget",
            "\"plan cost\"",
            "urb*",
            "subject:cost",
            "subject:\"review budget\"",
            "organizer:lukas",
            "attendee:adele",
            "location:turbine",
            "body:turbine",
            "NOT (budget OR harbour)",
        ];

        for text in no {
            assert!(!is_found(text), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_applied_is_refused() {
        let deep = format!("{}budget{}", "(".repeat(60), ")".repeat(60));
        let wrong = [
            "from:adele",
            "start>=2026-01-01",
            "subject>budget",
            "subject:",
            "(budget",
            "budget\"",
            "budget OR",
            "NOT",
            "!?",
            &deep,
            &"NOT ".repeat(400),
            &"a".repeat(2_001),
        ];

        for text in wrong {
            let error = parsed(text).unwrap_err();
            assert_eq!(error.code(), ErrorCode::ValidationError, "{text}");
            assert!(error.message().starts_with("query: "), "{text}");
        }
    }

    #[test]
    fn an_unknown_property_is_answered_with_those_that_there_are() {
        let error = parsed("sent:today").unwrap_err();

        for name in PROPERTIES {
            assert!(error.message().contains(&format!("{name}:")), "{error}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_query_is_too_much(text in "([a-c]{1,2}|OR|AND|NOT|\\(|\\)|-|\"|subject:| ){1,300}") {
            if let Ok(query) = parsed(&text) {
                fits(&query, &event());
            }
        }
    }
}
