//! An event's body, and what stands in its place where it is private.

use serde_json::{Value, json};

use crate::{
    data::random::mix,
    graph::{
        calendar::{View, event::Occasion, json::location},
        html_text::html_to_text,
    },
};

/// How many characters a preview has.
const PREVIEW: usize = 255;

const HEAD: &str = "<html><head>\r\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\"></head>";

impl View<'_> {
    /// Writes the body or its preview, as the request prefers it.
    pub(crate) fn written_body(&self, occasion: &Occasion<'_>, name: &str) -> Value {
        let html = html(occasion);
        if name == "bodyPreview" {
            let text = html_to_text(&html);
            let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
            return words.chars().take(PREVIEW).collect::<String>().into();
        }
        if self.text {
            return json!({"contentType": "text", "content": html_to_text(&html)});
        }
        json!({"contentType": "html", "content": html})
    }
}

/// The subject of what is private, for everybody but the owner.
pub(crate) const PRIVATE: &str = "Private Appointment";

/// Returns what stands in place of a private event's own.
pub(crate) fn masked(name: &str) -> Option<Value> {
    Some(match name {
        "subject" => PRIVATE.into(),
        "bodyPreview" => "".into(),
        "body" => json!({"contentType": "html", "content": ""}),
        "attendees" | "categories" | "locations" => json!([]),
        "location" => location(None),
        "hasAttachments" | "isOnlineMeeting" => false.into(),
        "onlineMeetingProvider" => "unknown".into(),
        "onlineMeeting" | "organizer" => Value::Null,
        _ => return None,
    })
}

/// Returns the body with what Teams adds to it.
pub(crate) fn html(occasion: &Occasion<'_>) -> String {
    let meeting = &occasion.event.meeting;
    let text = meeting.text.get();
    let online = meeting.join_url.as_deref().map(|url| teams_block(url, meeting.number));
    let online = online.unwrap_or_default();
    format!("{HEAD}<body>\r\n{text}{online}\r\n</body></html>")
}

fn teams_block(join_url: &str, number: u32) -> String {
    let line = "_".repeat(80);
    let digits = format!("{:012}", mix(u64::from(number)) % 1_000_000_000_000);
    let id = format!("{} {} {} {}", &digits[..3], &digits[3..6], &digits[6..9], &digits[9..]);
    format!(
        "\r\n<br><div>{line}</div><div><span>Microsoft Teams</span> <a href=\"https://aka.ms/JoinTeamsMeeting?omkt=en-US\">Need help?</a></div><div><a href=\"{join_url}\">Join the meeting now</a></div><div>Meeting ID: {id}</div><div>{line}</div>"
    )
}
