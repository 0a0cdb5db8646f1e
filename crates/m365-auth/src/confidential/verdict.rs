use std::time::Duration;

use super::{credential::unusable, holds::Hold};
use crate::{
    Authority, ClientId, Error, ErrorKind,
    wire::{
        claims::is_challenge,
        fault::{Context, Fault, Reaction},
    },
};

/// How long a refusal is the answer to the same request.
const REFUSAL_HOLDS: Duration = Duration::from_secs(30);

/// The caller's token is of no use: its signature, audience, kind or time.
const ASSERTION: [u32; 6] = [50_013, 50_027, 240_002, 500_131, 500_133, 7_000_114];
/// The caller's token is for somebody else, which the validation should have seen.
const AUDIENCE: u32 = 500_131;
/// The connector's app, or Graph, is not in the tenant.
const ABSENT: [u32; 4] = [90_002, 500_011, 650_052, 700_016];
/// A policy that looks at the device.
const DEVICE: [u32; 10] =
    [50_097, 50_155, 50_187, 53_000, 53_001, 53_002, 53_003, 530_003, 530_084, 700_003];
/// The same, by its `suberror`.
const DEVICE_SUBERRORS: [&str; 2] = ["device_authentication_failed", "protection_policy_required"];

/// What was asked, as far as it matters for the answer.
pub(crate) struct Asked<'a> {
    pub(crate) authority: &'a Authority,
    pub(crate) client_id: &'a ClientId,
    /// The challenge that was to be fulfilled.
    pub(crate) claims: Option<&'a str>,
    /// The caller has been sent to fulfil a policy, and is back.
    pub(crate) has_stepped_up: bool,
}

/// What follows from a refusal of Entra ID.
#[derive(Debug)]
pub(crate) struct Verdict {
    pub(crate) error: Error,
    pub(crate) hold: Option<Hold>,
    /// The cached token for the same caller's token is not to be used any more.
    pub(crate) drops_token: bool,
    /// No cached token of the user is to be used any more.
    pub(crate) forgets_user: bool,
    /// The user was asked for something that a policy wants.
    pub(crate) demands_step_up: bool,
    /// What it counts against, if Entra ID should not be asked like that too often.
    pub(crate) failure: Option<Failure>,
}

/// Whose failures a refusal is one of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Our own credential's: once it is put right, no caller shall wait for that.
    OfCredential,
    /// The tenant's.
    OfTenant,
}

/// What a refusal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    /// The caller's token.
    Assertion,
    /// Consent in the tenant, or the app registration's presence there.
    Consent,
    /// Our own credential or registration.
    Credential,
    /// A wait that Entra ID asks for.
    Load(Duration),
    /// Entra ID itself.
    Outage,
    /// A policy that the user cannot fulfil, or has tried to.
    Policy,
    /// Our request.
    Request,
    /// Something that the user can do at a sign-in.
    User { policy: bool },
}

impl Verdict {
    /// Decides, see the
    /// [error codes](https://learn.microsoft.com/entra/identity-platform/reference-error-codes).
    pub(crate) fn of(mut fault: Fault, asked: &Asked<'_>) -> Self {
        fault.claims = fault.claims.filter(|claims| is_challenge(claims));
        let subject = Subject::of(&fault, asked);
        log(&fault, subject, asked);
        let granted = fault.error == "invalid_grant";
        let hold = subject.hold(fault.retry_after);
        if !matches!(subject, Subject::User { .. }) {
            fault.claims = None;
        }
        Self {
            error: subject.error(fault, asked),
            hold,
            drops_token: subject == Subject::Assertion,
            forgets_user: granted && subject.is_about_the_user(),
            demands_step_up: subject == Subject::User { policy: true },
            failure: subject.failure(),
        }
    }
}

impl Subject {
    fn of(fault: &Fault, asked: &Asked<'_>) -> Self {
        let is = |list: &[u32]| fault.aadsts.is_some_and(|code| list.contains(&code));
        match fault.reaction() {
            Reaction::Wait(wait) => Self::Load(wait),
            Reaction::Retry => Self::Outage,
            _ if is(&ABSENT) => Self::Consent,
            _ if fault.error == "invalid_client" => Self::Credential,
            _ if is(&ASSERTION) => Self::Assertion,
            Reaction::Consent => Self::Consent,
            Reaction::Interact | Reaction::Over => Self::User { policy: false },
            Reaction::Policy if fault.claims.is_some() && !asked.has_stepped_up => {
                Self::User { policy: true }
            }
            Reaction::Policy => Self::Policy,
            Reaction::Refuse(ErrorKind::Configuration) => Self::Credential,
            Reaction::Refuse(_) => Self::Request,
        }
    }

    const fn kind(self) -> ErrorKind {
        match self {
            Self::Assertion | Self::User { .. } => ErrorKind::SignInRequired,
            Self::Consent => ErrorKind::ConsentRequired,
            Self::Credential => ErrorKind::Configuration,
            Self::Load(_) => ErrorKind::Throttled,
            Self::Outage => ErrorKind::Unavailable,
            Self::Policy => ErrorKind::Denied,
            Self::Request => ErrorKind::Protocol,
        }
    }

    const fn failure(self) -> Option<Failure> {
        match self {
            Self::Load(_) | Self::Outage => None,
            Self::Credential => Some(Failure::OfCredential),
            _ => Some(Failure::OfTenant),
        }
    }

    const fn is_about_the_user(self) -> bool {
        matches!(self, Self::Consent | Self::Policy | Self::User { .. })
    }

    fn hold(self, retry_after: Option<Duration>) -> Option<Hold> {
        match self {
            Self::Load(wait) => Some(Hold::Every(wait)),
            Self::Outage => retry_after.map(Hold::Every),
            Self::Assertion | Self::Consent | Self::Policy | Self::User { .. } => {
                Some(Hold::Same(REFUSAL_HOLDS))
            }
            // Whoever puts that right wants to see it at once.
            Self::Credential | Self::Request => None,
        }
    }

    fn error(self, fault: Fault, asked: &Asked<'_>) -> Error {
        let context = Context {
            who: format!("tenant {}", asked.authority.tenant()),
            authority: asked.authority,
            client_id: asked.client_id,
        };
        match self {
            // The numbers would tell callers how the connector is set up.
            Self::Credential => unusable().with_ids(fault.correlation_id, fault.trace_id),
            Self::Assertion => fault.into_error(self.kind(), &context).with_message(STALE),
            Self::Consent => {
                let message = consent_message(&fault, asked);
                fault.into_error(self.kind(), &context).with_message(message)
            }
            Self::Policy if is_about_the_device(&fault) => {
                fault.into_error(self.kind(), &context).with_message(DEVICE_MESSAGE)
            }
            Self::Load(wait) => fault.into_error(self.kind(), &context).with_retry_after(wait),
            Self::User { .. } => challenged(fault.into_error(self.kind(), &context), asked),
            Self::Outage | Self::Policy | Self::Request => fault.into_error(self.kind(), &context),
        }
    }
}

const STALE: &str = "Entra ID no longer accepts the caller's access token; get a new one for the \
                     connector and call again";
const DEVICE_MESSAGE: &str = "A policy of the tenant wants a managed device. The remote connector \
                              cannot meet device-based policies; use the local connector \
                              (m365-local)";

/// Adds the challenge that was not fulfilled, where Entra ID names none itself.
fn challenged(error: Error, asked: &Asked<'_>) -> Error {
    match (error.claims(), asked.claims) {
        (None, Some(challenge)) => error.with_claims(challenge),
        _ => error,
    }
}

fn consent_message(fault: &Fault, asked: &Asked<'_>) -> String {
    let is_absent = fault.aadsts.is_some_and(|code| ABSENT.contains(&code));
    let what = if is_absent { "is not set up" } else { "has no admin consent" };
    let number = fault.aadsts.map(|code| format!(" (AADSTS{code})")).unwrap_or_default();
    format!(
        "The connector's app {} {what} in tenant {}{number}. An administrator has to consent at {}",
        asked.client_id,
        asked.authority.tenant(),
        asked.authority.admin_consent_url(asked.client_id)
    )
}

fn is_about_the_device(fault: &Fault) -> bool {
    let by_number = fault.aadsts.is_some_and(|code| DEVICE.contains(&code));
    by_number || fault.suberror.as_deref().is_some_and(|text| DEVICE_SUBERRORS.contains(&text))
}

/// Logs a refusal; loudly where whoever runs the connector has to do something.
fn log(fault: &Fault, subject: Subject, asked: &Asked<'_>) {
    let ours = matches!(subject, Subject::Credential | Subject::Request);
    if ours || fault.is_loop() || fault.aadsts == Some(AUDIENCE) {
        tracing::error!(
            status = fault.status,
            aadsts = fault.aadsts,
            correlation_id = fault.correlation_id,
            trace_id = fault.trace_id,
            tenant = %asked.authority.tenant(),
            "Entra ID refuses the connector: {}",
            explanation(fault)
        );
    } else {
        tracing::info!(
            status = fault.status,
            aadsts = fault.aadsts,
            suberror = fault.suberror,
            correlation_id = fault.correlation_id,
            trace_id = fault.trace_id,
            tenant = %asked.authority.tenant(),
            "Entra ID refused an exchange on behalf of a user"
        );
    }
}

fn explanation(fault: &Fault) -> String {
    match fault.aadsts.and_then(crate::aadsts::explain) {
        Some(known) => format!("{}. {}", known.cause(), known.fix()),
        None => "the number is explained at https://login.microsoftonline.com/error".to_owned(),
    }
}
