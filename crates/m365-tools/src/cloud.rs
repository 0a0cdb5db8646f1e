/// The Microsoft cloud that a connector belongs to.
///
/// It decides which [links of Outlook on the web] are understood; none is ever fetched.
///
/// [links of Outlook on the web]: https://learn.microsoft.com/microsoft-365/enterprise/urls-and-ip-address-ranges
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cloud {
    /// The worldwide cloud, GCC included.
    #[default]
    Global,
    /// GCC High, of the government of the United States.
    UsGovHigh,
    /// The cloud of its Department of Defense.
    UsGovDod,
}

impl Cloud {
    /// Returns the hosts of Outlook on the web.
    #[must_use]
    pub const fn outlook_hosts(self) -> &'static [&'static str] {
        match self {
            Self::Global => {
                &["outlook.cloud.microsoft", "outlook.office.com", "outlook.office365.com"]
            }
            Self::UsGovHigh => &["outlook.office365.us"],
            Self::UsGovDod => &["outlook-dod.office365.us", "webmail.apps.mil"],
        }
    }
}
