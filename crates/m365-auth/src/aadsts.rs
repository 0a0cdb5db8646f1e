//! Explains Entra ID's numbered errors.

mod table;

/// What an AADSTS number means and what helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    code: u32,
    class: Class,
    cause: &'static str,
    fix: &'static str,
}

/// Who can do something about an error of Entra ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Class {
    /// Whoever configures the app registration or this program.
    Configuration,
    /// An administrator, or the user, by consenting.
    Consent,
    /// The user, by signing in again: the code or the refresh token is worth nothing.
    Grant,
    /// The user, by signing in and doing what is asked there.
    Interaction,
    /// An administrator, by changing a policy or an assignment; or the user with another device.
    Policy,
    /// We: the request was wrong.
    Request,
    /// Nobody; it passes.
    Retryable,
    /// The user, with another account or after a change to this one.
    User,
}

impl Explanation {
    /// Returns the number, e.g. 65001.
    #[must_use]
    pub const fn code(&self) -> u32 {
        self.code
    }

    /// Returns who can do something about it.
    #[must_use]
    pub const fn class(&self) -> Class {
        self.class
    }

    /// Returns what happened, as a phrase in lower case.
    #[must_use]
    pub const fn cause(&self) -> &'static str {
        self.cause
    }

    /// Returns what to do, as a sentence without its full stop.
    #[must_use]
    pub const fn fix(&self) -> &'static str {
        self.fix
    }

    /// Returns the address of its row in the troubleshooting guide.
    #[must_use]
    pub fn help_url(&self) -> String {
        crate::help_url(&format!("aadsts{}", self.code))
    }
}

/// Returns every explanation, by number.
pub fn all() -> impl Iterator<Item = Explanation> {
    table::EXPLANATIONS.iter().copied()
}

/// Explains an AADSTS number; `None` for one that is not in our table, see [`help_url`].
///
/// ```
/// let missing = m365_auth::aadsts::explain(65001).expect("consent is explained");
///
/// assert_eq!(missing.class(), m365_auth::aadsts::Class::Consent);
/// println!("{}. {}.", missing.cause(), missing.fix());
/// ```
#[must_use]
pub fn explain(code: u32) -> Option<Explanation> {
    let row = table::EXPLANATIONS.binary_search_by_key(&code, Explanation::code).ok()?;
    table::EXPLANATIONS.get(row).copied()
}

/// Returns the page on which Microsoft explains a number.
#[must_use]
pub fn help_url(code: u32) -> String {
    format!("https://login.microsoftonline.com/error?code={code}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_by_unique_codes() {
        let codes: Vec<u32> = table::EXPLANATIONS.iter().map(Explanation::code).collect();

        assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
    }

    #[test]
    fn every_row_reads_as_cause_and_fix() {
        for row in table::EXPLANATIONS {
            assert!(
                row.cause.starts_with(|first: char| !first.is_ascii_uppercase()
                    || row.cause.starts_with("Conditional")
                    || row.cause.starts_with("Entra")),
                "{row:?}"
            );
            assert!(
                row.fix.starts_with(char::is_uppercase) || row.fix.starts_with("api"),
                "{row:?}"
            );
            assert!(!row.fix.ends_with('.') && !row.cause.ends_with('.'), "{row:?}");
        }
    }

    #[test]
    fn a_number_without_a_row_has_no_explanation() {
        assert_eq!(explain(1), None);
        assert_eq!(explain(65_001).map(|row| row.class()), Some(Class::Consent));
    }
}
