//! Sharing links.
//!
//! | Rule | What |
//! |---|---|
//! | S3 | a token without a scope for files is refused with `accessDenied` |
//! | S45 | to redeem a link is a write, which is watched for on each host |
//! | S46 | readers get the metadata behind a link, unless the tenant refuses it; content always |

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::json;

use crate::{
    graph::{
        call::{Call, ok},
        drives::{self, Contents, View, ids::Guid, item::Item, store::At},
        fail::Fail,
        query::decode,
        sites,
    },
    http::Response,
};

/// Returns the link by which an item is shared, which tells nothing of where it lies.
pub(crate) fn address(contents: &Contents, at: At) -> String {
    let (site, item) = (contents.site_of(at.drive), contents.item(at));
    let place = match site.path.strip_prefix("/sites/") {
        Some(name) => format!("s/{name}"),
        None => format!("g{}", site.path),
    };
    format!("https://{}/:{}:/{place}/E{}", site.host, letter(item), item.guid.opaque())
}

fn letter(item: &Item) -> char {
    match item.extension().as_str() {
        _ if item.is_folder() => 'f',
        "docx" => 'w',
        "pdf" => 'b',
        "pptx" => 'p',
        "xlsx" => 'x',
        _ => 'u',
    }
}

/// What a link leads to.
enum Target {
    Item(At),
    Site(usize),
}

/// Answers a request below `/shares`.
pub(crate) fn route(call: &Call<'_>, path: &[&str]) -> Result<Response, Fail> {
    let view = View::new(call)?;
    let [token, rest @ ..] = path else { return Err(Fail::not_here("/shares")) };
    permitted(call, rest)?;
    match (target(&view, token)?, rest) {
        (Target::Site(site), ["site", rest @ ..]) => sites::site(&view, site, rest),
        (Target::Site(_), _) => Err(Fail::no_link()),
        (Target::Item(at), []) => share(&view, at),
        (Target::Item(at), ["driveItem" | "root", rest @ ..]) => drives::item(&view, at, rest),
        (Target::Item(at), ["listItem", rest @ ..]) => sites::list_item_of(&view, at, rest),
        (Target::Item(at), ["list", rest @ ..]) => sites::list_of_drive(&view, at.drive, rest),
        (Target::Item(at), ["site", rest @ ..]) => {
            sites::site(&view, view.contents.drive(at).site, rest)
        }
        (Target::Item(_), [segment, ..]) => Err(Fail::no_segment(segment)),
    }
}

/// Content needs less than metadata, which some tenants do not give to readers at all.
fn permitted(call: &Call<'_>, rest: &[&str]) -> Result<(), Fail> {
    let of_content = matches!(rest, ["driveItem" | "root", "content"]);
    let scopes: &[&str] = if of_content {
        &["Files.Read", "Files.Read.All", "Sites.Read.All"]
    } else {
        &["Files.Read.All", "Sites.Read.All"]
    };
    let open = call.state.strictness.shares || of_content;
    let may = open && call.has(scopes) || call.has(&["Files.ReadWrite"]);
    if may { Ok(()) } else { Err(Fail::files_denied()) }
}

fn target(view: &View<'_>, token: &str) -> Result<Target, Fail> {
    let bytes = token.strip_prefix("u!").and_then(|text| BASE64_URL_SAFE_NO_PAD.decode(text).ok());
    let url = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    let malformed = || Fail::files_invalid("The sharing token is malformed.");
    let url = url::Url::parse(&url.ok_or_else(malformed)?).map_err(|_| malformed())?;
    let found = opaque(view, &url).or_else(|| by_query(view, &url)).or_else(|| by_path(view, &url));
    match found {
        Some(Target::Item(at)) if view.contents.may_see(view.user, at) => Ok(Target::Item(at)),
        Some(Target::Site(site)) => Ok(Target::Site(site)),
        _ => Err(Fail::no_link()),
    }
}

/// A link with a secret: `https://host/:x:/s/Finance/E…`.
fn opaque(view: &View<'_>, url: &url::Url) -> Option<Target> {
    let mut wanted = url.clone();
    wanted.set_query(None);
    let contents = view.contents;
    let all = (0..contents.drives.len()).flat_map(|drive| {
        (0..contents.drives[drive].items.len()).map(move |item| At { drive, item })
    });
    let found = all.filter(|at| !contents.item(*at).gone);
    let mut found = found.filter(|at| address(contents, *at) == wanted.as_str());
    found.next().map(Target::Item)
}

/// The address of an editor: `…/_layouts/15/Doc.aspx?sourcedoc={GUID}`.
fn by_query(view: &View<'_>, url: &url::Url) -> Option<Target> {
    let (_, guid) = url.query_pairs().find(|(name, _)| name.eq_ignore_ascii_case("sourcedoc"))?;
    view.contents.by_guid(Guid::parse(&guid)?).map(Target::Item)
}

/// An item's own address, or one with `/:w:/r` in front of its path.
fn by_path(view: &View<'_>, url: &url::Url) -> Option<Target> {
    let path = decode(url.path()).ok()?.to_lowercase();
    let path = match path.split_once("/r/") {
        Some((kind, rest)) if kind.starts_with("/:") && kind.ends_with(':') => format!("/{rest}"),
        _ => path,
    };
    let wanted = format!("https://{}{}", url.host_str()?, path.trim_end_matches('/'));
    let site = || {
        let is = |site: &sites::site::Site| site.url().to_lowercase() == wanted;
        view.contents.sites.iter().position(is).map(Target::Site)
    };
    view.contents.by_url(&wanted).map(Target::Item).or_else(site)
}

fn share(view: &View<'_>, at: At) -> Result<Response, Fail> {
    let (drive, item) = (view.contents.drive(at), view.contents.item(at));
    Ok(ok(&json!({
        "@odata.context": format!("{}/$metadata#shares/$entity", view.call.root()),
        "id": address(view.contents, at),
        "name": item.name,
        "owner": {"user": drives::drive::person(&drive.owner)},
    })))
}
