//! A shell script for the Azure CLI.

use serde_json::json;

use super::{
    ACCESS, Api, App, AppCredential, BROKER, CONSENT, GRAPH, Registration, Role,
    quote::{filter_by_name, sh},
};
use crate::Cloud;

/// Functions that the script shares, whatever it registers.
const FUNCTIONS: &str = r#"fail() {
  printf '%s\n' "$1" >&2
  exit 1
}

# Prints the client ID of the one app that a filter finds, if there is one.
find_app() {
  found=$(az ad app list --filter "$1" --query '[].appId' --output tsv)
  case $found in
    *[!0-9A-Fa-f-]*) fail 'Several apps have this name: choose another with --name.' ;;
  esac
  printf '%s' "$found"
}

# Waits until a new app can be found everywhere.
await_app() {
  tries=0
  until az ad app show --id "$1" --output none 2>/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -lt 30 ] || fail "The app $1 cannot be found: run this again in a minute."
    sleep 2
  done
}

# Lets the app appear among the tenant's enterprise applications.
add_service_principal() {
  az ad sp show --id "$1" --output none 2>/dev/null || az ad sp create --id "$1" --output none
}

# Prints Graph's permissions of these names as the app asks for them.
graph_access() {
  entries=
  for name in "$@"; do
    id=$(az ad sp show --id "$graph_app" --query "oauth2PermissionScopes[?value=='$name'].id" --output tsv)
    [ -n "$id" ] || fail "Microsoft Graph of this cloud has no permission $name: leave it out with --scope."
    entries="$entries${entries:+,}{\"id\":\"$id\",\"type\":\"Scope\"}"
  done
  printf '[{"resourceAppId":"%s","resourceAccess":[%s]}]' "$graph_app" "$entries"
}

# Changes what the Azure CLI has no option for.
patch_app() {
  az rest --method PATCH --resource "$graph_root/" --url "$graph_root/v1.0/applications(appId='$1')" \
    --headers Content-Type=application/json --body "$2" --output none
}
"#;

pub(super) fn script(registration: &Registration) -> String {
    let mut blocks = vec![head(registration), FUNCTIONS.to_owned(), checks(registration)];
    blocks.extend(registration.apps().map(app));
    blocks.extend(registration.connector.api.as_ref().map(exposed));
    blocks.extend(registration.credential().map(|it| credential(registration, it)));
    blocks.push(summary(registration));
    blocks.join("\n")
}

fn head(registration: &Registration) -> String {
    format!(
        "#!/bin/sh\n\
         # Registers what this connector needs in Microsoft Entra ID. It can be run again: apps of these\n\
         # names are found and brought up to date. Needs the Azure CLI, signed in to the tenant by an\n\
         # Application Administrator: az login --tenant TENANT --allow-no-subscriptions\n\
         set -eu\n\n\
         graph_root={}\n\
         graph_app={GRAPH}\n",
        registration.graph_root()
    )
}

/// The script goes on in the right cloud and tenant only.
fn checks(registration: &Registration) -> String {
    let advice = match registration.cloud {
        Cloud::Global => "az cloud set --name AzureCloud",
        Cloud::UsGovHigh => "az cloud set --name AzureUSGovernment",
        Cloud::UsGovDod => {
            "az cloud set --name AzureUSGovernment && az cloud update --name AzureUSGovernment \
             --endpoint-microsoft-graph-resource-id https://dod-graph.microsoft.us/"
        }
    };
    let tenant = registration.tenant.as_ref().map(|tenant| {
        format!(
            "[ \"$tenant\" = {tenant} ] || fail 'This is another tenant. Run: az login --tenant {tenant}'\n"
        )
    });
    format!(
        "cloud=$(az cloud show --query endpoints.microsoftGraphResourceId --output tsv)\n\
         [ \"${{cloud%/}}\" = \"$graph_root\" ] || fail 'This is another cloud. Run: {advice}; then az login'\n\
         tenant=$(az account show --query tenantId --output tsv)\n{}",
        tenant.unwrap_or_default()
    )
}

/// Finds or makes one app and sets what does not concern the others.
fn app(app: &App) -> String {
    let id = app.role.label();
    let filter = sh(&filter_by_name(&app.name));
    let name = sh(&app.name);
    let access = match app.role {
        Role::Host => HOST_ACCESS.to_owned(),
        Role::Local | Role::Connector => format!("access=$(graph_access {})", app.scopes.join(" ")),
    };
    let kind = if app.is_public() {
        "--is-fallback-public-client false --public-client-redirect-uris"
    } else {
        "--requested-access-token-version 2 --web-redirect-uris"
    };
    let scope = if app.api.is_some() { access_scope() } else { String::new() };
    format!(
        "# {}\n\
         {id}=$(find_app {filter})\n\
         [ -n \"${id}\" ] || {id}=$(az ad app create --display-name={name} --query appId --output tsv)\n\
         await_app \"${id}\"\n\
         {access}\n\
         az ad app update --id \"${id}\" --sign-in-audience {} \\\n  \
           --required-resource-accesses \"$access\" \\\n  \
           {kind} {}\n\
         add_service_principal \"${id}\"\n{scope}",
        title(app.role),
        app.audience(),
        app.redirects(sh, &format!("\"{BROKER}${id}\"")).join(" ")
    )
}

const HOST_ACCESS: &str = r#"access='[{"resourceAppId":"'"$connector"'","resourceAccess":[{"id":"'"$scope"'","type":"Scope"}]}]'"#;

const fn title(role: Role) -> &'static str {
    match role {
        Role::Local => "The local connector, a public client.",
        Role::Connector => "The connector app, which hosts call.",
        Role::Host => {
            "The app of desktop hosts, a public client that may call the connector and nothing else."
        }
    }
}

/// The permission that hosts ask for, made once: an app keeps the ID that it has.
fn access_scope() -> String {
    let body =
        sh(&json!({ "api": { "oauth2PermissionScopes": [ACCESS.definition()] } }).to_string());
    let (id, value) = (ACCESS.id, ACCESS.value);
    format!(
        "scope=$(az ad app show --id \"$connector\" --query \"api.oauth2PermissionScopes[?value=='{value}'].id\" --output tsv)\n\
         if [ -z \"$scope\" ]; then\n  \
           scope={id}\n  \
           patch_app \"$connector\" {body}\n\
         fi\n"
    )
}

/// Names the API, and lets the host call it without asking each user. Other hosts stay.
fn exposed(api: &Api) -> String {
    let uri = api.uri.as_ref().map_or_else(|| "\"api://$connector\"".to_owned(), |uri| sh(uri));
    format!(
        "az ad app update --id \"$connector\" --identifier-uris {uri}\n\
         hosts=$(az ad app show --id \"$connector\" --output json --query \"[api.preAuthorizedApplications[?appId!='$desktop'].{{appId:appId,delegatedPermissionIds:delegatedPermissionIds}}, [{{appId:'$desktop',delegatedPermissionIds:['$scope']}}]][]\")\n\
         patch_app \"$connector\" '{{\"api\":{{\"preAuthorizedApplications\":'\"$hosts\"'}}}}'\n"
    )
}

fn credential(registration: &Registration, credential: &AppCredential) -> String {
    match credential {
        AppCredential::Secret => SECRET.to_owned(),
        AppCredential::Certificate => CERTIFICATE.to_owned(),
        AppCredential::Federation { issuer, subject } => {
            let parameters = json!({
                "name": "m365-remote",
                "issuer": issuer,
                "subject": subject,
                "audiences": [registration.federation_audience()],
            });
            let parameters = sh(&parameters.to_string());
            format!(
                "if [ -z \"$(az ad app federated-credential list --id \"$connector\" --query \"[?name=='m365-remote'].id\" --output tsv)\" ]; then\n  \
                   az ad app federated-credential create --id \"$connector\" --parameters {parameters} --output none\n\
                 fi\n"
            )
        }
    }
}

const SECRET: &str = r#"# The secret is printed here, once, and written nowhere.
if [ -z "$(az ad app credential list --id "$connector" --query '[].keyId' --output tsv)" ]; then
  secret=$(az ad app credential reset --id "$connector" --append --display-name m365-remote --years 1 \
    --query password --output tsv --only-show-errors)
  printf 'Client secret, shown this once and written nowhere: %s\n' "$secret"
else
  printf '%s\n' "The connector app has a secret. For another: az ad app credential reset --id $connector --append" >&2
fi
"#;

const CERTIFICATE: &str = r#"# The private key stays in this folder: take it to the connector, and nowhere else.
if [ -z "$(az ad app credential list --id "$connector" --cert --query '[].keyId' --output tsv)" ]; then
  if [ ! -f connector.pem ]; then
    umask 077
    openssl req -x509 -newkey rsa:3072 -sha256 -nodes -days 365 -subj /CN=m365-connector \
      -keyout connector.key -out connector.pem
  fi
  az ad app credential reset --id "$connector" --append --cert @connector.pem --output none --only-show-errors
fi
"#;

fn summary(registration: &Registration) -> String {
    let mut lines = vec!["printf 'Tenant ID: %s\\n' \"$tenant\"".to_owned()];
    lines.extend(registration.apps().map(|app| {
        let label = app.role.label();
        format!("printf 'Client ID of the {label} app: %s\\n' \"${label}\"")
    }));
    lines.push(format!(
        "printf 'An administrator consents at %s\\n' {}\"$tenant\"{}\"${}\"\n",
        sh(&registration.consent_root()),
        sh(CONSENT),
        registration.connector.role.label()
    ));
    lines.join("\n")
}
