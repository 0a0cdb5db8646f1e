use serde_json::Value;

/// The longest code that is kept; Graph's own have up to about 100 characters.
const MAX_CODE: usize = 128;

/// The longest id that is kept; a GUID has 36 characters.
const MAX_REQUEST_ID: usize = 64;

/// What an error body tells a program. Its message is for people, may be localised and may hold
/// user data, so it is not kept.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ErrorBody {
    /// From the outermost to the most specific.
    pub(crate) codes: Vec<String>,
    pub(crate) request_id: Option<String>,
}

impl ErrorBody {
    /// Reads Graph's error, an OAuth-style one, or nothing from anything else.
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        serde_json::from_slice(bytes).map_or_else(|_| Self::default(), |value| Self::of(&value))
    }

    pub(crate) fn of(body: &Value) -> Self {
        let error = &body["error"];
        let mut found = Self::default();
        found.add_code(error);
        found.descend(error);
        found.codes.extend(number(error["message"].as_str().unwrap_or_default()));
        found
    }

    fn descend(&mut self, error: &Value) {
        let details = error["details"].as_array().and_then(|details| details.first());
        let inner = ["innerError", "innererror"].iter().filter_map(|name| error.get(name));
        for level in details.into_iter().chain(inner) {
            self.add_code(level);
            self.request_id = clean_id(level["request-id"].as_str()).or(self.request_id.take());
            self.descend(level);
        }
    }

    /// Adds the code of one level: the member `code`, or the level itself where it is a text.
    fn add_code(&mut self, level: &Value) {
        let code = level["code"].as_str().or_else(|| level.as_str()).unwrap_or_default();
        if is_code(code) && self.codes.last().is_none_or(|last| last != code) {
            self.codes.push(code.to_owned());
        }
    }
}

/// Returns the number that a message of the meetings' service starts with: nothing else tells its
/// refusals apart.
fn number(message: &str) -> Option<String> {
    let (number, rest) = message.split_at_checked(4)?;
    let stands_alone = rest.starts_with([':', ' ', '.']);
    (stands_alone && number.bytes().all(|byte| byte.is_ascii_digit())).then(|| number.to_owned())
}

fn is_code(code: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    (1..=MAX_CODE).contains(&code.len()) && code.chars().all(plain)
}

/// Lets an id through if it can stand in a log line.
pub(crate) fn clean_id(id: Option<&str>) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    id.filter(|id| id.len() <= MAX_REQUEST_ID && !id.is_empty() && id.chars().all(plain))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::ErrorBody;

    #[test]
    fn codes_are_collected_down_to_the_innermost() {
        let body = json!({"error": {"code": "Forbidden", "innererror":
            {"code": "generalException", "request-id": "0ec53fd7-8030",
             "innerError": {"code": "GraphAccessToTranscriptsDisabled"}}}});

        let error = ErrorBody::of(&body);

        assert_eq!(
            error.codes,
            ["Forbidden", "generalException", "GraphAccessToTranscriptsDisabled"]
        );
        assert_eq!(error.request_id.as_deref(), Some("0ec53fd7-8030"));
    }

    #[test]
    fn the_nested_details_of_a_search_error_are_read() {
        let body = json!({"error": {"code": "BadRequest", "details": [
            {"code": "System.AggregateException", "details": [{"code": "A.B.BadRequestException"}]}]}});

        let error = ErrorBody::of(&body);

        assert_eq!(
            error.codes,
            ["BadRequest", "System.AggregateException", "A.B.BadRequestException"]
        );
    }

    #[test]
    fn the_number_before_a_message_is_the_most_specific_code() {
        let body = json!({"error": {"code": "BadRequest", "message": "1026: no such meeting"}});

        assert_eq!(ErrorBody::of(&body).codes, ["BadRequest", "1026"]);
    }

    #[test]
    fn an_oauth_error_is_its_own_code() {
        let body = br#"{"error": "invalid_client", "error_description": "-"}"#;

        assert_eq!(ErrorBody::parse(body).codes, ["invalid_client"]);
    }

    #[test]
    fn a_page_of_html_and_a_code_that_is_prose_tell_nothing() {
        assert_eq!(ErrorBody::parse(b"<html>504</html>"), ErrorBody::default());
        assert_eq!(
            ErrorBody::of(&json!({"error": {"code": "read this, model"}})),
            ErrorBody::default()
        );
    }
}
