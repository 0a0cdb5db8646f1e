//! `$filter` on lists: conditions on columns, joined by `and`.

use crate::graph::{drives::View, fail::Fail, sites::lists::Listed};

/// By this a client accepts that a filter without an index fails on long lists.
const ACCEPTS: &str = "honornonindexedquerieswarningmayfailrandomly";

/// The columns of libraries that have an index.
const INDEXED: &[&str] = &["FileLeafRef", "Modified", "Created"];

/// A filter.
#[derive(Clone, Debug)]
pub(crate) struct Filter<'a> {
    conditions: Vec<(&'a str, Op, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Op {
    Is,
    IsNot,
    Starts,
}

impl<'a> Filter<'a> {
    /// Reads a filter.
    ///
    /// # Errors
    ///
    /// 400 for what does not parse, and for a column without an index unless the client says that
    /// it knows.
    pub(crate) fn parse(view: &View<'_>, list: Listed<'_>, text: &'a str) -> Result<Self, Fail> {
        let parts = text.split(" and ").map(str::trim);
        let conditions = parts.map(|part| condition(part).ok_or_else(|| unreadable(part)));
        let conditions: Vec<_> = conditions.collect::<Result<_, _>>()?;
        for (column, ..) in &conditions {
            check(view, list, column)?;
        }
        Ok(Self { conditions })
    }

    /// Returns whether all conditions hold of the values that `value` returns.
    pub(crate) fn passes(&self, value: impl Fn(&str) -> String) -> bool {
        self.conditions.iter().all(|(column, op, wanted)| {
            let own = value(column).to_lowercase();
            let wanted = wanted.to_lowercase();
            match op {
                Op::Is => own == wanted,
                Op::IsNot => own != wanted,
                Op::Starts => own.starts_with(&wanted),
            }
        })
    }
}

fn condition(text: &str) -> Option<(&str, Op, String)> {
    if let Some(inner) = text.strip_prefix("startswith(") {
        let (column, value) = inner.strip_suffix(')')?.split_once(',')?;
        return Some((column.trim().strip_prefix("fields/")?, Op::Starts, quoted(value.trim())?));
    }
    let (column, rest) = text.strip_prefix("fields/")?.split_once(' ')?;
    let (op, value) = rest.trim().split_once(' ')?;
    let op = match op {
        "eq" => Op::Is,
        "ne" => Op::IsNot,
        _ => return None,
    };
    Some((column, op, quoted(value.trim())?))
}

fn quoted(text: &str) -> Option<String> {
    Some(text.strip_prefix('\'')?.strip_suffix('\'')?.replace("''", "'"))
}

fn check(view: &View<'_>, list: Listed<'_>, name: &str) -> Result<(), Fail> {
    let indexed = match list {
        Listed::Own(list) => {
            let column = list.columns.iter().find(|column| column.name == name);
            let unknown = || Fail::files_invalid(format!("Field '{name}' is not recognized"));
            column.ok_or_else(unknown)?.indexed
        }
        Listed::Library(..) => INDEXED.contains(&name),
    };
    if indexed || view.call.prefers(ACCEPTS).is_some() {
        return Ok(());
    }
    Err(Fail::files_invalid(format!(
        "Field '{name}' cannot be referenced in filter or orderby as it is not indexed. Provide the 'Prefer: HonorNonIndexedQueriesWarningMayFailRandomly' header to allow this, but be warned that such queries may fail on large lists."
    )))
}

fn unreadable(part: &str) -> Fail {
    Fail::files_invalid(format!("Invalid filter clause: '{part}'."))
}
