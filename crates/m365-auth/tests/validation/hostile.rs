//! Text that nobody thought of.

use std::sync::LazyLock;

use m365_auth::TokenValidator;
use proptest::prelude::*;
use tokio::runtime::Runtime;

use crate::issuer::{Issuer, Key, claims};

/// A runtime, a validator that has its keys, and the host that they come from.
static VALIDATOR: LazyLock<(Runtime, TokenValidator, Issuer)> = LazyLock::new(|| {
    let runtime = Runtime::new().unwrap();
    let issuer = runtime.block_on(Issuer::start());
    let validator = runtime.block_on(issuer.validator());
    (runtime, validator, issuer)
});

static GOOD: LazyLock<String> = LazyLock::new(|| Key::A.token(&claims()));

fn is_accepted(token: &str) -> bool {
    let (runtime, validator, _) = &*VALIDATOR;
    runtime.block_on(validator.validate(token)).is_ok()
}

#[test]
fn the_token_that_is_changed_is_good() {
    assert!(is_accepted(&GOOD));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_text_is_a_token(text in any::<String>()) {
        prop_assert!(!is_accepted(&text));
    }

    #[test]
    fn nothing_of_the_alphabet_is_a_token(text in "[A-Za-z0-9_=-]{0,60}(\\.[A-Za-z0-9_=-]{0,60}){0,4}") {
        prop_assert!(!is_accepted(&text));
    }

    #[test]
    fn one_changed_letter_spoils_a_token(place in any::<prop::sample::Index>(), letter in any::<char>()) {
        let place = place.index(GOOD.len());
        let changed = format!("{}{letter}{}", &GOOD[..place], &GOOD[place + 1..]);
        prop_assume!(changed != *GOOD);
        prop_assert!(!is_accepted(&changed));
    }

    #[test]
    fn a_token_that_is_cut_or_prolonged_is_none(place in any::<prop::sample::Index>(), more in "[A-Za-z0-9_.-]{1,9}") {
        let (front, back) = GOOD.split_at(place.index(GOOD.len()));
        prop_assert!(!is_accepted(front));
        prop_assert!(!is_accepted(&[front, &more, back].concat()));
    }

    #[test]
    fn claims_that_are_changed_need_another_signature(name in "[a-z]{2,6}", value in any::<i64>()) {
        let mut changed = claims();
        prop_assume!(changed[&name] != value);
        changed[&name] = value.into();
        let [header, _, signature] = GOOD.split('.').collect::<Vec<_>>()[..] else { panic!() };
        let payload = crate::issuer::encode(&changed.to_string());
        prop_assert!(!is_accepted(&[header, &payload, signature].join(".")));
    }

    #[test]
    fn no_payload_is_taken_for_claims_it_does_not_hold(payload in any::<Vec<u8>>()) {
        let payload = String::from_utf8_lossy(&payload).into_owned();
        let header = r#"{"alg":"RS256","kid":"simKeyA1"}"#;
        prop_assert!(!is_accepted(&Key::A.sign(header, &payload)));
    }
}
