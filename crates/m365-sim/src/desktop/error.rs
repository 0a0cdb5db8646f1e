//! What went wrong at the desktop host.

use std::{error::Error, fmt, io};

use serde_json::Value;

/// Why a [`Desktop`](crate::Desktop) has no token.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DesktopError {
    /// OAuth's name of the error, e.g. `interaction_required`; empty if the sign-in host did not
    /// answer.
    pub error: String,
    /// What the sign-in host says about it.
    pub description: String,
    /// The AADSTS number.
    pub code: Option<u32>,
    /// What the next request has to claim, as JSON.
    pub claims: Option<String>,
}

impl DesktopError {
    pub(super) fn new(error: &str, description: &str) -> Self {
        let digits = description.split("AADSTS").nth(1).unwrap_or_default();
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        Self {
            error: error.to_owned(),
            description: description.to_owned(),
            code: digits.get(..end).and_then(|digits| digits.parse().ok()),
            claims: None,
        }
    }

    pub(super) fn refused(description: &str) -> Self {
        Self::new("refused", description)
    }

    pub(super) fn of_page(page: &str) -> Self {
        Self::new("page", page)
    }

    pub(super) fn of_answer(answer: &Value) -> Self {
        let text = |name: &str| answer[name].as_str().unwrap_or_default();
        let claims = answer["claims"].as_str().map(str::to_owned);
        Self { claims, ..Self::new(text("error"), text("error_description")) }
    }

    /// Returns whether there was an answer, which signing in might turn to the better.
    pub(super) fn is_refusal(&self) -> bool {
        !self.error.is_empty()
    }
}

impl fmt::Display for DesktopError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.error, self.description)
    }
}

impl Error for DesktopError {}

impl From<io::Error> for DesktopError {
    fn from(error: io::Error) -> Self {
        Self::new("", &error.to_string())
    }
}
