//! What the mail tools share: folders by name, people, hits, and the words for a mailbox that does not answer.

pub(crate) mod access;
pub(crate) mod fields;
pub(crate) mod folders;
pub(crate) mod hit;
