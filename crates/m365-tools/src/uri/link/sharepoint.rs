use m365_auth::Cloud;

/// Returns the domain of SharePoint and OneDrive in `cloud`; a cloud that is not known has none.
pub(super) const fn domain(cloud: Cloud) -> Option<&'static str> {
    match cloud {
        Cloud::Global => Some("sharepoint.com"),
        Cloud::UsGovHigh => Some("sharepoint.us"),
        Cloud::UsGovDod => Some("sharepoint-mil.us"),
        _ => None,
    }
}

/// Tells whether `host` is an organisation's own below `domain`.
pub(super) fn is_within(host: &str, domain: &str) -> bool {
    let name = host.strip_suffix(domain).and_then(|name| name.strip_suffix('.'));
    name.is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    })
}
