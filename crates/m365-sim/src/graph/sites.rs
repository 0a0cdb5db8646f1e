//! Sites, lists and pages.

mod find;
mod items;
mod lists;
mod pages;
mod routes;
pub(crate) mod site;

pub(crate) use self::{
    items::{fields, list_item_json, list_item_of},
    lists::list_of_drive,
    pages::page_text,
    routes::{followed, route, site},
};
