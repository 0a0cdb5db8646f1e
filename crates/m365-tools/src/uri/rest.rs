use percent_encoding::percent_decode_str;

/// An address behind its scheme, taken apart and decoded once.
pub(super) struct Rest {
    path: Vec<String>,
    /// What stands behind the `?`, in its order.
    pub(super) query: Vec<(String, String)>,
}

impl Rest {
    /// Takes `text` apart; `None` where it is not encoded well.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let path = path.split('/').map(decode).collect::<Option<_>>()?;
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        Some(Self { path, query: pairs.map(pair).collect::<Option<_>>()? })
    }

    /// Returns the segments of the path; one may have a slash in it.
    pub(super) fn segments(&self) -> Vec<&str> {
        self.path.iter().map(String::as_str).collect()
    }

    /// Returns the segments of the path where nothing stands behind it.
    pub(super) fn only_segments(&self) -> Option<Vec<&str>> {
        self.query.is_empty().then(|| self.segments())
    }
}

fn pair(text: &str) -> Option<(String, String)> {
    let (name, value) = text.split_once('=')?;
    Some((name.to_owned(), decode(value)?))
}

/// Decodes `%XX` once; a stray `%` or broken UTF-8 is refused, and `+` is a plus sign.
pub(super) fn decode(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let hex = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
    let whole =
        (0..bytes.len()).all(|at| bytes.get(at) != Some(&b'%') || hex(at + 1) && hex(at + 2));
    whole.then(|| percent_decode_str(text).decode_utf8().ok()).flatten().map(Into::into)
}
