//! Folder names to choose from, read within bounds.

use futures_util::{StreamExt, TryStreamExt, stream};
use m365_graph::{MailApi, MailFolder, Mailbox};

use crate::{
    ToolContext, ToolError,
    mail::{access, fields},
};

/// How many folders are read of each list.
const PAGE: u32 = 100;

/// How many folders at the top are opened.
const OPENED: usize = 12;

/// How many requests run side by side: Exchange allows four to a mailbox.
const PARALLEL: usize = 3;

/// Reads the names of the caller's folders at the top, and the paths of those one level below.
pub(crate) async fn names(ctx: &ToolContext) -> Result<Vec<String>, ToolError> {
    access::check(ctx, &Mailbox::Me).await?;
    let mail = ctx.graph().mail(&Mailbox::Me);
    let top = mail.folders().top(PAGE).page().await?.items;
    let mut names: Vec<String> = top.iter().map(name).collect();
    let parents: Vec<_> = top.into_iter().filter(|one| one.child_folder_count > Some(0)).collect();
    let below =
        stream::iter(parents.into_iter().take(OPENED)).map(|parent| children(&mail, parent));
    let below: Vec<_> = below.buffered(PARALLEL).try_collect().await?;
    names.extend(below.into_iter().flatten());
    Ok(names)
}

/// Reads the paths of the folders in `parent`.
async fn children(mail: &MailApi, parent: MailFolder) -> m365_graph::Result<Vec<String>> {
    let path = name(&parent);
    let Some(id) = parent.id else { return Ok(Vec::new()) };
    let page = mail.child_folders(&id).top(PAGE).page().await?;
    Ok(page.items.iter().map(|child| format!("{path}/{}", name(child))).collect())
}

fn name(folder: &MailFolder) -> String {
    fields::one_line(&folder.display_name)
}
