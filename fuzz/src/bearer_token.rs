//! Callers' tokens: nobody signed what a fuzzer makes up, so none may be accepted.

use std::sync::LazyLock;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use m365_auth::{AllowList, Cloud, TokenValidator};
use tokio::runtime::{Builder, Runtime};

const HEADER: &[u8] = br#"{"alg":"RS256","kid":"key"}"#;

/// A validator that can fetch no keys, and what it runs on.
static VALIDATOR: LazyLock<(Runtime, TokenValidator)> = LazyLock::new(|| {
    let guid = "11111111-2222-4333-8444-555555555555";
    let list = AllowList::new().with(guid.parse().unwrap(), [guid.parse().unwrap()]);
    let validator = TokenValidator::builder(Cloud::Global, guid.parse().unwrap())
        .allow_list(list)
        .accept_v1(true)
        .login_root("http://127.0.0.1:1".parse().unwrap())
        .build();
    (Builder::new_current_thread().enable_all().build().unwrap(), validator)
});

/// Validates bytes as a token, as a token's header, and as its claims.
pub fn validate(bytes: &[u8]) {
    refuse(&String::from_utf8_lossy(bytes));
    refuse(&token(bytes, b"{}"));
    refuse(&token(HEADER, bytes));
}

fn refuse(token: &str) {
    let (runtime, validator) = &*VALIDATOR;
    let rejection = runtime.block_on(validator.validate(token)).unwrap_err();
    assert!(rejection.tenant().is_none() && rejection.token_id().is_none());
}

fn token(header: &[u8], claims: &[u8]) -> String {
    let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part));
    format!("{header}.{claims}.AAAA")
}
