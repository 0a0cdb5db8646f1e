//! Time zones by their Windows and IANA names.

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

/// Windows names and what CLDR makes of them.
const WINDOWS: [(&str, &str); 33] = [
    ("AUS Eastern Standard Time", "Australia/Sydney"),
    ("Arab Standard Time", "Asia/Riyadh"),
    ("Arabian Standard Time", "Asia/Dubai"),
    ("Atlantic Standard Time", "America/Halifax"),
    ("Central Europe Standard Time", "Europe/Budapest"),
    ("Central European Standard Time", "Europe/Warsaw"),
    ("Central Standard Time", "America/Chicago"),
    ("China Standard Time", "Asia/Shanghai"),
    ("E. Europe Standard Time", "Europe/Chisinau"),
    ("E. South America Standard Time", "America/Sao_Paulo"),
    ("Eastern Standard Time", "America/New_York"),
    ("Egypt Standard Time", "Africa/Cairo"),
    ("FLE Standard Time", "Europe/Kiev"),
    ("GMT Standard Time", "Europe/London"),
    ("GTB Standard Time", "Europe/Bucharest"),
    ("Greenwich Standard Time", "Atlantic/Reykjavik"),
    ("Hawaiian Standard Time", "Pacific/Honolulu"),
    ("India Standard Time", "Asia/Kolkata"),
    ("Israel Standard Time", "Asia/Jerusalem"),
    ("Jordan Standard Time", "Asia/Amman"),
    ("Korea Standard Time", "Asia/Seoul"),
    ("Mountain Standard Time", "America/Denver"),
    ("Nepal Standard Time", "Asia/Kathmandu"),
    ("New Zealand Standard Time", "Pacific/Auckland"),
    ("Newfoundland Standard Time", "America/St_Johns"),
    ("Pacific Standard Time", "America/Los_Angeles"),
    ("Romance Standard Time", "Europe/Paris"),
    ("Russian Standard Time", "Europe/Moscow"),
    ("Singapore Standard Time", "Asia/Singapore"),
    ("South Africa Standard Time", "Africa/Johannesburg"),
    ("Tokyo Standard Time", "Asia/Tokyo"),
    ("Turkey Standard Time", "Europe/Istanbul"),
    ("W. Europe Standard Time", "Europe/Berlin"),
];

impl Zone {
    /// Finds a zone.
    ///
    /// # Errors
    ///
    /// 400 `TimeZoneNotSupportedException` for a name that neither vocabulary has.
    pub(crate) fn named(name: &str) -> Result<Self, Fail> {
        let windows = WINDOWS.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        let iana = windows.map_or(name, |(_, iana)| iana);
        let is_utc = ["utc", "tzone://microsoft/utc", "etc/utc"];
        let tz = if is_utc.contains(&name.to_ascii_lowercase().as_str()) {
            Ok(TimeZone::UTC)
        } else {
            TimeZone::get(iana)
        };
        let tz = tz.map_err(|_| {
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

/// Returns the Windows names.
pub(crate) fn windows_names() -> impl Iterator<Item = &'static str> {
    WINDOWS.iter().map(|(name, _)| *name).chain(["UTC"])
}

/// Returns the IANA names.
pub(crate) fn iana_names() -> impl Iterator<Item = &'static str> {
    WINDOWS.iter().map(|(_, name)| *name).chain(["Etc/UTC"])
}
