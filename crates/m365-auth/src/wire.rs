//! What goes over the wire to Entra ID and what comes back, without any state.

pub(crate) mod answer;
pub(crate) mod claims;
pub(crate) mod fault;
pub(crate) mod form;
pub(crate) mod id_token;
pub(crate) mod metadata;
pub(crate) mod time;
pub(crate) mod transport;
