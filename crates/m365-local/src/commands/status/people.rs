use jiff::Timestamp;

use super::{Missing, Report};
use crate::{moment, terminal::wrapped};

/// The column in which values begin.
const COLUMN: usize = 16;

/// Lays a report out to be read: one aligned field a line, times in this device's zone, no line wider
/// than `width` where words allow.
pub(super) fn page(report: &Report, now: Timestamp, width: usize) -> String {
    let fields = fields(report, now);
    let told = fields.iter().filter(|(_, value)| !value.is_empty());
    told.map(|(label, value)| field(label, value, width)).collect::<Vec<_>>().join("\n")
}

fn fields(report: &Report, now: Timestamp) -> Vec<(&'static str, String)> {
    let time = |moment: Option<Timestamp>| {
        moment.map(|moment| moment::spoken(moment, now)).unwrap_or_default()
    };
    vec![
        ("account", account(report)),
        ("signed in by", signed_in_by(report)),
        ("tenant", format!("{} ({})", report.tenant_id, report.azure_cloud)),
        ("app", report.client_id.clone()),
        ("entry", report.entry.clone()),
        ("token store", report.token_store.clone()),
        ("granted", granted(report)),
        ("missing", missing(report)),
        ("not configured", report.extra_scopes.join(" ")),
        ("token until", time(report.access_token_expires_on)),
        ("signed in", time(report.refresh_token_obtained_at)),
        ("to do", report.pending.clone().unwrap_or_default()),
    ]
}

fn field(label: &str, value: &str, width: usize) -> String {
    let lines = wrapped(value, width.saturating_sub(COLUMN));
    let separator = format!("\n{:COLUMN$}", "");
    format!("{label:<COLUMN$}{}", lines.join(&separator))
}

fn account(report: &Report) -> String {
    match &report.account {
        None => "nobody".to_owned(),
        Some(person) => match &person.name {
            Some(name) => format!("{name} <{}>", person.username),
            None => person.username.clone(),
        },
    }
}

fn signed_in_by(report: &Report) -> String {
    let method = report.sign_in_method.unwrap_or_default();
    report.broker.clone().unwrap_or_else(|| method.to_owned())
}

/// Names what is granted and may be used; the rest is said to be not configured.
fn granted(report: &Report) -> String {
    let granted = report.granted_scopes.iter().filter(|scope| !report.extra_scopes.contains(scope));
    granted.map(String::as_str).collect::<Vec<_>>().join(" ")
}

fn missing(report: &Report) -> String {
    if !report.signed_in {
        return String::new();
    }
    let name = |missing: &Missing| match missing.needs_admin {
        true => format!("{} (needs an administrator's consent)", missing.scope),
        false => missing.scope.to_owned(),
    };
    report.missing_scopes.iter().map(name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_goes_on_below_its_beginning() {
        let text = field("granted", "Calendars.Read Calendars.Read.Shared Chat.Read", 50);

        let expected =
            "granted         Calendars.Read\n                Calendars.Read.Shared Chat.Read";
        assert_eq!(text, expected);
    }
}
