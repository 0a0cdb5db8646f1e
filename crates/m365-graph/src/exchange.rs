use std::sync::Arc;

use m365_auth::TokenRequest;

use crate::{
    Download, Error, ErrorKind, Result,
    call::CallState,
    client::Shared,
    models::Resource,
    request::{Request, Verb},
};

/// One logical request on its way: attempts, waits and what they end in.
pub(crate) struct Exchange<'a> {
    shared: &'a Shared,
    call: Arc<CallState>,
    request: &'a Request,
}

impl<'a> Exchange<'a> {
    pub(crate) const fn new(
        shared: &'a Shared,
        call: Arc<CallState>,
        request: &'a Request,
    ) -> Self {
        Self { shared, call, request }
    }

    pub(crate) async fn json<T: Resource>(self) -> Result<T> {
        let response = self.send().await?;
        let bytes = response.bytes().await.map_err(unavailable)?;
        let parsed = serde_json::from_slice::<T>(&bytes).ok().filter(Resource::is_whole);
        parsed.ok_or_else(|| Error::new(ErrorKind::Protocol))
    }

    pub(crate) async fn bytes(self, _cap: usize) -> Result<Download> {
        let response = self.send().await?;
        let bytes = response.bytes().await.map_err(unavailable)?;
        Ok(Download { content_type: None, bytes })
    }

    async fn send(&self) -> Result<reqwest::Response> {
        let token = self.shared.tokens.access_token(&TokenRequest::new()).await?;
        let url = format!("{}{}", self.shared.root, self.request.target);
        let client = &self.shared.transport.client;
        let request = match &self.request.verb {
            Verb::Get => client.get(url),
            Verb::Read(body) => {
                client.post(url).body(body.to_string()).header("content-type", "application/json")
            }
        };
        let id = self.call.client_request_id.as_ref();
        let request = request.bearer_auth(token.secret()).header("client-request-id", id);
        let request = self
            .request
            .prefer
            .iter()
            .fold(request, |request, prefer| request.header("prefer", prefer));
        request.send().await.and_then(reqwest::Response::error_for_status).map_err(unavailable)
    }
}

fn unavailable(error: reqwest::Error) -> Error {
    Error::new(ErrorKind::Unavailable).with_source(error.without_url())
}
