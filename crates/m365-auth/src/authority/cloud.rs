//! The addresses of the clouds.

use std::str::FromStr;

use url::Url;

use super::InvalidSetting;
use crate::Cloud;

impl Cloud {
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
