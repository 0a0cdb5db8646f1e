use crate::{BrokerRequest, Prompt, broker::stage::Stage};

/// Scopes of OpenID Connect, which give the ID token and its claims.
const OPENID: [&str; 3] = ["openid", "profile", "offline_access"];

/// What is asked of Web Account Manager, in plain values.
#[derive(Debug)]
pub(super) struct Wish {
    pub(super) client_id: String,
    pub(super) scope: String,
    /// Whether credentials are entered again.
    pub(super) force: bool,
    pub(super) correlation_id: String,
    pub(super) properties: Vec<(&'static str, String)>,
}

/// Returns the name under which Windows finds the provider of the request's tenant.
pub(super) fn authority(request: &BrokerRequest) -> String {
    request.authority.as_str().trim_end_matches('/').to_owned()
}

impl Wish {
    /// Writes down `request`; `known` says that Windows has its account.
    ///
    /// The redirect URI of a broker follows from the client ID, so it is no property.
    pub(super) fn new(request: &BrokerRequest, stage: Stage, known: bool) -> Self {
        let mut properties = vec![
            // Scopes as the v2 endpoint understands them; else there has to be a `resource`.
            ("wam_compat", "2.0".to_owned()),
            ("authority", authority(request)),
        ];
        properties.extend(request.claims.clone().map(|claims| ("claims", claims)));
        if stage == Stage::Interactive {
            properties.extend(request.login_hint.clone().map(|hint| ("LoginHint", hint)));
            properties.extend(request.prompt.map(|prompt| ("prompt", prompt.parameter().into())));
        }
        Self {
            client_id: request.client_id.to_string(),
            scope: scope(request),
            force: stage == Stage::Interactive && forces(request, known),
            correlation_id: request.correlation_id.clone(),
            properties,
        }
    }
}

/// An account that Windows has not got would give way to the one it has.
fn forces(request: &BrokerRequest, known: bool) -> bool {
    request.prompt == Some(Prompt::Login) || (request.login_hint.is_some() && !known)
}

fn scope(request: &BrokerRequest) -> String {
    let asked = request.scopes.iter().map(String::as_str);
    let missing = OPENID.into_iter().filter(|name| !request.scopes.iter().any(|own| own == name));
    asked.chain(missing).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> BrokerRequest {
        let authority = "https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/";
        let mut request = BrokerRequest::new(
            authority.parse().unwrap(),
            "11111111-2222-4333-8444-555555555555".parse().unwrap(),
            "aaaaaaaa-0000-4000-8000-000000000001".parse().unwrap(),
            "correlation",
        );
        request.scopes = vec!["https://graph.microsoft.com/Mail.Read".into(), "openid".into()];
        request
    }

    fn property(wish: &Wish, name: &str) -> Option<String> {
        let mut found = wish.properties.iter().filter(|(present, _)| *present == name);
        let value = found.next().map(|(_, value)| value.clone());
        assert!(found.next().is_none(), "{name} is there twice");
        value
    }

    #[test]
    fn silence_asks_for_scopes_of_the_second_version_and_shows_nothing() {
        let mut request = request();
        request.claims = Some("{}".to_owned());
        request.login_hint = Some("mira@fjordlight.example".to_owned());

        let wish = Wish::new(&request, Stage::Silent, true);

        let scope = "https://graph.microsoft.com/Mail.Read openid profile offline_access";
        assert_eq!(wish.scope, scope);
        assert_eq!(wish.client_id, "aaaaaaaa-0000-4000-8000-000000000001");
        assert_eq!(property(&wish, "wam_compat").as_deref(), Some("2.0"));
        assert_eq!(property(&wish, "claims").as_deref(), Some("{}"));
        assert_eq!(property(&wish, "LoginHint"), None);
        assert_eq!(property(&wish, "redirectUri"), None);
        assert!(!wish.force);
        assert_eq!(wish.correlation_id, "correlation");
    }

    #[test]
    fn the_authority_is_the_tenants_without_version_or_slash() {
        let authority = authority(&request());

        assert!(authority.ends_with("/11111111-2222-4333-8444-555555555555"), "{authority}");
    }

    #[test]
    fn a_hint_of_an_unknown_account_forces_its_sign_in_and_a_known_one_does_not() {
        let mut request = request();
        request.login_hint = Some("mira@fjordlight.example".to_owned());

        let unknown = Wish::new(&request, Stage::Interactive, false);

        assert_eq!(property(&unknown, "LoginHint"), request.login_hint);
        assert!(unknown.force);
        assert!(!Wish::new(&request, Stage::Interactive, true).force);
    }

    #[test]
    fn a_prompt_is_passed_on_and_login_asks_for_credentials() {
        let mut request = request();
        request.prompt = Some(Prompt::SelectAccount);
        let choose = Wish::new(&request, Stage::Interactive, false);
        request.prompt = Some(Prompt::Login);
        let login = Wish::new(&request, Stage::Interactive, true);

        assert_eq!(property(&choose, "prompt").as_deref(), Some("select_account"));
        assert!(!choose.force && login.force);
    }
}
