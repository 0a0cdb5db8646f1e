use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::transport::Reply;
use crate::{
    Authority, ClientId, Error, ErrorKind,
    aadsts::{self, Class},
};

/// How long to leave Entra ID alone when it asks for it and does not say how long.
const DEFAULT_WAIT: Duration = Duration::from_secs(60);
/// How long to stay away after sending the same request in a loop.
const LOOP_WAIT: Duration = Duration::from_secs(300);
const LOOP: u32 = 50_196;
/// The longest text of Entra ID that is passed on, in characters.
const MAX_TEXT: usize = 300;

/// An error of the token or authorization endpoint.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fault {
    pub(crate) status: Option<u16>,
    pub(crate) error: String,
    pub(crate) suberror: Option<String>,
    pub(crate) aadsts: Option<u32>,
    pub(crate) description: Option<String>,
    pub(crate) claims: Option<String>,
    pub(crate) correlation_id: Option<String>,
    pub(crate) trace_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
}

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

#[derive(Deserialize)]
struct Body {
    error: String,
    suberror: Option<String>,
    error_codes: Option<Vec<Value>>,
    error_description: Option<String>,
    claims: Option<String>,
    correlation_id: Option<String>,
    trace_id: Option<String>,
}

impl Fault {
    /// Reads an answer that is no success; one that is not JSON keeps its status only.
    pub(crate) fn from_reply(reply: &Reply, client_request_id: &str) -> Self {
        let body = serde_json::from_slice::<Body>(&reply.body).ok();
        let fault = body.map_or_else(Self::default, Body::into_fault);
        Self {
            status: Some(reply.status),
            retry_after: reply.retry_after(),
            correlation_id: fault.correlation_id.or_else(|| Some(client_request_id.to_owned())),
            trace_id: fault.trace_id.or_else(|| reply.header("x-ms-request-id")),
            ..fault
        }
    }

    /// Reads the parameters of a redirect.
    pub(crate) fn from_redirect(parameters: &[(String, String)], client_request_id: &str) -> Self {
        let find = |name: &str| parameters.iter().find(|(present, _)| present == name);
        let value = |name| find(name).map(|(_, value)| value.clone());
        let description = value("error_description");
        Self {
            error: value("error").unwrap_or_default(),
            suberror: value("error_subcode").or_else(|| value("suberror")),
            aadsts: description.as_deref().and_then(number_in),
            description,
            claims: value("claims"),
            correlation_id: Some(client_request_id.to_owned()),
            ..Self::default()
        }
    }

    /// Tells whether the user gave up at the sign-in page.
    pub(crate) fn is_cancellation(&self) -> bool {
        let cancelled = self.suberror.as_deref() == Some("cancel");
        self.error == "access_denied"
            && (cancelled || self.aadsts.is_none_or(|code| code == 65_004))
    }

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

    fn by_status(&self) -> Option<Reaction> {
        match self.status {
            _ if self.aadsts == Some(LOOP) => Some(Reaction::Wait(LOOP_WAIT)),
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

    /// Makes the error that the caller sees, of `kind`, about `who`.
    pub(crate) fn into_error(self, kind: ErrorKind, context: &Context<'_>) -> Error {
        let message = self.sentence(kind, context);
        let mut error = Error::new(kind).with_message(message);
        if let Some(code) = self.aadsts {
            error = error.with_aadsts(code);
        }
        if let Some(suberror) = self.suberror {
            error = error.with_suberror(clean(&suberror));
        }
        if let Some(claims) = self.claims {
            error = error.with_claims(claims);
        }
        if let Some(wait) = self.retry_after {
            error = error.with_retry_after(wait);
        }
        error.with_ids(self.correlation_id, self.trace_id)
    }

    fn sentence(&self, kind: ErrorKind, context: &Context<'_>) -> String {
        let number = self.aadsts.map(|code| format!("AADSTS{code}, ")).unwrap_or_default();
        let (cause, fix) = match self.aadsts.and_then(aadsts::explain) {
            Some(known) => (capitalised(known.cause()), known.fix().to_owned()),
            None => (self.own_words(), self.advice()),
        };
        let link = match kind {
            ErrorKind::ConsentRequired => context.consent_link(),
            _ => String::new(),
        };
        format!("{cause} ({number}{}). {fix}{link}", context.who)
    }

    /// Returns the first sentence of Entra ID's text, or what there is instead.
    fn own_words(&self) -> String {
        let description = self.description.as_deref().unwrap_or_default();
        let text = description.split("Trace ID").next().unwrap_or_default();
        let text = text
            .split_once(": ")
            .map_or(text, |(number, rest)| if number.starts_with("AADSTS") { rest } else { text });
        let sentence = text.split(". ").next().unwrap_or_default();
        match (clean(sentence), self.status) {
            (text, _) if !text.is_empty() => text.trim_end_matches('.').to_owned(),
            (_, Some(status)) if self.error.is_empty() => {
                format!("Entra ID answered HTTP {status}")
            }
            _ => format!("Entra ID answered '{}'", clean(&self.error)),
        }
    }

    fn advice(&self) -> String {
        match self.aadsts {
            Some(code) => format!("See {}", aadsts::help_url(code)),
            None => match self.reaction() {
                Reaction::Interact | Reaction::Over | Reaction::Policy => "Sign in again",
                Reaction::Consent => "Ask an administrator to consent",
                Reaction::Retry | Reaction::Wait(_) => "Try again later",
                Reaction::Refuse(_) => "Check tenant ID, client ID and azureCloud",
            }
            .to_owned(),
        }
    }
}

/// Whom an error is about.
pub(crate) struct Context<'a> {
    /// Account and tenant, or the tenant alone.
    pub(crate) who: String,
    pub(crate) authority: &'a Authority,
    pub(crate) client_id: &'a ClientId,
}

impl Context<'_> {
    fn consent_link(&self) -> String {
        format!(
            "; the link for an administrator is {}",
            self.authority.admin_consent_url(self.client_id)
        )
    }
}

impl Body {
    fn into_fault(self) -> Fault {
        let listed = self.error_codes.unwrap_or_default().into_iter().find_map(|code| match code {
            Value::String(text) => text.parse().ok(),
            code => code.as_u64().and_then(|code| code.try_into().ok()),
        });
        let described = || self.error_description.as_deref().and_then(number_in);
        Fault {
            aadsts: listed.or_else(described),
            error: self.error,
            suberror: self.suberror.filter(|text| !text.is_empty()),
            description: self.error_description,
            claims: self.claims.filter(|text| !text.is_empty()),
            correlation_id: self.correlation_id.map(|id| clean(&id)),
            trace_id: self.trace_id.map(|id| clean(&id)),
            ..Fault::default()
        }
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

fn number_in(description: &str) -> Option<u32> {
    let (_, rest) = description.split_once("AADSTS")?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].parse().ok()
}

fn capitalised(phrase: &str) -> String {
    let mut letters = phrase.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Returns a stranger's text fit for a log line: without control characters, and clipped.
pub(crate) fn clean(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(MAX_TEXT)
        .collect::<String>()
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;

    use super::*;
    use crate::Cloud;

    fn fault(status: u16, body: &str) -> Fault {
        let reply = Reply {
            status,
            headers: HeaderMap::new(),
            body: body.as_bytes().to_vec(),
            received_at: jiff::Timestamp::UNIX_EPOCH,
        };
        Fault::from_reply(&reply, "our-id")
    }

    fn reaction(error: &str, suberror: &str, code: u32) -> Reaction {
        fault(
            400,
            &format!(r#"{{"error":"{error}","suberror":"{suberror}","error_codes":[{code}]}}"#),
        )
        .reaction()
    }

    fn message(fault: Fault, kind: ErrorKind) -> String {
        let tenant = "11111111-2222-4333-8444-555555555555".parse().unwrap();
        let context = Context {
            who: "mira@fjordlight.example".to_owned(),
            authority: &Authority::new(Cloud::Global, tenant),
            client_id: &"aaaaaaaa-0000-4000-8000-000000000001".parse().unwrap(),
        };
        fault.into_error(kind, &context).message().unwrap().to_owned()
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
        assert_eq!(fault(502, "<html>").reaction(), Reaction::Retry);
        assert_eq!(fault(429, "").reaction(), Reaction::Wait(DEFAULT_WAIT));
        assert_eq!(fault(403, "<html>").reaction(), Reaction::Refuse(ErrorKind::Protocol));
        assert!(message(fault(403, "<html>"), ErrorKind::Protocol).contains("HTTP 403"));
    }

    #[test]
    fn a_known_number_is_explained_and_names_whom_it_is_about() {
        let fault = fault(400, r#"{"error":"invalid_grant","error_codes":["50076"]}"#);

        assert_eq!(
            message(fault, ErrorKind::SignInRequired),
            "Multi-factor authentication is needed (AADSTS50076, mira@fjordlight.example). \
             Sign in and complete multi-factor authentication"
        );
    }

    #[test]
    fn an_unknown_number_shows_the_first_sentence_and_a_link() {
        let body =
            r#"{"error":"x","error_description":"AADSTS99: No\u001b[1m way. More. Trace ID: 1"}"#;

        let message = message(fault(400, body), ErrorKind::Configuration);

        assert!(message.starts_with("No [1m way (AADSTS99, "), "{message}");
        assert!(
            message.ends_with("See https://login.microsoftonline.com/error?code=99"),
            "{message}"
        );
    }

    #[test]
    fn missing_consent_comes_with_the_administrators_link() {
        let fault = fault(400, r#"{"error":"invalid_grant","suberror":"consent_required"}"#);

        let message = message(fault, ErrorKind::ConsentRequired);

        assert!(message.contains("/adminconsent?client_id=aaaaaaaa-"), "{message}");
    }

    #[test]
    fn giving_up_and_declining_are_cancellations_and_a_policy_is_not() {
        let redirect = |pairs: &[(&str, &str)]| {
            let pairs: Vec<_> = pairs.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect();
            Fault::from_redirect(&pairs, "id")
        };
        let denied = ("error", "access_denied");

        assert!(redirect(&[denied, ("error_subcode", "cancel")]).is_cancellation());
        assert!(redirect(&[denied, ("error_description", "AADSTS65004: no")]).is_cancellation());
        assert!(!redirect(&[denied, ("error_description", "AADSTS53003: no")]).is_cancellation());
    }
}
