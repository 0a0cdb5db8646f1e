use std::{fmt, str::FromStr};

use url::Url;

use super::InvalidSetting;

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

    /// Returns the root of the sign-in addresses, e.g. `https://login.microsoftonline.com`.
    #[must_use]
    pub fn login_root(self) -> Url {
        constant_url(match self {
            Self::Global => "https://login.microsoftonline.com",
            Self::UsGovHigh | Self::UsGovDod => "https://login.microsoftonline.us",
        })
    }

    /// Returns the root of Microsoft Graph, without a version, e.g. `https://graph.microsoft.com`.
    #[must_use]
    pub fn graph_root(self) -> Url {
        constant_url(self.scope_prefix().trim_end_matches('/'))
    }

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

impl FromStr for Cloud {
    type Err = InvalidSetting;

    fn from_str(text: &str) -> Result<Self, InvalidSetting> {
        Self::ALL.into_iter().find(|cloud| cloud.name() == text).ok_or_else(|| {
            InvalidSetting(format!(
                "'{}' is not a cloud; valid are global, us-gov-high, us-gov-dod",
                text.escape_debug()
            ))
        })
    }
}

fn constant_url(text: &'static str) -> Url {
    #[expect(clippy::unwrap_used, reason = "the constants of this file are URLs, as tests show")]
    Url::parse(text).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cloud_has_addresses_and_is_read_back_from_its_name() {
        for cloud in Cloud::ALL {
            assert_eq!(cloud.to_string().parse(), Ok(cloud));
            assert_eq!(cloud.graph_root().as_str(), cloud.scope_prefix());
            assert_eq!(cloud.login_root().scheme(), "https");
        }
    }

    #[test]
    fn an_unknown_cloud_is_told_the_valid_ones() {
        let error = "china".parse::<Cloud>().unwrap_err();

        assert!(error.to_string().contains("global, us-gov-high, us-gov-dod"));
    }
}
