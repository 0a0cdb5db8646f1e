use std::{fmt, str::FromStr};

use crate::{Error, ErrorKind, Result};

/// The longest address, in bytes (RFC 5321 §4.5.3.1.3, without the angle brackets).
const MAX_ADDRESS: usize = 254;

/// Whose mailbox is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mailbox {
    /// The signed-in user's own.
    #[default]
    Me,
    /// Another one, which its owner or an administrator shares with the user.
    Of(Address),
}

/// A mailbox's SMTP address or a user principal name, e.g. `adele@contoso.com`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Address(String);

impl Address {
    /// Takes `address`: one `@`, a local part and a domain, no blanks, quotes or slashes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BadRequest`] when it does not look like one.
    pub fn new(address: &str) -> Result<Self> {
        if !is_address(address) {
            return Err(Error::new(ErrorKind::BadRequest).with_code("invalidAddress"));
        }
        Ok(Self(address.to_owned()))
    }

    /// Returns the address as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the form in which two spellings of one address are equal.
    pub(crate) fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(..)")
    }
}

impl FromStr for Address {
    type Err = Error;

    fn from_str(address: &str) -> Result<Self> {
        Self::new(address)
    }
}

fn is_address(address: &str) -> bool {
    let Some((local, domain)) = address.split_once('@') else { return false };
    address.len() <= MAX_ADDRESS && is_local_part(local) && is_domain(domain)
}

fn is_local_part(local: &str) -> bool {
    let allowed = |c: char| c.is_alphanumeric() || "!#$%&'*+-=^_`{|}~.".contains(c);
    !local.is_empty() && local.chars().all(allowed)
}

fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
    };
    domain.split('.').all(label)
}

macro_rules! well_known {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),+ $(,)?) => {
        /// A mail folder that Graph knows by name, in whatever language the mailbox is.
        ///
        /// See [mailFolder](https://learn.microsoft.com/graph/api/resources/mailfolder).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum WellKnownFolder {
            $($(#[$doc])* $variant,)+
        }

        impl WellKnownFolder {
            /// All of them, in alphabetical order.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Returns the name that Graph takes in place of an id, e.g. `sentitems`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

well_known! {
    /// What one-click archive moves away.
    Archive = "archive",
    /// Low-priority mail, sorted out by the former Clutter.
    Clutter = "clutter",
    /// Items whose copies disagree.
    Conflicts = "conflicts",
    /// Chats that Skype for Business saved.
    ConversationHistory = "conversationhistory",
    /// What the user deleted.
    DeletedItems = "deleteditems",
    /// Messages not sent yet.
    Drafts = "drafts",
    /// Where mail arrives.
    Inbox = "inbox",
    /// What was taken for spam.
    JunkEmail = "junkemail",
    /// Items that could not be uploaded.
    LocalFailures = "localfailures",
    /// The parent of the folders that the user sees.
    MsgFolderRoot = "msgfolderroot",
    /// Messages on their way out.
    Outbox = "outbox",
    /// What was deleted from Deleted Items.
    RecoverableItemsDeletions = "recoverableitemsdeletions",
    /// Messages to reappear later.
    Scheduled = "scheduled",
    /// The parent of the user's search folders.
    SearchFolders = "searchfolders",
    /// What the user sent.
    SentItems = "sentitems",
    /// Items that the server refused.
    ServerFailures = "serverfailures",
    /// Records of failed synchronisation.
    SyncIssues = "syncissues",
}

impl fmt::Display for WellKnownFolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
