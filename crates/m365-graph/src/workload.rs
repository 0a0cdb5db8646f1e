use std::fmt;

/// The part of Microsoft 365 that answers a request, and that throttles by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Workload {
    /// Users, people and the signed-in user's own entry: `directory`.
    Directory,
    /// Sites, lists, pages and drives: `files`.
    Files,
    /// What meetings in Teams leave: `meetings`.
    Meetings,
    /// Mail, calendars and schedules, which Exchange counts together: `outlook`.
    Outlook,
    /// `POST /search/query`, whatever it searches: `search`.
    Search,
    /// Chats, teams and channels: `teams`.
    Teams,
}

impl Workload {
    /// All of them, by name.
    pub const ALL: [Self; 6] =
        [Self::Directory, Self::Files, Self::Meetings, Self::Outlook, Self::Search, Self::Teams];

    /// Returns its name in settings, logs and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Directory => "directory",
            Self::Files => "files",
            Self::Meetings => "meetings",
            Self::Outlook => "outlook",
            Self::Search => "search",
            Self::Teams => "teams",
        }
    }

    /// Finds the workload of a name, as [`Self::as_str`] spells it.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|workload| workload.as_str() == name)
    }
}

impl fmt::Display for Workload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Workload;

    #[test]
    fn every_workload_is_found_by_its_name() {
        for workload in Workload::ALL {
            assert_eq!(Workload::named(workload.as_str()), Some(workload));
        }
        assert_eq!(Workload::named("Outlook"), None);
    }
}
