//! Who is meant by a name.

use m365_extract::excerpt;
use m365_graph::{Address, UserId};

use crate::{
    ErrorCode, ToolContext, ToolError, asked,
    mail::fields::one_line,
    named,
    words::{is_person, same_name},
};

/// The scope to look anybody up in the directory.
pub(crate) const DIRECTORY: &str = "User.ReadBasic.All";

/// The scope to look up whom the user has to do with, people outside included.
pub(crate) const RELEVANT: &str = "People.Read";

/// How many people are asked for: more of one name are not told apart by a list.
const MOST: u32 = 25;

/// How many letters of a name that nobody has are looked up, for others that begin alike.
const BEGINNING: usize = 3;

/// Somebody with an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    /// The display name; empty where only the address is known.
    pub(crate) name: String,
    /// The address.
    pub(crate) address: Address,
    /// The object id in the directory, where it is known.
    pub(crate) id: Option<UserId>,
    title: Option<String>,
}

/// Finds who is meant by `who`, the value of the argument `field`: an address, which is taken as it is, or
/// a display name or a part of it.
///
/// # Errors
///
/// `NOT_FOUND` with names that come near; `VALIDATION_ERROR` that lists the people whom a name fits;
/// `FORBIDDEN` that asks for an address where no scope lets names be looked up; and what a request to Graph
/// can meet.
pub(crate) async fn resolve(
    ctx: &ToolContext,
    field: &str,
    who: &str,
) -> Result<Person, ToolError> {
    let who = &asked::person(who.trim().to_owned());
    if let Ok(address) = Address::new(who) {
        return Ok(Person { name: String::new(), address, id: None, title: None });
    }
    let sources = Sources::granted(ctx, field, who).await?;
    let found = sources.search(ctx, who).await?;
    match choose(who, found).as_mut_slice() {
        [only] => Ok(only.clone()),
        [] => {
            let alike = sources.alike(ctx, who).await;
            Err(named::not_found(field, "person", who, alike.iter().map(String::as_str)))
        }
        several => Err(named::ambiguous(field, "person", who, several.iter().map(described))),
    }
}

/// Where names may be looked up.
struct Sources {
    directory: bool,
    relevant: bool,
}

impl Sources {
    async fn granted(ctx: &ToolContext, field: &str, who: &str) -> Result<Self, ToolError> {
        let directory = ctx.has_scope(DIRECTORY).await?;
        let relevant = ctx.has_scope(RELEVANT).await?;
        if !directory && !relevant {
            let message = format!(
                "{field}: {:?} is a name, and names cannot be looked up: Missing scope '{DIRECTORY}' or \
                 '{RELEVANT}'. Pass the address.",
                excerpt(who, 100)
            );
            return Err(ToolError::new(ErrorCode::Forbidden, message));
        }
        Ok(Self { directory, relevant })
    }

    /// Asks the directory first, and for people outside only where it knows nobody.
    async fn search(&self, ctx: &ToolContext, words: &str) -> Result<Vec<Person>, ToolError> {
        let mut found = Vec::new();
        if self.directory {
            let users = ctx.graph().search_users(words, MOST).await?;
            found.extend(users.into_iter().filter_map(of_user));
        }
        if found.is_empty() && self.relevant {
            let people = ctx.graph().people(Some(words), MOST, 0).await?;
            found.extend(people.into_iter().filter_map(of_person));
        }
        Ok(found)
    }

    /// Returns names that begin alike; none where they cannot be had, for they are only advice.
    async fn alike(&self, ctx: &ToolContext, who: &str) -> Vec<String> {
        let beginning: String = who.chars().take(BEGINNING).collect();
        let people = self.search(ctx, &beginning).await.unwrap_or_default();
        people.into_iter().map(|person| person.name).collect()
    }
}

fn of_user(user: m365_graph::User) -> Option<Person> {
    let address = user.mail.or(user.user_principal_name)?;
    Some(Person {
        name: one_line(&user.display_name.unwrap_or_default()),
        address: Address::new(&address).ok()?,
        id: user.id.and_then(|id| UserId::new(&id).ok()),
        title: user.job_title,
    })
}

fn of_person(person: m365_graph::Person) -> Option<Person> {
    let scored = person.scored_email_addresses.into_iter().find_map(|one| one.address);
    let address = scored.or(person.user_principal_name)?;
    Some(Person {
        name: one_line(&person.display_name.unwrap_or_default()),
        address: Address::new(&address).ok()?,
        id: person.id.and_then(|id| UserId::new(&id).ok()),
        title: person.job_title,
    })
}

/// Keeps those whom `who` names in full, or else all in whose names each of its words begins one.
fn choose(who: &str, mut found: Vec<Person>) -> Vec<Person> {
    found.dedup_by_key(|person| person.address.as_str().to_lowercase());
    let (exact, others): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|person| same_name(&person.name, who));
    if !exact.is_empty() {
        return exact;
    }
    others.into_iter().filter(|person| is_person(&person.name, None, who)).collect()
}

fn described(person: &Person) -> String {
    let title = person.title.as_deref().map(|title| format!(", {}", one_line(title)));
    format!("{} <{}>{}", person.name, person.address, title.unwrap_or_default())
}
