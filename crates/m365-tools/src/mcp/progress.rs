use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use m365_auth::{TokenProvider, TokenRequest};
use rmcp::{
    Peer, RoleServer,
    model::{ProgressNotificationParam, ProgressToken},
};
use tokio::sync::OnceCell;

use super::Context;
use crate::ProgressSink;

/// Sends progress to a host that asked for it.
pub(super) struct PeerProgress {
    peer: Peer<RoleServer>,
    token: ProgressToken,
    reported: Mutex<Option<u32>>,
    tokens: Option<Arc<dyn TokenProvider>>,
    has_token: OnceCell<bool>,
}

impl PeerProgress {
    /// Returns `None` when the host gave no token.
    pub(super) fn of(ctx: &Context) -> Option<Self> {
        let token = ctx.meta.get_progress_token()?;
        Some(Self {
            peer: ctx.peer.clone(),
            token,
            reported: Mutex::new(None),
            tokens: None,
            has_token: OnceCell::new(),
        })
    }

    /// Sends nothing unless `tokens` has a token for Graph.
    ///
    /// Over HTTP the first message settles the status of the answer, which would else ask for a sign-in.
    pub(super) fn once_signed_in(mut self, tokens: Arc<dyn TokenProvider>) -> Self {
        self.tokens = Some(tokens);
        self
    }

    async fn may_begin(&self) -> bool {
        let Some(tokens) = &self.tokens else { return true };
        let has_token = || async { tokens.access_token(&TokenRequest::new()).await.is_ok() };
        *self.has_token.get_or_init(has_token).await
    }

    /// Progress only ever grows; what does not is not worth a message.
    fn is_news(&self, at: u32) -> bool {
        let Ok(mut reported) = self.reported.lock() else { return false };
        let news = reported.is_none_or(|before| at > before);
        if news {
            *reported = Some(at);
        }
        news
    }
}

#[async_trait]
impl ProgressSink for PeerProgress {
    async fn report(&self, at: u32, total: Option<u32>, text: &str) {
        if !self.may_begin().await || !self.is_news(at) {
            return;
        }
        let mut param = ProgressNotificationParam::new(self.token.clone(), f64::from(at));
        param.total = total.map(f64::from);
        param.message = Some(text.to_owned());
        if self.peer.notify_progress(param).await.is_err() {
            tracing::debug!("the host takes no progress");
        }
    }
}
