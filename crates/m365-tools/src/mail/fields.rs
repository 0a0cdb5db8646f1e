use m365_extract::{clean_text, disarm, excerpt, unwrap_links};
use m365_graph::{EmailAddress, Importance, Message, Recipient};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The longest name and address that are shown, in characters.
const NAME: usize = 80;
const ADDRESS: usize = 254;

/// A person or group that a message comes from or goes to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Person {
    /// The display name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) name: String,
    /// The address.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) address: String,
}

impl Person {
    pub(crate) fn of(recipient: &Recipient) -> Self {
        Self::of_address(&recipient.email_address)
    }

    pub(crate) fn of_address(person: &EmailAddress) -> Self {
        let short =
            |text: &Option<String>, most| excerpt(text.as_deref().unwrap_or_default(), most);
        Self { name: short(&person.name, NAME), address: short(&person.address, ADDRESS) }
    }

    pub(crate) fn all(recipients: &[Recipient]) -> Vec<Self> {
        recipients.iter().map(Self::of).collect()
    }
}

/// Returns who sent a message; a draft has no sender yet.
pub(crate) fn sender(message: &Message) -> Option<Person> {
    message.from.as_ref().or(message.sender.as_ref()).map(Person::of)
}

/// Returns all recipients: To, then Cc, then Bcc.
pub(crate) fn recipients(message: &Message) -> Vec<Person> {
    let lines = [&message.to_recipients, &message.cc_recipients, &message.bcc_recipients];
    lines.into_iter().flatten().map(Person::of).collect()
}

/// Returns the importance, unless it is the usual one.
pub(crate) fn importance(message: &Message) -> Option<&'static str> {
    message.importance.filter(|level| *level != Importance::Normal).map(Importance::as_str)
}

/// Returns a text by others as one line without anything invisible.
pub(crate) fn one_line(text: &str) -> String {
    clean_text(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns a text by others as one line, empty where there is none.
pub(crate) fn line(text: Option<&str>) -> String {
    text.map(one_line).unwrap_or_default()
}

/// Returns the beginning of a text by others as one line whose links show where they lead, empty where
/// there is none.
pub(crate) fn preview(text: Option<&str>) -> String {
    text.map(|text| line(Some(&unwrap_links(&clean_text(text))))).unwrap_or_default()
}

/// Returns a text by others as one line that does not act as markdown, empty where there is none.
pub(crate) fn disarmed(text: Option<&str>) -> String {
    disarm(&line(text))
}

/// Returns an object's fields without those that are null.
pub(crate) fn known(fields: Value) -> Map<String, Value> {
    match fields {
        Value::Object(fields) => fields.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        _ => Map::new(),
    }
}

/// Returns how many characters an entry of a list takes in an answer.
pub(crate) fn length<T: Serialize>(entry: &T) -> usize {
    serde_json::to_string(entry).map_or(0, |text| text.chars().count()) + 1
}
