//! `deploy/config.toml` is where administrators read what can be configured: it must not differ from the code.

use std::collections::BTreeSet;

use super::{file::Document, *};

const REFERENCE: &str = include_str!("../../../../deploy/config.toml");
const SHAPE: &str = include_str!("file.rs");

/// What is a key only to be refused by its name, since it is a secret.
const REFUSED: [&str; 4] = ["state_key", "client_secret", "private_key", "federated_token"];

/// Returns the reference with all its settings in force; prose has a space behind the `#`.
fn uncommented() -> Document {
    let setting = |line: &str| match line.strip_prefix('#') {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_lowercase() || c == '[') => {
            rest.to_owned()
        }
        _ => line.to_owned(),
    };
    Document::of("config.toml", &REFERENCE.lines().map(setting).collect::<Vec<_>>().join("\n"))
}

/// Returns the keys of the file as the code knows them.
fn keys() -> BTreeSet<&'static str> {
    let fields = SHAPE.lines().filter_map(|line| line.trim().strip_prefix("pub(super) "));
    let names = fields.filter_map(|field| Some(field.split_once(": ")?.0));
    names
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'))
        .filter(|name| !REFUSED.contains(name))
        .collect()
}

#[test]
fn the_reference_has_every_key_and_no_other() {
    let document = uncommented();
    let parsed = document.parse();
    assert!(parsed.is_ok(), "{parsed:?}");

    let named = |key: &str| {
        let is_key = |line: &str| {
            let line = line.trim_start_matches(['#', '[']);
            line.strip_prefix(key).is_some_and(|rest| rest.starts_with([' ', ']']))
        };
        let in_braces = || REFERENCE.contains(&format!("{{ {key} = "));
        let after_comma = || REFERENCE.contains(&format!(", {key} = "));
        REFERENCE.lines().any(is_key) || in_braces() || after_comma()
    };
    let missing: Vec<_> = keys().into_iter().filter(|key| !named(key)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(keys().len() > 45, "{:?}", keys());
}

#[test]
fn the_reference_names_the_defaults_of_the_code() {
    let document = uncommented();
    let (env, file) = (Environment::default(), document.parse().unwrap());
    let source = Source { env: &env, document: Some(&document) };

    assert_eq!(LimitsConfig::read(source, &file.limits).unwrap(), LimitsConfig::default());
    let entries = limits::count(source, "obo_entries", &file.cache.obo_entries, 0);
    assert_eq!(entries, Ok(OBO_ENTRIES));
    let tools = ToolsConfig::read(source, &Options::default(), &file);
    assert_eq!(tools, Ok(ToolsConfig::default()));
    assert!(file.answer_limit.is_some() && file.mark_untrusted.is_some());
    assert_eq!(scopes(source, &file).unwrap(), ScopeSet::default().without_offline_access());
    let audit = |file| sinks::audit(source, file).unwrap();
    assert_eq!(audit(&file.audit), audit(&file::Audit::default()));
    let name = |file| sinks::telemetry(source, file).unwrap().service_name;
    assert_eq!(name(&file.telemetry), name(&file::Telemetry::default()));
    assert_eq!(allow::read(source, &file.allow).unwrap()[0].tenant_per_minute, Some(6_000));
    for (address, default) in [(&file.listen, 8365), (&file.admin_listen, 9365)] {
        let address = address.as_ref().map(Spanned::get_ref);
        assert_eq!(address, Some(&format!("127.0.0.1:{default}")));
    }
}

#[test]
fn the_reference_is_a_configuration_as_it_stands() {
    let credential =
        "{ certificate_file = \"connector.pem\", private_key_file = \"connector.key\" }";
    assert!(REFERENCE.contains(credential), "the credential has no file here, so it is replaced");
    let text = REFERENCE.replace(
        &format!("\ncredential = {credential}"),
        "\ncredential = { client_secret_env = \"S\" }",
    );
    let env = [("S".to_owned(), "s3cr3t".to_owned())].into_iter().collect();

    let config = Config::of_text("config.toml", &text, &Options::default(), &env).unwrap();

    assert_eq!(config.live.limits, LimitsConfig::default());
    assert_eq!(config.live.allow[0].tenant_per_minute, None);
}
