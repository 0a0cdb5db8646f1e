use super::{Fault, Reaction};
use crate::{Authority, ClientId, Error, ErrorKind, aadsts};

/// The longest text of Entra ID that is passed on, in characters.
const MAX_TEXT: usize = 300;

impl Fault {
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
    use super::*;
    use crate::Cloud;

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
    fn a_known_number_is_explained_and_names_whom_it_is_about() {
        let fault = Fault::of(400, r#"{"error":"invalid_grant","error_codes":["50076"]}"#);

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

        let message = message(Fault::of(400, body), ErrorKind::Configuration);

        assert!(message.starts_with("No [1m way (AADSTS99, "), "{message}");
        assert!(
            message.ends_with("See https://login.microsoftonline.com/error?code=99"),
            "{message}"
        );
    }

    #[test]
    fn missing_consent_comes_with_the_administrators_link() {
        let fault = Fault::of(400, r#"{"error":"invalid_grant","suberror":"consent_required"}"#);

        let message = message(fault, ErrorKind::ConsentRequired);

        assert!(message.contains("/adminconsent?client_id=aaaaaaaa-"), "{message}");
    }

    #[test]
    fn a_page_of_a_gateway_is_told_by_its_status() {
        assert!(message(Fault::of(403, "<html>"), ErrorKind::Protocol).contains("HTTP 403"));
    }
}
