//! What the tools that read files have in common.

pub(crate) mod access;
pub(crate) mod fields;
pub(crate) mod form;
pub(crate) mod links;
