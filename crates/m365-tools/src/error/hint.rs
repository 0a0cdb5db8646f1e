//! How to sign in, which only the program around a catalog knows.

use super::{ErrorCode, ToolError};

/// What is said unless the program knows better.
pub(crate) const SIGN_IN_HINT: &str = "Sign in, then make the same call again.";

/// What the hint says better; `m365-auth` ends its sentences so.
const TAILS: [&str; 2] = ["Sign in", "Sign in again"];

impl ToolError {
    /// Ends the message of a `SIGN_IN_REQUIRED` with `hint`; other errors stay as they are.
    pub(crate) fn hinted(self, hint: &str) -> Self {
        if self.code != ErrorCode::SignInRequired || self.message.ends_with(hint) {
            return self;
        }
        let message = format!("{}{hint}", opening(&self.message));
        self.with_message(message)
    }
}

/// Returns the sentences in front of a bare call to sign in, ready to be continued.
fn opening(message: &str) -> String {
    let message = message.trim().trim_end_matches('.');
    let cut = TAILS.iter().find_map(|tail| message.strip_suffix(tail));
    let cut = cut.filter(|rest| rest.is_empty() || rest.ends_with(". ")).unwrap_or(message);
    match cut.trim_end().trim_end_matches('.') {
        "" => String::new(),
        rest => format!("{rest}. "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_call_to_sign_in_gives_way_to_the_hint() {
        let cases = [
            ("Nobody is signed in (tenant x). Sign in", "Nobody is signed in (tenant x). Run it."),
            ("Sign in again", "Run it."),
            ("The session was revoked. Sign in again.", "The session was revoked. Run it."),
            ("Sign in and change the password", "Sign in and change the password. Run it."),
            ("Nobody is signed in. Run it.", "Nobody is signed in. Run it."),
        ];

        for (message, expected) in cases {
            let error = ToolError::new(ErrorCode::SignInRequired, message).hinted("Run it.");
            assert_eq!(error.message(), expected);
        }
    }

    #[test]
    fn other_errors_keep_their_words() {
        let error = ToolError::validation("limit: 0 is not accepted.").hinted("Run it.");

        assert_eq!(error.message(), "limit: 0 is not accepted.");
    }
}
