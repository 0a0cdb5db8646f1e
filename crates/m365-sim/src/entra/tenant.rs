//! Checks that authorize and token endpoints share.

use serde_json::json;

use super::{
    apps::App,
    failure::Failure,
    params::Params,
    scopes::{Asked, Resource},
};
use crate::{
    directory::{DOMAIN, TENANT_ID},
    random,
    state::State,
};

/// Names that stand for no single tenant.
const SHARED: &[&str] = &["common", "consumers", "organizations"];

/// Returns whether a path names this tenant, by id or domain.
pub(crate) fn is_ours(name: &str) -> bool {
    name.eq_ignore_ascii_case(TENANT_ID) || name.eq_ignore_ascii_case(DOMAIN)
}

/// Returns whether a path names the tenant with this id.
pub(crate) fn names(path: &str, tenant_id: &str) -> bool {
    is_ours(path) && is_ours(tenant_id)
}

/// Returns whether a path names no single tenant.
pub(crate) fn is_shared(name: &str) -> bool {
    SHARED.contains(&name)
}

/// Refuses a tenant that is not here.
///
/// # Errors
///
/// 90002.
pub(crate) fn check(name: &str) -> Result<(), Failure> {
    if is_ours(name) || is_shared(name) {
        return Ok(());
    }
    let text = format!(
        "Tenant '{name}' not found. Check to make sure you have the correct tenant ID and are \
         signing into the correct cloud."
    );
    Err(Failure::new(90_002, text))
}

/// Refuses single-tenant apps at shared paths.
///
/// # Errors
///
/// 50194.
pub(crate) fn check_audience(tenant: &str, app: &App) -> Result<(), Failure> {
    if !is_shared(tenant) || app.multi_tenant {
        return Ok(());
    }
    let App { client_id, name, .. } = app;
    let text = format!(
        "Application '{client_id}' ({name}) is not configured as a multi-tenant application. \
         Use a tenant-specific endpoint."
    );
    Err(Failure::new(50_194, text))
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

/// Names an app that is not in the tenant.
pub(crate) fn unknown_app(client_id: &str) -> Failure {
    let text = format!(
        "Application with identifier '{client_id}' was not found in the directory 'Fjordlight \
         Energy'."
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
    let agrees = |resource: &Resource| resource.prefix(state.cloud) == sent;
    if !asked.resources.is_empty() && asked.resources.keys().all(agrees) {
        return Ok(());
    }
    let text = "The resource parameter provided in the request doesn't match with the requested \
                scopes.";
    Err(Failure::new(9_010_010, text))
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
