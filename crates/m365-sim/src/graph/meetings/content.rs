//! What was said, as WebVTT and in the forms beside it.

use jiff::SignedDuration;
use serde_json::json;

use crate::graph::{
    html_text::escaped,
    meetings::meeting::{Cue, Session},
};

/// Writes [WebVTT](https://www.w3.org/TR/webvtt1/) with voices.
pub(super) fn vtt(session: &Session) -> String {
    if session.odd {
        return odd(session);
    }
    let cues = session.cues.iter().map(|cue| format!("{}\r\n{}\r\n", times(cue), voiced(cue)));
    format!("WEBVTT\r\n\r\n{}", cues.collect::<Vec<_>>().join("\r\n"))
}

/// Writes times and words, and nobody's name.
pub(super) fn unattributed(session: &Session) -> String {
    let cues = session.cues.iter().map(|cue| format!("{}\r\n{}\r\n", times(cue), cue.text));
    cues.collect::<Vec<_>>().join("\r\n")
}

/// Writes cues of JSON.
pub(super) fn metadata(session: &Session) -> String {
    let at = |millis: i64| {
        let moment = session.start.checked_add(SignedDuration::from_millis(millis));
        moment.unwrap_or(session.start).to_string()
    };
    let cues = session.cues.iter().map(|cue| {
        let payload = json!({
            "startDateTime": at(cue.from), "endDateTime": at(cue.to),
            "speakerName": cue.speaker.as_ref().map(|person| &person.name),
            "spokenText": cue.text, "spokenLanguage": "en-us",
        });
        format!("{}\r\n{payload}\r\n", times(cue))
    });
    format!("WEBVTT\r\n\r\n{}", cues.collect::<Vec<_>>().join("\r\n"))
}

/// Writes notes, cue ids, classes, several lines of text, short times, and bare line feeds.
fn odd(session: &Session) -> String {
    let mut out = "WEBVTT - Teams\n\nNOTE\nduration:\"00:31:00\"\nlanguage:en-us\n".to_owned();
    for (number, cue) in session.cues.iter().enumerate() {
        let text = voiced(cue).replace("<v ", "<v.first.loud ").replace(". ", ".\n");
        let times = match number {
            0 => format!("-0:0:0.5 --> {}", time(cue.to)),
            1 => times(cue).replacen("00:00:", "0:0:", 1),
            _ => format!("{} align:start position:0%", times(cue)),
        };
        out.push_str(&format!("\n{}-{number}\n{times}\n{text}\n", session.call_id));
        if number == 2 {
            out.push_str("\nNOTE Confidence: 0.87\n");
        }
    }
    out
}

fn voiced(cue: &Cue) -> String {
    let text = escaped(&cue.text).replace("&quot;", "\"");
    match &cue.speaker {
        Some(person) => format!("<v {}>{text}</v>", escaped(&person.name)),
        None => text,
    }
}

fn times(cue: &Cue) -> String {
    format!("{} --> {}", time(cue.from), time(cue.to))
}

fn time(millis: i64) -> String {
    let (seconds, millis) = (millis / 1000, millis % 1000);
    format!("{:02}:{:02}:{:02}.{millis:03}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}
