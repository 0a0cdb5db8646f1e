//! The built `m365-local` against a simulated tenant, as a host and a user meet it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod account;
mod clouds;
mod commands;
mod config;
mod doctor;
mod documents;
mod entra;
mod faults;
mod harness;
mod host;
mod logs;
mod managed;
mod network;
mod policy;
mod proxy;
mod registration;
mod secrets;
// Elsewhere the system says where the home folder is, not the environment.
#[cfg(unix)]
mod setup;
mod sign_in;
#[cfg(unix)]
mod signals;
mod store;
mod terminal;
