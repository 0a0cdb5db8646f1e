//! sharepoint_search against the demo tenant.

mod answers;
mod combinations;
mod places;
mod scopes;
