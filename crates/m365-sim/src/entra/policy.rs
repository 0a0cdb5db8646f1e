//! Conditional Access: what a user must prove besides a password.

use std::time::Duration;

use serde_json::{Value, json};

use super::{failure::Failure, mint::after, scopes::Resource, store::SignIn, tenant};
use crate::{directory::User, random, state::State};

/// A policy of Conditional Access, for everyone and each app unless it is narrowed.
///
/// Who does not meet it is refused at the sign-in page and at the token endpoint, and told by
/// `claims` which policy that was. The next sign-in with these claims meets it if the user can.
///
/// # Examples
///
/// ```
/// use m365_sim::{Policy, PolicyApp, Sim};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let tenant = Sim::start().await;
/// let mira = "mira.solberg@fjordlight.example";
/// tenant.policy(Policy::mfa().for_app(PolicyApp::Graph).for_user(mira));
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Policy {
    id: String,
    control: Control,
    app: Option<Resource>,
    user: Option<String>,
    tells: bool,
}

/// What a policy demands, the hardest to meet first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Control {
    Block,
    Device,
    Frequency(Duration),
    Registration,
    SecondFactor,
}

/// An app that policies are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyApp {
    /// The remote connector.
    Connector,
    /// Microsoft Graph.
    Graph,
}

impl Policy {
    /// Lets nobody in (AADSTS53003), and does not say by claims what would help: nothing does.
    #[must_use]
    pub fn block() -> Self {
        Self { tells: false, ..Self::new(Control::Block) }
    }

    /// Demands a device that the organisation manages (AADSTS53000); who has one is up to
    /// [`Sim::register_device`](crate::Sim::register_device).
    #[must_use]
    pub fn compliant_device() -> Self {
        Self::new(Control::Device)
    }

    /// Demands a second factor (AADSTS50076).
    #[must_use]
    pub fn mfa() -> Self {
        Self::new(Control::SecondFactor)
    }

    /// Demands that the user registers a second factor (AADSTS50079), which the sign-in page does
    /// by the way.
    #[must_use]
    pub fn mfa_registration() -> Self {
        Self::new(Control::Registration)
    }

    /// Demands a new sign-in when the last one is this long ago (AADSTS70043).
    #[must_use]
    pub fn sign_in_frequency(time: Duration) -> Self {
        Self::new(Control::Frequency(time))
    }

    fn new(control: Control) -> Self {
        Self { id: random::guid(), control, app: None, user: None, tells: true }
    }

    /// Applies to this app alone.
    #[must_use]
    pub fn for_app(self, app: PolicyApp) -> Self {
        let resource = match app {
            PolicyApp::Connector => Resource::Connector,
            PolicyApp::Graph => Resource::Graph,
        };
        Self { app: Some(resource), ..self }
    }

    /// Applies to this user alone, by principal name.
    #[must_use]
    pub fn for_user(self, upn: impl Into<String>) -> Self {
        Self { user: Some(upn.into()), ..self }
    }

    /// Sets whether refusals say by claims which policy they are about.
    #[must_use]
    pub fn with_claims(self, tells: bool) -> Self {
        Self { tells, ..self }
    }

    /// Returns its id, which is in the claims as one of `capolids`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    fn concerns(&self, access: &Access<'_>) -> bool {
        let of = |upn: &String| access.user.upn.eq_ignore_ascii_case(upn);
        let demanded = access.demand.policies.contains(&self.id);
        let concerned = |app: Resource| access.resources.contains(&app);
        self.user.as_ref().is_none_or(of) && (demanded || self.app.is_none_or(concerned))
    }

    fn is_met(&self, access: &Access<'_>, state: &State) -> bool {
        let SignIn { at, mfa, device } = access.sign_in;
        match self.control {
            Control::Block => false,
            Control::Device => device,
            Control::Frequency(time) => state.clock.now() < after(at, time),
            Control::Registration | Control::SecondFactor => mfa,
        }
    }

    fn refusal(&self) -> Failure {
        let (code, text) = self.control.refusal();
        let failure = Failure::new(code, text);
        if self.tells { failure.with_claims(&demand(&self.id)) } else { failure }
    }
}

impl Control {
    fn refusal(self) -> (u32, &'static str) {
        match self {
            Self::Block => (
                53_003,
                "Access has been blocked by Conditional Access policies. The access policy does \
                 not allow token issuance.",
            ),
            Self::Device => (
                53_000,
                "Device is not in required device state. Conditional Access policy requires a \
                 compliant device, and the device is not compliant.",
            ),
            Self::Frequency(_) => (
                70_043,
                "The refresh token has expired or is invalid due to sign-in frequency checks by \
                 Conditional Access.",
            ),
            Self::Registration => (
                50_079,
                "Due to a configuration change made by your administrator, or because you moved \
                 to a new location, you must enroll in multi-factor authentication.",
            ),
            Self::SecondFactor => (
                50_076,
                "Due to a configuration change made by your administrator, or because you moved \
                 to a new location, you must use multi-factor authentication to access \
                 '00000003-0000-0000-c000-000000000000'.",
            ),
        }
    }

    /// Returns its place among those that are looked at, hardest first.
    fn rank(self) -> usize {
        match self {
            Self::Block => 0,
            Self::Device => 1,
            Self::Frequency(_) => 2,
            Self::Registration => 3,
            Self::SecondFactor => 4,
        }
    }
}

/// What a request's claims demand of the sign-in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Demand {
    /// A second factor, whichever policy wants it.
    pub(crate) mfa: bool,
    /// That policies be met, by their ids, whatever app they are about.
    pub(crate) policies: Vec<String>,
}

/// An access that policies are asked about.
pub(crate) struct Access<'a> {
    pub(crate) user: &'a User,
    pub(crate) resources: Vec<Resource>,
    pub(crate) sign_in: SignIn,
    pub(crate) demand: &'a Demand,
}

impl Access<'_> {
    /// Refuses what a policy does not allow.
    ///
    /// # Errors
    ///
    /// 53003, 53000, 70043, 50079 and 50076, with claims.
    pub(crate) fn check(&self, state: &State) -> Result<(), Failure> {
        let mut unmet = self.policies(state);
        unmet.retain(|policy| !policy.is_met(self, state));
        unmet.sort_by_key(|policy| policy.control.rank());
        match unmet.first() {
            Some(policy) => Err(policy.refusal()),
            None if self.needs_mfa_anyway(state) && !self.sign_in.mfa => Err(tenant::mfa_needed()),
            None => Ok(()),
        }
    }

    /// Returns whether the user has to give a second factor.
    pub(crate) fn needs_mfa(&self, state: &State) -> bool {
        let factor = |policy: &Policy| {
            matches!(policy.control, Control::Registration | Control::SecondFactor)
        };
        self.policies(state).iter().any(factor) || self.needs_mfa_anyway(state)
    }

    /// Returns whether something else than a policy here wants a second factor.
    fn needs_mfa_anyway(&self, state: &State) -> bool {
        let known = |id: &String| {
            state.entra.with(|memory| memory.policies.iter().any(|policy| policy.id == *id))
        };
        let needs = state.entra.with(|memory| memory.account(&self.user.id()).needs_mfa);
        needs || self.demand.mfa || !self.demand.policies.iter().all(known)
    }

    fn policies(&self, state: &State) -> Vec<Policy> {
        let mut policies = state.entra.with(|memory| memory.policies.clone());
        policies.retain(|policy| policy.concerns(self));
        policies
    }
}

/// Returns the claims by which a policy makes itself known.
fn demand(id: &str) -> Value {
    json!({"access_token": {"capolids": {"essential": true, "values": [id]}}})
}
