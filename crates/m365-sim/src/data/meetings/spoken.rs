//! What was said.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};

use crate::{
    data::{
        random::{Random, mix},
        teams::{cast::Cast, ids},
    },
    graph::meetings::meeting::{Cue, Insight, Session},
};

const BUDGET: &str = include_str!("budget.txt");
const WORKSHOP: &str = include_str!("workshop.txt");
const NEGOTIATION: &str = include_str!("negotiation.txt");

/// How many things the budget review speaks of each week.
const SUBJECTS: usize = 5;

/// The lines of a session, `name: text` each, and Copilot's notes of it.
pub(crate) struct Spoken {
    lines: String,
    insight: Option<Insight>,
}

impl Spoken {
    /// The budget review of a week: the first `number` is 1, the latest `count`.
    ///
    /// Parts of the text are separated by empty lines: the opening, the closing, the decisions of
    /// the latest review, and what is spoken of in other weeks.
    pub(crate) fn budget(number: usize, count: usize) -> Self {
        let parts: Vec<_> = BUDGET.trim().split("\n\n").collect();
        let (opening, closing) = (part(&parts, 0), part(&parts, 1));
        let opening = opening.replace("{number}", &number.to_string());
        if number == count {
            let lines = [&opening, part(&parts, 2), closing].join("\n");
            return Self { lines, insight: Some(latest()) };
        }
        let others = parts.get(3..).unwrap_or_default();
        let mut random = Random::new(number as u64);
        let first = random.below(others.len().max(1));
        let spoken = (0..SUBJECTS).map(|step| part(others, (first + step) % others.len().max(1)));
        let middle: Vec<_> = spoken.collect();
        let lines = [&opening, &middle.join("\n"), closing].join("\n");
        Self { lines, insight: number.is_multiple_of(3).then(|| usual(number)) }
    }

    pub(crate) fn workshop() -> Self {
        Self { lines: WORKSHOP.to_owned(), insight: None }
    }

    pub(crate) fn negotiation() -> Self {
        Self { lines: NEGOTIATION.to_owned(), insight: None }
    }
}

fn part<'a>(parts: &[&'a str], place: usize) -> &'a str {
    parts.get(place).copied().unwrap_or_default()
}

fn latest() -> Insight {
    Insight {
        id: token("insight latest", 30),
        notes: vec![
            [
                "Deadline",
                "The deadline stands: last Friday of the month, 16:00 Bergen time.",
                "Late requests",
                "Whatever comes later goes into the next quarter.",
            ],
            [
                "Borealis and Operations",
                "600 kNOK move from Borealis to Operations.",
                "Total",
                "The approved total stays at 70 350 kNOK.",
            ],
        ],
        actions: vec![
            ["Correct page 4", "Correct page 4 of the deck.", "Adele Vance"],
            ["Inform the board", "Send the board one page about the shift.", "Mira Solberg"],
        ],
    }
}

fn usual(number: usize) -> Insight {
    Insight {
        id: token(&format!("insight {number}"), 30),
        notes: vec![[
            "Forecast",
            "The forecast did not change.",
            "Cables",
            "Lukas negotiates with Nordkabel.",
        ]],
        actions: vec![["Accruals", "Send the accruals of the month.", "Lukas Brandt"]],
    }
}

/// Makes the session of a meeting that was planned from `start` to `end`.
pub(crate) fn session(cast: &Cast, start: Timestamp, end: Timestamp, said: &Spoken) -> Session {
    let key = start.to_string();
    let call_id = ids::guid(&key);
    let late = SignedDuration::from_millis(72_330);
    Session {
        correlation: format!("{}-0", ids::guid(&format!("content {key}"))),
        transcript: token(&format!("transcript {key}"), 54),
        recording: token(&format!("recording {key}"), 42),
        report: ids::guid(&format!("report {key}")),
        insight: said.insight.clone(),
        start: start.checked_add(late).unwrap_or(start),
        end: end.checked_sub(SignedDuration::from_mins(9)).unwrap_or(end),
        cues: cues(cast, &said.lines),
        odd: false,
        call_id,
    }
}

/// Gives each line the time that it takes to say.
fn cues(cast: &Cast, lines: &str) -> Vec<Cue> {
    let mut at = 16_246;
    let lines = lines.lines().filter_map(|line| line.split_once(": "));
    lines
        .map(|(name, text)| {
            let length = 900 + 58 * text.chars().count().min(900) as i64;
            let (from, to) = (at, at + length);
            at = to + 430;
            let speaker = (name != "?").then(|| cast.person(name));
            Cue { from, to, speaker, text: text.to_owned() }
        })
        .collect()
}

/// Returns an opaque id of so many bytes.
fn token(text: &str, bytes: usize) -> String {
    let first = ids::number(text);
    let words = (0..bytes.div_ceil(8) as u64).flat_map(|word| mix(first ^ word).to_be_bytes());
    BASE64_URL_SAFE_NO_PAD.encode(words.take(bytes).collect::<Vec<u8>>())
}
