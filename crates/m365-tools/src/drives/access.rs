use m365_graph::{self as graph, DriveId, ErrorKind};

use crate::{ErrorCode, ToolContext, ToolError};

pub(crate) const FILES_ALL: &str = "Files.Read.All";
pub(crate) const FILES: &str = "Files.Read";
pub(crate) const SITES_ALL: &str = "Sites.Read.All";
pub(crate) const SITES_SELECTED: &str = "Sites.Selected";

/// How far the caller's scopes reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// All that the user may open.
    All,
    /// The user's own OneDrive.
    Own,
    /// The sites that an administrator named for this app.
    Selected,
}

/// Makes sure that a scope opens files at all, and says how far.
///
/// # Errors
///
/// `FORBIDDEN` that names the scope, and those of the sign-in.
pub(crate) async fn check(ctx: &ToolContext) -> Result<Reach, ToolError> {
    let scope = ctx.require_any_scope(&[FILES_ALL, SITES_ALL, FILES, SITES_SELECTED]).await?;
    Ok(match scope {
        FILES => Reach::Own,
        SITES_SELECTED => Reach::Selected,
        _ => Reach::All,
    })
}

/// Turns Graph's refusal of something in `drive` into words that help.
pub(crate) async fn explain(
    ctx: &ToolContext,
    reach: Reach,
    drive: &DriveId,
    error: graph::Error,
) -> ToolError {
    let denied = error.kind() == ErrorKind::Forbidden;
    let unprovisioned = error.code() == Some("ResourceNotFound");
    let malformed = error.kind() == ErrorKind::BadRequest;
    let error = ToolError::from(error);
    if unprovisioned {
        return error.with_code(ErrorCode::NotFound).with_message(
            "There is no such OneDrive: its owner has not opened it yet, or has left.",
        );
    }
    if malformed {
        return error.with_message(
            "The ids in this uri are not ones that Graph gave, or its path leads nowhere. Pass the uri of a \
             hit as it is.",
        );
    }
    match reach {
        Reach::Own if denied && !is_own(ctx, drive).await => error.with_message(beyond_own()),
        Reach::Selected if denied => error.with_message(beyond_selected()),
        _ => error,
    }
}

/// Says what is missing to read more than one's own OneDrive.
pub(crate) fn beyond_own() -> String {
    format!(
        "Missing scope '{FILES_ALL}': with {FILES} only the user's own OneDrive can be read. Configure it \
         and have it consented to, then try again."
    )
}

/// Says what is missing to read more than the sites named for this app.
pub(crate) fn beyond_selected() -> String {
    format!(
        "Missing scope '{SITES_ALL}': with {SITES_SELECTED} only the sites that an administrator named \
         for this app can be read, and this is not one of them."
    )
}

async fn is_own(ctx: &ToolContext, drive: &DriveId) -> bool {
    let own = ctx.graph().my_drive().get().await;
    own.is_ok_and(|own| own.id.as_ref() == Some(drive))
}
