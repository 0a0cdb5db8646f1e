//! A demo Microsoft 365 tenant, Entra ID and Graph, as strict as the real service.
//!
//! [`Sim::start`] serves an invented company, Fjordlight Energy, on loopback ports: sign-in with
//! its pages and tokens, Graph with its mailboxes, calendars, chats, meetings and sites, a host for
//! downloads, and a host that belongs to nobody. Small organisations beside it see nothing of it,
//! but for a guest here and there. Nothing leaves the machine. What a test wants to
//! go wrong is a [`Fault`]; what reached the servers is in the log of each [`Host`].
//!
//! Nobody sits in front of its sign-in page: tests say what the person does by an [`Interaction`],
//! a demo by [`SimBuilder::auto_sign_in`]. With a browser the page works as any other.
//!
//! A [`Desktop`] is the host that signs in for the remote connector, which exchanges its tokens on
//! behalf of the user; a [`Policy`] of Conditional Access keeps it from that until the user does
//! more, and [`Sim::caller_token`] makes tokens that no host would get.
//!
//! It shares no code with the connector, so that a misreading of the services is not made twice.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod builder;
mod caller;
mod clock;
mod cloud;
mod control;
mod data;
mod date;
mod desktop;
mod directory;
mod entra;
mod fault;
mod graph;
mod host;
mod http;
mod kql;
mod random;
mod record;
mod server;
mod state;
mod strictness;
mod tenant;
mod tenants;
mod tls;

pub use crate::{
    builder::SimBuilder,
    caller::CallerTokenBuilder,
    clock::SimClock,
    cloud::SimCloud,
    desktop::{Desktop, DesktopError},
    directory::{Kind as UserKind, User},
    entra::{
        apps::Platform,
        interaction::Interaction,
        policy::{Policy, PolicyApp},
    },
    fault::Fault,
    host::Host,
    http::Origin,
    record::Record,
    tenant::Sim,
    tenants::Tenant,
};

/// The examples of the README, which run with those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
