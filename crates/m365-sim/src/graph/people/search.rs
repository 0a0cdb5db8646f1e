//! The directory's `$search`: `"displayName:mira" OR "mail:mira"`.

use http::StatusCode;

use crate::{directory::User, graph::fail::Fail};

/// A condition of words at the beginnings of words.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    /// Alternatives, of each of which all parts must hold.
    alternatives: Vec<Vec<Part>>,
}

#[derive(Clone, Debug)]
struct Part {
    property: Property,
    words: Vec<String>,
}

#[derive(Clone, Copy, Debug)]
enum Property {
    DisplayName,
    GivenName,
    Mail,
    PrincipalName,
    Surname,
}

/// A query that the directory cannot answer.
pub(crate) fn unsupported(message: impl Into<String>) -> Fail {
    Fail::new(StatusCode::BAD_REQUEST, "Request_UnsupportedQuery", message)
}

impl Search {
    /// Parses the value of `$search`.
    ///
    /// # Errors
    ///
    /// 400 `Request_UnsupportedQuery` for parts without quotes, and for other properties.
    pub(crate) fn parse(text: &str) -> Result<Self, Fail> {
        let alternatives = text.split(" OR ").map(|all| all.split(" AND ").map(part).collect());
        Ok(Self { alternatives: alternatives.collect::<Result<_, _>>()? })
    }

    /// Returns whether it holds of a user.
    pub(crate) fn holds(&self, user: &User) -> bool {
        self.alternatives.iter().any(|all| all.iter().all(|part| part.holds(user)))
    }
}

fn part(text: &str) -> Result<Part, Fail> {
    let clause = || unsupported(format!("Unrecognized clause in $search: {text}"));
    let inner = text.trim().strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let (name, words) = inner.and_then(|inner| inner.split_once(':')).ok_or_else(clause)?;
    let property = match name {
        "displayName" => Property::DisplayName,
        "givenName" => Property::GivenName,
        "mail" => Property::Mail,
        "surname" => Property::Surname,
        "userPrincipalName" => Property::PrincipalName,
        _ => return Err(clause()),
    };
    Ok(Part { property, words: tokens(words) })
}

impl Part {
    /// Each word begins a word of the property.
    fn holds(&self, user: &User) -> bool {
        let (given, family) = user.names();
        let own = tokens(match self.property {
            Property::DisplayName => &user.display_name,
            Property::GivenName => given,
            Property::Mail | Property::PrincipalName => &user.upn,
            Property::Surname => family,
        });
        self.words.iter().all(|word| own.iter().any(|own| own.starts_with(word.as_str())))
    }
}

/// Cuts text into words in lower case; marks over letters count.
pub(crate) fn tokens(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}
