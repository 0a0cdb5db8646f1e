//! The HTTP client of all tests.

use std::collections::BTreeMap;

use reqwest::{Client, ClientBuilder, redirect::Policy};
use serde_json::Value;
use url::Url;

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

/// An answer, with its body read.
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Answer {
    pub async fn of(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, text: response.text().await.unwrap() }
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The parameters that a redirect carries.
    pub fn redirected(&self) -> BTreeMap<String, String> {
        let location = Url::parse(self.header("location")).unwrap();
        location.query_pairs().into_owned().collect()
    }

    pub fn error_code(&self) -> u64 {
        self.json()["error_codes"][0].as_u64().unwrap()
    }
}
