//! Paths inside a path: `root:/Budget/Q3.csv:/content`.

/// Splits what follows a segment with a colon at its end into the names of the inner path and the
/// segments behind it, if anything is behind it.
pub(crate) fn inner_path<'a>(segments: &'a [&'a str]) -> (Vec<&'a str>, &'a [&'a str]) {
    let end = segments.iter().position(|segment| segment.ends_with(':'));
    let (inside, rest) = match end {
        Some(end) => segments.split_at(end + 1),
        None => (segments, &[][..]),
    };
    let names = inside.iter().map(|segment| segment.strip_suffix(':').unwrap_or(segment));
    (names.filter(|name| !name.is_empty()).collect(), rest)
}

/// Reads the text of a `search(q='…')` segment.
pub(crate) fn searched(segment: &str) -> Option<String> {
    let segment = segment.strip_prefix("microsoft.graph.").unwrap_or(segment);
    let text = segment.strip_prefix("search(q='")?.strip_suffix("')")?;
    Some(text.replace("''", "'"))
}
