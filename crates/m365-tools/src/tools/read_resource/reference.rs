//! Attachments that are links to files in the cloud. Graph v1.0 tells neither where they lead nor what
//! they hold, so the file is looked for by its name.

use m365_graph::{Attachment, FoundItem, ItemKind, ItemSearch, kql};

use super::{file, mail::Source, reader::Read};
use crate::{
    ErrorCode, ToolError,
    drives::access::{FILES_ALL, SITES_ALL},
    mail::fields::line,
    uri::{FileItem, FileUri},
};

/// How many files of a name are told apart.
const MOST: usize = 5;

/// Reads the one file that an attachment can mean.
pub(super) async fn read(
    source: &Source<'_>,
    message: Option<String>,
    attachment: &Attachment,
) -> Result<Read, ToolError> {
    let name = line(attachment.name.as_deref());
    let mut found = candidates(source, &name).await?;
    match (found.pop(), found.is_empty()) {
        (None, _) => Err(unresolved(&name)),
        (Some(uri), true) => {
            let mut read = file::read(source.reader, source.request, uri).await?;
            read.item.message = message;
            read.notices.push(
                "The attachment is a link to a file, and Graph does not tell to which: this is the only \
                 one of its name that the user may see."
                    .to_owned(),
            );
            Ok(read)
        }
        (Some(last), false) => {
            found.push(last);
            Err(ambiguous(&name, &found))
        }
    }
}

/// Returns the files of this name that the user may see; none where they must not be looked for.
async fn candidates(source: &Source<'_>, name: &str) -> Result<Vec<FileUri>, ToolError> {
    let ctx = source.reader.ctx;
    if name.is_empty() || !(ctx.has_scope(FILES_ALL).await? || ctx.has_scope(SITES_ALL).await?) {
        return Ok(Vec::new());
    }
    let search = ItemSearch::new(ItemKind::DriveItem, kql::restriction("filename", name));
    let Ok(page) = ctx.graph().search_items(&search).await else { return Ok(Vec::new()) };
    let is_it =
        |item: &&FoundItem| line(item.name.as_deref()).to_lowercase() == name.to_lowercase();
    let mut uris: Vec<_> =
        page.hits.iter().map(|hit| &hit.item).filter(is_it).filter_map(address).collect();
    uris.dedup();
    Ok(uris)
}

fn address(item: &FoundItem) -> Option<FileUri> {
    let id = item.id.as_deref()?.parse().ok()?;
    Some(FileUri::new(item.parent_reference.drive_id.clone()?, FileItem::Id(id)))
}

fn unresolved(name: &str) -> ToolError {
    ToolError::new(
        ErrorCode::UnsupportedContent,
        format!(
            "{name:?} is a link to a file in OneDrive or SharePoint, and Graph does not tell where it \
             leads. Open the message on the web (details.webLink), or paste the file's own link."
        ),
    )
}

fn ambiguous(name: &str, found: &[FileUri]) -> ToolError {
    let uris: Vec<_> = found.iter().take(MOST).map(ToString::to_string).collect();
    ToolError::new(
        ErrorCode::UnsupportedContent,
        format!(
            "{name:?} is a link to a file, Graph does not tell to which, and there are {} of this name. \
             Read the one that is meant: {}.",
            found.len(),
            uris.join(", ")
        ),
    )
}
