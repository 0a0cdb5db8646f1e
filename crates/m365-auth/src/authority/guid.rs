use std::{fmt, str::FromStr};

use super::InvalidSetting;

macro_rules! guid {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl $name {
            /// Returns the GUID in lower case.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidSetting;

            fn from_str(text: &str) -> Result<Self, InvalidSetting> {
                match is_guid(text) {
                    true => Ok(Self(text.to_ascii_lowercase())),
                    false => Err(InvalidSetting(format!(
                        concat!("'{}' is not ", $what, "; expected is a GUID such as \
                         11111111-2222-4333-8444-555555555555"),
                        text.escape_debug()
                    ))),
                }
            }
        }
    };
}

guid! {
    /// The GUID of an organisation's tenant; names such as `common` are not accepted.
    TenantId, "a tenant ID"
}

guid! {
    /// The GUID of the app registration, which Entra ID calls application (client) ID.
    ClientId, "a client ID"
}

/// Tells whether `text` has the shape of a GUID.
pub(crate) fn is_guid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_guids_in_lower_case() {
        let id: TenantId = "AAAAAAAA-0000-4000-8000-00000000000F".parse().unwrap();

        assert_eq!(id.as_str(), "aaaaaaaa-0000-4000-8000-00000000000f");
        for wrong in ["common", "", "aaaaaaaa-0000-4000-8000-00000000000", "../../x"] {
            assert!(wrong.parse::<ClientId>().is_err(), "{wrong}");
        }
    }
}
