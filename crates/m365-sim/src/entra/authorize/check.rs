//! What an authorize request must be, in the order in which Entra ID looks.

use http::Method;

use super::Attempt;
use crate::{
    entra::{
        apps::{self, App, Platform},
        claims::Claims,
        failure::Failure,
        params::Params,
        reply::{Mode, Reply},
        scopes::Asked,
        store::Challenge,
        tenant::{self, Authority},
        token,
    },
    http::Request,
    state::State,
};

/// A request whose errors may be sent to the app.
pub(super) struct Trusted {
    params: Params,
    authority: Authority,
    app: App,
    pub(super) reply: Reply,
}

/// Checks all that must be right before an error may be sent to the app.
pub(super) fn trusted(state: &State, request: &Request, tenant: &str) -> Result<Trusted, Failure> {
    let text = match request.method {
        Method::GET => request.query.clone().unwrap_or_default().into_bytes(),
        Method::POST => request.body.to_vec(),
        _ => return Err(Failure::new(900_561, "The endpoint only accepts GET, POST requests.")),
    };
    let params = Params::parse(&text);
    if let Some(name) = params.duplicate() {
        return Err(token::duplicate(name));
    }
    let authority = Authority::find(state, tenant)?;
    let app = tenant::app(state, &authority, tenant::client_id(&params)?)?;
    let reply = reply(&params, &app)?;
    Ok(Trusted { params, authority, app, reply })
}

fn reply(params: &Params, app: &App) -> Result<Reply, Failure> {
    let sent = params.get("redirect_uri").ok_or_else(|| Failure::missing("redirect_uri"))?;
    let (platform, registered) = app.match_redirect(sent).ok_or_else(|| {
        let text = format!(
            "The redirect URI '{sent}' specified in the request does not match the redirect \
             URIs configured for the application '{}'.",
            app.client_id
        );
        Failure::new(50_011, text)
    })?;
    Ok(Reply {
        redirect_uri: sent.to_owned(),
        platform: *platform,
        bare: apps::has_no_path(registered),
        mode: Mode::parse(params.get("response_mode")).unwrap_or(Mode::Query),
        state: params.get("state").map(str::to_owned),
    })
}

impl Attempt {
    /// Checks the rest of a request, whose errors the app may see.
    pub(super) fn check(state: &State, trusted: Trusted) -> Result<Self, Failure> {
        let Trusted { params, authority, app, reply } = trusted;
        let params = &params;
        response_type(params)?;
        if Mode::parse(params.get("response_mode")).is_none() {
            return Err(Failure::new(70_007, "The 'response_mode' is not a supported value."));
        }
        let prompt = prompt(params)?;
        let platform = reply.platform;
        let challenge = challenge(params, platform)?;
        let scope = params.get("scope").ok_or_else(|| Failure::missing("scope"))?;
        let asked = Asked::parse(scope, state)?;
        tenant::check_resource(state, params, &asked)?;
        let claims = Claims::parse(params.get("claims"))?;
        let hint = params.get("login_hint").filter(|_| prompt.as_deref() != Some("select_account"));
        Ok(Self {
            login_hint: hint.map(str::to_owned),
            nonce: params.get("nonce").map(str::to_owned),
            demand: claims.demand,
            client_info: params.get("client_info") == Some("1"),
            authority,
            app,
            reply,
            asked,
            prompt,
            platform,
            challenge,
            browser: None,
        })
    }
}

fn response_type(params: &Params) -> Result<(), Failure> {
    match params.get("response_type") {
        Some("code") => Ok(()),
        None => Err(Failure::missing("response_type")),
        Some("id_token" | "code id_token" | "id_token token" | "token") => {
            Err(Failure::new(700_054, "The response_type is not enabled for the application."))
        }
        Some(_) => Err(Failure::new(70_007, "The 'response_type' is not a supported value.")),
    }
}

fn prompt(params: &Params) -> Result<Option<String>, Failure> {
    match params.get("prompt") {
        None => Ok(None),
        Some(known @ ("login" | "none" | "consent" | "select_account")) => {
            Ok(Some(known.to_owned()))
        }
        Some(other) => {
            let text = format!("Unsupported 'prompt' value '{other}'.");
            Err(Failure::new(90_023, text))
        }
    }
}

fn challenge(params: &Params, platform: Platform) -> Result<Option<Challenge>, Failure> {
    let Some(value) = params.get("code_challenge") else {
        let text = "Proof Key for Code Exchange is required for cross-origin authorization code \
                    redemption.";
        let single_page = platform == Platform::SinglePage;
        return if single_page { Err(Failure::new(9_002_325, text)) } else { Ok(None) };
    };
    let hashed = match params.get("code_challenge_method") {
        Some("S256") => true,
        None | Some("plain") => false,
        Some(_) => {
            return Err(Failure::new(50_149, "Invalid Code_Challenge_method parameter."));
        }
    };
    let unreserved = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
    if !(43..=128).contains(&value.len()) || !value.chars().all(unreserved) {
        return Err(Failure::new(501_491, "Invalid size of Code_Challenge parameter."));
    }
    Ok(Some(Challenge { value: value.to_owned(), hashed }))
}
