//! Discovery documents.

use http::{StatusCode, header};
use serde_json::{Map, Value, json};

use super::{
    failure::{Failure, Ids},
    mint::members,
    params::Params,
    tenant::{Authority, CONSUMERS},
};
use crate::{
    cloud::SimCloud,
    http::{Request, Response},
    state::State,
    tenants::Tenant,
};

/// Answers the OpenID configuration of a tenant, of version 1 or 2.
pub(crate) fn configuration(state: &State, name: &str, version: u8, ids: &Ids) -> Response {
    match Authority::find(state, name) {
        Ok(authority) => public(&document(state, name, &authority, version)),
        Err(failure) => failure.metadata_response(ids),
    }
}

/// Answers the key set.
pub(crate) fn keys(state: &State, name: &str, ids: &Ids) -> Response {
    match Authority::find(state, name) {
        Ok(authority) => public(&state.keys.set(state.cloud, authority.tenant().map(Tenant::id))),
        Err(failure) => failure.metadata_response(ids),
    }
}

/// Answers which hosts are Microsoft's.
pub(crate) fn instances(state: &State, request: &Request, ids: &Ids) -> Response {
    let params = Params::parse(request.query.as_deref().unwrap_or_default().as_bytes());
    let asked = params.get("authorization_endpoint").unwrap_or_default();
    let host = url::Url::parse(asked).ok().and_then(|url| url.host_str().map(str::to_owned));
    let known = |host: &String| {
        INSTANCES.iter().any(|(_, _, aliases)| aliases.contains(&host.as_str()))
            || state.origins.login.contains(host)
    };
    match host.filter(known) {
        Some(_) => public(&instance_document(state)),
        None => Failure::new(50_049, "Unknown or invalid instance.").metadata_response(ids),
    }
}

fn public(body: &Value) -> Response {
    Response::json(StatusCode::OK, body)
        .header(header::CACHE_CONTROL, "max-age=86400, private")
        .header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")
}

fn document(state: &State, name: &str, authority: &Authority, version: u8) -> Value {
    let root = format!("{}/{}", state.origins.login, authority.tenant().map_or(name, Tenant::id));
    let oauth = format!("{root}/oauth2{}", if version == 2 { "/v2.0" } else { "" });
    let keys = if version == 2 { "discovery/v2.0/keys" } else { "discovery/keys" };
    let mut document = unchanging();
    let cloud = state.cloud;
    let graph = cloud.graph_root();
    document.extend(members(json!({
        "token_endpoint": format!("{oauth}/token"),
        "jwks_uri": format!("{root}/{keys}"),
        "issuer": issuer(cloud, authority, version),
        "userinfo_endpoint": format!("{graph}/oidc/userinfo"),
        "authorization_endpoint": format!("{oauth}/authorize"),
        "device_authorization_endpoint": format!("{oauth}/devicecode"),
        "end_session_endpoint": format!("{oauth}/logout"),
        "kerberos_endpoint": format!("{root}/kerberos"),
        "cloud_instance_name": cloud.instance_name(),
        "msgraph_host": graph.trim_start_matches("https://"),
    })));
    document.extend(region(cloud));
    Value::Object(document)
}

/// What is the same for each tenant.
fn unchanging() -> Map<String, Value> {
    members(json!({
        "token_endpoint_auth_methods_supported":
            ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "request_uri_parameter_supported": false,
        "http_logout_supported": true,
        "frontchannel_logout_supported": true,
        "claims_supported":
            ["sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "name", "tid", "ver"],
        "cloud_graph_host_name": "graph.windows.net",
        "rbac_url": "https://pas.windows.net",
    }))
}

fn region(cloud: SimCloud) -> Map<String, Value> {
    members(match cloud {
        SimCloud::Global => json!({"tenant_region_scope": "EU"}),
        SimCloud::UsGovHigh => {
            json!({"tenant_region_scope": "USGov", "tenant_region_sub_scope": "DODCON"})
        }
        SimCloud::UsGovDod => {
            json!({"tenant_region_scope": "USGov", "tenant_region_sub_scope": "DOD"})
        }
    })
}

/// A domain in the path is answered with the tenant's id, a shared name with a template.
fn issuer(cloud: SimCloud, authority: &Authority, version: u8) -> String {
    let tenant = match authority {
        Authority::One(tenant) => tenant.id(),
        Authority::Any => "{tenantid}",
        Authority::Consumers => CONSUMERS,
    };
    match version {
        2 => cloud.issuer(tenant),
        _ => format!("https://sts.windows.net/{tenant}/"),
    }
}

fn instance_document(state: &State) -> Value {
    let (login, main) = (&state.origins.login, state.tenants.main().id());
    let discovery = format!("{login}/{main}/v2.0/.well-known/openid-configuration");
    let metadata = |(network, cache, aliases): &(&str, &str, &[&str])| json!({"preferred_network": network, "preferred_cache": cache, "aliases": aliases});
    let all: Vec<_> = INSTANCES.iter().map(metadata).collect();
    json!({"tenant_discovery_endpoint": discovery, "api-version": "1.1", "metadata": all})
}

type Instance = (&'static str, &'static str, &'static [&'static str]);

#[rustfmt::skip]
const INSTANCES: &[Instance] = &[
    ("login.microsoftonline.com", "login.windows.net",
     &["login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"]),
    ("login.microsoftonline.us", "login.microsoftonline.us",
     &["login.microsoftonline.us", "login.usgovcloudapi.net"]),
    ("login-us.microsoftonline.com", "login-us.microsoftonline.com",
     &["login-us.microsoftonline.com"]),
    ("login.partner.microsoftonline.cn", "login.partner.microsoftonline.cn",
     &["login.partner.microsoftonline.cn", "login.chinacloudapi.cn"]),
    ("login.microsoftonline.de", "login.microsoftonline.de", &["login.microsoftonline.de"]),
    ("login.sovcloud-identity.fr", "login.sovcloud-identity.fr", &["login.sovcloud-identity.fr"]),
    ("login.sovcloud-identity.de", "login.sovcloud-identity.de", &["login.sovcloud-identity.de"]),
    ("login.sovcloud-identity.sg", "login.sovcloud-identity.sg", &["login.sovcloud-identity.sg"]),
];
