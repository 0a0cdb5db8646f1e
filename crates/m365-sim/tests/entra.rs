//! Sign-in and tokens.

mod authorize;
mod browser;
mod token;
