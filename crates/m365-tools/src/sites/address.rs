use url::Url;

use crate::{
    Cloud,
    drives::form::{self, Form},
    uri::{ResourceUri, WebLink},
};

/// What the sites are called that hold a person's OneDrive, before the name in their address.
pub(super) const ONEDRIVE: &str = "OneDrive of ";

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
        Self::new(&url, form::names(url.path())?)
    }

    /// Reads the address of a site.
    pub(crate) fn of_site(url: &str) -> Option<Self> {
        Some(Self::of(url)?.into_site())
    }

    /// Reads an address that a person pasted, without what only says how the browser shows a place; one
    /// outside `cloud`, or one that hides its place, is none.
    pub(crate) fn parse(text: &str, cloud: Cloud) -> Option<Self> {
        let Ok(ResourceUri::Link(WebLink::Sharing(url))) = ResourceUri::parse(text, cloud) else {
            return None;
        };
        match Form::of(&url) {
            Form::Path(path) => Self::new(&url, path),
            Form::Opaque | Form::Unique { .. } => None,
        }
    }

    fn new(url: &Url, segments: Vec<String>) -> Option<Self> {
        Some(Self { host: url.host_str()?.to_lowercase(), segments, is_host_site: false })
    }

    fn into_site(self) -> Self {
        Self { is_host_site: self.segments.is_empty(), ..self }
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

    /// Returns the whole address as it can be pasted anywhere.
    pub(crate) fn link(&self) -> String {
        form::address(&self.host, &self.segments)
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
        form::is_managed(&self.segments)
    }

    /// Returns the addresses that begin like this one and are of other sites.
    pub(crate) fn exceptions(&self) -> Vec<String> {
        let of = |name: &&str| format!("https://{}/{name}", self.host);
        if self.is_host_site { form::MANAGED.iter().map(of).collect() } else { Vec::new() }
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

    /// Returns the site at which a page of SharePoint's shows it, which hides its place; `None` where the
    /// place is not hidden.
    pub(crate) fn hidden_in(&self) -> Option<Self> {
        let at = form::position(&self.segments, "_layouts")?;
        let segments = self.segments[..at].to_vec();
        Some(Self { segments, ..self.clone() }.into_site())
    }

    /// Tells whether it is a page of a site.
    pub(crate) fn is_page(&self) -> bool {
        let is_aspx = self.last().is_some_and(|name| name.to_lowercase().ends_with(".aspx"));
        is_aspx && self.segments.iter().any(|segment| segment.eq_ignore_ascii_case("SitePages"))
    }

    /// Returns what the site is called in addresses; `OneDrive of …` for a person's own.
    pub(crate) fn site_name(&self) -> String {
        match self.segments.as_slice() {
            [kind, owner, ..] if kind.eq_ignore_ascii_case("personal") => {
                format!("{ONEDRIVE}{owner}")
            }
            [_, name, ..] if self.is_in_collection() => name.clone(),
            _ => self.host.clone(),
        }
    }

    /// Returns the folder that it lies in, as a path within its site; nothing where that is hidden.
    pub(crate) fn folder(&self) -> String {
        if self.hidden_in().is_some() {
            return String::new();
        }
        let end = self.segments.len().saturating_sub(1);
        self.segments.get(self.below_site()..end).map(|names| names.join("/")).unwrap_or_default()
    }

    /// Returns it as a path within its site.
    pub(crate) fn within_site(&self) -> String {
        self.segments.get(self.below_site()..).map(|names| names.join("/")).unwrap_or_default()
    }

    fn below_site(&self) -> usize {
        if self.is_in_collection() { 2 } else { 0 }
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
    fn a_folder_may_have_the_name_of_what_the_browser_adds() {
        let folder = "https://a.sharepoint.com/sites/F/Documents/Forms/2026";
        assert_eq!(pasted(folder).as_deref(), Some(folder));

        let view = "https://a.sharepoint.com/Sites/F/Documents/forms/allitems.aspx";
        let place = WebPlace::parse(view, Cloud::Global).unwrap();
        assert_eq!((place.site_name().as_str(), place.last()), ("F", Some("Documents")));
    }

    #[test]
    fn no_address_climbs_out_of_its_server() {
        for link in [
            "https://a.sharepoint.com/x/Forms/AllItems.aspx?id=/sites/../../../me",
            "https://a.sharepoint.com/x.aspx?RootFolder=%2Fsites%2F..%2F..%2Fme",
            "https://a.sharepoint.com/sites/F/%2e%2e/%2e%2e/me",
        ] {
            let place = WebPlace::parse(link, Cloud::Global);
            let climbs = |place: &WebPlace| place.segments.iter().any(|name| !form::is_name(name));
            assert!(!place.as_ref().is_some_and(climbs), "{link}: {place:?}");
        }
    }

    #[test]
    fn a_link_is_read_as_the_place_that_it_was_written_for() {
        let place = place("https://a.sharepoint.com/sites/F/Shared%20Documents/50%25 #1%3F/Æ");

        assert_eq!(WebPlace::parse(&place.link(), Cloud::Global), Some(place));
    }

    #[test]
    fn a_hidden_place_tells_its_site() {
        let hidden = place("https://a.sharepoint.com/sites/F/_layouts/15/Doc.aspx?sourcedoc=x");

        assert_eq!(hidden.hidden_in(), WebPlace::of_site("https://a.sharepoint.com/sites/F"));
        assert_eq!((hidden.folder(), hidden.site_name()), (String::new(), "F".to_owned()));
        assert_eq!(place("https://a.sharepoint.com/sites/F/x").hidden_in(), None);
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
            "https://a.sharepoint.com/sites/F/Forms/AllItems.aspx?RootFolder=%2Fsites%2F..%2Fx",
            "https://a.sharepoint.com/sites/..%2F..%2Fme",
            "https://a.sharepoint.com/sites/F%5C..%5Cx",
            "https://a.sharepoint.com/sites/F/_layouts/15/Doc.aspx?sourcedoc=%7Bx%7D",
            "https://a.sharepoint.com/sites/F/_layouts/15/viewlsts.aspx",
            "sites/F",
        ] {
            assert_eq!(pasted(link), None, "{link}");
        }
    }
}
