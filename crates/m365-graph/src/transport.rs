use std::sync::Arc;

use bytes::Bytes;
use reqwest::{Client, ClientBuilder, redirect};

use crate::{Error, ErrorKind, Limits, Result};

pub(crate) type HttpFactory = Arc<dyn Fn() -> ClientBuilder + Send + Sync>;

/// Bytes that were read whole.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Download {
    /// The MIME type that the server declared, without parameters.
    pub content_type: Option<String>,
    /// The content.
    pub bytes: Bytes,
}

/// Holds the connections to Graph.
pub(crate) struct Transport {
    pub(crate) client: Client,
}

impl Transport {
    pub(crate) fn new(http: HttpFactory, user_agent: &str, limits: &Limits) -> Result<Self> {
        let builder = http().redirect(redirect::Policy::none()).connect_timeout(limits.connect);
        let client = builder.user_agent(user_agent).gzip(true).build();
        Ok(Self {
            client: client.map_err(|error| {
                Error::new(ErrorKind::Unavailable).with_source(error.without_url())
            })?,
        })
    }
}
