use serde::Deserialize;

use super::Resource;

/// A [user](https://learn.microsoft.com/graph/api/resources/user) of the directory.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct User {
    /// The object id.
    pub id: Option<String>,
    /// The name to show.
    pub display_name: Option<String>,
    /// The primary SMTP address; absent without a mailbox.
    pub mail: Option<String>,
    /// The name to sign in with, which often is an address too.
    pub user_principal_name: Option<String>,
    /// The position.
    pub job_title: Option<String>,
    /// The department.
    pub department: Option<String>,
    /// The office.
    pub office_location: Option<String>,
    /// The preferred language, e.g. `en-US`.
    pub preferred_language: Option<String>,
}

impl Resource for User {
    fn is_whole(&self) -> bool {
        self.id.is_some()
    }
}
