//! The interactive sign-in: what the browser is sent to, and the listener that it comes back to.

pub(crate) mod browser;
pub(crate) mod http;
pub(crate) mod listener;
pub(crate) mod pages;
