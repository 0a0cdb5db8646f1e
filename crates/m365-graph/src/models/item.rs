use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{EmailAddress, Event, Message, lenient};

/// The item inside an item attachment.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum AttachedItem {
    /// A message, perhaps with attachments of its own; its id is absent.
    Message(Box<Message>),
    /// An event of a calendar.
    Event(Box<Event>),
    /// A contact.
    Contact(Box<Contact>),
    /// Something else, by its `@odata.type`.
    Other(String),
}

impl<'de> Deserialize<'de> for AttachedItem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let kind =
            value["@odata.type"].as_str().unwrap_or_default().trim_start_matches('#').to_owned();
        Self::of_kind(&kind, value).map_err(serde::de::Error::custom)
    }
}

impl AttachedItem {
    fn of_kind(kind: &str, value: Value) -> serde_json::Result<Self> {
        Ok(match kind.rsplit('.').next().unwrap_or_default() {
            "event" => Self::Event(serde_json::from_value(value)?),
            "contact" => Self::Contact(serde_json::from_value(value)?),
            name if name == "message" || name.starts_with("eventMessage") => {
                Self::Message(serde_json::from_value(value)?)
            }
            _ => Self::Other(kind.to_owned()),
        })
    }
}

/// A [contact](https://learn.microsoft.com/graph/api/resources/contact) inside an attachment.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Contact {
    /// The full name.
    pub display_name: Option<String>,
    /// The addresses.
    #[serde(deserialize_with = "lenient::list")]
    pub email_addresses: Vec<EmailAddress>,
    /// The company.
    pub company_name: Option<String>,
    /// The position.
    pub job_title: Option<String>,
    /// The numbers at work.
    #[serde(deserialize_with = "lenient::list")]
    pub business_phones: Vec<String>,
    /// The mobile number.
    pub mobile_phone: Option<String>,
    /// The owner's notes.
    pub personal_notes: Option<String>,
}
