//! What the service tells of a conversation.

use serde_json::{Value, json};

use crate::{
    data::teams::{Source, script::Entry},
    graph::teams::message::Person,
};

/// Writes the event that an entry stands for, if it does.
pub(crate) fn written(source: &Source, entry: &Entry<'_>) -> Option<Value> {
    let person = |name: &str| source.cast.person(name);
    let people = |names: &str| -> Vec<Value> {
        names.split_whitespace().map(|name| short(&person(name))).collect()
    };
    let (kind, more) = if let Some(names) = entry.get("added") {
        let start = "0001-01-01T00:00:00Z";
        let more = json!({"visibleHistoryStartDateTime": start, "members": people(names)});
        ("membersAdded", more)
    } else if let Some(names) = entry.get("removed") {
        ("membersDeleted", json!({"members": people(names)}))
    } else if let Some(name) = entry.get("renamed") {
        ("chatRenamed", json!({"chatId": null, "chatDisplayName": name}))
    } else if let Some(text) = entry.get("described") {
        ("channelDescriptionUpdated", json!({"channelId": null, "channelDescription": text}))
    } else {
        return None;
    };
    Some(detail(kind, &person(entry.sender), more))
}

/// Writes the detail of an event: its kind, who caused it, and what else there is to tell.
pub(crate) fn detail(kind: &str, by: &Person, mut more: Value) -> Value {
    more["@odata.type"] = format!("#microsoft.graph.{kind}EventMessageDetail").into();
    more["initiator"] = json!({
        "application": null, "device": null,
        "user": {
            "@odata.type": "#microsoft.graph.teamworkUserIdentity",
            "id": by.id, "displayName": by.name, "userIdentityType": "aadUser",
            "tenantId": by.tenant,
        },
    });
    more
}

/// Names a person who is part of an event, whom the service does not call by name.
pub(crate) fn short(person: &Person) -> Value {
    json!({"id": person.id, "displayName": null, "userIdentityType": "aadUser"})
}
