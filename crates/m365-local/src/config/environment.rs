use std::collections::BTreeMap;

/// What is read besides our own: the user's browser, and where Claude Code keeps its file.
const OTHERS: [&str; 2] = ["BROWSER", "CLAUDE_CONFIG_DIR"];

/// The variables that this program reads; tests bring their own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Environment(BTreeMap<String, String>);

impl Environment {
    /// Reads the variables of this process; those that are not Unicode are passed over.
    pub(crate) fn of_process() -> Self {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .map(|(name, value)| (spelled(name), value))
            .filter(|(name, _)| name.starts_with("M365_") || OTHERS.contains(&name.as_str()))
            .collect()
    }

    /// Returns the value of `name`, unless it is unset or empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// Windows does not tell apart small and capital letters in these names.
fn spelled(name: String) -> String {
    if cfg!(windows) { name.to_ascii_uppercase() } else { name }
}

impl FromIterator<(String, String)> for Environment {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(variables: I) -> Self {
        Self(variables.into_iter().collect())
    }
}
