//! People: the directory's list, and those who matter to someone.
//!
//! | Rule | What |
//! |---|---|
//! | S3 | without the scope: `Authorization_RequestDenied` for users, `ErrorAccessDenied` for people |
//! | S56 | next links are bound to their query; the directory's go on with nothing but a token |

mod list;
mod near;
mod search;

pub(crate) use self::{list::users, near::route};
