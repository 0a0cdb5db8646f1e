use std::{collections::BTreeMap, fmt, str::FromStr};

#[cfg(any(feature = "client", feature = "server"))]
use crate::Cloud;
use crate::InvalidSetting;

mod table;

/// A delegated permission that this product knows.
///
/// See the [permissions reference](https://learn.microsoft.com/graph/permissions-reference).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope {
    name: &'static str,
    needs_admin: bool,
    description: &'static str,
}

impl Scope {
    /// Returns all permissions that a configuration may name, sorted by name.
    #[must_use]
    pub const fn all() -> &'static [Self] {
        table::SCOPES
    }

    /// Finds a permission by its short name, in any case.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        let full = table::SHORT_FORMS
            .iter()
            .find(|(short, _)| short.eq_ignore_ascii_case(name))
            .map_or(name, |(_, full)| full);
        Self::all().iter().find(|scope| scope.name.eq_ignore_ascii_case(full)).copied()
    }

    /// Returns the short name, e.g. `Mail.Read`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// Tells whether only an administrator may consent to it.
    #[must_use]
    pub const fn needs_admin(self) -> bool {
        self.needs_admin
    }

    /// Returns what it allows, in a few words.
    #[must_use]
    pub const fn description(self) -> &'static str {
        self.description
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// The delegated permissions of one configuration, sorted, each once.
///
/// `User.Read` and `offline_access` are always among them, unless a server leaves the latter out.
///
/// ```
/// use m365_auth::ScopeSet;
///
/// let scopes: ScopeSet = "Mail.Read OnlineMeetingAiInsight.Read".parse()?;
///
/// assert_eq!(
///     scopes.to_string(),
///     "Mail.Read OnlineMeetingAiInsight.Read.All User.Read offline_access"
/// );
/// # Ok::<(), m365_auth::InvalidSetting>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeSet(BTreeMap<&'static str, Scope>);

impl ScopeSet {
    /// Collects permissions by their short names.
    ///
    /// # Errors
    ///
    /// [`InvalidSetting`] names the first that is not recognised and all that would be.
    pub fn from_names<S: AsRef<str>>(
        names: impl IntoIterator<Item = S>,
    ) -> Result<Self, InvalidSetting> {
        let mut scopes = Self::implicit();
        for name in names {
            scopes.insert(name.as_ref())?;
        }
        Ok(scopes)
    }

    /// Leaves out `offline_access`: an exchange on behalf of a user brings no refresh token, so it is
    /// never asked for.
    #[cfg(feature = "server")]
    #[must_use]
    pub fn without_offline_access(mut self) -> Self {
        self.0.remove(OFFLINE_ACCESS);
        self
    }

    /// Tells whether the permission `name` is among them; case does not matter.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.iter().any(|scope| scope.name.eq_ignore_ascii_case(name))
    }

    /// Iterates over the permissions in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = Scope> + '_ {
        self.0.values().copied()
    }

    /// Returns those that only an administrator may consent to.
    pub fn needing_admin(&self) -> impl Iterator<Item = Scope> + '_ {
        self.iter().filter(|scope| scope.needs_admin)
    }

    /// Writes the `scope` parameter: OpenID's scopes, then `wanted` in the qualified form of `cloud`.
    #[cfg(feature = "client")]
    pub(crate) fn parameter(&self, cloud: Cloud, wanted: impl Fn(&str) -> bool) -> String {
        let mut words = vec!["openid".to_owned(), "profile".to_owned(), OFFLINE_ACCESS.to_owned()];
        words.extend(self.names_in(cloud, wanted));
        words.join(" ")
    }

    /// Lists `wanted` in the qualified form of `cloud`, without OpenID's scopes: for a broker, which
    /// adds what it needs of those.
    #[cfg(feature = "client")]
    pub(crate) fn listed(&self, cloud: Cloud, wanted: impl Fn(&str) -> bool) -> Vec<String> {
        self.names_in(cloud, wanted).collect()
    }

    /// Writes the `scope` parameter of an exchange, which brings no refresh token and no ID token.
    #[cfg(feature = "server")]
    pub(crate) fn qualified(&self, cloud: Cloud) -> String {
        self.names_in(cloud, |_| true).collect::<Vec<_>>().join(" ")
    }

    #[cfg(any(feature = "client", feature = "server"))]
    fn names_in(
        &self,
        cloud: Cloud,
        wanted: impl Fn(&str) -> bool,
    ) -> impl Iterator<Item = String> {
        let named =
            self.iter().filter(move |scope| scope.name != OFFLINE_ACCESS && wanted(scope.name));
        named.map(move |scope| format!("{}{}", cloud.scope_prefix(), scope.name))
    }

    fn implicit() -> Self {
        let named = ["User.Read", OFFLINE_ACCESS].into_iter().filter_map(Scope::find);
        Self(named.map(|scope| (scope.name, scope)).collect())
    }

    fn insert(&mut self, name: &str) -> Result<(), InvalidSetting> {
        if table::OPENID.iter().any(|openid| openid.eq_ignore_ascii_case(name)) {
            return Ok(());
        }
        let scope = Scope::find(name).ok_or_else(|| unrecognised(name))?;
        self.0.insert(scope.name, scope);
        Ok(())
    }
}

impl Default for ScopeSet {
    /// Returns what is asked for when a configuration names nothing.
    fn default() -> Self {
        let named = table::DEFAULT.iter().filter_map(|name| Scope::find(name));
        Self(named.map(|scope| (scope.name, scope)).collect())
    }
}

impl FromStr for ScopeSet {
    type Err = InvalidSetting;

    fn from_str(text: &str) -> Result<Self, InvalidSetting> {
        Self::from_names(text.split_whitespace())
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.iter().map(Scope::name).collect();
        f.write_str(&names.join(" "))
    }
}

/// The permission to get refresh tokens; Entra ID does not echo it.
pub(crate) const OFFLINE_ACCESS: &str = "offline_access";

/// Returns the short names of a token answer's `scope`, where both spellings occur.
#[cfg(any(feature = "client", feature = "server"))]
pub(crate) fn granted_names(scope: &str) -> Vec<String> {
    let short = scope.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word));
    short
        .filter(|name| !name.is_empty() && *name != ".default")
        .map(|name| {
            Scope::find(name).map_or_else(|| name.to_owned(), |known| known.name.to_owned())
        })
        .collect()
}

fn unrecognised(name: &str) -> InvalidSetting {
    let valid: Vec<&str> = Scope::all().iter().map(|scope| scope.name).collect();
    InvalidSetting(format!(
        "the scope '{}' is not recognised; valid are {}",
        name.escape_debug(),
        valid.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_names_are_unique() {
        let names: Vec<&str> = Scope::all().iter().map(|scope| scope.name).collect();

        assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
    }

    #[test]
    fn the_default_set_is_the_contracts() {
        assert_eq!(
            ScopeSet::default().to_string(),
            "Calendars.Read Calendars.Read.Shared Chat.Read Files.Read.All Mail.Read \
             Mail.Read.Shared OnlineMeetings.Read Sites.Read.All User.Read offline_access"
        );
    }

    #[test]
    fn an_unrecognised_scope_is_named_with_the_valid_ones() {
        let error = "Mail.Read Mail.Send".parse::<ScopeSet>().unwrap_err().to_string();

        assert!(error.contains("'Mail.Send'"), "{error}");
        assert!(error.contains("Mail.Read.Shared"), "{error}");
    }

    #[test]
    fn case_repetition_and_openid_scopes_do_not_matter() {
        let scopes: ScopeSet = "mail.read Mail.Read openid profile".parse().unwrap();

        assert_eq!(scopes.to_string(), "Mail.Read User.Read offline_access");
    }

    #[cfg(feature = "client")]
    #[test]
    fn the_parameter_is_qualified_for_the_cloud() {
        let scopes: ScopeSet = "Mail.Read Files.Read".parse().unwrap();

        assert_eq!(
            scopes.parameter(Cloud::UsGovDod, |name| name != "Files.Read"),
            "openid profile offline_access https://dod-graph.microsoft.us/Mail.Read \
             https://dod-graph.microsoft.us/User.Read"
        );
    }

    #[test]
    fn granted_scopes_are_short_and_in_our_spelling() {
        let granted =
            granted_names("openid https://graph.microsoft.com/mail.read User.Read .default");

        assert_eq!(granted, ["openid", "Mail.Read", "User.Read"]);
    }
}
