//! Behaviour of the client against services that answer by script.

mod batch;
mod downloads;
mod faults;
mod ids;
mod mail;
mod pages;
mod search;
mod secrets;
mod support;
mod tokens;
