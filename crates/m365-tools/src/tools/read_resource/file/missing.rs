//! What somebody may have meant by a path that leads nowhere.

use m365_graph::{DriveApi, Page, Result};

use crate::{ErrorCode, ToolError, mail::fields::one_line, nearest};

/// How many names of a folder are compared.
const NAMES: u32 = 200;

/// Adds the names that come nearest to the last one of `path`, where its folder is there.
pub(super) async fn explain(drive: &DriveApi, path: &str, error: ToolError) -> ToolError {
    if error.code() != ErrorCode::NotFound {
        return error;
    }
    let (folder, wanted) = path.rsplit_once('/').unwrap_or(("", path));
    let Ok(names) = names(drive, folder).await else { return error };
    let near = nearest::names(wanted, names.iter().map(String::as_str));
    if near.is_empty() {
        return error;
    }
    let place = if folder.is_empty() { "this drive".to_owned() } else { format!("{folder:?}") };
    error.with_message(format!(
        "There is no {wanted:?} in {place}, or none that the user may see; the nearest names there are \
         {near:?}."
    ))
}

async fn names(drive: &DriveApi, folder: &str) -> Result<Vec<String>> {
    let Page { items, .. } = drive.at(folder)?.children().top(NAMES).page().await?;
    Ok(items.iter().filter_map(|item| item.name.as_deref()).map(one_line).collect())
}
