//! Behaviour of the client against services that answer by script.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up stops")]

mod batch;
mod downloads;
mod drives;
mod faults;
mod ids;
mod items;
mod mail;
mod meetings;
mod observer;
mod pages;
mod pool;
mod resuming;
mod search;
mod secrets;
mod setup;
mod sites;
mod support;
mod teams;
mod tenant;
mod tokens;
mod users;
