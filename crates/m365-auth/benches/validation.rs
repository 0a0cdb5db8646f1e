//! What a caller's token costs: `cargo bench -p m365-auth --features server`.
//!
//! Prints the time of one validation on one thread, for a token that is accepted and for those that
//! strangers may send as often as they like.

#![expect(clippy::print_stdout, reason = "the figures are the program's output")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run has nothing to report")]

#[expect(dead_code, reason = "the tests use the rest")]
#[path = "../tests/issuer.rs"]
mod issuer;

use std::time::{Duration, Instant};

use issuer::{Issuer, Key, claims, claims_with, encode};
use m365_auth::TokenValidator;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// The best of so many batches counts, since a busy machine disturbs most of them.
const BATCHES: usize = 500;
const ROUNDS: u32 = 10;

const GUID: &str = "dddddddd-0000-4000-8000-000000000003";

/// The longest token that is looked at, in bytes.
const LONGEST: usize = 16 * 1024;

fn main() {
    let runtime = Runtime::new().unwrap();
    let issuer = runtime.block_on(Issuer::start());
    let validator = runtime.block_on(issuer.validator());
    println!("token                                 bytes   µs each   answer");
    for (name, token) in tokens() {
        let answer = runtime.block_on(validator.validate(&token));
        let answer = answer.map_or_else(|refused| refused.reason().as_str(), |_| "accepted");
        let micros = measure(&runtime, &validator, &token).as_secs_f64() * 1e6;
        println!("{name:36} {:6} {micros:9.1}   {answer}", token.len());
    }
}

/// Returns the time per validation.
fn measure(runtime: &Runtime, validator: &TokenValidator, token: &str) -> Duration {
    let batch = async || {
        let start = Instant::now();
        for _ in 0..ROUNDS {
            let _ = std::hint::black_box(validator.validate(token).await);
        }
        start.elapsed() / ROUNDS
    };
    (0..BATCHES).map(|_| runtime.block_on(batch())).min().unwrap_or_default()
}

fn tokens() -> Vec<(&'static str, String)> {
    let good = Key::A.token(&claims());
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let (header, payload) = signed.split_once('.').unwrap();
    let unknown = encode(&json!({ "alg": "RS256", "kid": "unknown" }).to_string());
    let join = |parts: [&str; 3]| parts.join(".");
    let forged = claims_with(json!({ "uti": "another" }));
    vec![
        ("right", good.clone()),
        ("right, with many groups", Key::A.token(&claims_with(groups(200)))),
        ("expired", Key::A.token(&claims_with(json!({ "exp": 1 })))),
        ("of a client that is not listed", Key::A.token(&claims_with(json!({ "azp": GUID })))),
        ("forged", join([header, &encode(&forged.to_string()), signature])),
        ("of an unknown key", join([&unknown, payload, signature])),
        ("claims of many members, long", join([header, &long(&members()), signature])),
        ("claims of one text, long", join([header, &long(&text()), signature])),
        ("claims of brackets, long", join([header, &long(&brackets()), signature])),
        ("dots, long", ".".repeat(LONGEST)),
        ("one letter, long", "A".repeat(LONGEST)),
        ("three long parts", join([&"A".repeat(4096), &"A".repeat(10_000), &"A".repeat(1366)])),
        ("longer than is looked at", "A".repeat(LONGEST + 1)),
    ]
}

fn groups(count: usize) -> Value {
    json!({ "groups": vec![GUID; count] })
}

/// An object of many members, as far as they are read.
fn members() -> String {
    (0..2000).map(|number| format!("\"{}{number}\":0,", "m".repeat(80))).collect()
}

/// A value that is nested too deep.
fn brackets() -> String {
    format!("\"y\":{}", "[".repeat(LONGEST))
}

fn text() -> String {
    format!("\"y\":\"{}", "\\u00e9".repeat(2000))
}

/// The beginning of claims, as long as a token has room for.
fn long(rest: &str) -> String {
    let mut payload = encode(&format!("{{\"x\":1,{rest}"));
    payload.truncate(15_600);
    payload
}
