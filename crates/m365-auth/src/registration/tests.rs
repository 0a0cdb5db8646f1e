use proptest::prelude::*;
use serde_json::{Value, json};

use super::{permissions, quote, *};

const HOSTILE: &str = "it's \"$(reboot)\" `x` ${y} %{z} \\ ’ \u{1f600}";

fn every_format(registration: &Registration) -> Vec<String> {
    RegistrationFormat::ALL.into_iter().map(|format| registration.render(format)).collect()
}

fn remote(credential: AppCredential) -> Registration {
    Registration::remote(Cloud::Global, &ScopeSet::default(), credential)
}

fn json_of(registration: &Registration) -> Value {
    serde_json::from_str(&registration.render(RegistrationFormat::Json)).unwrap()
}

#[test]
fn the_local_connector_is_a_public_client_of_one_tenant() {
    let local = json_of(&Registration::local(Cloud::Global, &ScopeSet::default()));

    let body = &local["applications"][0]["body"];
    assert_eq!(body["signInAudience"], "AzureADMyOrg");
    assert_eq!(body["isFallbackPublicClient"], false);
    assert_eq!(body["publicClient"]["redirectUris"], json!(["http://localhost"]));
    assert_eq!(body["requiredResourceAccess"][0]["resourceAppId"], GRAPH);
    assert_eq!(body["requiredResourceAccess"][0]["resourceAccess"].as_array().unwrap().len(), 10);
    assert_eq!(local["applications"].as_array().unwrap().len(), 1);
}

#[test]
fn brokers_have_redirects_of_their_own() {
    let local = Registration::local(Cloud::Global, &ScopeSet::default());

    let local = local.with_broker().with_bundle_id("com.example.app").unwrap();

    for text in every_format(&local) {
        assert!(text.contains("ms-appx-web://Microsoft.AAD.BrokerPlugin/"), "{text}");
        assert!(text.contains("msauth.com.example.app://auth"), "{text}");
    }
}

#[test]
fn the_remote_connector_exposes_its_permission_to_a_desktop_host() {
    let document = json_of(&remote(AppCredential::Secret));

    let [connector, host] = [0, 1].map(|index| &document["applications"][index]["body"]);
    assert_eq!(connector["api"]["requestedAccessTokenVersion"], 2);
    assert_eq!(connector["api"]["oauth2PermissionScopes"][0]["value"], "access_as_user");
    assert_eq!(
        host["publicClient"]["redirectUris"],
        json!(["http://127.0.0.1/callback", "http://localhost"])
    );
    let then = document["then"].to_string();
    for step in ["api://{connectorClientId}", "preAuthorizedApplications", "addPassword"] {
        assert!(then.contains(step), "{step} in {then}");
    }
}

#[test]
fn the_connector_asks_for_no_refresh_token_and_the_host_for_nothing_of_graph() {
    let az = remote(AppCredential::Secret).render(RegistrationFormat::Az);

    assert!(!az.contains("offline_access"), "{az}");
    assert_eq!(az.matches("=$(graph_access").count(), 1, "{az}");
}

#[test]
fn the_page_of_consent_is_that_of_the_cloud() {
    for (cloud, host) in [
        (Cloud::Global, "https://login.microsoftonline.com/"),
        (Cloud::UsGovHigh, "https://login.microsoftonline.us/"),
        (Cloud::UsGovDod, "https://login.microsoftonline.us/"),
    ] {
        for text in every_format(&Registration::local(cloud, &ScopeSet::default())) {
            assert!(text.contains(host) && text.contains("/adminconsent?client_id="), "{text}");
        }
    }
}

#[test]
fn each_credential_is_set_up_in_each_language() {
    let federation =
        AppCredential::federation("https://issuer.example/oidc/", "system:serviceaccount:a:b");
    let cases = [
        (
            AppCredential::Secret,
            [
                "az ad app credential reset",
                "Add-MgApplicationPassword",
                "azuread_application_password",
                "addPassword",
            ],
        ),
        (
            AppCredential::Certificate,
            [
                "--cert @connector.pem",
                "RawData",
                "azuread_application_certificate",
                "keyCredentials",
            ],
        ),
        (federation.unwrap(), ["https://issuer.example/oidc/"; 4]),
    ];
    for (credential, parts) in cases {
        let texts = every_format(&remote(credential));
        for (text, part) in texts.iter().zip(parts) {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}

#[test]
fn a_government_cloud_has_its_own_audience_for_federation() {
    let credential = AppCredential::federation("https://issuer.example", "x").unwrap();
    let high = Registration::remote(Cloud::UsGovHigh, &ScopeSet::default(), credential);

    for text in every_format(&high) {
        assert!(text.contains("api://AzureADTokenExchangeUSGov"), "{text}");
    }
}

#[test]
fn many_tenants_and_a_resource_address_are_as_asked_for() {
    let registration = remote(AppCredential::Certificate).for_many_tenants();
    let registration = registration.with_resource_url("https://m365.example.com/mcp").unwrap();

    for text in every_format(&registration) {
        assert_eq!(text.matches("AzureADMultipleOrgs").count(), 2, "{text}");
        assert!(text.contains("https://m365.example.com/mcp"), "{text}");
        assert!(!text.contains("AzureADMyOrg") && !text.contains("api://$"), "{text}");
    }
}

#[test]
fn a_hosts_own_redirect_is_added_to_its_app_alone() {
    let registration = remote(AppCredential::Secret).with_redirect("http://localhost/callback");

    for text in every_format(&registration.unwrap()) {
        assert_eq!(text.matches("http://localhost/callback").count(), 1, "{text}");
    }
}

#[test]
fn a_permission_without_a_certain_id_is_added_by_name() {
    let scopes: ScopeSet = "MailboxItem.Read Mail.Read".parse().unwrap();
    let local = Registration::local(Cloud::Global, &scopes);

    assert_eq!(json_of(&local)["applications"][0]["addByName"], json!(["MailboxItem.Read"]));
    let notes = local.notes(RegistrationFormat::Json).join(" ");
    assert!(notes.contains("MailboxItem.Read") && !notes.contains("Mail.Read,"), "{notes}");
    assert!(
        local.render(RegistrationFormat::Az).contains("graph_access Mail.Read MailboxItem.Read")
    );
}

#[test]
fn every_known_id_is_a_guid_of_a_permission_that_there_is() {
    let names: Vec<_> = crate::Scope::all().iter().map(|scope| scope.name()).collect();

    let unknown: Vec<_> = permissions::unknown(&names).collect();

    let never = ["MailboxFolder.Read", "MailboxItem.Read", "OnlineMeetingAiInsight.Read.All"];
    assert_eq!(unknown, never);
    let ids: std::collections::BTreeSet<_> =
        names.iter().filter_map(|it| permissions::id(it)).collect();
    assert_eq!(ids.len(), names.len() - never.len());
    assert!(ids.into_iter().all(crate::authority::is_guid));
}

#[test]
fn what_cannot_be_registered_is_refused_with_what_can() {
    let local = || Registration::local(Cloud::Global, &ScopeSet::default());
    let url = |url| remote(AppCredential::Secret).with_resource_url(url);
    let long = "x".repeat(101);
    let errors = [
        local().with_name(" ").unwrap_err(),
        local().with_name("a\nb").unwrap_err(),
        local().with_name(&long).unwrap_err(),
        local().with_bundle_id("a b").unwrap_err(),
        url("http://m365.example.com/mcp").unwrap_err(),
        url("http://localhost/mcp").unwrap_err(),
        url("https://m365.example.com/mcp/").unwrap_err(),
        local().with_redirect("http://m365.example.com/x").unwrap_err(),
        AppCredential::federation("issuer", "x").unwrap_err(),
        AppCredential::federation("https://issuer.example", "").unwrap_err(),
    ];
    for error in errors {
        assert!(error.to_string().starts_with("--"), "{error}");
        assert!(error.to_string().contains(" is not "), "{error}");
    }
}

/// Reads a shell's word in which all is quoted, as a shell does.
fn read_sh(word: &str) -> Option<String> {
    let (mut text, mut is_quoted) = (String::new(), false);
    let mut characters = word.chars();
    while let Some(character) = characters.next() {
        match character {
            '\'' => is_quoted = !is_quoted,
            '\\' if !is_quoted => text.push(characters.next()?),
            _ if !is_quoted => return None,
            _ => text.push(character),
        }
    }
    (!is_quoted).then_some(text)
}

/// Reads PowerShell's verbatim string: each quotation mark stands twice.
fn read_powershell(quoted: &str) -> Option<String> {
    let mut characters = quoted.strip_prefix('\'')?.strip_suffix('\'')?.chars();
    let mut text = String::new();
    while let Some(character) = characters.next() {
        if matches!(character, '\'' | '‘' | '’' | '‚' | '‛') && characters.next() != Some(character)
        {
            return None;
        }
        text.push(character);
    }
    Some(text)
}

#[test]
fn a_hostile_name_stays_a_name() {
    let registration = remote(AppCredential::Secret).with_name(HOSTILE).unwrap();

    let texts = every_format(&registration);

    let body = json_of(&registration)["applications"][0]["body"]["displayName"].clone();
    assert_eq!(body, HOSTILE);
    let quoted = [quote::sh(HOSTILE), quote::powershell(HOSTILE), quote::hcl(HOSTILE)];
    for (text, quoted) in texts.iter().zip(&quoted) {
        assert!(text.contains(quoted.as_str()), "{quoted} in {text}");
    }
}

proptest! {
    #[test]
    fn no_text_leaves_its_quotes_in_a_shell(text in r"[a-z'`$\\()‘’‚‛ \x22]{0,40}") {
        prop_assert_eq!(read_sh(&quote::sh(&text)), Some(text));
    }

    #[test]
    fn no_text_leaves_its_quotes_in_powershell(text in r"[a-z'`$\\()‘’‚‛ \x22]{0,40}") {
        prop_assert_eq!(read_powershell(&quote::powershell(&text)), Some(text));
    }

    #[test]
    fn no_text_leaves_its_quotes_in_terraform(text in r"[a-z'`$%{}\\ \x22]{0,40}") {
        let quoted = quote::hcl(&text);

        prop_assert!(!quoted.contains("${") && !quoted.contains("%{"), "{quoted}");
        prop_assert_eq!(serde_json::from_str::<String>(&quoted).unwrap(), text);
    }

    #[test]
    fn any_name_that_is_accepted_keeps_its_place(name in r"[a-zA-Z'`$%{}\\()‘’ \x22]{1,60}") {
        prop_assume!(!name.trim().is_empty());
        let registration = remote(AppCredential::Certificate).with_name(&name).unwrap();

        let az = registration.render(RegistrationFormat::Az);

        let display = format!("--display-name={} --query", quote::sh(name.trim()));
        prop_assert!(az.contains(&display), "{az}");
        prop_assert_eq!(&json_of(&registration)["applications"][0]["body"]["displayName"], name.trim());
    }
}
