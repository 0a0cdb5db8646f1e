//! `$expand`, as files and lists understand it.

use crate::graph::fail::Fail;

/// One expanded member, with the options in its parentheses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expand<'a> {
    pub(crate) name: &'a str,
    pub(crate) select: Option<Vec<&'a str>>,
    pub(crate) inner: Vec<Self>,
}

/// Reads an `$expand` whose members are all among `known`.
///
/// # Errors
///
/// 501 for thumbnails, 400 for anything else that is not known or does not parse.
pub(crate) fn parse<'a>(text: Option<&'a str>, known: &[&str]) -> Result<Vec<Expand<'a>>, Fail> {
    let all = members(text.unwrap_or_default())?;
    for expand in &all {
        if expand.name == "thumbnails" {
            return Err(Fail::not_here("$expand=thumbnails"));
        }
        if !known.contains(&expand.name) {
            let message = format!("Could not find a property named '{}'.", expand.name);
            return Err(Fail::bad_request(format!(
                "Parsing OData Select and Expand failed: {message}"
            )));
        }
    }
    Ok(all)
}

fn members(text: &str) -> Result<Vec<Expand<'_>>, Fail> {
    split(text, ',')?.into_iter().map(member).collect()
}

fn member(text: &str) -> Result<Expand<'_>, Fail> {
    let (name, options) = match text.split_once('(') {
        Some((name, rest)) => (name, rest.strip_suffix(')').ok_or_else(unbalanced)?),
        None => (text, ""),
    };
    let mut expand = Expand { name, select: None, inner: Vec::new() };
    for option in split(options, ';')? {
        match option.split_once('=') {
            Some(("$select" | "select", names)) => {
                expand.select = Some(names.split(',').map(str::trim).collect());
            }
            Some(("$expand" | "expand", inner)) => expand.inner = members(inner)?,
            _ => {
                return Err(Fail::bad_request(format!("Term '{option}' is not valid in $expand.")));
            }
        }
    }
    Ok(expand)
}

/// Splits at a sign that stands in no parentheses.
fn split(text: &str, at: char) -> Result<Vec<&str>, Fail> {
    let (mut depth, mut start, mut parts) = (0_usize, 0, Vec::new());
    for (place, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1).ok_or_else(unbalanced)?,
            _ if c == at && depth == 0 => {
                parts.push(text[start..place].trim());
                start = place + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts.retain(|part| !part.is_empty());
    if depth == 0 { Ok(parts) } else { Err(unbalanced()) }
}

fn unbalanced() -> Fail {
    Fail::bad_request("Found an unbalanced bracket expression.")
}
