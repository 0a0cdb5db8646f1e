use crate::{
    GraphClient, Result, User,
    request::{Options, Path, Request},
};

/// What is asked of a user.
const FIELDS: &str =
    "id,displayName,mail,userPrincipalName,jobTitle,officeLocation,preferredLanguage";

impl GraphClient {
    /// Reads the signed-in user's entry in the directory.
    ///
    /// # Errors
    ///
    /// [`Forbidden`](crate::ErrorKind::Forbidden) without `User.Read`, and
    /// [what any request can meet](crate::ErrorKind).
    pub async fn me(&self) -> Result<User> {
        let options = Options::default().with("$select", FIELDS);
        self.entity(&Request::get(Path::me(), &options)).await
    }
}
