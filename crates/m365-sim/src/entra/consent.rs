//! The administrator's consent for everyone.

use http::{Method, StatusCode, header};
use url::form_urlencoded::Serializer;

use super::{
    apps::{self, App},
    authorize,
    failure::{Failure, Ids},
    interaction::Interaction,
    pages,
    params::Params,
    scopes::{Asked, DEFAULT_CONSENT, Resource},
    session,
    tenant::{self, Authority},
};
use crate::{
    http::{Request, Response},
    state::State,
};

/// Answers `adminconsent`; version 2 names its scopes.
pub(crate) fn handle(
    state: &State,
    request: &Request,
    tenant: &str,
    version: u8,
    ids: &Ids,
) -> Response {
    let query = request.query.clone().unwrap_or_default();
    let consent = match Consent::check(state, &query, tenant, version) {
        Ok(consent) => consent,
        Err(failure) => return pages::error(&failure, ids),
    };
    let form = Params::parse(&request.body);
    match form.get("action").filter(|_| request.method == Method::POST) {
        Some("accept") => {
            let picked = form.get("account").or(state.auto_sign_in.as_deref());
            consent.accept_as(state, picked.unwrap_or_default(), ids)
        }
        Some(_) => consent.refuse(ids),
        None => consent.ask(state, &query, ids),
    }
}

struct Consent {
    authority: Authority,
    app: App,
    asked: Asked,
    scope: Option<String>,
    redirect_uri: String,
    state: Option<String>,
}

impl Consent {
    fn check(state: &State, query: &str, tenant: &str, version: u8) -> Result<Self, Failure> {
        let params = Params::parse(query.as_bytes());
        if let Some(name) = params.duplicate() {
            return Err(super::token::duplicate(name));
        }
        let authority = Authority::find(state, tenant)?;
        let app = tenant::app(state, &authority, tenant::client_id(&params)?)?;
        one_tenant(&authority)?;
        let redirect_uri = redirect(&params, &app)?;
        let scope = params.get("scope").filter(|_| version == 2).map(str::to_owned);
        let asked = match (&scope, version) {
            (Some(scope), _) => Asked::parse(scope, state)?,
            (None, 2) => return Err(Failure::missing("scope")),
            (None, _) => registered(&app),
        };
        let state = params.get("state").map(str::to_owned);
        Ok(Self { authority, app, asked, scope, redirect_uri, state })
    }

    /// Shows the page, unless an automatic user is there to decide.
    fn ask(&self, state: &State, query: &str, ids: &Ids) -> Response {
        match session::scripted(state) {
            Some(Interaction::Approve(upn) | Interaction::Mfa(upn)) => {
                self.accept_as(state, &upn, ids)
            }
            Some(Interaction::Cancel | Interaction::Decline) => self.refuse(ids),
            _ => {
                let users = self.authority.people(state).into_iter();
                pages::admin_consent(query, &self.app.name, &self.names(), users)
            }
        }
    }

    /// Consents in the name of a user, who must be an administrator.
    fn accept_as(&self, state: &State, upn: &str, ids: &Ids) -> Response {
        match self.authority.sign_in_name(state, upn).filter(|user| user.is_admin) {
            Some(admin) => match tenant::check_principals(state, &admin.tenant, &self.all()) {
                Ok(()) => self.accept(state, &admin.tenant),
                Err(failure) => pages::error(&failure, ids),
            },
            None => pages::error(&admins_only(), ids),
        }
    }

    fn names(&self) -> Vec<String> {
        self.asked.names().map(str::to_owned).collect()
    }

    /// Returns what is consented to: what is named, or all that the app is registered for.
    fn all(&self) -> Asked {
        let named = self.asked.names().next().is_some();
        if named { self.asked.clone() } else { registered(&self.app) }
    }

    fn accept(&self, state: &State, tenant: &str) -> Response {
        let all = self.all();
        state.entra.with(|memory| {
            for (resource, scopes) in all.resources {
                memory.consents.admin(tenant, &self.app.client_id, resource, scopes);
            }
        });
        let mut parts = vec![("tenant", tenant), ("admin_consent", "True")];
        parts.extend(self.scope.as_deref().map(|scope| ("scope", scope)));
        self.redirect(&parts)
    }

    fn refuse(&self, ids: &Ids) -> Response {
        let description = authorize::declined().description(ids);
        let error = [("error", "access_denied"), ("error_description", description.as_str())];
        self.redirect(&[error[0], error[1], ("admin_consent", "True")])
    }

    fn redirect(&self, parts: &[(&str, &str)]) -> Response {
        let mut query = Serializer::new(String::new());
        query.extend_pairs(parts);
        if let Some(state) = &self.state {
            query.append_pair("state", state);
        }
        let slash = if apps::has_no_path(&self.redirect_uri) { "/" } else { "" };
        let location = format!("{}{slash}?{}", self.redirect_uri, query.finish());
        Response::html(StatusCode::FOUND, pages::moved()).header(header::LOCATION, location)
    }
}

/// Refuses paths that name no tenant: consent is for one organisation.
fn one_tenant(authority: &Authority) -> Result<(), Failure> {
    let text = "No tenant-identifying information found in either the request or implied by any \
                provided credentials.";
    authority.tenant().map(|_| ()).ok_or_else(|| Failure::new(50_059, text))
}

fn admins_only() -> Failure {
    Failure::new(90_094, "Only an administrator can consent for the whole organization.")
}

fn redirect(params: &Params, app: &App) -> Result<String, Failure> {
    let Some(sent) = params.get("redirect_uri") else {
        let first = app.redirects.first().map(|(_, uri)| uri.clone());
        return first.ok_or_else(|| Failure::new(900_971, "No reply address provided."));
    };
    match app.match_redirect(sent) {
        Some(_) => Ok(sent.to_owned()),
        None => {
            let text = format!("The redirect URI '{sent}' does not match a registered one.");
            Err(Failure::new(50_011, text))
        }
    }
}

/// Returns what an app is registered for.
fn registered(app: &App) -> Asked {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let mut asked = Asked::default();
    if [apps::LOCAL, apps::CONNECTOR].contains(&app.client_id.as_str()) {
        asked.resources.insert(Resource::Graph, names(DEFAULT_CONSENT));
    }
    if app.client_id != apps::CONNECTOR {
        asked.resources.insert(Resource::Connector, names(&["access_as_user"]));
    }
    asked
}
