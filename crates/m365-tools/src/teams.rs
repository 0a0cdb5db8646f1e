//! What the tools of Teams share: access, names, and how messages are written.

pub(crate) mod access;
pub(crate) mod body;
pub(crate) mod chats;
pub(crate) mod fields;
pub(crate) mod hit;
pub(crate) mod names;
pub(crate) mod people;
pub(crate) mod place;
