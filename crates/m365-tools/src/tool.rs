use async_trait::async_trait;
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

use crate::{Answer, ToolContext, ToolError};

/// One thing that a host may ask for: static data and one function.
///
/// Tools read and never write. Who is calling arrives in the [`ToolContext`], so one instance serves
/// every caller.
#[async_trait]
pub trait Tool: Send + Sync + 'static {
    /// The arguments. Their docs are the schema that the model reads.
    type Input: DeserializeOwned + JsonSchema + Send;
    /// The shape of the structured content, e.g. [`Results<Hit>`](crate::Results).
    type Output: Serialize + JsonSchema;

    /// The name that hosts call, e.g. `outlook_email_search`.
    const NAME: &'static str;
    /// The name that people see.
    const TITLE: &'static str;
    /// What the tool does and when to use it, for the model.
    const DESCRIPTION: &'static str;
    /// Sets of delegated permissions, by their short names, of which any one lets the tool work; empty
    /// where it needs none.
    const NEEDS: &'static [&'static [&'static str]];
    /// Further permissions that add to what it finds.
    const USES: &'static [&'static str] = &[];
    /// When hosts see the tool; always unless said.
    const LISTING: Listing = Listing::Always;

    /// Answers one call.
    ///
    /// # Errors
    ///
    /// Whatever the caller can mend or has to know, as a [`ToolError`] that says what to do next.
    async fn call(&self, ctx: &ToolContext, input: Self::Input) -> Result<Answer, ToolError>;
}

/// When hosts see a tool that the policy does not block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Listing {
    /// In every configuration.
    #[default]
    Always,
    /// Where one of the sets of scopes that it needs is configured.
    WithScope,
}
