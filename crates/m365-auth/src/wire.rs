//! What goes over the wire to Entra ID and what comes back, without any state.

pub(crate) mod answer;
pub(crate) mod claims;
pub(crate) mod fault;
pub(crate) mod flights;
pub(crate) mod form;
#[cfg(feature = "client")]
pub(crate) mod id_token;
#[cfg(feature = "client")]
pub(crate) mod metadata;
pub(crate) mod random;
pub(crate) mod refusal;
pub(crate) mod time;
pub(crate) mod transport;
