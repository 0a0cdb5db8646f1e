//! Documents in every form, and what is wrong with them.

use m365_tools::PolicyMode;

use super::*;

/// Returns the error of a document, which must have one.
fn error(text: &str) -> String {
    let (_file, options) = document(text);
    resolve(&options, &[]).unwrap_err()
}

#[test]
fn an_entry_with_a_wrong_field_is_rejected_with_field_and_valid_values() {
    let without = |key: &str| entry("").replace(&format!("\"{key}\""), "\"other\"");
    for (text, key, valid) in [
        (without("server"), "server", "microsoft365"),
        (without("tenantId"), "tenantId", "a GUID such as"),
        (without("clientId"), "clientId", "a GUID such as"),
        (entry("").replace("microsoft365", "microsoft"), "server", "microsoft365"),
        (entry("").replace(TENANT, "common"), "tenantId", "a GUID such as"),
        (entry("").replace(TENANT, " "), "tenantId", "a GUID such as"),
        (entry("").replace(CLIENT, "x"), "clientId", "a GUID such as"),
        (entry("").replace(&format!("\"{CLIENT}\""), "7"), "clientId", "as a string"),
        (entry(r#","url":"https://x""#), "url", "`server`"),
        (entry(r#","transport":"http""#), "transport", "`server`"),
        (r#"{"name":"Work","url":"https://x"}"#.into(), "url", "`microsoft365`"),
        (entry(r#","command":"x""#), "command", "`server`"),
        (entry(r#","azureCloud":"china""#), "azureCloud", "global, us-gov-high, us-gov-dod"),
        (entry(r#","azureCloud":"""#), "azureCloud", "global, us-gov-high, us-gov-dod"),
        (entry(r#","azureCloud":null"#), "azureCloud", "a string"),
        (entry(r#","scope":"Mail.Read Mail.Send""#), "scope", "Mail.Read.Shared"),
        (entry(r#","scope":"""#), "scope", "Mail.Read"),
        (entry(r#","scope":["Mail.Read"]"#), "scope", "a string"),
        (entry(r#","scopes":[]"#), "scope", "Mail.Read"),
        (entry(r#","scopes":"Mail.Read""#), "scopes", "an array of strings"),
        (entry(r#","scopes":[7]"#), "scopes", "an array of strings"),
        (entry(r#","scope":"Mail.Read","scopes":["Mail.Read"]"#), "scopes", "not both"),
        (
            entry(r#","toolPolicy":{"x":"deny"}"#),
            "toolPolicy",
            "allow, ask, ask-session and blocked",
        ),
        (entry(r#","toolPolicy":{"x":true}"#), "toolPolicy", "allow, ask, ask-session and blocked"),
        (entry(r#","toolPolicy":{"a b":"ask"}"#), "toolPolicy", "a tool name or a pattern"),
        (entry(r#","toolPolicy":"ask""#), "toolPolicy", "an object"),
        (entry(r#","account":7"#), "account", "a string"),
        (entry(r#","loginEndpoint":"http://login.example""#), "loginEndpoint", "https"),
        (entry(r#","answerLimit":5"#), "answerLimit", "2000 to 1000000"),
        (entry(r#","answerLimit":true"#), "answerLimit", "a number"),
        (entry(r#","markUntrusted":"yes""#), "markUntrusted", "true"),
        (entry(r#","toolPolicyByHost":1"#), "toolPolicyByHost", "true or false"),
    ] {
        let error = error(&text);

        for part in ["entry `Work`", &format!("`{key}`"), valid] {
            assert!(error.contains(part), "{part} is not in: {error}");
        }
        assert_eq!(error.lines().count(), 1, "{error}");
    }
}

#[test]
fn a_key_that_stands_twice_rejects_its_entry_alone() {
    let twice = entry(r#","scope":"Mail.Read","scope":"Chat.Read""#).replace("Work", "Twice");
    let (_file, options) = document(&format!("[{twice},{}]", entry("")));

    let config = resolve(&options, &[]).unwrap();

    let warned = |part| config.warnings.iter().any(|warning| warning.contains(part));
    assert!(warned("entry `Twice`, `scope`: the key is there twice"), "{:?}", config.warnings);
    assert_eq!(tenant(config).entry, "Work");
}

#[test]
fn an_entry_without_a_name_is_known_by_its_place() {
    let nameless = entry("").replace("\"name\"", "\"title\"");

    let error = error(&format!("[{nameless}]"));

    assert!(error.contains("entry `#1`, `name`: it is required"), "{error}");
}

#[test]
fn a_wrong_field_rejects_the_entry_though_a_flag_overrides_it() {
    let (_file, mut options) = document(&entry(r#","azureCloud":"china""#));
    options.azure_cloud = Some("global".into());

    assert!(resolve(&options, &[]).unwrap_err().contains("`azureCloud`"));
}

#[test]
fn what_is_no_document_says_what_would_be() {
    let nested = |text: &str| serde_json::to_string(text).unwrap();
    for (text, part) in [
        (String::new(), "it is empty"),
        ("  \n".into(), "it is empty"),
        ("{\n  \"name\": oops\n}".into(), "line 2 column"),
        ("7".into(), "expected an object with `managedMcpServers`"),
        ("null".into(), "expected an object with `managedMcpServers`"),
        (r#"{"managedMcpServers":{}}"#.into(), "expected an object with `managedMcpServers`"),
        (r#"{"managedMcpServers":[],"managedMcpServers":[]}"#.into(), "stands twice beside"),
        (r#"{"managedMcpServers":7}"#.into(), "expected an object with `managedMcpServers`"),
        ("[]".into(), "there is no entry in it"),
        ("[7]".into(), "entry `#1`: it is not an object"),
        (nested("{oops"), "the string in it is not JSON"),
        (nested(&nested("[]")), "expected an object with `managedMcpServers`"),
        (entry(r#","toolPolicy":{"x":"blocked","x":"allow"}"#), "`x`: the key is there twice"),
        (
            nested(&entry(r#","scope":"Mail.Read","scope":"Chat.Read""#)),
            "entry `Work`, `scope`: the key is there twice",
        ),
        ("[".repeat(1000), "not JSON"),
        (" ".repeat((1 << 20) + 1), "larger than 1 MiB"),
    ] {
        let error = error(&text);

        let shown: String = text.chars().take(60).collect();
        assert!(error.contains(part), "{shown}: {error}");
    }
}

#[test]
fn a_text_of_windows_is_read() {
    let text = entry("").replace("Work", "Bör\u{1f4ec}se");
    let utf16 = |unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        ["\u{feff}", &text].concat().encode_utf16().flat_map(unit).collect()
    };
    for bytes in [
        ["\u{feff}", &text].concat().into_bytes(),
        utf16(u16::to_le_bytes),
        utf16(u16::to_be_bytes),
    ] {
        let (file, options) = document("");
        std::fs::write(file.path(), bytes).unwrap();

        assert_eq!(tenant(resolve(&options, &[]).unwrap()).entry, "Bör\u{1f4ec}se");
    }
}

#[test]
fn a_file_that_is_no_text_is_refused() {
    for bytes in [&b"\x80\x81"[..], b"\xff\xfe\x00", b"\xff\xfe\x00\xd8", b"PK\x03\x04\xff"] {
        let (file, options) = document("");
        std::fs::write(file.path(), bytes).unwrap();

        let error = resolve(&options, &[]).unwrap_err();

        assert!(error.contains("neither UTF-8 nor UTF-16"), "{bytes:?}: {error}");
    }
}

#[test]
fn scopes_are_a_string_or_a_list_and_one_has_a_short_form() {
    for extra in [
        r#","scope":"Mail.Read OnlineMeetingAiInsight.Read""#,
        r#","scopes":["Mail.Read","OnlineMeetingAiInsight.Read"]"#,
        r#","scope":"  openid mail.read   OnlineMeetingAiInsight.Read.All ""#,
    ] {
        let (_file, options) = document(&entry(extra));

        assert_eq!(
            resolve(&options, &[]).unwrap().scopes.to_string(),
            "Mail.Read OnlineMeetingAiInsight.Read.All User.Read offline_access"
        );
    }
}

#[test]
fn the_strictest_of_all_rules_that_match_a_tool_holds() {
    let rules = r#"{"*":"ask-session","get_me":"allow","teams_*":"blocked","*_search":"allow"}"#;
    let (_file, options) = document(&entry(&format!(r#","toolPolicy":{rules}"#)));

    let policy = resolve(&options, &[]).unwrap().policy;

    for (tool, mode) in [
        ("get_me", PolicyMode::Ask),
        ("outlook_email_search", PolicyMode::Ask),
        ("teams_list_chats", PolicyMode::Blocked),
        ("my_teams_list", PolicyMode::Ask),
    ] {
        assert_eq!(policy.mode(tool), mode, "{tool}");
    }
}

#[test]
fn two_entries_of_one_name_cannot_be_told_apart() {
    let (_file, mut options) = document(&format!("[{},{}]", entry(""), entry("")));
    options.entry = Some("Work".into());

    let error = resolve(&options, &[]).unwrap_err();

    assert!(error.contains("more than one entry is named `Work`; give each"), "{error}");
}

#[test]
fn the_chosen_entry_says_itself_what_is_wrong_with_it() {
    let broken = entry(r#","scope":"Mail.Send""#).replace("Work", "Broken");
    let (_file, mut options) = document(&format!("[{},{broken}]", entry("")));
    options.entry = Some("Broken".into());

    let error = resolve(&options, &[]).unwrap_err();

    assert!(error.contains("`Broken`, `scope`"), "{error}");
}

#[test]
fn an_entry_without_a_document_says_where_documents_come_from() {
    let options = Options { entry: Some("Work".into()), ..Options::default() };

    let error = resolve(&options, &[]).unwrap_err();

    assert!(error.contains("--config") && error.contains("--managed"), "{error}");
}
