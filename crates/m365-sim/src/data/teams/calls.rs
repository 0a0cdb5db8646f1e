//! What the budget review leaves in its chat each time: the call's end, recording, transcript.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{
    data::{
        shared::{Occurrence, budget_occurrences},
        teams::{
            Source,
            events::{detail, short},
            ids::guid,
        },
    },
    graph::teams::message::{Message, Sender},
};

/// Returns these messages for each review that was held.
pub(crate) fn budget(source: &Source) -> Vec<Message> {
    let held = budget_occurrences(source.now).into_iter().filter(|review| review.held);
    held.flat_map(|review| of(source, &review)).collect()
}

fn of(source: &Source, review: &Occurrence) -> Vec<Message> {
    let call = guid(&review.start.to_string());
    let adele = source.cast.person("adele");
    let participants: Vec<Value> = ["adele", "mira", "lukas"]
        .into_iter()
        .map(|name| {
            let user = short(&source.cast.person(name));
            json!({"participant": {"application": null, "device": null, "user": user}})
        })
        .collect();
    let ended = json!({
        "callId": call, "callDuration": "PT47M12S", "callEventType": "meeting",
        "callParticipants": participants,
    });
    let recorded = json!({
        "callId": call, "callRecordingDisplayName": "Budget review.mp4",
        "callRecordingUrl": null, "callRecordingDuration": "PT46M3S",
        "callRecordingStatus": "success",
    });
    let transcript = json!({"callId": call, "callTranscriptICalUid": null});
    let told = [("callEnded", ended), ("callRecording", recorded), ("callTranscript", transcript)];
    (1..)
        .zip(told)
        .map(|(second, (kind, more))| event(review.end, second, detail(kind, &adele, more)))
        .collect()
}

/// The meeting ends some minutes before its time, so all of this is past when it is over.
fn event(end: Timestamp, second: i64, event: Value) -> Message {
    let before = SignedDuration::from_secs(600 - second * 40);
    let created = end.checked_sub(before).unwrap_or(end);
    let body = "<systemEventMessage/>".to_owned();
    Message { event: Some(event), ..Message::new(created, Sender::Nobody, body) }
}
