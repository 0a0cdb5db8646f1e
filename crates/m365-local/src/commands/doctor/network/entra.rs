//! What the sign-in host says about the tenant.

use m365_auth::aadsts;
use serde_json::Value;

use crate::failure::{UNAVAILABLE, USAGE};

/// What is wrong with an answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) code: u8,
    pub(super) what: String,
    pub(super) fix: String,
}

impl Fault {
    fn new(code: u8, what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { code, what: what.into(), fix: fix.into() }
    }
}

/// Returns what is wrong with an answer to the request for the metadata of a tenant.
pub(super) fn fault(status: u16, body: &[u8], issuer: &str) -> Option<Fault> {
    let document: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
    if let Some(code) = numbered(&document) {
        return Some(refused(code));
    }
    match (status, document["issuer"].as_str()) {
        (200, Some(found)) if found == issuer => None,
        (200, Some(_)) => Some(Fault::new(
            USAGE,
            "it answers for another tenant or cloud",
            "Correct azureCloud and the sign-in endpoint",
        )),
        (200, None) => Some(Fault::new(
            UNAVAILABLE,
            "what answers is not Entra ID",
            "Check proxies and the network's own sign-in page",
        )),
        (status, ..) => Some(Fault::new(
            UNAVAILABLE,
            format!("it answers with HTTP {status}"),
            "Try again in a few minutes; check proxies",
        )),
    }
}

fn numbered(document: &Value) -> Option<u32> {
    document["error_codes"].get(0)?.as_u64()?.try_into().ok()
}

fn refused(code: u32) -> Fault {
    match aadsts::explain(code) {
        Some(row) => Fault::new(USAGE, format!("AADSTS{code}: {}", row.cause()), row.fix()),
        None => Fault::new(
            USAGE,
            format!("it refuses the tenant with AADSTS{code}"),
            format!("Look at {}", aadsts::help_url(code)),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://login.microsoftonline.com/t/v2.0";

    fn code(status: u16, body: &str) -> Option<u8> {
        fault(status, body.as_bytes(), ISSUER).map(|fault| fault.code)
    }

    #[test]
    fn only_the_tenants_own_metadata_is_accepted() {
        let own = format!(r#"{{"issuer":"{ISSUER}"}}"#);

        assert_eq!(code(200, &own), None);
        assert_eq!(code(200, r#"{"issuer":"https://other/v2.0"}"#), Some(USAGE));
        assert_eq!(code(200, "<html>Welcome to the hotel</html>"), Some(UNAVAILABLE));
        assert_eq!(code(503, ""), Some(UNAVAILABLE));
    }

    #[test]
    fn a_tenant_that_entra_does_not_know_is_a_matter_of_configuration() {
        let found = fault(400, br#"{"error_codes":[90002]}"#, ISSUER).unwrap();

        assert_eq!(found.code, USAGE);
        assert!(found.what.contains("AADSTS90002"), "{found:?}");
    }
}
