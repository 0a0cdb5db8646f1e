//! The HTTP client of all tests.

use reqwest::{Client, ClientBuilder, redirect::Policy};

/// Returns a client that follows nothing.
pub fn http() -> Client {
    builder().build().unwrap()
}

/// Starts a client that follows nothing and goes through no proxy.
pub fn builder() -> ClientBuilder {
    // Another test may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().redirect(Policy::none()).no_proxy()
}
