use std::{io::Write, path::PathBuf};

use tempfile::NamedTempFile;

use super::*;

mod documents;
mod managed;

const TENANT: &str = "11111111-2222-4333-8444-555555555555";
const CLIENT: &str = "aaaaaaaa-0000-4000-8000-000000000001";

fn document(text: &str) -> (NamedTempFile, Options) {
    let mut file = NamedTempFile::with_suffix(".json").unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let options = Options { config: Some(file.path().to_owned()), ..Options::default() };
    (file, options)
}

fn entry(extra: &str) -> String {
    format!(
        r#"{{"name":"Work","server":"microsoft365","tenantId":"{TENANT}","clientId":"{CLIENT}"{extra}}}"#
    )
}

fn env(variables: &[(&str, &str)]) -> Environment {
    variables.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
}

fn resolve(options: &Options, variables: &[(&str, &str)]) -> Result<Config, String> {
    Config::resolve(options, &env(variables)).map_err(|error| error.to_string())
}

fn tenant(config: Config) -> Tenant {
    match config.target {
        Target::Tenant(tenant) => *tenant,
        other => panic!("no tenant: {other:?}"),
    }
}

#[test]
fn each_of_the_four_forms_of_a_document_is_read() {
    let one = entry("");
    let array = format!("[{one}]");
    let object = format!(r#"{{"managedMcpServers":{array}}}"#);
    let string = serde_json::to_string(&array).unwrap();

    for form in [one, array, object, string] {
        let (_file, options) = document(&form);

        assert_eq!(tenant(resolve(&options, &[]).unwrap()).tenant_id.as_str(), TENANT, "{form}");
    }
}

#[test]
fn a_flag_wins_over_the_environment_which_wins_over_the_file() {
    let (_file, mut options) = document(&entry(r#","azureCloud":"us-gov-dod""#));

    let from_file = tenant(resolve(&options, &[]).unwrap()).cloud;
    let variables = [("M365_AZURE_CLOUD", "us-gov-high")];
    let from_env = tenant(resolve(&options, &variables).unwrap()).cloud;
    options.azure_cloud = Some("global".into());
    let from_flag = tenant(resolve(&options, &variables).unwrap()).cloud;

    assert_eq!(
        [from_file, from_env, from_flag],
        [Cloud::UsGovDod, Cloud::UsGovHigh, Cloud::Global]
    );
}

#[test]
fn a_wrong_value_is_named_with_its_file_entry_key_and_what_is_accepted() {
    for (extra, key, accepted) in [
        (r#","azureCloud":"china""#, "`azureCloud`", "us-gov-high"),
        (r#","scope":"Mail.Send""#, "`scope`", "Mail.Read"),
        (r#","loginEndpoint":"http://login.example""#, "`loginEndpoint`", "https"),
        (r#","url":"https://x""#, "`url`", "`server`"),
        (r#","toolPolicy":{"x":"maybe"}"#, "`toolPolicy`", "blocked"),
        (r#","account":7"#, "`account`", "a string"),
    ] {
        let (file, options) = document(&entry(extra));

        let error = resolve(&options, &[]).unwrap_err();

        let path = file.path().display().to_string();
        for part in [path.as_str(), "`Work`", key, accepted] {
            assert!(error.contains(part), "{part} is not in: {error}");
        }
    }
}

#[test]
fn an_entry_without_an_id_is_refused_and_the_others_still_load() {
    let broken = r#"{"name":"Broken","server":"microsoft365","tenantId":"x","clientId":"y"}"#;
    let (_file, options) = document(&format!("[{broken},{}]", entry("")));

    let config = resolve(&options, &[]).unwrap();

    assert!(config.warnings.iter().any(|warning| warning.contains("`Broken`")));
    assert_eq!(tenant(config).entry, "Work");
}

#[test]
fn an_entry_is_chosen_by_its_name() {
    let second = entry("").replace("Work", "Home").replace(TENANT, CLIENT);
    let (_file, mut options) = document(&format!("[{},{second}]", entry("")));

    let undecided = resolve(&options, &[]).unwrap_err();
    options.entry = Some("Home".into());
    let chosen = tenant(resolve(&options, &[]).unwrap());
    options.entry = Some("Elsewhere".into());
    let unknown = resolve(&options, &[]).unwrap_err();

    assert!(undecided.contains("--entry: `Work`, `Home`"), "{undecided}");
    assert_eq!(chosen.tenant_id.as_str(), CLIENT);
    assert!(
        unknown.contains("no entry is named `Elsewhere`; there are `Work`, `Home`"),
        "{unknown}"
    );
}

#[test]
fn a_key_of_the_host_is_ignored_with_a_warning() {
    let (_file, options) = document(&entry(r#","icon":"x.png""#));

    let config = resolve(&options, &[]).unwrap();

    assert!(config.warnings.iter().any(|warning| warning.contains("`icon`")));
}

#[test]
fn without_a_tenant_the_error_says_how_to_give_one() {
    let Target::Missing(error) = resolve(&Options::default(), &[]).unwrap().target else {
        panic!("a tenant out of nowhere")
    };

    let error = error.to_string();
    assert!(error.contains("--tenant-id") && error.contains("--demo"), "{error}");
}

#[cfg(feature = "keyring")]
#[test]
fn keys_are_in_the_systems_key_store_unless_another_place_is_named() {
    let kind = |variables: &[(&str, &str)]| {
        let config = resolve(&Options::default(), variables);
        config.map(|config| config.store)
    };

    assert_eq!(kind(&[]).unwrap(), StoreKind::Os);
    assert_eq!(kind(&[("M365_TOKEN_STORE", "file")]).unwrap(), StoreKind::File);
    let wrong = kind(&[("M365_TOKEN_STORE", "disk")]).unwrap_err();
    assert!(wrong.contains("one of os, file, memory"), "{wrong}");
}

#[test]
fn the_demo_needs_nothing_and_keeps_nothing() {
    let options = Options { demo: true, ..Options::default() };

    let config = resolve(&options, &[("M365_TOKEN_STORE", "file")]).unwrap();

    assert!(matches!(config.target, Target::Demo));
    assert_eq!(config.store, StoreKind::Memory);
}

#[test]
fn the_demo_keeps_to_the_policy_and_the_scopes_of_an_entry() {
    let (_file, mut options) =
        document(&entry(r#","scope":"Mail.Read","toolPolicy":{"read_*":"blocked"}"#));
    options.demo = true;

    let config = resolve(&options, &[]).unwrap();

    assert!(matches!(config.target, Target::Demo));
    assert!(!config.scopes.contains("Chat.Read"));
    assert_eq!(config.policy.mode("read_resource"), m365_tools::PolicyMode::Blocked);
}

#[test]
fn a_file_that_is_missing_or_no_json_is_named() {
    let (file, options) = document("{");

    let broken = resolve(&options, &[]).unwrap_err();
    let gone = Options { config: Some(PathBuf::from("/nowhere/x.json")), ..Options::default() };

    assert!(broken.contains("not JSON") && broken.contains(&file.path().display().to_string()));
    assert!(resolve(&gone, &[]).unwrap_err().contains("/nowhere/x.json"));
}

#[test]
fn a_window_handle_is_decimal_or_hexadecimal() {
    let window = |value: &str| {
        resolve(&Options::default(), &[("M365_PARENT_WINDOW", value)])
            .map(|config| config.parent_window.handle())
    };

    assert_eq!(window("197254"), Ok(197_254));
    assert_eq!(window("0x30286"), Ok(0x30286));
    assert_eq!(window(""), Ok(0));
    for wrong in ["window", "0x", "3.5", "99999999999999999999"] {
        let error = window(wrong).unwrap_err();
        assert!(error.starts_with("M365_PARENT_WINDOW") && error.contains("0x30286"), "{error}");
    }
}
