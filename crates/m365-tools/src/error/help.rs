//! Where a person reads more about an error; a model reads few characters of it.

use m365_auth::help_url;
use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::{Details, ErrorCode, ToolError};

impl ErrorCode {
    /// Returns the address of the row that explains this code in the troubleshooting guide.
    #[must_use]
    pub fn help_url(self) -> String {
        help_url(self.row())
    }

    const fn row(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::ConsentRequired => "consent_required",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::ServiceError => "service_error",
            Self::SignInRequired => "sign_in_required",
            Self::Throttled => "throttled",
            Self::Timeout => "timeout",
            Self::TooLarge => "too_large",
            Self::UnsupportedContent => "unsupported_content",
            Self::ValidationError => "validation_error",
        }
    }
}

impl ToolError {
    /// Returns the address of the row that explains this error in the troubleshooting guide.
    #[must_use]
    pub fn help_url(&self) -> String {
        self.help.clone().unwrap_or_else(|| self.code.help_url())
    }

    /// Returns the same where only a person can mend it: what a model mends by itself needs no link.
    fn for_people(&self) -> Option<String> {
        match self.code {
            ErrorCode::ConsentRequired | ErrorCode::Forbidden | ErrorCode::SignInRequired => {
                Some(self.help_url())
            }
            ErrorCode::ServiceError => self.help.clone(),
            _ => None,
        }
    }
}

/// The details as they are shown.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    details: &'a Details,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
}

impl Serialize for ToolError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let shown = Shown { details: &self.details, help: self.for_people() };
        let mut fields = serializer.serialize_struct("ToolError", 3)?;
        fields.serialize_field("code", &self.code)?;
        fields.serialize_field("message", &self.message)?;
        if shown.help.is_some() || !shown.details.is_empty() {
            fields.serialize_field("details", &shown)?;
        }
        fields.end()
    }
}
