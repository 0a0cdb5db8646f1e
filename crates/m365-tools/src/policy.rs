/// Which tools may be called: rules of an administrator, by tool name or anchored `*` pattern.
///
/// Of all rules that match a tool the strictest holds; without one it is allowed.
///
/// ```
/// use m365_tools::{PolicyMode, ToolPolicy};
///
/// let policy = ToolPolicy::from_rules([("teams_*", "blocked"), ("*", "ask")])?;
///
/// assert_eq!(policy.mode("teams_list_chats"), PolicyMode::Blocked);
/// assert_eq!(policy.mode("get_me"), PolicyMode::Ask);
/// # Ok::<(), m365_tools::PolicyError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToolPolicy(Vec<(String, PolicyMode)>);

/// What a policy says about a tool, from lenient to strict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum PolicyMode {
    /// Called without a question.
    #[default]
    Allow,
    /// Called after the user said yes.
    Ask,
    /// Neither listed nor called.
    Blocked,
}

impl PolicyMode {
    /// Returns the value in configurations.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Ask => "ask",
            Self::Blocked => "blocked",
        }
    }
}

/// Why a policy is not accepted: its key, its value and what is accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PolicyError(String);

impl ToolPolicy {
    /// Reads the rules: tool name or pattern, and `allow`, `ask`, `ask-session` or `blocked`.
    ///
    /// # Errors
    ///
    /// The first key or value that is not accepted.
    pub fn from_rules<K: AsRef<str>, V: AsRef<str>>(
        rules: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Self, PolicyError> {
        rules
            .into_iter()
            .map(|(key, value)| Ok((pattern(key.as_ref())?, mode(key.as_ref(), value.as_ref())?)))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Returns the rules: tool names or patterns, with what each says.
    pub fn rules(&self) -> impl Iterator<Item = (&str, PolicyMode)> {
        self.0.iter().map(|(pattern, mode)| (pattern.as_str(), *mode))
    }

    /// Returns what holds for the tool `name`.
    #[must_use]
    pub fn mode(&self, name: &str) -> PolicyMode {
        let matching = self.0.iter().filter(|(pattern, _)| matches(pattern, name));
        matching.map(|(_, mode)| *mode).max().unwrap_or_default()
    }

    /// Returns the rules that match none of `names`, e.g. because of a misspelling.
    pub fn unmatched<'a>(&'a self, names: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
        let idle = |pattern: &str| !names.iter().any(|name| matches(pattern, name));
        self.0.iter().map(|(pattern, _)| pattern.as_str()).filter(move |pattern| idle(pattern))
    }
}

fn pattern(key: &str) -> Result<String, PolicyError> {
    let good = |c: char| c.is_ascii_alphanumeric() || "_-.*".contains(c);
    if key.is_empty() || !key.chars().all(good) {
        return Err(PolicyError(format!(
            "the key {key:?} is not accepted; a tool name or a pattern with * is, e.g. \"teams_*\""
        )));
    }
    Ok(key.to_owned())
}

fn mode(key: &str, value: &str) -> Result<PolicyMode, PolicyError> {
    match value {
        "allow" => Ok(PolicyMode::Allow),
        "ask" | "ask-session" => Ok(PolicyMode::Ask),
        "blocked" => Ok(PolicyMode::Blocked),
        _ => Err(PolicyError(format!(
            "the value {value:?} of {key:?} is not accepted; allow, ask, ask-session and blocked are"
        ))),
    }
}

/// Tells whether the whole of `name` fits `pattern`, in which `*` stands for any characters.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == name };
    let (middle, tail) = rest.rsplit_once('*').unwrap_or(("", rest));
    name.strip_prefix(head)
        .and_then(|name| name.strip_suffix(tail))
        .is_some_and(|name| contains_in_order(name, middle.split('*')))
}

fn contains_in_order<'a>(mut name: &str, mut parts: impl Iterator<Item = &'a str>) -> bool {
    parts.all(|part| match name.split_once(part) {
        Some((_, rest)) => {
            name = rest;
            true
        }
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(rules: &[(&str, &str)]) -> ToolPolicy {
        ToolPolicy::from_rules(rules.iter().copied()).unwrap()
    }

    #[test]
    fn a_pattern_is_anchored_at_both_ends() {
        let policy = policy(&[("teams_*", "blocked"), ("*_search", "ask")]);

        assert_eq!(policy.mode("teams_list_chats"), PolicyMode::Blocked);
        assert_eq!(policy.mode("my_teams_list"), PolicyMode::Allow);
        assert_eq!(policy.mode("outlook_email_search"), PolicyMode::Ask);
        assert_eq!(policy.mode("outlook_email_search_2"), PolicyMode::Allow);
    }

    #[test]
    fn a_star_stands_anywhere_and_for_nothing_too() {
        for (pattern, name, fits) in [
            ("a*b*c", "abc", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "acb", false),
            ("a*a", "a", false),
            ("**", "x", true),
            ("*", "", true),
        ] {
            assert_eq!(matches(pattern, name), fits, "{pattern} {name}");
        }
    }

    #[test]
    fn the_strictest_of_all_matching_rules_wins() {
        let policy = policy(&[("*", "ask"), ("get_me", "allow"), ("outlook_*", "blocked")]);

        assert_eq!(policy.mode("get_me"), PolicyMode::Ask);
        assert_eq!(policy.mode("outlook_email_search"), PolicyMode::Blocked);
    }

    #[test]
    fn asking_once_a_session_is_asking() {
        assert_eq!(policy(&[("get_me", "ask-session")]).mode("get_me"), PolicyMode::Ask);
    }

    #[test]
    fn a_wrong_value_is_named_with_what_is_accepted() {
        let error = ToolPolicy::from_rules([("teams_*", "deny")]).unwrap_err().to_string();

        for part in ["teams_*", "deny", "allow", "ask", "ask-session", "blocked"] {
            assert!(error.contains(part), "{part} in {error}");
        }
    }

    #[test]
    fn a_key_that_can_name_no_tool_is_refused() {
        for key in ["", "send mail", "teams_?"] {
            assert!(ToolPolicy::from_rules([(key, "allow")]).is_err(), "{key:?}");
        }
    }

    #[test]
    fn a_rule_that_matches_no_tool_is_found() {
        let policy = policy(&[("outlook_*", "ask"), ("outlok_*", "blocked")]);

        let idle: Vec<_> = policy.unmatched(&["outlook_email_search"]).collect();

        assert_eq!(idle, ["outlok_*"]);
    }
}
