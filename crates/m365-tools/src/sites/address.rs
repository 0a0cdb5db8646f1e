use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use url::Url;

use crate::{
    Cloud,
    drives::form,
    uri::{ResourceUri, WebLink},
};

/// What the addresses of sites start with; the host's own site has none of these.
const COLLECTIONS: [&str; 3] = ["sites", "teams", "personal"];

/// What an address that a person typed may have and should not.
const BLANKS: &AsciiSet = &CONTROLS.add(b' ');

/// A place in SharePoint by its address, decoded: a site, a library, a folder, a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WebPlace {
    host: String,
    segments: Vec<String>,
    /// Whether it is a host's own site, in whose address those of all other sites lie too.
    is_host_site: bool,
}

impl WebPlace {
    /// Reads an address that Graph gave, encoded or not; one with a name that could be several is none.
    pub(crate) fn of(url: &str) -> Option<Self> {
        let url = Url::parse(url).ok().filter(|url| url.scheme() == "https")?;
        let (host, segments) = (url.host_str()?.to_lowercase(), form::names(url.path())?);
        Some(Self { host, segments, is_host_site: false })
    }

    /// Reads the address of a site.
    pub(crate) fn of_site(url: &str) -> Option<Self> {
        let place = Self::of(url)?;
        Some(Self { is_host_site: place.segments.is_empty(), ..place })
    }

    /// Reads an address that a person pasted; one outside `cloud`, or one that hides its place, is none.
    pub(crate) fn parse(text: &str, cloud: Cloud) -> Option<Self> {
        let text = utf8_percent_encode(text.trim(), BLANKS).to_string();
        let Ok(ResourceUri::Link(WebLink::Sharing(url))) = ResourceUri::parse(&text, cloud) else {
            return None;
        };
        let mut place = Self::of(url.as_str())?;
        let shown = url.query_pairs().find(|(name, _)| matches!(&**name, "id" | "RootFolder"));
        if let Some((_, path)) = shown.filter(|(_, path)| path.starts_with('/')) {
            place.segments = form::plain_names(&path)?;
        }
        place.without_view()
    }

    /// Leaves out what only says how the browser shows a place; `None` where it hides the place.
    fn without_view(mut self) -> Option<Self> {
        if self.segments.first().is_some_and(|first| first.starts_with(':')) {
            if self.segments.get(1).is_none_or(|form| form != "r") {
                return None;
            }
            self.segments.drain(..2);
        }
        let is_view = |name: &String| name == "Forms" || name == "_layouts";
        if let Some(at) = self.segments.iter().position(is_view) {
            self.segments.truncate(at);
        }
        Some(self)
    }

    /// Returns the host, in lower case.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// Returns the path below the host, decoded.
    pub(crate) fn path(&self) -> String {
        self.segments.iter().map(|segment| format!("/{segment}")).collect()
    }

    /// Returns the last part of the path.
    pub(crate) fn last(&self) -> Option<&str> {
        self.segments.last().map(String::as_str)
    }

    /// Returns the whole address, decoded, as the search index holds it.
    pub(crate) fn url(&self) -> String {
        format!("https://{}{}", self.host, self.path())
    }

    /// Tells whether `other` is this place or lies in it; letters count in either case.
    pub(crate) fn contains(&self, other: &Self) -> bool {
        let mut pairs = self.segments.iter().zip(&other.segments);
        self.host == other.host
            && !(self.is_host_site && other.is_in_collection())
            && self.segments.len() <= other.segments.len()
            && pairs.all(|(one, other)| one.to_lowercase() == other.to_lowercase())
    }

    fn is_in_collection(&self) -> bool {
        self.segments.first().is_some_and(|first| COLLECTIONS.contains(&first.as_str()))
    }

    /// Returns the addresses that begin like this one and are of other sites.
    pub(crate) fn exceptions(&self) -> Vec<String> {
        let of = |name: &&str| format!("https://{}/{name}", self.host);
        if self.is_host_site { COLLECTIONS.iter().map(of).collect() } else { Vec::new() }
    }

    /// Tells whether the path ends in these names; `Documents` is `Shared Documents` in addresses.
    pub(crate) fn ends_with(&self, names: &[&str]) -> bool {
        let Some(start) = self.segments.len().checked_sub(names.len()) else { return false };
        let is = |(at, (one, name)): (usize, (&String, &&str))| {
            let (one, name) = (one.to_lowercase(), name.to_lowercase());
            one == name || (at == 0 && name == "documents" && one == "shared documents")
        };
        self.segments[start..].iter().zip(names).enumerate().all(is)
    }

    /// Tells whether the browser opens it through a page of SharePoint's, which hides its place.
    pub(crate) fn is_hidden(&self) -> bool {
        self.segments.iter().any(|segment| segment == "_layouts")
    }

    /// Tells whether it is a page of a site.
    pub(crate) fn is_page(&self) -> bool {
        let is_aspx = self.last().is_some_and(|name| name.to_lowercase().ends_with(".aspx"));
        is_aspx && self.segments.iter().any(|segment| segment.eq_ignore_ascii_case("SitePages"))
    }

    /// Returns what the site is called in addresses; `OneDrive of …` for a person's own.
    pub(crate) fn site_name(&self) -> String {
        match self.segments.as_slice() {
            [kind, owner, ..] if kind == "personal" => format!("OneDrive of {owner}"),
            [kind, name, ..] if COLLECTIONS.contains(&kind.as_str()) => name.clone(),
            _ => self.host.clone(),
        }
    }

    /// Returns the folder that it lies in, as a path within its site.
    pub(crate) fn folder(&self) -> String {
        let below = if self.is_in_collection() { 2 } else { 0 };
        let end = self.segments.len().saturating_sub(1);
        self.segments.get(below..end).map(|names| names.join("/")).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(url: &str) -> WebPlace {
        WebPlace::of(url).unwrap()
    }

    fn pasted(text: &str) -> Option<String> {
        WebPlace::parse(text, Cloud::Global).map(|place| place.url())
    }

    #[test]
    fn a_place_contains_what_lies_in_it_and_not_what_is_called_alike() {
        let apollo = place("https://a.sharepoint.com/sites/Apollo");

        assert!(
            apollo.contains(&place(
                "https://a.sharepoint.com/sites/apollo/Shared%20Documents/a b.md"
            ))
        );
        assert!(!apollo.contains(&place("https://a.sharepoint.com/sites/Apollo%20Archive/x")));
        assert!(!apollo.contains(&place("https://b.sharepoint.com/sites/Apollo")));
    }

    #[test]
    fn the_site_of_a_host_does_not_contain_the_others() {
        let host = WebPlace::of_site("https://a.sharepoint.com/").unwrap();

        assert!(host.contains(&place("https://a.sharepoint.com/SitePages/Home.aspx")));
        assert!(!host.contains(&place("https://a.sharepoint.com/sites/Finance/x.md")));
        assert!(
            place("https://a.sharepoint.com/").contains(&place("https://a.sharepoint.com/sites/F"))
        );
    }

    #[test]
    fn an_address_names_its_site_and_folder() {
        let file =
            place("https://a.sharepoint.com/sites/Finance/Shared%20Documents/Budget/50%25.md");

        assert_eq!(
            (file.site_name(), file.folder()),
            ("Finance".into(), "Shared Documents/Budget".into())
        );
        assert_eq!(file.last(), Some("50%.md"));
        let own = place("https://a-my.sharepoint.com/personal/mira_x/Documents/n.md");
        assert_eq!(
            (own.site_name(), own.folder()),
            ("OneDrive of mira_x".into(), "Documents".into())
        );
        let root = place("https://a.sharepoint.com/SitePages/Home.aspx");
        assert_eq!(
            (root.site_name(), root.folder()),
            ("a.sharepoint.com".into(), "SitePages".into())
        );
    }

    #[test]
    fn what_the_browser_adds_is_left_out() {
        let folder = "https://a.sharepoint.com/sites/F/Shared Documents";
        for link in [
            "https://a.sharepoint.com/sites/F/Shared%20Documents/Forms/AllItems.aspx",
            "https://a.sharepoint.com/sites/F/Shared%20Documents/Forms/AllItems.aspx?id=%2Fsites%2FF%2FShared%20Documents",
            "https://a.sharepoint.com/:f:/r/sites/F/Shared%20Documents?csf=1&web=1",
            "https://a.sharepoint.com/sites/F/Shared%20Documents/",
        ] {
            assert_eq!(pasted(link).as_deref(), Some(folder), "{link}");
        }
    }

    #[test]
    fn an_address_elsewhere_or_without_a_place_is_none() {
        for link in [
            "https://evil.example/sites/F",
            "https://a.sharepoint.com@evil.example/sites/F",
            "https://a.sharepoint.com:8443/sites/F",
            "https://a.sharepoint.com\\@evil.example/sites/F",
            "http://a.sharepoint.com/sites/F",
            "https://a.sharepoint.com/:f:/s/F/Eabc",
            "https://a.sharepoint.com/x?id=/sites/../../../me",
            "https://a.sharepoint.com/sites/F/Forms/AllItems.aspx?RootFolder=%2Fsites%2F..%2Fx",
            "https://a.sharepoint.com/sites/..%2F..%2Fme",
            "https://a.sharepoint.com/sites/F%5C..%5Cx",
            "sites/F",
        ] {
            assert_eq!(pasted(link), None, "{link}");
        }
    }
}
