//! A demo Microsoft 365 tenant, Entra ID and Graph, as strict as the real service.

mod clock;
mod cloud;
mod data;
mod directory;
mod entra;
mod graph;
mod http;
mod random;
mod state;

pub use crate::{
    clock::SimClock,
    cloud::SimCloud,
    directory::{Kind, User},
    http::Origin,
};
