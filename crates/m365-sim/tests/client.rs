//! The HTTP client of all tests.

use std::collections::BTreeMap;

use reqwest::{Client, ClientBuilder, redirect::Policy};
use serde_json::Value;
use url::Url;

/// Returns a client that follows nothing.
pub(crate) fn http() -> Client {
    builder().build().unwrap()
}

/// Starts a client that follows nothing and goes through no proxy.
pub(crate) fn builder() -> ClientBuilder {
    // Another test may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().redirect(Policy::none()).no_proxy()
}

/// An answer, with its body read.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) async fn of(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, text: response.text().await.unwrap() }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The parameters that a redirect carries.
    pub(crate) fn redirected(&self) -> BTreeMap<String, String> {
        let location = Url::parse(self.header("location")).unwrap();
        location.query_pairs().into_owned().collect()
    }

    pub(crate) fn error_code(&self) -> u64 {
        self.json()["error_codes"][0].as_u64().unwrap()
    }
}
