//! Drives and what is in them.

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
