use async_trait::async_trait;
use rmcp::{ErrorData, model::Extensions};

use crate::CallInput;

/// Knows who calls, and with whose token a call reaches Graph.
#[async_trait]
pub trait CallerSource: Send + Sync + 'static {
    /// Returns what a call needs whose request carried `extensions`.
    ///
    /// Over HTTP these hold the `http::request::Parts` with what the layers found out about the caller;
    /// over stdio they are empty. No account is needed to answer: a tool that wants a token and gets
    /// none answers `SIGN_IN_REQUIRED`.
    ///
    /// # Errors
    ///
    /// A protocol error when the caller cannot be told.
    async fn call_input(&self, extensions: &Extensions) -> Result<CallInput, ErrorData>;
}
