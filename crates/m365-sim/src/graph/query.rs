//! OData's query options as they stand in a URL.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::graph::fail::Fail;

/// The query options of one request, names in lower case and values decoded.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query {
    pairs: Vec<(String, String)>,
    /// The options that were written without their `$`.
    bare: Vec<String>,
}

/// The options that Graph has; its `$` may be left out.
const OPTIONS: [&str; 10] = [
    "$count",
    "$expand",
    "$filter",
    "$format",
    "$orderby",
    "$search",
    "$select",
    "$skip",
    "$skiptoken",
    "$top",
];

/// What Graph leaves as it is in the query of a next link.
const NEXT_LINK: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'!');

impl Query {
    /// Parses the part of a URL behind `?`.
    ///
    /// # Errors
    ///
    /// 400 for an option that Graph does not have, or one that is given twice.
    pub(crate) fn parse(raw: Option<&str>) -> Result<Self, Fail> {
        let mut query = Self::default();
        let parts = raw.unwrap_or_default().split('&').filter(|part| !part.is_empty());
        for part in parts {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let (own, name) = (decoded(name)?, option_name(&decoded(name)?)?);
            if !own.starts_with('$') {
                query.bare.push(name.clone());
            }
            query.add(name, decoded(value)?)?;
        }
        Ok(query)
    }

    fn add(&mut self, name: String, value: String) -> Result<(), Fail> {
        if name.starts_with('$') && self.get(&name).is_some() {
            let message = format!("Query option '{name}' was specified more than once.");
            return Err(Fail::bad_request(message));
        }
        self.pairs.push((name, value));
        Ok(())
    }

    /// Returns an option's value by its full name, e.g. `$filter`.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// Returns an option that is given and not among `allowed`; a page's own token always is.
    pub(crate) fn other_than(&self, allowed: &[&str]) -> Option<&'static str> {
        OPTIONS.into_iter().find(|name| {
            let taken = allowed.contains(name) || matches!(*name, "$skiptoken" | "$format");
            !taken && self.get(name).is_some()
        })
    }

    /// Returns an option's value where it was written without its `$`.
    pub(crate) fn bare(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|_| self.bare.iter().any(|own| own == name))
    }

    /// Returns the names in `$select`, or nothing where everything is asked for.
    pub(crate) fn select(&self) -> Option<Vec<&str>> {
        let names = self.get("$select")?;
        Some(names.split(',').map(str::trim).filter(|name| !name.is_empty()).collect())
    }

    /// Returns `$top`, which must lie between 1 and `max`.
    pub(crate) fn top(&self, default: usize, max: usize) -> Result<usize, Fail> {
        let top = self.number("$top")?.unwrap_or(default);
        if (1..=max).contains(&top) {
            return Ok(top);
        }
        let message = format!(
            "The limit of '{max}' for Top query has been exceeded. The value from the incoming request is '{top}'."
        );
        Err(Fail::bad_request(message))
    }

    /// Returns `$skip`.
    pub(crate) fn skip(&self) -> Result<usize, Fail> {
        Ok(self.number("$skip")?.unwrap_or(0))
    }

    /// Returns whether `$count=true` is given.
    pub(crate) fn count(&self) -> Result<bool, Fail> {
        self.flag("$count")
    }

    /// Returns a Boolean option, which is false where it is absent.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, Fail> {
        match self.get(name).map(str::to_ascii_lowercase).as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(value) => Err(Fail::bad_request(invalid(name, value))),
        }
    }

    fn number(&self, name: &str) -> Result<Option<usize>, Fail> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let number = value.parse::<u32>().map_err(|_| Fail::bad_request(invalid(name, value)))?;
        Ok(Some(number as usize))
    }

    /// Writes the query of a next link: this one with `replaced` in place of its own paging.
    pub(crate) fn next(&self, replaced: &[(&str, String)]) -> String {
        let as_given = |name| match self.bare(name) {
            Some(_) => name.trim_start_matches('$'),
            None => name,
        };
        let own = self.unpaged().map(|(name, value)| (as_given(name), value.to_owned()));
        let all = own.chain(replaced.iter().map(|(name, value)| (*name, value.clone())));
        let written = all.map(|(name, value)| format!("{}={}", written(name), written(&value)));
        written.collect::<Vec<_>>().join("&")
    }

    /// Returns what tells this query from another one, wherever either of them stands.
    pub(crate) fn identity(&self) -> String {
        self.unpaged().map(|(name, value)| format!("{name}\n{value}\n")).collect()
    }

    fn unpaged(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        pairs.filter(|(name, _)| !matches!(*name, "$skip" | "$skiptoken"))
    }
}

fn option_name(name: &str) -> Result<String, Fail> {
    let dollar = name.strip_prefix('$').unwrap_or(name).to_ascii_lowercase();
    let full = format!("${dollar}");
    if OPTIONS.contains(&full.as_str()) {
        return Ok(full);
    }
    if name.starts_with('$') {
        let message = format!("The query parameter '{name}' is not supported.");
        return Err(Fail::bad_request(message));
    }
    Ok(dollar)
}

/// Decodes a part of a query, where `+` stands for a blank.
fn decoded(text: &str) -> Result<String, Fail> {
    decode(&text.replace('+', " "))
}

/// Decodes percent-encoded text once.
pub(crate) fn decode(text: &str) -> Result<String, Fail> {
    let decoded = percent_decode_str(text).decode_utf8();
    let bad = |_| Fail::bad_request("The request URI is not valid UTF-8.");
    decoded.map(String::from).map_err(bad)
}

fn invalid(name: &str, value: &str) -> String {
    format!("Invalid value '{value}' for the query option '{name}'.")
}

/// Encodes as Graph does in next links: lower-case hex, and `+` for a blank.
fn written(text: &str) -> String {
    let parts = text.split(' ').map(|part| lower_hex(utf8_percent_encode(part, NEXT_LINK)));
    parts.collect::<Vec<_>>().join("+")
}

fn lower_hex<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    let lowered = |part: &str| match part.as_bytes() {
        [b'%', ..] => part.to_ascii_lowercase(),
        _ => part.to_owned(),
    };
    parts.map(lowered).collect()
}
