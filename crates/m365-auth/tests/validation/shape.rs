//! What is no token at all, or a strange one.

use m365_auth::RejectionReason;
use serde_json::json;

use crate::issuer::{Issuer, Key, claims, encode, refusal};

const HEADER: &str = r#"{"typ":"JWT","alg":"RS256","kid":"simKeyA1"}"#;

#[tokio::test]
async fn what_is_not_three_parts_of_base64url_is_malformed() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;
    let good = Key::A.token(&claims());
    let [header, payload, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!() };

    for token in [
        String::new(),
        "..".to_owned(),
        format!("{header}.{payload}"),
        format!("{header}.{payload}."),
        format!("{header}..{signature}"),
        format!(".{payload}.{signature}"),
        format!("{good}.{signature}"),
        format!("{good}="),
        format!("{good}\n"),
        format!(" {good}"),
        format!("Bearer {good}"),
        format!("{header}.{payload} .{signature}"),
        format!("{header}.{payload}+/.{signature}"),
        format!("{header}=.{payload}.{signature}"),
        format!("{header}.{payload}.{}", "A".repeat(1367)),
        format!("{header}.{}.{signature}", "A".repeat(16 * 1024)),
        ".".repeat(16 * 1024),
        "ж.ж.ж".to_owned(),
    ] {
        let refused = refusal(&validator, &token).await;
        assert_eq!(refused, Some(RejectionReason::Malformed), "{token:.80}");
    }
    assert_eq!(refusal(&validator, &good).await, None);
    assert_eq!(issuer.fetches(), 1);
}

#[tokio::test]
async fn bits_that_no_encoder_sets_are_malformed() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;
    // 256 bytes leave four unused bits in the last letter, so Q, R, S … decode alike elsewhere.
    let token = Key::A.token(&claims());
    let last = token.chars().next_back().unwrap();
    let next = char::from(u8::try_from(last).unwrap() + 1);

    let changed = format!("{}{next}", &token[..token.len() - 1]);

    assert_eq!(refusal(&validator, &changed).await, Some(RejectionReason::Malformed));
}

#[tokio::test]
async fn a_header_that_is_no_small_plain_object_is_malformed() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;
    let deep =
        format!(r#"{{"alg":"RS256","kid":"simKeyA1","x":{}1{}}}"#, "[".repeat(9), "]".repeat(9));
    let many: String = (0..128).map(|n| format!(r#""m{n}":0,"#)).collect();

    for header in [
        "",
        "null",
        "[]",
        r#""RS256""#,
        r#"{"kid":"simKeyA1"}"#,
        r#"{"alg":"RS256","kid":7}"#,
        r#"{"alg":"RS256","kid":null}"#,
        r#"{"alg":["RS256"],"kid":"simKeyA1"}"#,
        r#"{"alg":"RS256","kid":"simKeyA1"} x"#,
        r#"{"alg":"RS256","kid":"simKeyA1""#,
        r#"{"alg":"RS256","alg":"RS256","kid":"simKeyA1"}"#,
        r#"{"alg":"RS256","kid":"simKeyB2","kid":"simKeyA1"}"#,
        r#"{"alg":"RS256","kid":"simKeyA1","Alg":"none"}"#,
        r#"{"alg":"RS256","KID":"simKeyA1"}"#,
        r#"{"alg":"RS256","kid":"simKeyA1","JWK":{}}"#,
        r#"{"alg":"RS256","kid":"simKeyA1","x":1,"x":2}"#,
        &deep,
        &format!(r#"{{{many}"alg":"RS256","kid":"simKeyA1"}}"#),
        &format!(r#"{{"alg":"RS256","kid":"simKeyA1","x5c":["{}"]}}"#, "M".repeat(4096)),
    ] {
        let token = Key::A.sign(header, &claims().to_string());
        let refused = refusal(&validator, &token).await;
        assert_eq!(refused, Some(RejectionReason::Malformed), "{header:.80}");
    }
}

#[tokio::test]
async fn claims_that_are_doubled_or_disguised_are_refused() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;
    let good = claims().to_string();
    let extended = |member: &str| format!("{},{member}}}", good.strip_suffix('}').unwrap());
    let deep = format!(r#""x":{}{}"#, "[".repeat(9), "]".repeat(9));

    for member in [
        r#""tid":"11111111-2222-4333-8444-555555555555""#,
        r#""TID":"22222222-2222-4333-8444-555555555555""#,
        r#""Scp":"access_as_user""#,
        r#""t\u0069d":"22222222-2222-4333-8444-555555555555""#,
        r#""x":1,"x":1"#,
        r#""x":1,"X":1"#,
        r#""appid":7"#,
        r#""idtyp":["app"]"#,
        &deep,
    ] {
        let token = Key::A.sign(HEADER, &extended(member));
        let refused = refusal(&validator, &token).await;
        assert_eq!(refused, Some(RejectionReason::Claims), "{member}");
    }
    for payload in ["", "null", "[]", "{}", "7", "{\"tid\":", "\u{0}"] {
        let token = Key::A.sign(HEADER, payload);
        let refused = refusal(&validator, &token).await;
        let empty = payload.is_empty();
        let expected = if empty { RejectionReason::Malformed } else { RejectionReason::Claims };
        assert_eq!(refused, Some(expected), "{payload}");
    }
}

#[tokio::test]
async fn claims_that_are_not_ours_may_be_anything_shallow() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;
    let mut claims = claims();
    claims["_claim_sources"] = json!({ "src1": { "endpoint": ["https://graph.example", null] } });
    claims["wids"] = json!(["b79fbf4d", 1, -1, 1.5, true, null, "\u{e9}\n"]);
    claims["amr"] = json!({});

    assert_eq!(refusal(&validator, &Key::A.token(&claims)).await, None);
}

#[tokio::test]
async fn a_rejection_says_nothing_of_what_a_token_holds() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;
    let header = r#"{"alg":"RS256","kid":"canary-4711"}"#;
    let token = format!("{}.{}.canary4711", encode(header), encode(r#"{"tid":"canary-4711"}"#));

    let rejection = validator.validate(&token).await.unwrap_err();

    assert!(!format!("{rejection} {rejection:?}").contains("canary"), "{rejection:?}");
}
