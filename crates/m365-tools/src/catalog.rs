use std::{collections::BTreeSet, fmt, sync::Arc};

use serde_json::{Map, Value};

#[cfg(feature = "mcp")]
use crate::choices::{self, Choice, Variable};
use crate::{
    CallInput, CallLimits, Cloud, Extraction, Listing, PolicyMode, Reply, Tool, ToolContext,
    ToolError, ToolPolicy, arguments,
    context::{Offered, Shared},
    cursor::{Binding, CursorKey, SealingKey},
    error::SIGN_IN_HINT,
    tools,
    untrusted::Boundary,
};

mod refusal;
mod registered;
mod run;

pub use registered::Definition;
pub(crate) use registered::Registered;

/// The tools that a configuration offers, by name.
///
/// Clones share everything; a call needs nothing but the catalog and its [`CallInput`].
///
/// ```
/// # use std::sync::Arc;
/// use m365_tools::{CallInput, Caller, Catalog, CatalogOptions, Extractor};
/// use serde_json::Map;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let tenant = m365_sim::Sim::start().await;
/// # let scopes = ["User.Read", "Mail.Read"];
/// # let secret = tenant.issue_token("mira.solberg@fjordlight.example", &scopes);
/// # let token = m365_auth::AccessToken::new(secret, jiff::Timestamp::MAX, scopes);
/// # let tokens = Arc::new(m365_auth::FixedToken::new(token));
/// # let root = tenant.graph_endpoint().parse()?;
/// # let graph = m365_graph::GraphClient::builder(tokens.clone()).base_url(root).build()?;
/// # let extractor = Extractor::in_process();
/// let catalog = Catalog::new(CatalogOptions::with_random_key(extractor)?.with_scopes(scopes));
/// let caller = Caller::new(tenant.tenant_id(), "mira");
///
/// let reply = catalog.call("get_me", Map::new(), CallInput::new(caller, graph, tokens)).await?;
/// assert_eq!(reply.error, None);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Catalog(Arc<Inner>);

struct Inner {
    tools: Vec<Arc<Registered>>,
    policy: ToolPolicy,
    mark_untrusted: bool,
    shared: Arc<Shared>,
}

/// What a catalog is built from.
#[derive(Clone)]
pub struct CatalogOptions {
    key: SealingKey,
    scopes: BTreeSet<String>,
    policy: ToolPolicy,
    limits: CallLimits,
    cloud: Cloud,
    extraction: Extraction,
    sign_in_hint: String,
    mark_untrusted: bool,
    tools: Vec<Arc<Registered>>,
}

impl CatalogOptions {
    /// Starts from the key that seals cursors and questions: random, and the same on each replica; and
    /// from who reads documents, e.g. [`Extractor::this_program`](crate::Extractor::this_program).
    #[must_use]
    pub fn new(key: impl Into<SealingKey>, extraction: impl Into<Extraction>) -> Self {
        Self {
            key: key.into(),
            scopes: BTreeSet::new(),
            policy: ToolPolicy::default(),
            limits: CallLimits::default(),
            cloud: Cloud::default(),
            extraction: extraction.into(),
            sign_in_hint: SIGN_IN_HINT.to_owned(),
            mark_untrusted: false,
            tools: tools::all().into_iter().map(Arc::new).collect(),
        }
    }

    /// Starts from a random key, for a single process: cursors end with it.
    ///
    /// # Errors
    ///
    /// When the system gives no random bytes.
    pub fn with_random_key(extraction: impl Into<Extraction>) -> std::io::Result<Self> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)?;
        Ok(Self::new(key, extraction))
    }

    /// Names the configured delegated permissions by their short names, e.g. `Mail.Read`.
    #[must_use]
    pub fn with_scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Says which tools may be called.
    #[must_use]
    pub fn with_policy(mut self, policy: ToolPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Bounds each call.
    #[must_use]
    pub const fn with_limits(mut self, limits: CallLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Names the cloud to which pasted links may lead; the worldwide one unless given.
    #[must_use]
    pub const fn with_cloud(mut self, cloud: Cloud) -> Self {
        self.cloud = cloud;
        self
    }

    /// Says how to sign in, in one sentence at the end of each `SIGN_IN_REQUIRED`; `Sign in, then make the
    /// same call again.` unless given.
    #[must_use]
    pub fn with_sign_in_hint(mut self, hint: impl Into<String>) -> Self {
        self.sign_in_hint = hint.into();
        self
    }

    /// Adds a tool of an embedding program, listed behind ours.
    ///
    /// # Errors
    ///
    /// When there is a tool of that name, ours or another: a host could call only one of them.
    pub fn with_tool<T: Tool>(mut self, tool: T) -> Result<Self, DuplicateTool> {
        if self.tools.iter().any(|one| one.definition().name() == T::NAME) {
            return Err(DuplicateTool(T::NAME));
        }
        self.tools.push(Arc::new(Registered::new(tool)));
        Ok(self)
    }

    /// Puts a random mark around text that others wrote.
    #[must_use]
    pub const fn with_mark_untrusted(mut self, mark: bool) -> Self {
        self.mark_untrusted = mark;
        self
    }
}

impl fmt::Debug for CatalogOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CatalogOptions")
            .field("scopes", &self.scopes)
            .field("policy", &self.policy)
            .field("limits", &self.limits)
            .field("cloud", &self.cloud)
            .field("mark_untrusted", &self.mark_untrusted)
            .finish_non_exhaustive()
    }
}

/// Two tools with the same name, which is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is a tool named {0} already")]
pub struct DuplicateTool(&'static str);

/// Why a call has no answer that a model could read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// Whoever called does not wait any more.
    #[error("the call was cancelled")]
    Cancelled,
    /// The tool panicked, which is our fault.
    #[error("internal error")]
    Panicked,
    /// There is no tool of that name.
    #[error("unknown tool")]
    UnknownTool,
}

impl Catalog {
    /// Builds the catalog; asks nobody.
    #[must_use]
    pub fn new(options: CatalogOptions) -> Self {
        let shared = Shared {
            offered: offered(&options),
            scopes: options.scopes,
            limits: options.limits,
            cloud: options.cloud,
            extraction: options.extraction,
            sign_in_hint: options.sign_in_hint,
            cursors: CursorKey::new(options.key),
            zones: <_>::default(),
        };
        Self(Arc::new(Inner {
            tools: options.tools,
            policy: options.policy,
            mark_untrusted: options.mark_untrusted,
            shared: Arc::new(shared),
        }))
    }

    /// Returns the tools that the configuration offers and does not block, in their fixed order.
    pub fn definitions(&self) -> impl Iterator<Item = &Definition> {
        let listed = |one: &&Definition| is_listed(&self.0.policy, &self.0.shared.scopes, one);
        self.0.tools.iter().map(|tool| tool.definition()).filter(listed)
    }

    /// Returns what the policy says about the tool `name`; `None` when there is no such tool.
    #[must_use]
    pub fn mode(&self, name: &str) -> Option<PolicyMode> {
        self.find(name).map(|tool| self.0.policy.mode(tool.definition().name()))
    }

    /// Returns the rules of the policy that match no tool, e.g. because of a misspelling.
    #[must_use]
    pub fn unmatched_rules(&self) -> Vec<String> {
        let names: Vec<_> = self.0.tools.iter().map(|tool| tool.definition().name()).collect();
        self.0.policy.unmatched(&names).map(str::to_owned).collect()
    }

    /// Tells whether `scope` is configured.
    #[must_use]
    pub fn has_configured(&self, scope: &str) -> bool {
        has(&self.0.shared.scopes, scope)
    }

    /// Returns who reads documents for the tools, with the figures about that.
    #[must_use]
    pub fn extraction(&self) -> &Extraction {
        &self.0.shared.extraction
    }

    /// Calls the tool `name`. What the model can act on is in the reply, tool errors included.
    ///
    /// # Errors
    ///
    /// An unknown tool, a cancelled call, and faults of our own.
    pub async fn call(
        &self,
        name: &str,
        arguments: Map<String, Value>,
        input: CallInput,
    ) -> Result<Reply, CallError> {
        let tool = self.find(name).ok_or(CallError::UnknownTool)?;
        match self.prepare(tool, arguments, input) {
            Ok(call) => run::run(tool, call).await,
            Err(refused) => Ok(refused.into()),
        }
    }

    fn find(&self, name: &str) -> Option<&Registered> {
        let mut tools = self.0.tools.iter().map(Arc::as_ref);
        let named = |definition: &Definition| definition.name() == name;
        tools.find(|tool| {
            named(tool.definition()) && is_offered(&self.0.shared.scopes, tool.definition())
        })
    }

    fn prepare(
        &self,
        tool: &Registered,
        arguments: Map<String, Value>,
        input: CallInput,
    ) -> Result<run::Prepared, ToolError> {
        let name = tool.definition().name();
        refusal::check(self.0.policy.mode(name), name, input.approved)?;
        let arguments = arguments::accept(tool.schema(), arguments)?;
        let binding = cursor_binding(&input, name, &arguments);
        let boundary = self.0.mark_untrusted.then(Boundary::random).transpose()?;
        let cancellation = input.cancellation.clone();
        let ctx = ToolContext::new(Arc::clone(&self.0.shared), input, binding);
        Ok(run::Prepared { ctx: ctx.with_boundary(boundary), arguments, cancellation })
    }

    /// Binds a question to the user about a call to its caller, tool and exact arguments.
    #[cfg(feature = "mcp")]
    pub(crate) fn question_binding(
        caller: &str,
        topic: &str,
        tool: &str,
        arguments: &Map<String, Value>,
    ) -> Binding {
        Binding::new(caller, &format!("question {topic}"), tool, arguments)
    }

    /// Returns what may stand in a variable of an address; without a question, nothing where the policy
    /// demands one.
    ///
    /// # Errors
    ///
    /// Why it could not be read.
    #[cfg(feature = "mcp")]
    pub(crate) async fn choices(
        &self,
        tool: &str,
        input: CallInput,
        variable: &Variable,
        typed: &str,
    ) -> Result<Vec<Choice>, ToolError> {
        if self.mode(tool) != Some(PolicyMode::Allow) {
            return Ok(Vec::new());
        }
        let binding = cursor_binding(&input, tool, &Map::new());
        let ctx = ToolContext::new(Arc::clone(&self.0.shared), input, binding);
        choices::of(&ctx, variable, typed).await
    }

    /// Says in an error that the user has to sign in how to do that.
    #[cfg(feature = "mcp")]
    pub(crate) fn hinted(&self, error: ToolError) -> ToolError {
        error.hinted(&self.0.shared.sign_in_hint)
    }

    #[cfg(feature = "mcp")]
    pub(crate) fn key(&self) -> &CursorKey {
        &self.0.shared.cursors
    }
}

/// Returns the tools that hosts will see, with the scopes that they need.
fn offered(options: &CatalogOptions) -> Vec<Offered> {
    let definitions = options.tools.iter().map(|tool| tool.definition());
    let listed = definitions.filter(|one| is_listed(&options.policy, &options.scopes, one));
    listed.map(|one| Offered { name: one.name(), needs: one.needs() }).collect()
}

fn is_listed(policy: &ToolPolicy, scopes: &BTreeSet<String>, tool: &Definition) -> bool {
    is_offered(scopes, tool) && policy.mode(tool.name()) != PolicyMode::Blocked
}

/// Tells whether the configured scopes let a tool be offered.
fn is_offered(scopes: &BTreeSet<String>, tool: &Definition) -> bool {
    match tool.listing() {
        Listing::Always => true,
        Listing::WithScope => {
            tool.needs().iter().any(|set| set.iter().all(|scope| has(scopes, scope)))
        }
    }
}

fn has(scopes: &BTreeSet<String>, scope: &str) -> bool {
    scopes.iter().any(|one| one.eq_ignore_ascii_case(scope))
}

/// A cursor belongs to the arguments without itself.
fn cursor_binding(input: &CallInput, tool: &str, arguments: &Map<String, Value>) -> Binding {
    let mut arguments = arguments.clone();
    arguments.remove("cursor");
    Binding::new(input.caller.key(), "cursor", tool, &arguments)
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.tools.iter().map(|tool| tool.definition().name()).collect();
        f.debug_struct("Catalog")
            .field("tools", &names)
            .field("policy", &self.policy)
            .field("shared", &self.shared)
            .finish_non_exhaustive()
    }
}
