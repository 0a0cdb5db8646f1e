//! `$select` on what files, sites and Teams hold.

use serde_json::Value;

use crate::graph::{fail::Fail, query::Query};

/// A type by its name in the model, and the members that can be selected of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Type {
    pub(crate) name: &'static str,
    pub(crate) members: &'static [&'static str],
}

impl Type {
    /// Reads `$select`.
    ///
    /// # Errors
    ///
    /// 400 for a name that the type does not have; annotations may be named always.
    pub(crate) fn selection<'a>(&self, query: &'a Query) -> Result<Option<Vec<&'a str>>, Fail> {
        let select = query.select();
        let known = |name: &str| self.members.contains(&name) || name.starts_with('@');
        match select.iter().flatten().find(|name| !known(name)) {
            None => Ok(select),
            Some(name) => Err(Fail::bad_request(format!(
                "Parsing OData Select and Expand failed: Could not find a property named '{name}' on type 'microsoft.graph.{}'.",
                self.name
            ))),
        }
    }
}

/// Returns an object with nothing but what is selected, and its annotations.
pub(crate) fn selected(mut json: Value, select: Option<&[&str]>) -> Value {
    if let (Value::Object(members), Some(names)) = (&mut json, select) {
        members.retain(|name, _| names.contains(&name.as_str()) || name.starts_with('@'));
    }
    json
}
