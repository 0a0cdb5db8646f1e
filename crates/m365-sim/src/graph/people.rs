//! People: the directory's list, and those who matter to someone.

mod list;
mod near;
mod search;

pub(crate) use self::{list::users, near::route};
