//! Checks that authorize and token endpoints share.

use std::sync::Arc;

use serde_json::json;

use super::{
    apps::{self, App},
    failure::Failure,
    params::Params,
    scopes::{Asked, Resource},
};
use crate::{directory::User, random, state::State, tenants::Tenant};

/// The tenant of personal accounts, whom nobody here is one of.
pub(crate) const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// What the first segment of a path stands for.
#[derive(Clone, Debug)]
pub(crate) enum Authority {
    /// One tenant.
    One(Arc<Tenant>),
    /// Whichever tenant the user is at home in: `common` and `organizations`.
    Any,
    /// That of personal accounts.
    Consumers,
}

impl Authority {
    /// Reads the first segment of a path.
    ///
    /// # Errors
    ///
    /// 90002 for a tenant that is not here.
    pub(crate) fn find(state: &State, name: &str) -> Result<Self, Failure> {
        if let Some(tenant) = state.tenants.named(name) {
            return Ok(Self::One(Arc::clone(tenant)));
        }
        match name {
            "common" | "organizations" => Ok(Self::Any),
            "consumers" => Ok(Self::Consumers),
            _ => Err(absent(name)),
        }
    }

    /// Returns the tenant, if it is one.
    pub(crate) fn tenant(&self) -> Option<&Tenant> {
        match self {
            Self::One(tenant) => Some(tenant),
            Self::Any | Self::Consumers => None,
        }
    }

    /// Returns whether a token of the tenant with this id is good here.
    pub(crate) fn issues_for(&self, state: &State, tenant_id: &str) -> bool {
        match self {
            Self::One(tenant) => tenant.id() == tenant_id,
            Self::Any => state.tenants.all().any(|tenant| tenant.id() == tenant_id),
            Self::Consumers => false,
        }
    }

    /// Returns who signs in here by a name.
    pub(crate) fn sign_in_name<'a>(&'a self, state: &'a State, name: &str) -> Option<&'a User> {
        match self {
            Self::One(tenant) => tenant.directory.sign_in_name(name),
            Self::Any => state.tenants.at_home(name),
            Self::Consumers => None,
        }
    }

    /// Returns the entry by which a person is known here: for a guest another one than at home.
    pub(crate) fn entry_of<'a>(&'a self, state: &'a State, person: &User) -> Option<&'a User> {
        match self {
            Self::One(tenant) => tenant.directory.entry_of(person),
            Self::Any => state.tenants.user(&person.home()),
            Self::Consumers => None,
        }
    }

    /// Returns everyone who can sign in here.
    pub(crate) fn people<'a>(&'a self, state: &'a State) -> Vec<&'a User> {
        let all: Vec<_> = match self {
            Self::One(tenant) => tenant.users().iter().collect(),
            Self::Any => state.tenants.everyone().collect(),
            Self::Consumers => Vec::new(),
        };
        all.into_iter().filter(|user| user.signs_in()).collect()
    }
}

fn absent(name: &str) -> Failure {
    let text = format!(
        "Tenant '{name}' not found. Check to make sure you have the correct tenant ID and are \
         signing into the correct cloud."
    );
    Failure::new(90_002, text)
}

/// Refuses single-tenant apps at shared paths, and in tenants where they are not registered.
///
/// # Errors
///
/// 50194 and 700016.
fn check_audience(state: &State, authority: &Authority, app: &App) -> Result<(), Failure> {
    match authority {
        Authority::Any if app.multi_tenant => Ok(()),
        Authority::One(tenant) if app.multi_tenant || tenant.id() == state.tenants.main().id() => {
            Ok(())
        }
        Authority::One(tenant) => Err(unknown_app(&app.client_id, tenant.name())),
        Authority::Any | Authority::Consumers => Err(single_tenant(app)),
    }
}

fn single_tenant(app: &App) -> Failure {
    let App { client_id, name, .. } = app;
    let text = format!(
        "Application '{client_id}' ({name}) is not configured as a multi-tenant application. \
         Use a tenant-specific endpoint."
    );
    Failure::new(50_194, text)
}

/// Refuses a client id that is no GUID.
///
/// # Errors
///
/// 900144 or 90013.
pub(crate) fn client_id(params: &Params) -> Result<&str, Failure> {
    let id = params.get("client_id").ok_or_else(|| Failure::missing("client_id"))?;
    if random::is_guid(id) {
        return Ok(id);
    }
    Err(Failure::new(90_013, "Invalid input received from the user: 'client_id' is not a GUID."))
}

/// Finds the app of a request, which must be in the tenant that the path names.
///
/// # Errors
///
/// 700016 and 50194.
pub(crate) fn app(state: &State, authority: &Authority, client_id: &str) -> Result<App, Failure> {
    let app = state.entra.with(|memory| memory.app(client_id).cloned());
    let directory = authority.tenant().unwrap_or(state.tenants.main()).name();
    let app = app.ok_or_else(|| unknown_app(client_id, directory))?;
    check_audience(state, authority, &app)?;
    Ok(app)
}

/// Names an app that is not in the tenant.
fn unknown_app(client_id: &str, directory: &str) -> Failure {
    let text = format!(
        "Application with identifier '{client_id}' was not found in the directory '{directory}'."
    );
    Failure::new(700_016, text)
}

/// Refuses a `resource` parameter unless it is the asked scopes' own, or nobody looks at it.
///
/// # Errors
///
/// 9010010.
pub(crate) fn check_resource(state: &State, params: &Params, asked: &Asked) -> Result<(), Failure> {
    let Some(sent) = params.get("resource").filter(|_| state.strictness.resource_check) else {
        return Ok(());
    };
    let agrees = |resource: &Resource| resource.is_named(sent, state);
    if !asked.resources.is_empty() && asked.resources.keys().all(agrees) {
        return Ok(());
    }
    let text = "The resource parameter provided in the request doesn't match with the requested \
                scopes.";
    Err(Failure::new(9_010_010, text))
}

/// Refuses scopes of an app that the user's tenant does not have.
///
/// # Errors
///
/// 650052.
pub(crate) fn check_principals(state: &State, tenant: &str, asked: &Asked) -> Result<(), Failure> {
    let known =
        || state.entra.with(|memory| memory.consents.has_principal(tenant, apps::CONNECTOR));
    if !asked.resources.contains_key(&Resource::Connector) || known() {
        return Ok(());
    }
    let text = format!(
        "The app is trying to access a service '{}' (Microsoft 365 connector) that your \
         organization '{tenant}' lacks a service principal for. An administrator has to consent \
         to it first.",
        apps::CONNECTOR
    );
    Err(Failure::new(650_052, text))
}

/// Says that consent is missing.
pub(crate) fn no_consent(app: &App) -> Failure {
    let App { client_id, name, .. } = app;
    let text = format!(
        "The user or administrator has not consented to use the application with ID \
         '{client_id}' named '{name}'. Send an interactive authorization request for this user \
         and resource."
    );
    Failure::new(65_001, text)
}

/// Asks for multi-factor authentication.
pub(crate) fn mfa_needed() -> Failure {
    let policy = "ca0c1a00-0000-4000-8000-00000000cafe";
    let claims = json!({"access_token": {"capolids": {"essential": true, "values": [policy]}}});
    let text = "Due to a configuration change made by your administrator, or because you moved \
                to a new location, you must use multi-factor authentication to access \
                '00000003-0000-0000-c000-000000000000'.";
    Failure::new(50_076, text).with_claims(&claims)
}
