use super::*;

const FILE: &str = r#"listen = "127.0.0.1:1000"
public_url = "https://m365.example.com"
[entra]
client_id = "cccccccc-0000-4000-8000-000000000002"
credential = { client_secret_env = "SECRET" }
[[allow]]
tenant_id = "11111111-2222-4333-8444-555555555555"
client_ids = ["BBBBBBBB-0000-4000-8000-000000000003"]
"#;

fn env(variables: &[(&str, &str)]) -> Environment {
    let secret = [("SECRET", "s3cr3t")];
    let all = secret.iter().chain(variables);
    all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn read(text: &str, options: &Options, variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::of_text("m365.toml", text, options, &env(variables))
}

fn refused(text: &str) -> String {
    let error = read(text, &Options::default(), &[]).unwrap_err().to_string();
    assert!(!error.contains("s3cr3t"), "{error}");
    error
}

fn port(options: &Options, variables: &[(&str, &str)]) -> u16 {
    read(FILE, options, variables).unwrap().listeners.listen.port()
}

#[test]
fn a_flag_wins_over_the_environment_and_that_over_the_file() {
    let flag = Options { listen: Some("127.0.0.1:3000".into()), ..Options::default() };
    let variable = [("M365_LISTEN", "127.0.0.1:2000")];

    assert_eq!(port(&flag, &variable), 3000);
    assert_eq!(port(&Options::default(), &variable), 2000);
    assert_eq!(port(&Options::default(), &[]), 1000);
}

#[test]
fn what_is_not_said_has_the_budgets_as_defaults() {
    let config = read(FILE, &Options::default(), &[]).unwrap();

    assert_eq!(config.live.limits, LimitsConfig::default());
    assert_eq!(config.obo_entries, 10_000);
    assert_eq!(config.entra.scope(), "api://cccccccc-0000-4000-8000-000000000002/access_as_user");
    assert_eq!(config.listeners.admin.to_string(), "127.0.0.1:9365");
    assert!(config.scopes.contains("Mail.Read"));
    let allowed = config.live.allow_list();
    let client = "bbbbbbbb-0000-4000-8000-000000000003".parse().unwrap();
    assert!(
        allowed.allows(&config.live.allow[0].tenant, &client),
        "ids are compared in lower case"
    );
}

#[test]
fn a_wrong_value_is_named_with_its_line() {
    for (from, to, place) in [
        ("127.0.0.1:1000", "localhost", "m365.toml:1: listen: `localhost`"),
        ("https://m365", "ftp://m365", "m365.toml:2: public_url"),
        ("cccccccc-", "c-", "m365.toml:4: entra.client_id"),
        ("SECRET", "NO_SECRET", "m365.toml:5: entra.credential.client_secret_env"),
        ("11111111-", "1-", "m365.toml:7: allow.tenant_id"),
        ("\"BBBBBBBB-", "\"B-", "m365.toml:8: allow.client_ids"),
        ("client_ids", "client_id", "m365.toml:"),
    ] {
        let error = refused(&FILE.replacen(from, to, 1));
        assert!(error.starts_with(place), "{place}: {error}");
    }
}

#[test]
fn a_secret_in_the_file_is_refused_whatever_its_type() {
    for credential in [
        "{ client_secret = \"s3cr3t\" }",
        "{ client_secret = [\"s3cr3t\"], client_secret_env = \"SECRET\" }",
        "{ private_key = \"s3cr3t\", certificate_file = \"c.pem\" }",
    ] {
        let error = refused(&FILE.replace("{ client_secret_env = \"SECRET\" }", credential));
        assert!(error.contains("is a secret and does not belong into this file"), "{error}");
    }
    let error = refused(&format!("state_key = \"s3cr3t\"\n{FILE}"));
    assert!(error.contains("state_key_file or state_key_env"), "{error}");
}

#[test]
fn one_credential_is_wanted_not_two_or_half_of_one() {
    for credential in [
        "{}",
        "{ certificate_file = \"c.pem\" }",
        "{ client_secret_env = \"SECRET\", federated_token_file = \"f\" }",
    ] {
        let error = refused(&FILE.replace("{ client_secret_env = \"SECRET\" }", credential));
        assert!(error.contains("give one of credential ="), "{credential}: {error}");
    }
}

#[test]
fn a_state_key_has_32_bytes() {
    let with_key = |key: &str| {
        let text = format!("state_key_env = \"KEY\"\n{FILE}");
        read(&text, &Options::default(), &[("KEY", key)])
    };

    let good = with_key("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
    assert_eq!(good.state_key.unwrap().bytes()[31], 31);
    for wrong in ["", "AAECAw==", "not base64"] {
        let error = with_key(wrong).unwrap_err().to_string();
        assert!(error.contains("openssl rand -base64 32"), "{error}");
        assert!(wrong.is_empty() || !error.contains(wrong), "{error}");
    }
}

#[test]
fn plain_http_to_the_network_needs_a_proxy_in_front_and_a_public_address() {
    let public = FILE.replace("127.0.0.1:1000", "0.0.0.0:1000");

    let proxied = format!("trusted_proxies = [\"10.0.0.0/8\", \"192.0.2.1\"]\n{public}");
    assert!(read(&proxied, &Options::default(), &[]).is_ok());
    assert!(refused(&public).contains("trusted_proxies"));
    let nameless = proxied.replace("public_url = \"https://m365.example.com\"\n", "");
    assert!(refused(&nameless).contains("there is no public_url"));
}

#[test]
fn nothing_secret_is_shown() {
    let config = read(FILE, &Options::default(), &[]).unwrap();

    let shown = format!("{config:?} {:?}", env(&[]));

    assert!(!shown.contains("s3cr3t"), "{shown}");
}

#[test]
fn a_value_of_another_type_is_named_with_what_is_accepted() {
    let with = |line: &str| refused(&format!("{line}\n{FILE}"));
    for (line, expected) in [
        ("answer_limit = \"many\"", "m365.toml:1: answer_limit: `\"many\"` is not a number of"),
        ("answer_limit = -1", "m365.toml:1: answer_limit: `-1` is not a number of"),
        ("answer_limit = 2.5", "m365.toml:1: answer_limit: `2.5` is not a number of"),
        ("mark_untrusted = \"yes\"", "m365.toml:1: mark_untrusted: `\"yes\"` is not true or false"),
        ("ca_file = false", "m365.toml:1: ca_file: `false` is not a text in quotes"),
        ("scopes = 7", "m365.toml:1: scopes: `7` is not a list in brackets"),
        ("limits = { connections = -3 }", "connections: `-3` is not a number from 1 to 10000000"),
    ] {
        let error = with(line);
        assert!(error.contains(expected), "{error}");
    }
    let secret = FILE.replace("{ client_secret_env = \"SECRET\" }", "\"s3cr3t\"");
    assert!(refused(&secret).contains("a table in braces"), "and it is not repeated");
}

#[test]
fn an_empty_allow_list_is_taken_while_the_server_runs_and_not_at_its_start() {
    let nobody = &FILE[..FILE.find("[[allow]]").unwrap()];
    let shut = &FILE.replace("\"BBBBBBBB-0000-4000-8000-000000000003\"", "");
    for text in [nobody, shut] {
        let (document, env) = (Document::of("m365.toml", text), env(&[]));
        let options = Options::default();
        let again = Config::of_file(&document, &document.parse().unwrap(), &options, &env).unwrap();

        assert!(again.live.allow_list().is_empty());
        assert_eq!(again.live.nobody().len(), 1);
        assert!(refused(text).contains("may call"), "{text}");
    }
}
