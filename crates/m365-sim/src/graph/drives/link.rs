//! Addresses that need no token, because they are signed.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use super::{View, ids::Guid, store::At};
use crate::state::State;

/// How long the target of a redirect is good for, and how long one in an item's metadata.
pub(crate) const MINUTES: SignedDuration = SignedDuration::from_mins(5);
pub(crate) const HOUR: SignedDuration = SignedDuration::from_hours(1);

const SECRET: &str = "tempauth=";

/// Returns an address of an item's content, or of what is made from it.
pub(crate) fn of(
    view: &View<'_>,
    at: At,
    lifetime: SignedDuration,
    format: Option<&str>,
) -> String {
    let state = view.call.state;
    let (guid, site) = (view.contents.item(at).guid, view.contents.site_of(at.drive));
    let path = format!("{}/_layouts/15/download.aspx", site.path);
    let before = format!("UniqueId={guid}&Translate=false&");
    let format = format.map(|format| format!("&format={format}")).unwrap_or_default();
    let after = format!("{format}&ApiVersion=2.0");
    let end = state.clock.now().checked_add(lifetime).unwrap_or(Timestamp::MAX);
    let secret = sealed(state, &path, &before, &after, end.as_second());
    view.call.grant.tenant.files.give_out(&secret);
    format!("{}{path}?{before}{SECRET}{secret}{after}", state.origins.download)
}

/// What a signed address stands for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    pub(crate) guid: Guid,
    /// Made into this, e.g. `pdf`.
    pub(crate) format: Option<&'static str>,
}

/// Reads an address as it was sent: not a sign of it may have changed, nor its time be over.
pub(crate) fn read(state: &State, path: &str, query: &str) -> Option<Link> {
    let (before, rest) = query.split_once(SECRET)?;
    let end = rest.find('&').unwrap_or(rest.len());
    let (secret, after) = rest.split_at(end);
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(secret.strip_prefix("v1.")?).ok()?;
    let expires = i64::from_be_bytes(bytes.get(..8)?.try_into().ok()?);
    let right = sealed(state, path, before, after, expires) == secret;
    if !right || state.clock.now().as_second() >= expires {
        return None;
    }
    let format = ["pdf", "html"].into_iter().find(|own| after.contains(&format!("&format={own}&")));
    let guid = before.strip_prefix("UniqueId=")?.split('&').next()?;
    Some(Link { guid: Guid::parse(guid)?, format })
}

fn sealed(state: &State, path: &str, before: &str, after: &str, expires: i64) -> String {
    let text = format!("{}\n{path}\n{before}\n{after}\n{expires}", state.link_key);
    let mut bytes = expires.to_be_bytes().to_vec();
    bytes.extend(&Sha256::digest(text)[..24]);
    format!("v1.{}", BASE64_URL_SAFE_NO_PAD.encode(bytes))
}
