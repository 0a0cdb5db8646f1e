//! Sites, lists and pages.
//!
//! | Rule | What |
//! |---|---|
//! | S3 | a token without a scope for sites is refused with `accessDenied` |
//! | S47 | with `Sites.Selected` the sites granted one by one are open, and nothing is searched |
//! | S56 | next links are bound to their query |
//! | S58 | hosts of SharePoint are those of the cloud |
//!
//! An option that a list does not have, and a member that a type does not have, are refused.

mod find;
mod items;
mod lists;
mod pages;
mod routes;
pub(crate) mod site;

pub(crate) use self::{
    items::{Entry, fields, list_item_json, list_item_of},
    lists::{Listed, json as list_json, list_of_drive, of_site as lists_of},
    pages::page_text,
    routes::{followed, route, site},
};
