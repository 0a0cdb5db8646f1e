use serde::Deserialize;

use super::{Resource, lenient};

/// Somebody whom the user has to do with:
/// [person](https://learn.microsoft.com/graph/api/resources/person).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Person {
    /// The object id, of somebody in the directory.
    pub id: Option<String>,
    /// The name to show.
    pub display_name: Option<String>,
    /// The addresses, the likeliest first.
    #[serde(deserialize_with = "lenient::list")]
    pub scored_email_addresses: Vec<ScoredAddress>,
    /// The name to sign in with; absent for people outside.
    pub user_principal_name: Option<String>,
    /// The position.
    pub job_title: Option<String>,
    /// The department.
    pub department: Option<String>,
    /// The organisation.
    pub company_name: Option<String>,
    /// The office.
    pub office_location: Option<String>,
}

impl Resource for Person {
    fn is_whole(&self) -> bool {
        self.id.is_some() || self.display_name.is_some()
    }
}

/// An address of a person.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ScoredAddress {
    /// The address.
    pub address: Option<String>,
}
