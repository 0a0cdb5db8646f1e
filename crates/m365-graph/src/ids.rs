//! Identifiers as Graph spells them, checked by shape before they may stand in a path.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::{Error, ErrorKind, Result};

mod mailbox;

pub use mailbox::{Address, Mailbox, WellKnownFolder};

/// The longest id that is let through, in characters; Exchange's ids have about 152.
const MAX_ID: usize = 1024;

macro_rules! exchange_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes `id` in REST spelling, or in the standard base64 that search hits and web
            /// links carry, which is converted.
            ///
            /// # Errors
            ///
            /// [`ErrorKind::BadRequest`] when `id` cannot be one: see [the shape](crate#ids).
            pub fn new(id: &str) -> Result<Self> {
                rest_spelling(id).map(Self)
            }

            /// Returns the id in REST spelling.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({} characters)", stringify!($name), self.0.len())
            }
        }

        impl std::str::FromStr for $name {
            type Err = Error;

            fn from_str(id: &str) -> Result<Self> {
                Self::new(id)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let id = String::deserialize(deserializer)?;
                Self::new(&id).map_err(serde::de::Error::custom)
            }
        }
    };
}

exchange_id! {
    /// The id of a message: it changes when the message moves to another folder.
    MessageId
}

exchange_id! {
    /// The id of a mail folder, or a well-known name such as `inbox`.
    FolderId
}

exchange_id! {
    /// The id of an attachment, valid together with its message's.
    AttachmentId
}

exchange_id! {
    /// The id of a conversation: the same in all its messages, and stable.
    ConversationId
}

impl From<WellKnownFolder> for FolderId {
    fn from(folder: WellKnownFolder) -> Self {
        Self(folder.as_str().to_owned())
    }
}

/// Exchange writes `-` for `/` and `_` for `+`: unlike RFC 4648 base64url, where the two are
/// swapped. So characters are replaced, and nothing is decoded.
fn rest_spelling(id: &str) -> Result<String> {
    let fits = (1..=MAX_ID).contains(&id.len()) && id.bytes().all(is_id_byte);
    if !fits {
        return Err(Error::new(ErrorKind::BadRequest).with_code("invalidId"));
    }
    Ok(id.replace('+', "_").replace('/', "-"))
}

const fn is_id_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'=' | b'+' | b'/')
}
