//! Drives and what is in them.
//!
//! | Rule | What |
//! |---|---|
//! | S3 | a token without a scope for a drive is refused with `accessDenied` |
//! | S40 | content is a redirect to another host; folders, packages and shortcuts have none |
//! | S41, S42 | that host refuses a bearer token, and an address that was changed or is too old |
//! | S43 | it gives out parts |
//! | S44 | a conversion that Office does not do is `notSupported` |
//! | S56 | next links are bound to their query |
//! | S58 | hosts of SharePoint are those of the cloud |

mod address;
pub(crate) mod body;
mod children;
mod content;
mod download;
pub(crate) mod drive;
pub(crate) mod expand;
mod get;
pub(crate) mod ids;
pub(crate) mod item;
pub(crate) mod json;
mod link;
pub(crate) mod listing;
mod routes;
mod search;
pub(crate) mod store;
mod view;

pub(crate) use self::{
    download::handle as download,
    routes::{drive, drives_of, item, of_group, of_owner, route},
    store::{Contents, Store},
    view::View,
};
