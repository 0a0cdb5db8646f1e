//! Sign-in and tokens.

mod authorize;
pub(crate) mod browser;
mod consent;
mod errors;
mod interaction;
mod keys;
mod metadata;
mod on_behalf_of;
mod page;
mod policy;
mod tenants;
mod token;
