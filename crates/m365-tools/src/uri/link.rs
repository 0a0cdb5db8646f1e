//! Links that a person pasted. A link is only read; nothing is ever fetched from it.

mod outlook;
mod sharepoint;
mod teams;

use std::fmt;

use url::Url;

use super::ResourceUri;
use crate::Cloud;

/// A pasted link of which only Graph knows what it names.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum WebLink {
    /// A SharePoint or OneDrive link, from sharing or from the browser.
    Sharing(Url),
}

/// A link whose host can be trusted to be the one that it shows.
struct Pasted<'a> {
    url: Url,
    /// In lower case.
    host: String,
    /// What stands behind the host, as it was written.
    rest: &'a str,
}

/// Reads a link that leads to Outlook, Teams or SharePoint of `cloud`.
pub(super) fn parse(text: &str, cloud: Cloud) -> Option<ResourceUri> {
    let link = Pasted::parse(text)?;
    if outlook::hosts(cloud).contains(&link.host.as_str()) {
        return outlook::parse(&link);
    }
    if teams::hosts(cloud).contains(&link.host.as_str()) {
        return teams::parse(&link);
    }
    let domain = sharepoint::domain(cloud)?;
    sharepoint::is_within(&link.host, domain)
        .then_some(ResourceUri::Link(WebLink::Sharing(link.url)))
}

/// Returns the host of Teams in `cloud` that its links are written with.
pub(crate) fn teams_host(cloud: Cloud) -> Option<&'static str> {
    teams::hosts(cloud).first().copied()
}

/// Says what is accepted.
pub(super) fn forms(cloud: Cloud) -> String {
    let named =
        outlook::hosts(cloud).iter().chain(teams::hosts(cloud)).map(|host| (*host).to_owned());
    let domain = sharepoint::domain(cloud).map(|domain| format!("*.{domain}"));
    let hosts: Vec<_> = named.chain(domain).collect();
    format!("a link to a message, event, meeting, chat, channel or file at {}", hosts.join(", "))
}

impl<'a> Pasted<'a> {
    /// Takes `text` apart. Parsers disagree about backslashes, user information, ports and dots, so the
    /// text itself must show the host that the parser sees.
    fn parse(text: &'a str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let length = url.host_str()?.len();
        let authority = text.get("https://".len()..)?;
        let (host, rest) = authority.split_at_checked(length)?;
        let host = host.to_ascii_lowercase();
        let same = Some(host.as_str()) == url.host_str();
        let plain = same && (rest.is_empty() || rest.starts_with(['/', '?']));
        (plain && !text.contains('\\')).then_some(Self { url, host, rest })
    }

    /// Returns the segments of the path, decoded once.
    fn segments(&self) -> Option<Vec<String>> {
        let path = self.rest.split(['?', '#']).next()?;
        path.trim_matches('/').split('/').map(super::decode).collect()
    }

    /// Returns a value of the query, decoded once; names count in any case of letters.
    fn value(&self, name: &str) -> Option<String> {
        let query = self.rest.split_once('?')?.1.split('#').next()?;
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let (_, value) = pairs.find(|(other, _)| other.eq_ignore_ascii_case(name))?;
        super::decode(value)
    }
}

impl fmt::Display for WebLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sharing(url) => url.fmt(f),
        }
    }
}

impl fmt::Debug for WebLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebLink(..)")
    }
}

#[cfg(test)]
mod tests;
