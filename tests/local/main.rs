//! The built `m365-local` against a simulated tenant, as a host and a user meet it.

mod account;
mod commands;
mod faults;
mod harness;
mod host;
mod secrets;
mod sign_in;
