//! What the tools that read files have in common.

pub(crate) mod access;
pub(crate) mod fields;
mod form;
pub(crate) mod links;
