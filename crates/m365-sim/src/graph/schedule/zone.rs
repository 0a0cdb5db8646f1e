//! Time zones by their Windows and IANA names.

mod names;

use http::StatusCode;
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use serde_json::{Value, json};

use crate::{
    graph::{call::Call, fail::Fail},
    http::Response,
};

/// A zone under the name that it was asked for.
#[derive(Clone, Debug)]
pub(crate) struct Zone {
    name: String,
    pub(crate) tz: TimeZone,
}

impl Zone {
    /// Finds a zone by one of the names that `supportedTimeZones` offers.
    ///
    /// # Errors
    ///
    /// 400 `TimeZoneNotSupportedException` for any other name.
    pub(crate) fn named(name: &str) -> Result<Self, Fail> {
        let tz = names::iana_name(name).and_then(|iana| TimeZone::get(iana).ok());
        let tz = tz.ok_or_else(|| {
            let message = format!("The following TimeZone value is not supported: '{name}'.");
            Fail::new(StatusCode::BAD_REQUEST, "TimeZoneNotSupportedException", message)
        })?;
        Ok(Self { name: name.to_owned(), tz })
    }

    /// Finds the zone that a request prefers times in; without a preference that is UTC.
    ///
    /// # Errors
    ///
    /// Those of [`Zone::named`].
    pub(crate) fn preferred(call: &Call<'_>) -> Result<Self, Fail> {
        Self::named(call.prefers("outlook.timezone").as_deref().unwrap_or("UTC"))
    }

    /// Says in `Preference-Applied` that a response follows the preference, if there was one.
    pub(crate) fn applied(call: &Call<'_>, response: Response) -> Response {
        match call.prefers("outlook.timezone") {
            Some(name) => {
                response.named("preference-applied", format!("outlook.timezone=\"{name}\""))
            }
            None => response,
        }
    }

    /// Returns the name that it was asked for by.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the moment that a clock in the zone shows `local`.
    pub(crate) fn timestamp(&self, local: DateTime) -> Option<Timestamp> {
        local.to_zoned(self.tz.clone()).ok().map(|zoned| zoned.timestamp())
    }

    /// Writes a moment as Graph does: no offset, seven digits, the zone beside it.
    pub(crate) fn written(&self, time: Timestamp) -> Value {
        let local = time.to_zoned(self.tz.clone());
        json!({
            "dateTime": local.strftime("%Y-%m-%dT%H:%M:%S.0000000").to_string(),
            "timeZone": self.name,
        })
    }
}

/// Returns the Windows names that are offered.
pub(crate) fn windows_names() -> Vec<&'static str> {
    names::windows()
}

/// Returns the IANA names that are offered: some of those that there are.
pub(crate) fn iana_names() -> Vec<&'static str> {
    names::iana()
}
