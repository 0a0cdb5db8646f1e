//! Where each error is explained to a person: its row in the troubleshooting guide.

use crate::{Error, ErrorKind, aadsts};

/// Returns the address of a row of the troubleshooting guide, by its anchor, e.g. `wrong-account`.
#[must_use]
pub fn help_url(row: &str) -> String {
    format!("{}/blob/main/docs/troubleshooting.md#{row}", env!("CARGO_PKG_REPOSITORY"))
}

impl Error {
    /// Returns the address of the row that explains this error: that of its number, or else that
    /// of its kind.
    ///
    /// ```
    /// use m365_auth::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::Denied).with_aadsts(50_105);
    ///
    /// assert!(error.help_url().ends_with("/docs/troubleshooting.md#aadsts50105"));
    /// ```
    #[must_use]
    pub fn help_url(&self) -> String {
        match self.aadsts().and_then(aadsts::explain) {
            Some(known) => known.help_url(),
            None => help_url(self.kind().row()),
        }
    }
}

impl ErrorKind {
    const fn row(self) -> &'static str {
        match self {
            Self::Cancelled => "sign-in-cancelled",
            Self::Configuration => "app-registration",
            Self::ConsentRequired => "consent_required",
            Self::Denied => "policy-of-the-tenant",
            Self::Protocol => "unusable-answer",
            Self::SignInRequired => "sign_in_required",
            Self::Store => "token-store",
            Self::Throttled => "throttled",
            Self::TimedOut => "sign-in-timed-out",
            Self::Unavailable => "no-connection",
            Self::WrongAccount => "wrong-account",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_nobody_explains_leads_to_the_row_of_its_kind() {
        let error = Error::new(ErrorKind::Denied).with_aadsts(1);

        assert!(error.help_url().ends_with("#policy-of-the-tenant"), "{}", error.help_url());
    }
}
