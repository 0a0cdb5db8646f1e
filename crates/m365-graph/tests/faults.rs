//! The Graph faults of the catalogue, one row each.

mod answers;
mod failures;
mod places;
mod throttling;
