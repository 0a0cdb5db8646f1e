//! Which site a path means.

use crate::{
    graph::{
        drives::{View, ids::Guid},
        fail::Fail,
        sites::site::Site,
    },
    kql::folded,
};

/// Finds a site by `root`, its host, its id, or the id of its collection.
pub(crate) fn by_id(view: &View<'_>, id: &str) -> Result<usize, Fail> {
    let parts: Vec<_> = id.split(',').collect();
    let is_root = |site: &Site| site.path.is_empty() && !site.personal;
    let guid = |text: &str| Guid::parse(text).ok_or_else(invalid);
    let found = match parts[..] {
        ["root"] => position(view, is_root),
        [host] if host.contains('.') => {
            position(view, |site| site.host == host.to_ascii_lowercase() && site.path.is_empty())
        }
        [collection] => {
            let collection = guid(collection)?;
            position(view, |site| site.collection == collection && site.parent.is_none())
        }
        [host, collection, web] => {
            let (collection, web) = (guid(collection)?, guid(web)?);
            let right = |site: &Site| site.collection == collection && site.web == web;
            position(view, |site| right(site) && site.host.eq_ignore_ascii_case(host))
        }
        _ => return Err(invalid()),
    };
    found.ok_or_else(Fail::files_not_found)
}

fn invalid() -> Fail {
    Fail::files_invalid("Invalid hostname for this tenancy")
}

fn position(view: &View<'_>, is: impl Fn(&Site) -> bool) -> Option<usize> {
    view.contents.sites.iter().position(is)
}

/// Finds the site at a host and a path, and returns what of the path comes behind it. The path
/// ends with a colon where something follows.
pub(crate) fn by_path<'a>(
    view: &View<'_>,
    host: &str,
    path: &'a [&'a str],
) -> Result<(usize, &'a [&'a str]), Fail> {
    let end = path.iter().position(|segment| segment.ends_with(':'));
    let (inside, rest) = path.split_at(end.map_or(path.len(), |end| end + 1));
    let names: String =
        inside.iter().map(|name| format!("/{}", name.trim_end_matches(':'))).collect();
    if !view.contents.sites.iter().any(|site| site.host.eq_ignore_ascii_case(host)) {
        return Err(invalid());
    }
    let wanted = names.trim_end_matches('/');
    let right = |site: &Site| {
        site.host.eq_ignore_ascii_case(host) && site.path.eq_ignore_ascii_case(wanted)
    };
    Ok((position(view, right).ok_or_else(Fail::files_not_found)?, rest))
}

/// Finds the sites that the caller may enter whose names or descriptions have all the words, each
/// of which may be the beginning of one.
pub(crate) fn by_words(view: &View<'_>, words: &str) -> Vec<usize> {
    let all = view.contents.sites.iter().enumerate();
    let open = all.filter(|(_, site)| view.contents.may_enter(view.user, site));
    let wanted = folded(words.trim_end_matches('*'));
    let has = |site: &Site| {
        let own = folded(&format!("{} {} {}", site.title, site.name, site.description));
        wanted.split_whitespace().all(|word| own.contains(&format!(" {word}")))
    };
    open.filter(|(_, site)| has(site)).map(|(place, _)| place).collect()
}
