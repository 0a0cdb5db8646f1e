//! The built `m365-local` against a simulated tenant, as a host and a user meet it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod account;
mod commands;
mod doctor;
mod documents;
mod faults;
mod harness;
mod host;
mod registration;
mod secrets;
mod sign_in;
mod terminal;
