//! Sign-in and tokens.

mod authorize;
pub(crate) mod browser;
mod conditional_access;
mod consent;
mod credentials;
mod customers;
mod desktop;
mod errors;
mod interaction;
mod keys;
mod metadata;
mod on_behalf_of;
mod page;
mod policy;
mod tenants;
mod token;
