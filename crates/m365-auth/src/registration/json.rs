//! The bodies that Microsoft Graph takes, for programs.

use serde_json::{Map, Value, json};

use super::{
    ACCESS, Api, App, AppCredential, BROKER, GRAPH, Registration, Role, permissions, quote,
};

pub(super) fn document(registration: &Registration) -> String {
    let steps = registration.apps().flat_map(|app| following(registration, app));
    let tenant = registration.tenant.as_ref().map_or("{tenantId}", |tenant| tenant.as_str());
    let client = placeholder(registration.connector.role);
    let document = json!({
        "graph": format!("{}/v1.0", registration.graph_root()),
        "applications": registration.apps().map(application).collect::<Vec<_>>(),
        "then": steps.collect::<Vec<_>>(),
        "adminConsentUrl": registration.consent_url(tenant, &client),
    });
    format!("{document:#}")
}

/// Stands for the `appId` that Graph answers when it makes the app.
fn placeholder(role: Role) -> String {
    format!("{{{}ClientId}}", role.label())
}

/// What makes one app, and what to look for first.
fn application(app: &App) -> Value {
    json!({
        "clientId": placeholder(app.role),
        "find": format!("/applications?$filter={}", quote::filter_by_name(&app.name)),
        "method": "POST",
        "path": "/applications",
        "body": body(app),
        "addByName": permissions::unknown(&app.scopes).collect::<Vec<_>>(),
    })
}

fn body(app: &App) -> Value {
    let mut body = Map::new();
    body.insert("displayName".into(), json!(app.name));
    body.insert("signInAudience".into(), json!(app.audience()));
    body.insert("isFallbackPublicClient".into(), json!(false));
    let platform = if app.is_public() { "publicClient" } else { "web" };
    let broker = format!("{BROKER}{}", placeholder(app.role));
    let redirects = app.redirects(str::to_owned, &broker);
    // The broker's redirect names an ID that the app does not have yet.
    let redirects: Vec<_> = redirects.into_iter().filter(|uri| *uri != broker).collect();
    body.insert(platform.into(), json!({ "redirectUris": redirects }));
    if !app.scopes.is_empty() {
        body.insert("requiredResourceAccess".into(), graph_access(app));
    }
    if app.api.is_some() {
        let api = json!({
            "requestedAccessTokenVersion": 2,
            "oauth2PermissionScopes": [ACCESS.definition()],
        });
        body.insert("api".into(), api);
    }
    body.into()
}

fn graph_access(app: &App) -> Value {
    let known = app.scopes.iter().filter_map(|name| permissions::id(name));
    let access: Vec<_> = known.map(|id| json!({ "id": id, "type": "Scope" })).collect();
    json!([{ "resourceAppId": GRAPH, "resourceAccess": access }])
}

/// What can be set only when the apps have their IDs, in this order.
fn following(registration: &Registration, app: &App) -> Vec<Value> {
    let mut steps =
        vec![step("POST", "/servicePrincipals", json!({ "appId": placeholder(app.role) }))];
    if app.redirects.contains(&super::Redirect::Broker) {
        let broker = format!("{BROKER}{}", placeholder(app.role));
        let redirects = app.redirects(str::to_owned, &broker);
        let body = json!({ "publicClient": { "redirectUris": redirects } });
        steps.push(step("PATCH", &path(app.role), body));
    }
    if app.role == Role::Host {
        steps.push(step("PATCH", &path(app.role), connector_access()));
        steps.push(step("PATCH", &path(Role::Connector), pre_authorised()));
    }
    steps.extend(app.api.iter().flat_map(|api| exposed(registration, api)));
    steps
}

fn step(method: &str, path: &str, body: Value) -> Value {
    json!({ "method": method, "path": path, "body": body })
}

fn path(role: Role) -> String {
    format!("/applications(appId='{}')", placeholder(role))
}

fn connector_access() -> Value {
    let access = json!([{ "id": ACCESS.id, "type": "Scope" }]);
    let connector = placeholder(Role::Connector);
    json!({ "requiredResourceAccess": [{ "resourceAppId": connector, "resourceAccess": access }] })
}

fn pre_authorised() -> Value {
    let host = placeholder(Role::Host);
    let host = json!({ "appId": host, "delegatedPermissionIds": [ACCESS.id] });
    json!({ "api": { "preAuthorizedApplications": [host] } })
}

fn exposed(registration: &Registration, api: &Api) -> [Value; 2] {
    let path = path(Role::Connector);
    let own = || format!("api://{}", placeholder(Role::Connector));
    let uri = api.uri.clone().unwrap_or_else(own);
    [
        step("PATCH", &path, json!({ "identifierUris": [uri] })),
        credential(registration, &path, &api.credential),
    ]
}

fn credential(registration: &Registration, path: &str, credential: &AppCredential) -> Value {
    match credential {
        AppCredential::Secret => {
            let body = json!({ "passwordCredential": { "displayName": "m365-remote" } });
            step("POST", &format!("{path}/addPassword"), body)
        }
        AppCredential::Certificate => {
            let certificate = json!({
                "type": "AsymmetricX509Cert",
                "usage": "Verify",
                "displayName": "m365-remote",
                "key": "{base64 of the certificate in DER}",
            });
            step("PATCH", path, json!({ "keyCredentials": [certificate] }))
        }
        AppCredential::Federation { issuer, subject } => {
            let body = json!({
                "name": "m365-remote",
                "issuer": issuer,
                "subject": subject,
                "audiences": [registration.federation_audience()],
            });
            step("POST", &format!("{path}/federatedIdentityCredentials"), body)
        }
    }
}
