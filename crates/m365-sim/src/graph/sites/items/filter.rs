//! `$filter` on lists: conditions on columns, as `fields/Status eq 'Open'`.

use crate::graph::{
    drives::View,
    fail::Fail,
    filter::{Condition, Property, Value},
    sites::lists::Listed,
};

/// By this a client accepts that a filter without an index fails on long lists.
const ACCEPTS: &str = "honornonindexedquerieswarningmayfailrandomly";

/// The columns that each list has beside its own, with whether they have an index.
const OF_ALL: &[(&str, bool)] = &[("ContentType", false), ("Created", false), ("Modified", false)];

/// The columns of libraries, with whether they have an index.
const OF_LIBRARIES: &[(&str, bool)] = &[
    ("ContentType", false),
    ("Created", true),
    ("DocIcon", false),
    ("FileLeafRef", true),
    ("LinkFilename", false),
    ("Modified", true),
    ("Title", false),
];

/// A column by its name; whether a list has it is looked at later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column(pub(crate) String);

impl Property for Column {
    fn named(path: &str) -> Result<Self, Fail> {
        let name = path.strip_prefix("fields/").filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| {
            Fail::files_invalid(format!("Could not find a property named '{path}'."))
        })?;
        Ok(Self(name.to_owned()))
    }

    /// All columns are text, but for the times that each list has.
    fn typed(self, literal: Value) -> Option<Value> {
        match literal {
            Value::Text(text) if self.is_time() => {
                text.to_ascii_uppercase().parse().ok().map(Value::Time)
            }
            Value::Time(_) if self.is_time() => Some(literal),
            Value::Text(_) | Value::Null if !self.is_time() => Some(literal),
            _ => None,
        }
    }
}

impl Column {
    /// Returns whether the column holds times, which may be written in quotes.
    pub(crate) fn is_time(&self) -> bool {
        matches!(self.0.as_str(), "Created" | "Modified")
    }
}

/// Reads a filter.
///
/// # Errors
///
/// 400 for what does not parse, and for a column without an index unless the client says that
/// it knows.
pub(crate) fn parse(
    view: &View<'_>,
    list: Listed<'_>,
    text: &str,
) -> Result<Condition<Column>, Fail> {
    let condition = Condition::parse(text).map_err(|fail| fail.coded("invalidRequest"))?;
    for (Column(name), ..) in condition.comparisons() {
        check(view, list, name)?;
    }
    Ok(condition)
}

fn check(view: &View<'_>, list: Listed<'_>, name: &str) -> Result<(), Fail> {
    let found = match list {
        Listed::Own(list) => {
            let own = list.columns.iter().map(|column| (column.name, column.indexed));
            own.chain(OF_ALL.iter().copied()).find(|(own, _)| *own == name)
        }
        Listed::Library(..) => OF_LIBRARIES.iter().copied().find(|(own, _)| *own == name),
    };
    let unknown = || Fail::files_invalid(format!("Field '{name}' is not recognized"));
    let (_, indexed) = found.ok_or_else(unknown)?;
    if indexed || view.call.prefers(ACCEPTS).is_some() {
        return Ok(());
    }
    Err(Fail::files_invalid(format!(
        "Field '{name}' cannot be referenced in filter or orderby as it is not indexed. Provide the 'Prefer: HonorNonIndexedQueriesWarningMayFailRandomly' header to allow this, but be warned that such queries may fail on large lists."
    )))
}
