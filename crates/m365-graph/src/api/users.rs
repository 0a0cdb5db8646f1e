use crate::{
    GraphClient, Person, Result, User, Workload,
    api::pages::Collection,
    request::{Options, Path, Request},
};

/// What is asked of the signed-in user.
const FIELDS: &str =
    "id,displayName,mail,userPrincipalName,jobTitle,department,officeLocation,preferredLanguage";

/// What is asked of other users: `User.ReadBasic.All` opens no more.
const BASIC_FIELDS: &str = "id,displayName,mail,userPrincipalName";

/// What is asked of people.
const PERSON_FIELDS: &str = "id,displayName,scoredEmailAddresses,userPrincipalName,jobTitle,\
     department,companyName,officeLocation";

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

    /// Finds up to `top` users of the directory in whose display name `words` begin words.
    ///
    /// # Errors
    ///
    /// [`Forbidden`](crate::ErrorKind::Forbidden) without `User.ReadBasic.All`, and
    /// [what any request can meet](crate::ErrorKind).
    pub async fn search_users(&self, words: &str, top: u32) -> Result<Vec<User>> {
        let options = Options::default()
            .with("$search", format!("\"displayName:{}\"", quotable(words)))
            .with("$select", BASIC_FIELDS)
            .with("$top", top.to_string());
        let path = Path::root(Workload::Directory).literal("users");
        let users: Collection<User> = self.entity(&Request::get(path, &options).eventual()).await?;
        Ok(users.into_items())
    }

    /// Lists up to `top` people behind the first `skip` by how much the user has to do with them, all
    /// or those whom `words` fit, with [`/me/people`](https://learn.microsoft.com/graph/api/user-list-people).
    ///
    /// # Errors
    ///
    /// [`Forbidden`](crate::ErrorKind::Forbidden) without `People.Read`, and
    /// [what any request can meet](crate::ErrorKind).
    pub async fn people(&self, words: Option<&str>, top: u32, skip: u32) -> Result<Vec<Person>> {
        let mut options =
            Options::default().with("$select", PERSON_FIELDS).with("$top", top.to_string());
        if let Some(words) = words {
            options = options.with("$search", format!("\"{}\"", quotable(words)));
        }
        if skip > 0 {
            options = options.with("$skip", skip.to_string());
        }
        let request = Request::get(Path::me().literal("people"), &options);
        let people: Collection<Person> = self.entity(&request).await?;
        Ok(people.into_items())
    }
}

/// Takes away what would end a quoted word.
fn quotable(words: &str) -> String {
    words.replace(['"', '\\'], " ").trim().to_owned()
}
