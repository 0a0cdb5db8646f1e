//! The claims challenge in `WWW-Authenticate`
//! ([continuous access evaluation](https://learn.microsoft.com/entra/identity-platform/claims-challenge)).

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde_json::{Map, Value};

/// The longest challenge that is passed on, decoded, in bytes.
const MAX_CLAIMS: usize = 8 * 1024;

/// Takes padding or none, as both occur.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Returns the claims that a new token must fulfil, JSON text, if one of the headers' Bearer
/// challenges asks for some.
pub(crate) fn claims<'a>(headers: impl IntoIterator<Item = &'a str>) -> Option<String> {
    headers
        .into_iter()
        .flat_map(challenges)
        .filter(Challenge::is_bearer)
        .find_map(Challenge::claims)
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Challenge {
    scheme: String,
    parameters: Vec<(String, String)>,
}

impl Challenge {
    fn is_bearer(&self) -> bool {
        self.scheme.eq_ignore_ascii_case("Bearer")
    }

    fn claims(self) -> Option<String> {
        let asked = self.parameter("error")?.eq_ignore_ascii_case("insufficient_claims");
        let text = decode(self.parameter("claims").filter(|_| asked)?)?;
        let object = serde_json::from_str::<Map<String, Value>>(&text).is_ok();
        object.then_some(text)
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

fn decode(claims: &str) -> Option<String> {
    if claims.len() > 2 * MAX_CLAIMS {
        return None;
    }
    if claims.starts_with('{') {
        return Some(claims.to_owned());
    }
    let standard = claims.replace('-', "+").replace('_', "/");
    let bytes = BASE64.decode(standard).ok().filter(|bytes| bytes.len() <= MAX_CLAIMS)?;
    String::from_utf8(bytes).ok()
}

/// Splits a header into its challenges (RFC 9110 §11.6.1), each with its parameters.
fn challenges(header: &str) -> Vec<Challenge> {
    let mut found = Vec::new();
    let mut rest = header.trim_start_matches([' ', '\t', ',']);
    while !rest.is_empty() {
        let (name, after) = split_where(rest, |c| matches!(c, '=' | ',' | ' ' | '\t'));
        rest = take_value(name, after, &mut found).trim_start_matches([' ', '\t', ',']);
    }
    found
}

/// Takes `name` for a parameter's if a `=` follows, else for the scheme of the next challenge.
fn take_value<'a>(name: &str, after: &'a str, found: &mut Vec<Challenge>) -> &'a str {
    let Some(value) = after.trim_start().strip_prefix('=') else {
        found.push(Challenge { scheme: name.to_owned(), parameters: Vec::new() });
        return after;
    };
    let (value, rest) = value_of(value.trim_start());
    if let Some(challenge) = found.last_mut() {
        challenge.parameters.push((name.to_owned(), value));
    }
    rest
}

fn value_of(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, rest) = split_where(text, |c| matches!(c, ',' | ' ' | '\t'));
        return (value.to_owned(), rest);
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (value, &quoted[at + 1..]),
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            other => value.push(other),
        }
    }
    (value, "")
}

fn split_where(text: &str, is_end: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(is_end).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::claims;

    const CLAIMS: &str = r#"{"access_token":{"nbf":{"essential":true,"value":"1773739800"}}}"#;
    const ENCODED: &str =
        "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxNzczNzM5ODAwIn19fQ";

    #[test]
    fn the_documented_challenge_is_read() {
        let header = format!(
            "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", \
             errorDescription=\"a, b = \\\"c\\\"\", error=\"insufficient_claims\", claims=\"{ENCODED}==\""
        );

        assert_eq!(claims([header.as_str()]).as_deref(), Some(CLAIMS));
    }

    #[test]
    fn order_quotes_and_padding_do_not_matter() {
        let header = format!("bearer claims={ENCODED}, ERROR=insufficient_claims");

        assert_eq!(claims([header.as_str()]).as_deref(), Some(CLAIMS));
    }

    #[test]
    fn the_bearer_challenge_is_found_among_others() {
        let header = format!(
            "PoP nonce=\"x\", error=\"insufficient_claims\", claims=\"e30\", Negotiate, \
             Bearer error=\"insufficient_claims\", claims=\"{ENCODED}\""
        );

        assert_eq!(claims(["Basic realm=\"a\"", &header]).as_deref(), Some(CLAIMS));
    }

    #[test]
    fn plain_json_is_taken_as_it_is() {
        let quoted = CLAIMS.replace('"', "\\\"");
        let header = format!("Bearer error=\"insufficient_claims\", claims=\"{quoted}\"");

        assert_eq!(claims([header.as_str()]).as_deref(), Some(CLAIMS));
    }

    #[test]
    fn without_the_right_error_or_an_object_there_is_no_challenge() {
        for header in [
            format!("Bearer error=\"invalid_token\", claims=\"{ENCODED}\""),
            format!("Bearer claims=\"{ENCODED}\""),
            "Bearer error=\"insufficient_claims\"".to_owned(),
            "Bearer error=\"insufficient_claims\", claims=\"WzFd\"".to_owned(),
            "Bearer error=\"insufficient_claims\", claims=\"%%%\"".to_owned(),
        ] {
            assert_eq!(claims([header.as_str()]), None, "{header}");
        }
    }

    proptest! {
        #[test]
        fn any_header_is_survived(header in "\\PC*") {
            claims([header.as_str()]);
        }
    }
}
