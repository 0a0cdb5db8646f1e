//! A script for Microsoft Graph PowerShell.

use super::{
    ACCESS, Api, App, AppCredential, BROKER, CONSENT, GRAPH, Registration, Role,
    quote::{filter_by_name, powershell as quoted},
};
use crate::Cloud;

/// Functions that the script shares, whatever it registers.
const FUNCTIONS: &str = r#"# Finds the one app of a name, or makes it.
function Get-App([string] $Name, [string] $Filter) {
    $found = @(Get-MgApplication -Filter $Filter -All)
    if ($found.Count -gt 1) { throw 'Several apps have this name: choose another with --name.' }
    if ($found.Count -eq 1) { return $found[0] }
    New-MgApplication -DisplayName $Name
}

# Lets the app appear among the tenant's enterprise applications.
function Add-ServicePrincipal([string] $AppId) {
    if (-not (Get-MgServicePrincipal -Filter "appId eq '$AppId'")) {
        New-MgServicePrincipal -AppId $AppId | Out-Null
    }
}

# Looks Graph's permissions of these names up.
function Get-GraphAccess([string[]] $Names) {
    $access = foreach ($name in $Names) {
        $scope = $graph.Oauth2PermissionScopes | Where-Object Value -EQ $name
        if (-not $scope) { throw "Microsoft Graph of this cloud has no permission ${name}: leave it out with --scope." }
        @{ id = $scope.Id; type = 'Scope' }
    }
    @{ resourceAppId = $graph.AppId; resourceAccess = @($access) }
}
"#;

pub(super) fn script(registration: &Registration) -> String {
    let mut blocks = vec![head(registration), FUNCTIONS.to_owned()];
    blocks.extend(registration.apps().map(app));
    if let Some(api) = &registration.connector.api {
        blocks.push(exposed(api));
        blocks.push(credential(registration, &api.credential));
    }
    blocks.push(summary(registration));
    blocks.join("\n")
}

fn head(registration: &Registration) -> String {
    let environment = match registration.cloud {
        Cloud::Global => "Global",
        Cloud::UsGovHigh => "USGov",
        Cloud::UsGovDod => "USGovDoD",
    };
    let tenant = registration.tenant.as_ref();
    let tenant = tenant.map(|it| format!(" -TenantId {it}")).unwrap_or_default();
    format!(
        "#Requires -Modules Microsoft.Graph.Applications\n\
         # Registers what this connector needs in Microsoft Entra ID. It can be run again: apps of these\n\
         # names are found and brought up to date. Sign in as an Application Administrator.\n\
         $ErrorActionPreference = 'Stop'\n\
         Connect-MgGraph -Environment {environment} -Scopes 'Application.ReadWrite.All' -NoWelcome{tenant}\n\
         $tenant = (Get-MgContext).TenantId\n\
         $graph = Get-MgServicePrincipal -Filter \"appId eq '{GRAPH}'\"\n"
    )
}

/// Finds or makes one app and sets what does not concern the others.
fn app(app: &App) -> String {
    let label = app.role.label();
    let (name, filter) = (quoted(&app.name), quoted(&filter_by_name(&app.name)));
    let access = match app.role {
        Role::Host => {
            "@{ resourceAppId = $connector.AppId; resourceAccess = @(@{ id = $scope; type = 'Scope' }) }"
                .to_owned()
        }
        Role::Local | Role::Connector => {
            let names: Vec<_> = app.scopes.iter().map(|name| quoted(name)).collect();
            format!("Get-GraphAccess @({})", names.join(", "))
        }
    };
    let platform = if app.is_public() { "publicClient" } else { "web" };
    let broker = format!("\"{BROKER}$(${label}.AppId)\"");
    let redirects = app.redirects(quoted, &broker).join(", ");
    let mut text = format!(
        "${label} = Get-App -Name {name} -Filter {filter}\n\
         $access = {access}\n\
         Update-MgApplication -ApplicationId ${label}.Id -BodyParameter @{{\n    \
             signInAudience         = '{}'\n    \
             isFallbackPublicClient = $false\n    \
             {platform:<22} = @{{ redirectUris = @({redirects}) }}\n    \
             requiredResourceAccess = @($access)\n\
         }}\n\
         Add-ServicePrincipal ${label}.AppId\n",
        app.audience()
    );
    if app.api.is_some() {
        text.push_str(&access_scope());
    }
    text
}

/// The permission that hosts ask for, made once: an app keeps the ID that it has.
fn access_scope() -> String {
    let (name, description) = (quoted(ACCESS.name), quoted(ACCESS.description));
    format!(
        "$scope = ($connector.Api.Oauth2PermissionScopes | Where-Object Value -EQ '{value}').Id\n\
         if (-not $scope) {{\n    \
             $scope = '{id}'\n    \
             Update-MgApplication -ApplicationId $connector.Id -BodyParameter @{{ api = @{{\n        \
                 requestedAccessTokenVersion = 2\n        \
                 oauth2PermissionScopes      = @(@{{\n            \
                     id                      = $scope\n            \
                     value                   = '{value}'\n            \
                     type                    = 'User'\n            \
                     isEnabled               = $true\n            \
                     adminConsentDisplayName = {name}\n            \
                     adminConsentDescription = {description}\n            \
                     userConsentDisplayName  = {name}\n            \
                     userConsentDescription  = {description}\n        \
                 }})\n    \
             }} }}\n\
         }}\n",
        value = ACCESS.value,
        id = ACCESS.id
    )
}

/// Names the API, and lets the host call it without asking each user. Other hosts stay.
fn exposed(api: &Api) -> String {
    let own = || "\"api://$($connector.AppId)\"".to_owned();
    let uri = api.uri.as_ref().map_or_else(own, |uri| quoted(uri));
    format!(
        "$others = @($connector.Api.PreAuthorizedApplications | Where-Object {{ $_ -and $_.AppId -ne $desktop.AppId }} | ForEach-Object {{\n    \
             @{{ appId = $_.AppId; delegatedPermissionIds = @($_.DelegatedPermissionIds) }}\n\
         }})\n\
         Update-MgApplication -ApplicationId $connector.Id -BodyParameter @{{\n    \
             identifierUris = @({uri})\n    \
             api            = @{{\n        \
                 requestedAccessTokenVersion = 2\n        \
                 preAuthorizedApplications   = $others + @(@{{ appId = $desktop.AppId; delegatedPermissionIds = @($scope) }})\n    \
             }}\n\
         }}\n"
    )
}

fn credential(registration: &Registration, credential: &AppCredential) -> String {
    match credential {
        AppCredential::Secret => SECRET.to_owned(),
        AppCredential::Certificate => CERTIFICATE.to_owned(),
        AppCredential::Federation { issuer, subject } => format!(
            "if (-not (Get-MgApplicationFederatedIdentityCredential -ApplicationId $connector.Id | Where-Object Name -EQ 'm365-remote')) {{\n    \
                 New-MgApplicationFederatedIdentityCredential -ApplicationId $connector.Id -BodyParameter @{{\n        \
                     name      = 'm365-remote'\n        \
                     issuer    = {}\n        \
                     subject   = {}\n        \
                     audiences = @('{}')\n    \
                 }} | Out-Null\n\
             }}\n",
            quoted(issuer),
            quoted(subject),
            registration.federation_audience()
        ),
    }
}

const SECRET: &str = r"# The secret is printed here, once, and written nowhere.
if (-not $connector.PasswordCredentials) {
    $made = Add-MgApplicationPassword -ApplicationId $connector.Id -PasswordCredential @{ displayName = 'm365-remote' }
    Write-Output ('Client secret, shown this once and written nowhere: ' + $made.SecretText)
}
";

const CERTIFICATE: &str = r"# Made before: openssl req -x509 -newkey rsa:3072 -sha256 -nodes -days 365 -subj /CN=m365-connector -keyout connector.key -out connector.pem
if (-not $connector.KeyCredentials) {
    $path = (Resolve-Path 'connector.pem').Path
    $certificate = [System.Security.Cryptography.X509Certificates.X509Certificate2]::new($path)
    Update-MgApplication -ApplicationId $connector.Id -KeyCredentials @(@{
        type = 'AsymmetricX509Cert'; usage = 'Verify'; displayName = 'm365-remote'; key = $certificate.RawData
    })
}
";

fn summary(registration: &Registration) -> String {
    let mut lines = vec!["Write-Output ('Tenant ID: ' + $tenant)".to_owned()];
    lines.extend(registration.apps().map(|app| {
        let label = app.role.label();
        format!("Write-Output ('Client ID of the {label} app: ' + ${label}.AppId)")
    }));
    lines.push(format!(
        "Write-Output ('An administrator consents at ' + {} + $tenant + '{CONSENT}' + ${}.AppId)\n",
        quoted(&registration.consent_root()),
        registration.connector.role.label()
    ));
    lines.join("\n")
}
