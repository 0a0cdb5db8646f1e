//! The authorize endpoint.
