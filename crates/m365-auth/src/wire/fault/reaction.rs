use std::time::Duration;

use super::Fault;
use crate::{
    ErrorKind,
    aadsts::{self, Class},
};

/// How long to leave Entra ID alone when it asks for it and does not say how long.
const DEFAULT_WAIT: Duration = Duration::from_secs(60);
/// How long to stay away after sending the same request in a loop.
const LOOP_WAIT: Duration = Duration::from_secs(300);
const LOOP: u32 = 50_196;
/// What helps against a [`Fault`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reaction {
    /// The user consents, or an administrator does.
    Consent,
    /// The user signs in; the refresh token may be good for later.
    Interact,
    /// The user signs in; the refresh token is worth nothing.
    Over,
    /// The user may see at sign-in what a policy wants; more than that does not help.
    Policy,
    /// Someone changes something first.
    Refuse(ErrorKind),
    /// The same request, soon.
    Retry,
    /// The same request, not before.
    Wait(Duration),
}

#[cfg(feature = "client")]
impl Reaction {
    /// Returns the kind of error that this is to a caller; a policy is `policy`.
    pub(crate) const fn kind(self, policy: ErrorKind) -> ErrorKind {
        match self {
            Self::Consent => ErrorKind::ConsentRequired,
            Self::Interact | Self::Over => ErrorKind::SignInRequired,
            Self::Policy => policy,
            Self::Refuse(kind) => kind,
            Self::Retry => ErrorKind::Unavailable,
            Self::Wait(_) => ErrorKind::Throttled,
        }
    }
}

impl Fault {
    /// Decides by status, `suberror`, number and `error`, in this order.
    pub(crate) fn reaction(&self) -> Reaction {
        let decided = self.by_status().or_else(|| self.by_suberror()).or_else(|| self.by_number());
        decided.unwrap_or(match self.error.as_str() {
            "invalid_grant" | "interaction_required" | "login_required" => Reaction::Interact,
            "consent_required" => Reaction::Consent,
            "access_denied" => Reaction::Policy,
            "temporarily_unavailable" | "server_error" => Reaction::Retry,
            "" | "invalid_request" => Reaction::Refuse(ErrorKind::Protocol),
            _ => Reaction::Refuse(ErrorKind::Configuration),
        })
    }

    /// Tells whether Entra ID takes our requests for a loop, which is a bug of ours.
    pub(crate) fn is_loop(&self) -> bool {
        self.aadsts == Some(LOOP)
    }

    fn by_status(&self) -> Option<Reaction> {
        match self.status {
            _ if self.is_loop() => Some(Reaction::Wait(LOOP_WAIT)),
            Some(429) => Some(Reaction::Wait(self.retry_after.unwrap_or(DEFAULT_WAIT))),
            Some(408 | 500..) => Some(Reaction::Retry),
            _ => None,
        }
    }

    fn by_suberror(&self) -> Option<Reaction> {
        match self.suberror.as_deref()? {
            "basic_action" | "additional_action" | "user_password_expired" => {
                Some(Reaction::Interact)
            }
            "consent_required" => Some(Reaction::Consent),
            "bad_token" | "token_expired" | "client_mismatch" => Some(Reaction::Over),
            "message_only" | "protection_policy_required" | "device_authentication_failed" => {
                Some(Reaction::Policy)
            }
            _ => None,
        }
    }

    fn by_number(&self) -> Option<Reaction> {
        let code = self.aadsts?;
        Some(match aadsts::explain(code)?.class() {
            Class::Configuration => Reaction::Refuse(ErrorKind::Configuration),
            Class::Consent => Reaction::Consent,
            Class::Grant => Reaction::Over,
            Class::Interaction | Class::User if ends_session(code) => Reaction::Over,
            Class::Interaction | Class::User => Reaction::Interact,
            Class::Policy => Reaction::Policy,
            Class::Request => Reaction::Refuse(ErrorKind::Protocol),
            Class::Retryable => Reaction::Retry,
        })
    }
}

/// Tells whether a number says that the refresh token is dead, or the user not there any more.
fn ends_session(code: u32) -> bool {
    const DEAD: [u32; 12] = [
        50_034, 50_057, 50_085, 50_089, 50_132, 50_133, 50_173, 70_008, 70_043, 70_044, 700_082,
        700_084,
    ];
    DEAD.contains(&code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reaction(error: &str, suberror: &str, code: u32) -> Reaction {
        Fault::of(
            400,
            &format!(r#"{{"error":"{error}","suberror":"{suberror}","error_codes":[{code}]}}"#),
        )
        .reaction()
    }

    #[test]
    fn the_suberror_decides_before_the_number() {
        assert_eq!(reaction("invalid_grant", "basic_action", 50_173), Reaction::Interact);
        assert_eq!(reaction("invalid_grant", "bad_token", 50_076), Reaction::Over);
        assert_eq!(reaction("invalid_grant", "message_only", 53_003), Reaction::Policy);
        assert_eq!(reaction("invalid_grant", "consent_required", 65_001), Reaction::Consent);
    }

    #[test]
    fn the_number_decides_where_there_is_no_suberror() {
        for (code, expected) in [
            (50_076, Reaction::Interact),
            (50_173, Reaction::Over),
            (50_057, Reaction::Over),
            (700_082, Reaction::Over),
            (53_003, Reaction::Policy),
            (65_001, Reaction::Consent),
            (90_033, Reaction::Retry),
            (50_196, Reaction::Wait(Duration::from_secs(300))),
            (7_000_218, Reaction::Refuse(ErrorKind::Configuration)),
            (9_000_411, Reaction::Refuse(ErrorKind::Protocol)),
        ] {
            assert_eq!(reaction("invalid_grant", "", code), expected, "{code}");
        }
    }

    #[test]
    fn the_error_decides_where_there_is_nothing_else() {
        for (error, expected) in [
            ("invalid_grant", Reaction::Interact),
            ("consent_required", Reaction::Consent),
            ("temporarily_unavailable", Reaction::Retry),
            ("invalid_client", Reaction::Refuse(ErrorKind::Configuration)),
            ("invalid_request", Reaction::Refuse(ErrorKind::Protocol)),
        ] {
            assert_eq!(reaction(error, "", 1), expected, "{error}");
        }
    }

    #[test]
    fn a_page_of_a_gateway_is_told_by_its_status() {
        assert_eq!(Fault::of(502, "<html>").reaction(), Reaction::Retry);
        assert_eq!(Fault::of(429, "").reaction(), Reaction::Wait(DEFAULT_WAIT));
        assert_eq!(Fault::of(403, "<html>").reaction(), Reaction::Refuse(ErrorKind::Protocol));
    }
}
