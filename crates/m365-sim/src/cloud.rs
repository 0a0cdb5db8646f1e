//! The clouds that a tenant can live in: those that the product knows, and so not the one in China.

use std::{fmt, str::FromStr};

/// A Microsoft cloud, which decides issuers, audiences and scope prefixes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SimCloud {
    /// The worldwide cloud.
    #[default]
    Global,
    /// The United States government cloud, level 4.
    UsGovHigh,
    /// The United States government cloud, level 5.
    UsGovDod,
}

impl SimCloud {
    /// Returns the real sign-in host, e.g. `login.microsoftonline.com`.
    pub(crate) fn login_host(self) -> &'static str {
        match self {
            Self::Global => "login.microsoftonline.com",
            Self::UsGovHigh | Self::UsGovDod => "login.microsoftonline.us",
        }
    }

    /// Returns the issuer of a tenant's tokens of version 2.
    pub(crate) fn issuer(self, tenant: &str) -> String {
        format!("https://{}/{tenant}/v2.0", self.login_host())
    }

    /// Returns the cloud's name in key sets and metadata.
    pub(crate) fn instance_name(self) -> &'static str {
        match self {
            Self::Global => "microsoftonline.com",
            Self::UsGovHigh | Self::UsGovDod => "microsoftonline.us",
        }
    }

    /// Returns the real Graph root, which is the prefix of its scopes too.
    pub(crate) fn graph_root(self) -> &'static str {
        match self {
            Self::Global => "https://graph.microsoft.com",
            Self::UsGovHigh => "https://graph.microsoft.us",
            Self::UsGovDod => "https://dod-graph.microsoft.us",
        }
    }

    /// Returns the audience of other issuers' tokens that stand for an app.
    pub(crate) fn token_exchange(self) -> &'static str {
        match self {
            Self::Global => "api://AzureADTokenExchange",
            Self::UsGovHigh | Self::UsGovDod => "api://AzureADTokenExchangeUSGov",
        }
    }

    /// Returns what the names of SharePoint's hosts end in.
    pub(crate) fn sharepoint(self) -> &'static str {
        match self {
            Self::Global => "sharepoint.com",
            Self::UsGovHigh => "sharepoint.us",
            Self::UsGovDod => "sharepoint-mil.us",
        }
    }

    /// Returns the host of Teams.
    pub(crate) fn teams(self) -> &'static str {
        match self {
            Self::Global => "teams.microsoft.com",
            Self::UsGovHigh => "gov.teams.microsoft.us",
            Self::UsGovDod => "dod.teams.microsoft.us",
        }
    }

    /// Returns the name used in configuration.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::UsGovHigh => "us-gov-high",
            Self::UsGovDod => "us-gov-dod",
        }
    }
}

impl fmt::Display for SimCloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for SimCloud {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        [Self::Global, Self::UsGovHigh, Self::UsGovDod]
            .into_iter()
            .find(|cloud| cloud.name() == name)
            .ok_or_else(|| "expected global, us-gov-high or us-gov-dod".to_owned())
    }
}
