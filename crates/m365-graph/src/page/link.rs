use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use url::Url;

use super::BodyKind;
use crate::{Error, ErrorKind, Result};

/// The longest link that is followed, in bytes.
const MAX_LINK: usize = 16 * 1024;

/// Where a collection goes on: path and query below the version root, without a host.
///
/// It can be written down and read back, as its path and query, with `html` or `text` in front
/// where bodies were wanted in that form; whoever could change it in between still gets no
/// further than a `GET` below the client's own version root.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NextLink {
    target: String,
    body: Option<BodyKind>,
}

impl NextLink {
    /// Takes a full link as Graph gave it; `None` when it leads away from `root`.
    pub(crate) fn below(root: &Url, link: &str, body: Option<BodyKind>) -> Option<Self> {
        let url = Url::parse(link).ok()?;
        if !is_same_origin(&url, root) {
            return None;
        }
        let below = url.path().strip_prefix(root.path().trim_end_matches('/'))?;
        let query = url.query().map_or_else(String::new, |query| format!("?{query}"));
        Self::new(format!("{below}{query}"), body).ok()
    }

    fn new(target: String, body: Option<BodyKind>) -> Result<Self> {
        if !is_target(&target) {
            return Err(Error::new(ErrorKind::BadRequest).with_code("invalidLink"));
        }
        Ok(Self { target, body })
    }

    pub(crate) fn target(&self) -> &str {
        &self.target
    }

    pub(crate) const fn body(&self) -> Option<BodyKind> {
        self.body
    }
}

impl FromStr for NextLink {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        for body in [BodyKind::Html, BodyKind::Text] {
            if let Some(target) = text.strip_prefix(body.as_str()) {
                return Self::new(target.to_owned(), Some(body));
            }
        }
        Self::new(text.to_owned(), None)
    }
}

impl TryFrom<String> for NextLink {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<NextLink> for String {
    fn from(link: NextLink) -> Self {
        link.to_string()
    }
}

impl fmt::Display for NextLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.body.map_or("", BodyKind::as_str), self.target)
    }
}

impl fmt::Debug for NextLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NextLink(..)")
    }
}

/// Compares the parsed origin: a userinfo or a trailing dot makes a different one.
fn is_same_origin(url: &Url, root: &Url) -> bool {
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    plain && url.origin() == root.origin()
}

fn is_target(target: &str) -> bool {
    let path = target.split('?').next().unwrap_or_default();
    let printable =
        target.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#' && byte != b'\\');
    let rooted = path.len() > 1 && path.starts_with('/') && !path.contains("//");
    target.len() <= MAX_LINK
        && printable
        && rooted
        && path.split('/').all(|part| !leads_astray(part))
}

/// Tells whether a path segment is `.` or `..`, or may become several when it is decoded.
fn leads_astray(segment: &str) -> bool {
    let plain = segment.to_ascii_lowercase().replace("%2e", ".");
    plain == "." || plain == ".." || plain.contains("%2f") || plain.contains("%5c")
}
