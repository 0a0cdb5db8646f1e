//! Sites, lists and pages.
//!
//! By S47 a token with `Sites.Selected` opens the sites that were granted one by one, and searches
//! nothing.

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
