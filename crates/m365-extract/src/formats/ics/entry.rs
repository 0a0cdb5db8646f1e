//! An event, a task or a note as its reader wants to know it.

use super::{rule, when};
use crate::{
    document::LinkStyle,
    formats::content_line::ContentLine,
    links::Target,
    mail::{
        self, Part,
        fields::Fields,
        letter::{enumerate, field, mailbox},
    },
};

/// The most properties of an entry that are kept.
const MAX_PROPERTIES: usize = 5_000;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Busy,
    Event,
    Note,
    Task,
}

impl Kind {
    pub(super) fn of(component: &str) -> Option<Self> {
        match component {
            "VEVENT" => Some(Self::Event),
            "VFREEBUSY" => Some(Self::Busy),
            "VJOURNAL" => Some(Self::Note),
            "VTODO" => Some(Self::Task),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Busy => "Busy times",
            Self::Event => "Event",
            Self::Note => "Note",
            Self::Task => "Task",
        }
    }
}

/// An entry with its properties in the order of the file.
#[derive(Debug)]
pub(super) struct Entry {
    kind: Kind,
    lines: Vec<ContentLine>,
}

impl Entry {
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, lines: Vec::new() }
    }

    pub(super) fn take(&mut self, line: ContentLine) {
        if self.lines.len() < MAX_PROPERTIES {
            self.lines.push(line);
        }
    }

    fn get(&self, name: &str) -> Option<&ContentLine> {
        self.all(name).next()
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &ContentLine> {
        self.lines.iter().filter(move |line| line.name == name)
    }

    fn text(&self, name: &str) -> String {
        self.get(name).map(ContentLine::text).unwrap_or_default()
    }

    /// The summary, or what the entry is.
    pub(super) fn title(&self) -> String {
        let summary = field(&self.text("SUMMARY"));
        if summary.is_empty() { self.kind.name().to_owned() } else { summary }
    }

    /// The entry as markdown; `method` says what a message does with it (RFC 5546).
    pub(super) fn markdown(&self, method: Option<&str>, links: LinkStyle) -> String {
        let blocks = [
            format!("## {}", self.title()),
            self.fields(method, links).paragraph(),
            self.description(links),
        ];
        let shown = blocks.into_iter().filter(|block| !block.is_empty());
        shown.collect::<Vec<_>>().join("\n\n")
    }

    fn fields(&self, method: Option<&str>, links: LinkStyle) -> Fields {
        let mut fields = Fields::default();
        fields.text("Status", &self.status(method));
        self.times(&mut fields);
        fields.text("Where", &self.texts("LOCATION").join("; "));
        fields.markdown("Join", self.links(&JOIN, links));
        fields.markdown("Organizer", self.people("ORGANIZER"));
        fields.markdown("Attendees", self.people("ATTENDEE"));
        fields.text("Priority", &self.priority());
        fields.text("Categories", &self.texts("CATEGORIES").join(", "));
        fields.text("Contact", &self.text("CONTACT"));
        fields.markdown("Link", self.links(&["URL"], links));
        fields.markdown("Attachments", self.attachments(links));
        fields.text("Comment", &self.texts("COMMENT").join("; "));
        fields
    }

    fn times(&self, fields: &mut Fields) {
        let (start, end) = (self.get("DTSTART"), self.get("DTEND"));
        let label = if self.kind == Kind::Task { "Start" } else { "When" };
        fields.text(label, &when::period(start, end, self.get("DURATION")));
        fields.text("Due", &self.get("DUE").map(when::moment).unwrap_or_default());
        fields.text("Completed", &self.get("COMPLETED").map(when::moment).unwrap_or_default());
        fields.text("Busy", &when::list(self.all("FREEBUSY")));
        fields.text("Repeats", &self.get("RRULE").map(rule::words).unwrap_or_default());
        fields.text("Also on", &when::list(self.all("RDATE")));
        fields.text("Not on", &when::list(self.all("EXDATE")));
        fields.text("Instead of", &self.get("RECURRENCE-ID").map(when::moment).unwrap_or_default());
    }

    fn texts(&self, name: &str) -> Vec<String> {
        let values = self.all(name).flat_map(|line| match name {
            "CATEGORIES" => line.values(','),
            _ => vec![line.text()],
        });
        values.filter(|text| !text.trim().is_empty()).collect()
    }

    fn status(&self, method: Option<&str>) -> String {
        let status = self.text("STATUS").to_ascii_uppercase();
        let done = self.get("PERCENT-COMPLETE").map(|line| line.value.trim().to_owned());
        match (method, status.as_str()) {
            (Some("CANCEL"), _) | (_, "CANCELLED") => "cancelled".to_owned(),
            (Some("REPLY"), _) => "answer to an invitation".to_owned(),
            (Some("COUNTER"), _) => "proposal of another time".to_owned(),
            (_, "CONFIRMED") => String::new(),
            (_, "NEEDS-ACTION") if self.kind == Kind::Task => "not started".to_owned(),
            (_, "") => done.map(|done| format!("{done} % done")).unwrap_or_default(),
            (_, other) => match done {
                Some(done) if other != "COMPLETED" => format!("{}, {done} % done", words(other)),
                _ => words(other),
            },
        }
    }

    /// The priority by RFC 5545 3.8.1.9, where it is not the ordinary one.
    fn priority(&self) -> String {
        let name = match self.text("PRIORITY").trim() {
            "1" | "2" | "3" | "4" => "high",
            "6" | "7" | "8" | "9" => "low",
            _ => "",
        };
        name.to_owned()
    }

    fn people(&self, name: &str) -> String {
        enumerate(self.all(name).map(person))
    }

    fn links(&self, names: &[&str], links: LinkStyle) -> String {
        let lines = self.lines.iter().filter(|line| names.contains(&line.name.as_str()));
        let mut shown: Vec<String> = lines.filter_map(|line| link(line, links)).collect();
        shown.dedup();
        enumerate(shown.into_iter())
    }

    fn attachments(&self, links: LinkStyle) -> String {
        enumerate(self.all("ATTACH").map(|line| attachment(line, links)))
    }

    fn description(&self, links: LinkStyle) -> String {
        let text = self.text("DESCRIPTION");
        let page = self.get("X-ALT-DESC").map(ContentLine::text);
        let part = match page.filter(|_| text.trim().is_empty()) {
            Some(page) => Part::Html(page),
            None if is_html(&text) => Part::Html(text.replace('\n', "<br>")),
            None => Part::Text(text),
        };
        mail::markdown(&[part], links)
    }
}

/// Where programs put the address of a meeting on the web.
const JOIN: [&str; 4] = [
    "CONFERENCE",
    "X-GOOGLE-CONFERENCE",
    "X-MICROSOFT-SKYPETEAMSMEETINGURL",
    "X-MICROSOFT-ONLINEMEETINGEXTERNALLINK",
];

/// Calendars on the web keep descriptions as HTML where the standard has plain text.
fn is_html(text: &str) -> bool {
    ["<br", "</", "<p>"].iter().any(|mark| text.contains(mark))
}

fn link(line: &ContentLine, links: LinkStyle) -> Option<String> {
    Some(Target::parse(&line.text(), None)?.write("", links))
}

/// A file by its name or address; what is in it is not shown.
fn attachment(line: &ContentLine, links: LinkStyle) -> String {
    let name = ["FILENAME", "X-FILENAME", "X-APPLE-FILENAME"];
    let name = name.iter().find_map(|name| line.parameter(name));
    let target = line.value.split_once(':').and_then(|_| Target::parse(&line.text(), None));
    match (name.map(field), target) {
        (Some(name), Some(target)) => target.write(&name, links),
        (Some(name), None) => name,
        (None, Some(target)) => target.write("", links),
        (None, None) => field(line.parameter("FMTTYPE").unwrap_or("unnamed")),
    }
}

/// Who takes part, with what was answered, e.g. `Ann <ann@contoso.example> (accepted, optional)`.
fn person(line: &ContentLine) -> String {
    let value = line.text();
    let address = value.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:"));
    let address = address.map_or(value.as_str(), |scheme| &value[scheme.len()..]);
    let shown = mailbox(line.parameter("CN").unwrap_or_default(), address);
    let notes: Vec<String> = notes(line).into_iter().flatten().collect();
    if notes.is_empty() { shown } else { format!("{shown} ({})", field(&notes.join(", "))) }
}

fn notes(line: &ContentLine) -> [Option<String>; 3] {
    let note = |name: &str, usual: &[&str]| {
        let value = line.parameter(name)?.to_ascii_uppercase();
        (!usual.contains(&value.as_str())).then(|| words(&value))
    };
    [
        note("PARTSTAT", &[]).map(|answer| match answer.as_str() {
            "needs action" => "no answer".to_owned(),
            _ => answer,
        }),
        note("ROLE", &["REQ-PARTICIPANT"]).map(|role| match role.as_str() {
            "opt participant" => "optional".to_owned(),
            "non participant" => "for information".to_owned(),
            _ => role,
        }),
        note("CUTYPE", &["INDIVIDUAL"]),
    ]
}

/// `NEEDS-ACTION` as `needs action`.
fn words(keyword: &str) -> String {
    keyword.to_ascii_lowercase().replace('-', " ")
}
