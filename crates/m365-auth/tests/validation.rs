//! Callers' tokens, right and wrong.

mod access;
mod claims;
mod hostile;
mod keys;
mod outages;
mod shape;
mod signature;
mod tenant;
mod versions;
