//! Attached items: as Graph expands them, and raw.

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use crate::graph::{
    html_text::html_to_text,
    mail::{
        attachment::{Content, Inner, Item},
        attachments::typed,
        json::{recipient, recipients},
        mime::{self, Part},
    },
};

/// How deep items within items are expanded.
const MAX_DEPTH: usize = 30;

/// Writes an item; what is inside another message has no id of its own.
pub(crate) fn json(item: &Item, depth: usize) -> Value {
    match item {
        Item::Message(inner) => message(inner, depth),
        Item::Event { subject, start, end, location, body } => json!({
            "@odata.type": "#microsoft.graph.event", "id": "", "subject": subject,
            "isAllDay": false, "type": "singleInstance", "showAs": "busy",
            "body": {"contentType": "html", "content": format!("<html><body>{body}</body></html>")},
            "start": {"dateTime": local(*start), "timeZone": "UTC"},
            "end": {"dateTime": local(*end), "timeZone": "UTC"},
            "location": {"displayName": location},
        }),
        Item::Contact { name, address, company, phone } => json!({
            "@odata.type": "#microsoft.graph.contact", "id": "", "displayName": name,
            "companyName": company, "businessPhones": [phone],
            "emailAddresses": [{"name": name, "address": address}],
        }),
    }
}

fn message(inner: &Inner, depth: usize) -> Value {
    let sent = inner.sent.to_string();
    let text = html_to_text(&inner.html);
    let mut out = json!({
        "@odata.type": "#microsoft.graph.message", "id": "",
        "createdDateTime": sent, "lastModifiedDateTime": sent,
        "receivedDateTime": sent, "sentDateTime": sent,
        "hasAttachments": !inner.attachments.is_empty(),
        "subject": inner.subject, "importance": "normal", "isRead": true, "isDraft": false,
        "bodyPreview": text.split_whitespace().collect::<Vec<_>>().join(" "),
        "body": {"contentType": "html", "content": inner.html},
        "sender": recipient(&inner.from), "from": recipient(&inner.from),
        "toRecipients": recipients(&inner.to), "ccRecipients": [],
    });
    if depth < MAX_DEPTH && !inner.attachments.is_empty() {
        let own = inner.attachments.iter().map(|attachment| {
            let mut row = Value::Object(typed(attachment));
            row["id"] = "".into();
            if let Content::Item(item) = &attachment.content {
                row["item"] = json(item, depth + 1);
            }
            row
        });
        out["attachments"] = own.collect();
    }
    out
}

/// Returns an item's raw form with its media type: MIME, iCalendar or vCard.
pub(crate) fn raw(item: &Item) -> (String, Vec<u8>) {
    match item {
        Item::Message(inner) => ("text/plain".to_owned(), inner_mime(inner).into_bytes()),
        Item::Event { subject, start, end, location, body } => {
            let text = html_to_text(body).trim().replace("\r\n", "\\n");
            let lines = format!(
                "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Fjordlight Energy//Demo//EN\nBEGIN:VEVENT\nUID:{}@fjordlight.example\nDTSTAMP:{}\nDTSTART:{}\nDTEND:{}\nSUMMARY:{subject}\nLOCATION:{location}\nDESCRIPTION:{text}\nEND:VEVENT\nEND:VCALENDAR\n",
                start.as_second(),
                basic(*start),
                basic(*start),
                basic(*end),
            );
            ("text/calendar".to_owned(), crlf(&lines))
        }
        Item::Contact { name, address, company, phone } => {
            let lines = format!(
                "BEGIN:VCARD\nVERSION:3.0\nFN:{name}\nORG:{company}\nEMAIL;TYPE=INTERNET:{address}\nTEL;TYPE=WORK:{phone}\nEND:VCARD\n"
            );
            ("text/vcard".to_owned(), crlf(&lines))
        }
    }
}

fn crlf(lines: &str) -> Vec<u8> {
    lines.replace('\n', "\r\n").into_bytes()
}

/// Writes an attached message as MIME.
pub(crate) fn inner_mime(inner: &Inner) -> String {
    let head = mime::head(&inner.subject, Some(&inner.from), &[("To", &inner.to)], inner.sent);
    let parts = Part::of(&inner.attachments);
    let text = html_to_text(&inner.html);
    mime::write(&head, &text, &inner.html, &parts)
}

fn local(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.0000000").to_string()
}

fn basic(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string()
}
