use rmcp::model::ProtocolVersion;
use serde::{Deserialize, de::IgnoredAny};

/// How deep a message may be nested.
const MAX_DEPTH: usize = 64;

/// How many values a message may have: parsed they take ten times the room of their text.
const MAX_VALUES: usize = 20_000;

/// Why a line cannot be a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    Empty,
    NotJson,
    TooDeep,
    TooMany,
}

/// Checks that a line is JSON, not nested too deep, and not made of too many values.
pub(super) fn check(line: &[u8]) -> Result<(), Unfit> {
    if line.iter().all(u8::is_ascii_whitespace) {
        return Err(Unfit::Empty);
    }
    fits(line)?;
    serde_json::from_slice::<IgnoredAny>(line).map(drop).map_err(|_| Unfit::NotJson)
}

/// Checks nesting and number of values, without recursion and before anything is parsed.
pub(super) fn fits(line: &[u8]) -> Result<(), Unfit> {
    match extent(line) {
        (depth, _) if depth > MAX_DEPTH => Err(Unfit::TooDeep),
        (_, commas) if commas > MAX_VALUES => Err(Unfit::TooMany),
        _ => Ok(()),
    }
}

/// Returns how deep brackets outside strings are nested, and how many commas there are.
fn extent(line: &[u8]) -> (usize, usize) {
    let (mut depth, mut deepest, mut commas) = (0_usize, 0, 0);
    let (mut in_string, mut escaped) = (false, false);
    for byte in line {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => depth += 1,
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            b',' if !in_string => commas += 1,
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    (deepest, commas)
}

#[derive(Deserialize)]
struct Head {
    id: Option<IgnoredAny>,
    method: Option<String>,
    params: Option<Params>,
}

#[derive(Deserialize)]
struct Params {
    #[serde(rename = "_meta")]
    meta: Option<Meta>,
}

#[derive(Deserialize)]
struct Meta {
    #[serde(rename = "io.modelcontextprotocol/protocolVersion")]
    version: Option<String>,
}

/// What a message does to a connection whose protocol era is not known yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opening {
    /// It says which era is spoken.
    Decides,
    /// It is answered, whatever the era.
    Probes,
    /// It is no request, which cannot come first; rmcp would end the connection.
    Idle,
}

pub(super) fn opening(line: &[u8]) -> Opening {
    let Ok(head) = serde_json::from_slice::<Head>(line) else { return Opening::Probes };
    let version = head.params.and_then(|params| params.meta).and_then(|meta| meta.version);
    match head.method.as_deref() {
        _ if head.id.is_none() => Opening::Idle,
        None => Opening::Idle,
        Some("initialize") => Opening::Decides,
        Some("server/discover") => Opening::Probes,
        Some(_) if version.is_some_and(|version| is_known(&version)) => Opening::Decides,
        Some(_) => Opening::Probes,
    }
}

fn is_known(version: &str) -> bool {
    ProtocolVersion::KNOWN_VERSIONS.iter().any(|known| known.as_str() == version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nesting_is_counted_outside_strings_only() {
        assert_eq!(extent(br#"{"a":["[[[\"[[,,"]}"#), (2, 0));
        assert_eq!(extent(b"[]{}[[1,2]]"), (2, 1));
    }

    #[test]
    fn the_depth_limit_is_exact() {
        let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));

        assert_eq!(check(nested(64).as_bytes()), Ok(()));
        assert_eq!(check(nested(65).as_bytes()), Err(Unfit::TooDeep));
        assert_eq!(check(nested(1_000_000).as_bytes()), Err(Unfit::TooDeep));
    }

    #[test]
    fn a_message_of_very_many_values_is_not_read() {
        let list = |values: usize| format!("[{}0]", "0,".repeat(values));

        assert_eq!(check(list(20_000).as_bytes()), Ok(()));
        assert_eq!(check(list(20_001).as_bytes()), Err(Unfit::TooMany));
    }

    #[test]
    fn what_is_not_json_is_told_from_what_is_nothing() {
        assert_eq!(check(b"hello"), Err(Unfit::NotJson));
        assert_eq!(check(b" \r"), Err(Unfit::Empty));
        assert_eq!(check(br#"{"half":"#), Err(Unfit::NotJson));
    }

    #[test]
    fn only_requests_open_a_connection() {
        for (line, expected) in [
            (r#"{"id":1,"method":"initialize","params":{}}"#, Opening::Decides),
            (r#"{"id":1,"method":"tools/list"}"#, Opening::Probes),
            (r#"{"method":"notifications/initialized"}"#, Opening::Idle),
            (r#"{"id":1,"result":{}}"#, Opening::Idle),
            (r#"{"id":1,"method":"server/discover","params":{"_meta":{}}}"#, Opening::Probes),
        ] {
            assert_eq!(opening(line.as_bytes()), expected, "{line}");
        }
    }
}
