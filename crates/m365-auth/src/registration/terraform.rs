//! A Terraform module for the provider `azuread`.

use super::{
    ACCESS, Api, App, AppCredential, BROKER, CONSENT, GRAPH, Registration, Role, quote::hcl,
};
use crate::Cloud;

pub(super) fn module(registration: &Registration) -> String {
    let mut blocks = vec![head(registration)];
    blocks.extend(registration.apps().map(app));
    if let Some(api) = &registration.connector.api {
        blocks.push(exposed(api));
        blocks.push(credential(registration, &api.credential));
    }
    blocks.push(outputs(registration));
    blocks.join("\n")
}

fn head(registration: &Registration) -> String {
    let environment = match registration.cloud {
        Cloud::Global => "global",
        Cloud::UsGovHigh => "usgovernmentl4",
        Cloud::UsGovDod => "usgovernmentl5",
    };
    let tenant = registration.tenant.as_ref();
    let tenant = tenant.map(|it| format!("  tenant_id   = \"{it}\"\n")).unwrap_or_default();
    format!(
        "# Registers what this connector needs in Microsoft Entra ID.\n\
         terraform {{\n  \
           required_providers {{\n    \
             azuread = {{\n      \
               source  = \"hashicorp/azuread\"\n      \
               version = \"~> 3.0\"\n    \
             }}\n  \
           }}\n\
         }}\n\n\
         provider \"azuread\" {{\n  \
           environment = \"{environment}\"\n\
         {tenant}}}\n\n\
         data \"azuread_client_config\" \"current\" {{}}\n\n\
         data \"azuread_service_principal\" \"graph\" {{\n  \
           client_id = \"{GRAPH}\"\n\
         }}\n"
    )
}

/// Writes one app: its registration, redirects and permissions, and its service principal.
fn app(app: &App) -> String {
    let label = app.role.label();
    let (kind, redirects) = (if app.is_public() { "PublicClient" } else { "Web" }, redirects(app));
    let mut text = format!(
        "resource \"azuread_application_registration\" \"{label}\" {{\n  \
           display_name                   = {}\n  \
           sign_in_audience               = \"{}\"\n  \
           requested_access_token_version = 2\n\
         }}\n\n\
         resource \"azuread_application_redirect_uris\" \"{label}\" {{\n  \
           application_id = azuread_application_registration.{label}.id\n  \
           type           = \"{kind}\"\n  \
           redirect_uris  = [{redirects}]\n\
         }}\n\n",
        hcl(&app.name),
        app.audience()
    );
    if app.is_public() {
        text.push_str(&no_fallback(label));
    }
    text.push_str(&access(app));
    text.push_str(&service_principal(label));
    text
}

fn redirects(app: &App) -> String {
    let id = format!("${{azuread_application_registration.{}.client_id}}", app.role.label());
    app.redirects(hcl, &format!("\"{BROKER}{id}\"")).join(", ")
}

/// Flows without a redirect, such as device code, stay off.
fn no_fallback(label: &str) -> String {
    format!(
        "resource \"azuread_application_fallback_public_client\" \"{label}\" {{\n  \
           application_id = azuread_application_registration.{label}.id\n  \
           enabled        = false\n\
         }}\n\n"
    )
}

fn access(app: &App) -> String {
    let label = app.role.label();
    let (api, scopes) = match app.role {
        Role::Host => {
            let scope = "azuread_application_permission_scope.access_as_user.scope_id";
            ("azuread_application_registration.connector.client_id", format!("    {scope},\n"))
        }
        Role::Local | Role::Connector => {
            let id = |name: &&str| {
                format!(
                    "    data.azuread_service_principal.graph.oauth2_permission_scope_ids[\"{name}\"],\n"
                )
            };
            ("data.azuread_service_principal.graph.client_id", app.scopes.iter().map(id).collect())
        }
    };
    format!(
        "resource \"azuread_application_api_access\" \"{label}\" {{\n  \
           application_id = azuread_application_registration.{label}.id\n  \
           api_client_id  = {api}\n  \
           scope_ids = [\n\
         {scopes}  \
           ]\n\
         }}\n\n"
    )
}

fn service_principal(label: &str) -> String {
    format!(
        "resource \"azuread_service_principal\" \"{label}\" {{\n  \
           client_id = azuread_application_registration.{label}.client_id\n\
         }}\n"
    )
}

/// Writes the connector's API, and lets the host call it without asking each user.
fn exposed(api: &Api) -> String {
    let own = || "\"api://${azuread_application_registration.connector.client_id}\"".to_owned();
    let uri = api.uri.as_ref().map_or_else(own, |uri| hcl(uri));
    format!(
        "resource \"azuread_application_permission_scope\" \"access_as_user\" {{\n  \
           application_id             = azuread_application_registration.connector.id\n  \
           scope_id                   = \"{}\"\n  \
           value                      = \"{}\"\n  \
           type                       = \"User\"\n  \
           admin_consent_display_name = \"{}\"\n  \
           admin_consent_description  = \"{}\"\n  \
           user_consent_display_name  = \"{}\"\n  \
           user_consent_description   = \"{}\"\n\
         }}\n\n\
         resource \"azuread_application_identifier_uri\" \"connector\" {{\n  \
           application_id = azuread_application_registration.connector.id\n  \
           identifier_uri = {uri}\n\
         }}\n\n\
         resource \"azuread_application_pre_authorized\" \"desktop\" {{\n  \
           application_id       = azuread_application_registration.connector.id\n  \
           authorized_client_id = azuread_application_registration.desktop.client_id\n  \
           permission_ids       = [azuread_application_permission_scope.access_as_user.scope_id]\n\
         }}\n",
        ACCESS.id, ACCESS.value, ACCESS.name, ACCESS.description, ACCESS.name, ACCESS.description
    )
}

fn credential(registration: &Registration, credential: &AppCredential) -> String {
    match credential {
        AppCredential::Secret => SECRET.to_owned(),
        AppCredential::Certificate => CERTIFICATE.to_owned(),
        AppCredential::Federation { issuer, subject } => format!(
            "resource \"azuread_application_federated_identity_credential\" \"connector\" {{\n  \
               application_id = azuread_application_registration.connector.id\n  \
               display_name   = \"m365-remote\"\n  \
               audiences      = [\"{}\"]\n  \
               issuer         = {}\n  \
               subject        = {}\n\
             }}\n",
            registration.federation_audience(),
            hcl(issuer),
            hcl(subject)
        ),
    }
}

const SECRET: &str = r#"# Terraform keeps the secret in its state: guard that, or take a certificate or federation.
resource "azuread_application_password" "connector" {
  application_id = azuread_application_registration.connector.id
  display_name   = "m365-remote"
}

output "client_secret" {
  value     = azuread_application_password.connector.value
  sensitive = true
}
"#;

const CERTIFICATE: &str = r#"# Made before: openssl req -x509 -newkey rsa:3072 -sha256 -nodes -days 365 -subj /CN=m365-connector \
#   -keyout connector.key -out connector.pem
resource "azuread_application_certificate" "connector" {
  application_id    = azuread_application_registration.connector.id
  type              = "AsymmetricX509Cert"
  value             = file("${path.module}/connector.pem")
  end_date_relative = "8736h"
}
"#;

fn outputs(registration: &Registration) -> String {
    let client = |app: &App| {
        let label = app.role.label();
        format!(
            "output \"{label}_client_id\" {{\n  \
               value = azuread_application_registration.{label}.client_id\n\
             }}\n\n"
        )
    };
    let clients: String = registration.apps().map(client).collect();
    let root = hcl(&registration.consent_root());
    let root = root.trim_end_matches('"');
    let label = registration.connector.role.label();
    format!(
        "{clients}output \"admin_consent_url\" {{\n  \
           value = {root}${{data.azuread_client_config.current.tenant_id}}{CONSENT}${{azuread_application_registration.{label}.client_id}}\"\n\
         }}\n"
    )
}
