//! Behaviour of the public client and its token stores.

mod entra;
mod listener;
mod refresh;
mod secrets;
mod sign_in;
mod sign_out;
mod store;
