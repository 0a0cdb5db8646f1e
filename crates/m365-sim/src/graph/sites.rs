//! Sites, lists and pages.

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
