use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use m365_auth::TenantId;
use ring::hmac::{HMAC_SHA256, Key, sign};
use serde::Serialize;
use serde_json::{Map, Value};

/// What an event says of a call's arguments: never a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Arguments {
    fields: Vec<String>,
    digest: String,
}

/// Digests arguments, with a key for each tenant.
pub(super) struct Digests(Key);

/// What the key for digests is derived by.
const PURPOSE: &[u8] = b"m365.audit/1 arguments";

/// How many names an event holds, and how long they are; callers choose them.
const NAMES: usize = 32;
const NAME: usize = 64;

impl Digests {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        Self(derive(&Key::new(HMAC_SHA256, key), PURPOSE))
    }

    pub(super) fn of(&self, tenant: &TenantId, arguments: &Map<String, Value>) -> Arguments {
        // In the order of names, so that the host's order of arguments does not matter.
        let sorted: BTreeMap<_, _> = arguments.iter().collect();
        let text = serde_json::to_vec(&sorted).unwrap_or_default();
        let digest = sign(&derive(&self.0, tenant.as_str().as_bytes()), &text);
        Arguments {
            fields: arguments.keys().take(NAMES).map(|name| shortened(name)).collect(),
            digest: format!("hmac-sha256:{}", URL_SAFE_NO_PAD.encode(digest)),
        }
    }
}

impl std::fmt::Debug for Digests {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Digests")
    }
}

fn derive(key: &Key, purpose: &[u8]) -> Key {
    Key::new(HMAC_SHA256, sign(key, purpose).as_ref())
}

fn shortened(name: &str) -> String {
    name.chars().take(NAME).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn arguments(tenant: char, arguments: &Value) -> Arguments {
        let tenant = [8, 4, 4, 4, 12].map(|n| tenant.to_string().repeat(n)).join("-");
        let digests = Digests::new(&[7; 32]);
        digests.of(&tenant.parse().unwrap(), arguments.as_object().unwrap())
    }

    #[test]
    fn equal_arguments_of_a_tenant_have_equal_digests() {
        let first = arguments('1', &json!({ "query": "budget", "limit": 5 }));
        let second = arguments('1', &json!({ "limit": 5, "query": "budget" }));

        assert_eq!(first.digest, second.digest);
        assert_eq!(first.fields, ["query", "limit"]);
    }

    #[test]
    fn another_value_or_tenant_has_another_digest() {
        let one = arguments('1', &json!({ "query": "budget" }));

        assert_ne!(one.digest, arguments('1', &json!({ "query": "Budget" })).digest);
        assert_ne!(one.digest, arguments('2', &json!({ "query": "budget" })).digest);
    }

    #[test]
    fn values_are_not_told_and_names_are_cut() {
        let long = "n".repeat(1_000);
        let text =
            serde_json::to_string(&arguments('1', &json!({ "q": "secret", long: 1 }))).unwrap();

        assert!(!text.contains("secret"));
        assert!(text.len() < 250, "{text}");
    }
}
