//! What may stand in the variables of an address, by the names that people know.

use m365_graph::{Mailbox, TeamId};

use crate::{ToolContext, ToolError, mail, people, sites};

mod teams;

/// How many people are proposed.
const PEOPLE: u32 = 10;

/// A variable of the templates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Variable {
    /// The id of a channel of a team.
    Channel(TeamId),
    /// The id of a chat.
    Chat,
    /// The id of a drive.
    Drive,
    /// The name or path of a mail folder.
    Folder,
    /// The address of a mailbox's owner.
    Owner,
    /// The id of a site.
    Site,
    /// The id of a team.
    Team,
}

/// A value, and the name by which people know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) name: String,
}

impl Choice {
    pub(crate) fn new(value: impl ToString, name: impl Into<String>) -> Self {
        Self { value: value.to_string(), name: name.into() }
    }
}

/// Returns what may stand in a variable of which `typed` is a part.
///
/// # Errors
///
/// `FORBIDDEN` without a scope for it, and what a request to Graph can meet.
pub(crate) async fn of(
    ctx: &ToolContext,
    variable: &Variable,
    typed: &str,
) -> Result<Vec<Choice>, ToolError> {
    match variable {
        Variable::Channel(team) => teams::channels(ctx, team).await,
        Variable::Chat => teams::chats(ctx).await,
        Variable::Drive => own_drive(ctx).await,
        Variable::Folder => folders(ctx).await,
        Variable::Owner => owners(ctx, typed).await,
        Variable::Site => all_sites(ctx, typed).await,
        Variable::Team => teams::teams(ctx).await,
    }
}

async fn folders(ctx: &ToolContext) -> Result<Vec<Choice>, ToolError> {
    mail::access::check(ctx, &Mailbox::Me).await?;
    let names = mail::folders::names(ctx).await?;
    Ok(names.into_iter().map(|name| Choice::new(&name, &name)).collect())
}

async fn owners(ctx: &ToolContext, typed: &str) -> Result<Vec<Choice>, ToolError> {
    ctx.require_scope(people::RELEVANT).await?;
    let words = Some(typed).filter(|typed| !typed.is_empty());
    let found = ctx.graph().people(words, PEOPLE, 0).await?;
    let choice = |person: m365_graph::Person| {
        let address = person.scored_email_addresses.into_iter().find_map(|one| one.address)?;
        Some(Choice::new(address, person.display_name.unwrap_or_default()))
    };
    Ok(found.into_iter().filter_map(choice).collect())
}

async fn all_sites(ctx: &ToolContext, typed: &str) -> Result<Vec<Choice>, ToolError> {
    ctx.require_scope(sites::SITES_ALL).await?;
    let words = if typed.is_empty() { "*" } else { typed };
    let found = ctx.graph().sites().search(words).await?.items;
    let choice = |site: m365_graph::Site| {
        Some(Choice::new(site.id?, site.display_name.or(site.name).unwrap_or_default()))
    };
    Ok(found.into_iter().filter_map(choice).collect())
}

/// A library of a site is found by searching; one's own OneDrive has no other way.
async fn own_drive(ctx: &ToolContext) -> Result<Vec<Choice>, ToolError> {
    ctx.require_any_scope(&[sites::FILES, sites::FILES_ALL, sites::SITES_ALL]).await?;
    let drive = ctx.graph().my_drive().get().await?;
    Ok(drive.id.map(|id| Choice::new(id, "OneDrive")).into_iter().collect())
}
