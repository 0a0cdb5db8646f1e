//! What device management says, and what a user can still say.

use serde_json::json;

use super::*;
use crate::config::managed::{property_list, registry::Stored};

const OTHER: &str = "99999999-2222-4333-8444-555555555555";

/// Resolves with this as the managed document.
fn managed(text: &str, options: &Options, variables: &[(&str, &str)]) -> Result<Config, String> {
    let options = Options { managed: true, ..options.clone() };
    let held = || Document::parse("the managed place", text.as_bytes());
    Config::resolve_with(&options, &env(variables), held).map_err(|error| error.to_string())
}

/// Everything that a user can say of what an entry can say.
fn said_by_user() -> Options {
    Options {
        tenant_id: Some(OTHER.into()),
        client_id: Some(OTHER.into()),
        azure_cloud: Some("us-gov-dod".into()),
        scope: Some("Chat.Read".into()),
        account: Some("somebody@else.example".into()),
        config: Some("/nowhere/mine.json".into()),
        login_endpoint: Some("http://localhost:1".into()),
        graph_endpoint: Some("http://localhost:2".into()),
        ca_file: Some("mine.pem".into()),
        answer_limit: Some("2000".into()),
        mark_untrusted: true,
        tool_policy_by_host: true,
        ..Options::default()
    }
}

#[test]
fn each_of_the_four_forms_is_read() {
    let array = format!("[{}]", entry(""));
    for form in [
        entry(""),
        array.clone(),
        format!(r#"{{"managedMcpServers":{array}}}"#),
        serde_json::to_string(&array).unwrap(),
        json!({ "managedMcpServers": array }).to_string(),
    ] {
        let config = managed(&form, &Options::default(), &[]).unwrap();

        assert_eq!(config.document.as_deref(), Some("the managed place"));
        assert_eq!(tenant(config).tenant_id.as_str(), TENANT, "{form}");
    }
}

#[test]
fn nothing_that_a_user_says_of_the_entry_counts_and_each_is_named() {
    let config = managed(&entry(""), &said_by_user(), &[]).unwrap();

    let warning = config.warnings.last().unwrap();
    for flag in [
        "--tenant-id",
        "--client-id",
        "--azure-cloud",
        "--scope",
        "--account",
        "--config",
        "--login-endpoint",
        "--graph-endpoint",
        "--ca-file",
        "--answer-limit",
        "--mark-untrusted",
        "--tool-policy-by-host",
    ] {
        assert!(warning.contains(flag), "{flag} is not in: {warning}");
    }
    assert_eq!(config.scopes, ScopeSet::default());
    assert!(!config.mark_untrusted && !config.policy_by_host);
    assert_eq!((&config.account, &config.ca_file, config.answer_limit), (&None, &None, None));
    let tenant = tenant(config);
    assert_eq!((tenant.tenant_id.as_str(), tenant.client_id.as_str()), (TENANT, CLIENT));
    assert_eq!(tenant.cloud, Cloud::Global);
    assert_eq!((tenant.login_endpoint, tenant.graph_endpoint), (None, None));
}

#[test]
fn the_environment_counts_no_more_than_flags() {
    let variables = [
        ("M365_TENANT_ID", OTHER),
        ("M365_LOGIN_ENDPOINT", "http://localhost:1"),
        ("M365_CONFIG", "/nowhere/mine.json"),
        ("M365_CA_FILE", "mine.pem"),
    ];

    let config = managed(&entry(""), &Options::default(), &variables).unwrap();

    let warning = config.warnings.last().unwrap();
    for (name, _) in variables {
        assert!(warning.contains(name), "{name} is not in: {warning}");
    }
    assert_eq!(config.ca_file, None);
    assert_eq!(tenant(config).tenant_id.as_str(), TENANT);
}

#[test]
fn endpoint_overrides_are_ignored_in_the_document_too() {
    let text =
        entry(r#","loginEndpoint":"http://localhost:1","graphEndpoint":"no address at all""#);

    let config = managed(&text, &Options::default(), &[]).unwrap();

    for key in ["`loginEndpoint`", "`graphEndpoint`"] {
        assert!(config.warnings.iter().any(|it| it.contains(key)), "{:?}", config.warnings);
    }
    let tenant = tenant(config);
    assert_eq!((tenant.login_endpoint, tenant.graph_endpoint), (None, None));
}

#[test]
fn the_entry_can_say_all_that_a_flag_could() {
    let text = entry(
        r#","account":"a@b.example","caFile":"/etc/ca.pem","answerLimit":3000,"markUntrusted":true,
            "toolPolicyByHost":true,"azureCloud":"us-gov-high","toolPolicy":{"read_*":"blocked"}"#,
    );

    let config = managed(&text, &Options::default(), &[]).unwrap();

    assert_eq!(config.account.as_deref(), Some("a@b.example"));
    assert_eq!(config.ca_file, Some("/etc/ca.pem".into()));
    assert_eq!(config.answer_limit, Some(3000));
    assert!(config.mark_untrusted && config.policy_by_host);
    assert_eq!(config.policy.mode("read_resource"), m365_tools::PolicyMode::Blocked);
    assert_eq!(config.warnings, Vec::<String>::new());
    assert_eq!(tenant(config).cloud, Cloud::UsGovHigh);
}

#[test]
fn what_concerns_the_run_and_not_the_entry_stays_the_users() {
    let second = entry("").replace("Work", "Home").replace(TENANT, OTHER);
    let text = format!("[{},{second}]", entry(""));
    let options = Options {
        entry: Some("Home".into()),
        data_dir: Some("data".into()),
        token_store: Some("memory".into()),
        sign_in: Some("auto".into()),
        no_browser: true,
        ..Options::default()
    };

    let config = managed(&text, &options, &[]).unwrap();

    assert_eq!(config.warnings, Vec::<String>::new());
    assert_eq!((config.store, config.sign_in), (StoreKind::Memory, SignInMode::Auto));
    assert_eq!((&config.data_dir, &config.browser), (&Some("data".into()), &Browser::Print));
    assert_eq!(tenant(config).tenant_id.as_str(), OTHER);
}

#[test]
fn the_variable_asks_for_it_as_the_flag_does() {
    let held = || Document::parse("there", entry("").as_bytes());

    let config = Config::resolve_with(&Options::default(), &env(&[("M365_MANAGED", "1")]), held);

    assert_eq!(config.unwrap().document.as_deref(), Some("there"));
}

#[test]
fn the_demo_is_not_managed() {
    let options = Options { demo: true, ..Options::default() };

    let error = managed(&entry(""), &options, &[]).unwrap_err();

    assert!(error.contains("--demo") && error.contains("--managed"), "{error}");
}

#[test]
fn a_wrong_managed_entry_is_refused_and_nothing_takes_its_place() {
    let error = managed(&entry(r#","scope":"Mail.Send""#), &said_by_user(), &[]).unwrap_err();

    for part in ["the managed place", "`Work`", "`scope`", "Mail.Send"] {
        assert!(error.contains(part), "{part} is not in: {error}");
    }
}

/// Resolves with what a property list or a registry value holds.
fn of(document: Result<Document, ConfigError>) -> Result<Config, String> {
    let options = Options { managed: true, ..Options::default() };
    Config::resolve_with(&options, &env(&[]), || document).map_err(|error| error.to_string())
}

fn dictionary(value: &serde_json::Value) -> plist::Value {
    plist::to_value(&json!({ "managedMcpServers": value, "PayloadUUID": "x" })).unwrap()
}

#[test]
fn a_property_list_holds_the_array_itself_or_as_text_in_xml_or_binary() {
    let entry: serde_json::Value = serde_json::from_str(&entry(
        r#","scopes":["Mail.Read"],"markUntrusted":true,"answerLimit":3000,"toolPolicy":{"teams_*":"ask"}"#,
    ))
    .unwrap();
    let array = json!([entry]);

    for held in [array.clone(), json!(array.to_string())] {
        let (mut xml, mut binary) = (Vec::new(), Vec::new());
        dictionary(&held).to_writer_xml(&mut xml).unwrap();
        dictionary(&held).to_writer_binary(&mut binary).unwrap();

        for bytes in [xml, binary] {
            let config = of(property_list::document("m365-local.plist", &bytes)).unwrap();

            assert!(config.mark_untrusted);
            assert_eq!(config.answer_limit, Some(3000));
            assert_eq!(config.scopes.to_string(), "Mail.Read User.Read offline_access");
            assert_eq!(config.policy.mode("teams_list_chats"), m365_tools::PolicyMode::Ask);
            assert_eq!(tenant(config).tenant_id.as_str(), TENANT);
        }
    }
}

#[test]
fn a_property_list_that_holds_something_else_says_what_is_expected() {
    let mut data = Vec::new();
    plist::Value::Array(vec![plist::Value::Data(vec![1])]).to_writer_xml(&mut data).unwrap();
    let mut array = Vec::new();
    plist::Value::Array(vec![]).to_writer_xml(&mut array).unwrap();

    for (bytes, part) in [
        (&b"no property list"[..], "not a property list"),
        (&data, "not a property list"),
        (&array, "a dictionary with `managedMcpServers`"),
    ] {
        let error = of(property_list::document("x.plist", bytes)).unwrap_err();

        assert!(error.contains("x.plist") && error.contains(part), "{error}");
    }
}

#[test]
fn a_registry_value_holds_json_on_one_line_or_several() {
    let array = format!("[{}]", entry(""));
    let lines: Vec<String> = array.replace(',', ",\n").lines().map(str::to_owned).collect();
    let ended = [lines, vec![String::new(), String::new()]].concat();

    for stored in [Stored::Text(array), Stored::Lines(ended)] {
        let config = of(stored.document(r"HKLM\SOFTWARE\Policies\m365-local")).unwrap();

        assert_eq!(
            config.document.as_deref(),
            Some(r"HKLM\SOFTWARE\Policies\m365-local\managedMcpServers")
        );
        assert_eq!(tenant(config).tenant_id.as_str(), TENANT);
    }
}

#[test]
fn a_registry_value_of_another_type_says_which_are_read() {
    let error = of(Stored::Other.document("HKLM")).unwrap_err();

    assert!(error.contains("REG_SZ or REG_MULTI_SZ"), "{error}");
}
