use std::sync::Mutex;

use async_trait::async_trait;
use rmcp::{
    Peer, RoleServer,
    model::{ProgressNotificationParam, ProgressToken},
};

use super::Context;
use crate::ProgressSink;

/// Sends progress to a host that asked for it.
pub(super) struct PeerProgress {
    peer: Peer<RoleServer>,
    token: ProgressToken,
    reported: Mutex<Option<u32>>,
}

impl PeerProgress {
    /// Returns `None` when the host gave no token.
    pub(super) fn of(ctx: &Context) -> Option<Self> {
        let token = ctx.meta.get_progress_token()?;
        Some(Self { peer: ctx.peer.clone(), token, reported: Mutex::new(None) })
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
        if !self.is_news(at) {
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
