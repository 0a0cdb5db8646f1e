//! What an address of SharePoint or OneDrive says by itself.

use m365_graph::ItemId;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::Url;

/// What stays as it is in the name of a path.
const NAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The folders at the top of a server that hold sites.
pub(crate) const MANAGED: [&str; 3] = ["sites", "teams", "personal"];

/// The parameters in which a view names the file or folder that it shows.
const SHOWN: [&str; 3] = ["id", "rootfolder", "sourceurl"];

/// The parameters in which a viewer names a file by its GUID.
const UNIQUE: [&str; 2] = ["sourcedoc", "uniqueid"];

/// What a link leads to, as far as its text tells; names are decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Only Graph knows.
    Opaque,
    /// The place on the server of a site, folder, file or page.
    Path(Vec<String>),
    /// A file of the site at a place.
    Unique { site: Vec<String>, id: ItemId },
}

impl Form {
    /// Reads a link.
    pub(crate) fn of(url: &Url) -> Self {
        names(url.path()).map_or(Self::Opaque, |path| of_path(url, path))
    }
}

/// The pages that show one item of a list, by a number that only Graph can follow.
const NUMBERED: [&str; 2] = ["dispform.aspx", "editform.aspx"];

/// Takes a path of the server apart; `None` where a name could be several.
pub(crate) fn names(path: &str) -> Option<Vec<String>> {
    let parts = path.split('/').filter(|part| !part.is_empty());
    let decoded = parts.map(|part| percent_decode_str(part).decode_utf8().ok().map(String::from));
    let names: Vec<String> = decoded.collect::<Option<_>>()?;
    names.iter().all(|name| is_name(name)).then_some(names)
}

/// Writes the address of a place on a server, which [`names`] reads.
pub(crate) fn address(host: &str, path: &[String]) -> String {
    let names = path.iter().map(|name| format!("/{}", utf8_percent_encode(name, NAME)));
    format!("https://{host}{}", names.collect::<String>())
}

/// Tells whether it can be one name of a path: none that leads elsewhere.
pub(crate) fn is_name(name: &str) -> bool {
    !matches!(name, "" | "." | "..")
        && !name.contains(['/', '\\'])
        && !name.contains(char::is_control)
}

fn of_path(url: &Url, mut path: Vec<String>) -> Form {
    if let [kind, what, ..] = path.as_slice()
        && kind.starts_with(':')
    {
        if what != "r" {
            return Form::Opaque;
        }
        path.drain(..2);
    }
    if path.last().is_some_and(|last| is_one_of(last, &NUMBERED)) {
        return Form::Opaque;
    }
    if let Some(at) = position(&path, "_layouts") {
        return of_viewer(url, &path[..at]);
    }
    if !is_view(&path) {
        return Form::Path(path);
    }
    if let Some(shown) = value(url, &SHOWN) {
        return plain_names(&shown).map_or(Form::Opaque, Form::Path);
    }
    let library = position(&path, "forms").filter(|at| at + 2 == path.len());
    path.truncate(library.unwrap_or(path.len()));
    Form::Path(path)
}

/// Reads the address of a page that shows files of the site at `site`.
fn of_viewer(url: &Url, site: &[String]) -> Form {
    let unique = value(url, &UNIQUE);
    let unique = unique.and_then(|id| ItemId::new(id.trim_matches(['{', '}'])).ok());
    if let Some(id) = unique {
        return Form::Unique { site: site.to_vec(), id };
    }
    let shown = value(url, &SHOWN).filter(|path| path.starts_with('/'));
    shown.and_then(|path| plain_names(&path)).map_or(Form::Opaque, Form::Path)
}

/// As [`names`], of a path that is decoded already, as the values of a query are.
pub(crate) fn plain_names(path: &str) -> Option<Vec<String>> {
    names(&path.replace('%', "%25"))
}

/// Returns where in a path a name stands, in any case of letters.
pub(crate) fn position(path: &[String], name: &str) -> Option<usize> {
    path.iter().position(|part| part.eq_ignore_ascii_case(name))
}

/// Tells whether a path ends in the page of a view, e.g. `AllItems.aspx`.
fn is_view(path: &[String]) -> bool {
    let last = path.last().map(|name| name.to_ascii_lowercase()).unwrap_or_default();
    last.ends_with(".aspx") && position(path, "sitepages").is_none()
}

/// Returns the first of some parameters that is there.
fn value(url: &Url, wanted: &[&str]) -> Option<String> {
    let value = url.query_pairs().find(|(name, _)| is_one_of(name, wanted));
    value.map(|(_, value)| value.into_owned())
}

/// Tells whether a path starts in one of the folders that hold sites.
pub(crate) fn is_managed(path: &[String]) -> bool {
    path.first().is_some_and(|first| is_one_of(first, &MANAGED))
}

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|one| one.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(rest: &str) -> Form {
        Form::of(&format!("https://contoso.sharepoint.com{rest}").parse().unwrap())
    }

    fn path(rest: &str) -> String {
        match form(rest) {
            Form::Path(path) => path.join("/"),
            other => panic!("{rest}: {other:?}"),
        }
    }

    #[test]
    fn an_address_of_the_browser_is_its_place() {
        assert_eq!(
            path("/sites/F/Shared%20Documents/50%25%20%231.txt?web=1"),
            "sites/F/Shared Documents/50% #1.txt"
        );
        assert_eq!(path("/sites/F/"), "sites/F");
        assert_eq!(path(""), "");
        assert_eq!(
            path("/:w:/r/sites/F/Shared%20Documents/a.docx?d=w1&csf=1"),
            "sites/F/Shared Documents/a.docx"
        );
        assert_eq!(path("/sites/F/SitePages/Home.aspx"), "sites/F/SitePages/Home.aspx");
    }

    #[test]
    fn a_view_of_a_library_is_the_folder_that_it_shows() {
        let view = "/sites/F/Shared%20Documents/Forms/AllItems.aspx";

        assert_eq!(path(view), "sites/F/Shared Documents");
        assert_eq!(
            path(&format!("{view}?id=%2Fsites%2FF%2FShared%20Documents%2F50%25&viewid=x")),
            "sites/F/Shared Documents/50%"
        );
        assert_eq!(
            path(&format!("{view}?RootFolder=%2Fsites%2FF%2FShared%20Documents%2FB")),
            "sites/F/Shared Documents/B"
        );
        assert_eq!(
            path("/personal/m_x/_layouts/15/onedrive.aspx?id=%2Fpersonal%2Fm%5Fx%2FDocuments%2FA"),
            "personal/m_x/Documents/A"
        );
        assert_eq!(
            path("/sites/F/_layouts/15/stream.aspx?id=%2Fsites%2FF%2FV%2Fa.mp4"),
            "sites/F/V/a.mp4"
        );
    }

    #[test]
    fn a_viewer_names_a_file_by_its_guid() {
        let id = "f87bfe13-be81-45eb-bbcd-73639e1869ec";
        for rest in [
            format!(
                "/sites/F/_layouts/15/Doc.aspx?sourcedoc=%7B{id}%7D&file=a.docx&action=default"
            ),
            format!("/:x:/r/sites/F/_layouts/15/Doc.aspx?sourcedoc={{{id}}}"),
            format!("/sites/F/_layouts/15/download.aspx?UniqueId={id}"),
        ] {
            let site = vec!["sites".to_owned(), "F".to_owned()];
            assert_eq!(form(&rest), Form::Unique { site, id: ItemId::new(id).unwrap() }, "{rest}");
        }
    }

    #[test]
    fn what_a_link_does_not_tell_is_left_to_graph() {
        for rest in [
            "/:x:/s/HullRefit/EInventedToken?e=ab12cd",
            "/:b:/g/personal/ife_x/EToken",
            "/sites/F/_layouts/15/guestaccess.aspx?docid=1&authkey=2",
            "/sites/F/_layouts/15/onedrive.aspx?id=relative",
            "/sites/F/Shared%20Documents/Forms/DispForm.aspx?ID=12",
            "/sites/F/a%2Fb",
            "/sites/F/%ff",
        ] {
            assert_eq!(form(rest), Form::Opaque, "{rest}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_link_leaves_its_server_or_climbs(rest in "/[ -~]{0,60}") {
            if let Ok(url) = format!("https://contoso.sharepoint.com{rest}").parse()
                && let Form::Path(path) = Form::of(&url)
            {
                proptest::prop_assert!(path.iter().all(|name| is_name(name)));
            }
        }
    }
}
