use std::fmt;

/// One of Microsoft's clouds: a sign-in host, a Graph root and an issuer that belong together.
///
/// Government High and DoD share the sign-in host and differ in Graph.
/// See [National clouds](https://learn.microsoft.com/graph/deployments).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cloud {
    /// The worldwide cloud, GCC included.
    #[default]
    Global,
    /// US Government L4, GCC High.
    UsGovHigh,
    /// US Government L5, DoD.
    UsGovDod,
}

impl Cloud {
    /// All clouds, in the order in which they are listed to people.
    pub const ALL: [Self; 3] = [Self::Global, Self::UsGovHigh, Self::UsGovDod];

    /// Returns what precedes a permission's short name, e.g. `https://graph.microsoft.com/`.
    #[must_use]
    pub const fn scope_prefix(self) -> &'static str {
        match self {
            Self::Global => "https://graph.microsoft.com/",
            Self::UsGovHigh => "https://graph.microsoft.us/",
            Self::UsGovDod => "https://dod-graph.microsoft.us/",
        }
    }

    /// Returns the value for a configuration, e.g. `us-gov-high`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::UsGovHigh => "us-gov-high",
            Self::UsGovDod => "us-gov-dod",
        }
    }
}

impl fmt::Display for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
