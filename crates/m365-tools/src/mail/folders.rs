use m365_graph::{ErrorKind, FolderId, GraphClient, Mailbox, WellKnownFolder};

use super::access;
use crate::{ToolError, named};

#[cfg(feature = "mcp")]
mod names;
mod tree;

#[cfg(feature = "mcp")]
pub(crate) use names::names;
pub(crate) use tree::Tree;

/// A folder that was found by name.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    pub(crate) id: FolderId,
    /// Its path from the top, or the name that it was found by.
    pub(crate) label: String,
}

/// Finds a well-known folder by any of its usual English spellings.
pub(crate) fn well_known(name: &str) -> Option<WellKnownFolder> {
    let plain: String = name.chars().filter(|c| !matches!(c, ' ' | '-' | '_')).collect();
    let plain = plain.to_lowercase();
    let usual = match plain.as_str() {
        "sent" | "sentmail" | "sentmessages" => "sentitems",
        "draft" => "drafts",
        "deleted" | "deletedmail" | "deletedmessages" | "trash" => "deleteditems",
        "junk" | "junkmail" | "spam" => "junkemail",
        "archived" => "archive",
        other => other,
    };
    WellKnownFolder::ALL.iter().copied().find(|folder| folder.as_str() == usual)
}

/// Returns what Outlook calls a well-known folder in English.
pub(crate) const fn title(folder: WellKnownFolder) -> &'static str {
    match folder {
        WellKnownFolder::Archive => "Archive",
        WellKnownFolder::ConversationHistory => "Conversation History",
        WellKnownFolder::DeletedItems => "Deleted Items",
        WellKnownFolder::Drafts => "Drafts",
        WellKnownFolder::Inbox => "Inbox",
        WellKnownFolder::JunkEmail => "Junk Email",
        WellKnownFolder::Outbox => "Outbox",
        WellKnownFolder::SentItems => "Sent Items",
        other => other.as_str(),
    }
}

/// Finds the folder that a person means: a well-known name, a display name or a path, at any depth.
///
/// # Errors
///
/// `NOT_FOUND` for none, `VALIDATION_ERROR` that lists the paths for several.
pub(crate) async fn find(
    graph: &GraphClient,
    mailbox: &Mailbox,
    name: &str,
) -> Result<Folder, ToolError> {
    let mail = graph.mail(mailbox);
    let tree = Tree::read(&mail).await.map_err(|error| access::explain(error, mailbox))?;
    match tree.matching(name).as_slice() {
        [only] => Ok((*only).clone()),
        [] => Err(unknown(name, &tree)),
        several => {
            let paths = several.iter().map(|folder| folder.label.clone());
            Err(named::ambiguous("folderName", "folder", name, paths))
        }
    }
}

fn unknown(name: &str, tree: &Tree) -> ToolError {
    let kind = if tree.is_whole() { "folder" } else { "folder, among those that could be read," };
    named::not_found("folderName", kind, name, tree.paths())
}

/// Tells whether Graph said that a well-known folder is not there, which happens to the archive.
pub(crate) fn is_missing(error: &m365_graph::Error) -> bool {
    error.kind() == ErrorKind::NotFound && error.code() == Some("ErrorItemNotFound")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_spellings_name_the_well_known_folders() {
        let cases = [
            ("Inbox", "inbox"),
            ("Sent Items", "sentitems"),
            ("sentitems", "sentitems"),
            ("Sent", "sentitems"),
            ("deleted-items", "deleteditems"),
            ("Junk E-mail", "junkemail"),
            ("Junk Email", "junkemail"),
            ("DRAFTS", "drafts"),
            ("Archive", "archive"),
            ("Conversation History", "conversationhistory"),
        ];

        for (name, wanted) in cases {
            assert_eq!(well_known(name).map(WellKnownFolder::as_str), Some(wanted), "{name}");
        }
        assert_eq!(well_known("Apollo"), None);
    }
}
