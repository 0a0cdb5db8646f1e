use serde_json::json;

use super::*;

const PLACE: Place<'static> = Place { container: "mcpServers", name: "microsoft365" };

fn entry() -> Map<String, Value> {
    let entry = json!({ "command": r"C:\apps\m365-local.exe", "args": ["serve", "--demo"] });
    entry.as_object().unwrap().clone()
}

fn merged(text: &str) -> Merged {
    merge(text, PLACE, &entry()).unwrap()
}

fn refusal(text: &str) -> String {
    merge(text, PLACE, &entry()).unwrap_err().to_string()
}

#[test]
fn an_empty_file_becomes_one_with_this_server() {
    for text in ["", " \n", "\u{feff}"] {
        let merged = merged(text);

        let body = merged.text.trim_start_matches('\u{feff}');
        let file: Value = serde_json::from_str(body).unwrap();
        assert_eq!(file["mcpServers"]["microsoft365"], Value::Object(entry()));
        assert_eq!(merged.change, Change::Added);
        assert_eq!(merged.text.starts_with('\u{feff}'), text.starts_with('\u{feff}'));
    }
}

#[test]
fn comments_commas_order_indentation_and_foreign_keys_stay() {
    let text = "// mine\n{\n\t\"z\": 1.50, // not touched\n\t\"mcpServers\": {\n\t\t/* first */\n\t\t\"other\": { \"command\": \"x\", },\n\t},\n\t\"a\": [ ],\n}\n";

    let merged = merged(text);

    let expected = "// mine\n{\n\t\"z\": 1.50, // not touched\n\t\"mcpServers\": {\n\t\t/* first */\n\t\t\"other\": { \"command\": \"x\", },\n\t\t\"microsoft365\": {\n\t\t\t\"command\": \"C:\\\\apps\\\\m365-local.exe\",\n\t\t\t\"args\": [\"serve\", \"--demo\"],\n\t\t},\n\t},\n\t\"a\": [ ],\n}\n";
    assert_eq!(merged.text, expected);
}

#[test]
fn a_program_by_another_name_finds_its_own_entry_again() {
    let mut entry = entry();
    entry.insert("command".into(), "/opt/microsoft/m365".into());

    let first = merge("", PLACE, &entry).unwrap();
    let second = merge(&first.text, PLACE, &entry).unwrap();

    assert_eq!((first.change, second.change), (Change::Added, Change::Nothing));
}

#[test]
fn line_ends_and_the_mark_at_the_beginning_stay() {
    let text = "\u{feff}{\r\n    \"x\": 1\r\n}\r\n";

    let merged = merged(text).text;

    assert!(
        merged.starts_with("\u{feff}{\r\n    \"x\": 1,\r\n    \"mcpServers\": {\r\n"),
        "{merged:?}"
    );
    assert_eq!(merged.matches('\n').count(), merged.matches("\r\n").count(), "{merged:?}");
}

#[test]
fn a_second_time_changes_no_byte() {
    for text in ["", "{ \"mcpServers\": {} }", "{\"mcpServers\":{\"x\":{\"command\":\"y\"}}}"] {
        let first = merged(text).text;

        let second = merged(&first);

        assert_eq!(second.change, Change::Nothing);
        assert_eq!(second.text, first);
    }
}

#[test]
fn an_entry_of_ours_gets_the_new_arguments_and_keeps_what_its_owner_added() {
    let text = r#"{ "mcpServers": { "microsoft365": {
  "command": "/old/m365-local", // where it was
  "args": ["serve"], "env": { "HTTPS_PROXY": "http://p", "M365_DEMO": "1" }, "disabled": false
} } }"#;

    let merged = merged(text);

    assert_eq!(merged.change, Change::Updated);
    assert_eq!(merged.variables, ["M365_DEMO"]);
    assert!(merged.text.contains("// where it was"), "{}", merged.text);
    assert!(merged.text.contains(r#""disabled": false"#), "{}", merged.text);
    let kept = r#""env": { "HTTPS_PROXY": "http://p", "M365_DEMO": "1" }"#;
    assert!(merged.text.contains(kept), "{}", merged.text);
    assert!(merged.text.contains(r#""args": ["serve", "--demo"]"#), "{}", merged.text);
}

#[test]
fn another_program_under_the_same_name_is_left_alone() {
    for there in [r#"{ "command": "npx" }"#, r#"{ "url": "https://x.example/mcp" }"#, "true"] {
        let refusal = refusal(&format!(r#"{{ "mcpServers": {{ "microsoft365": {there} }} }}"#));

        assert!(refusal.contains("--name"), "{refusal}");
    }
}

#[test]
fn what_is_no_json_is_refused_with_its_place() {
    for (text, place) in [
        ("{\n  \"a\": 1,\n  b: 2\n}", "line 3, column 3"),
        ("{\n  \"a\": 1\n  \"b\": 2\n}", "line 2"),
        ("{ 'a': 1 }", "line 1, column 3"),
        ("{ \"a\": ", "line 1"),
        ("{} {}", "line 1"),
    ] {
        let refusal = refusal(text);

        assert!(refusal.contains("not JSON") && refusal.contains(place), "{text}: {refusal}");
    }
}

#[test]
fn a_file_of_another_shape_is_refused() {
    for text in ["[]", "7", r#"{ "mcpServers": [] }"#, r#"{ "mcpServers": null }"#] {
        assert!(refusal(text).contains("is not a JSON object"), "{text}");
    }
    let twice = r#"{ "mcpServers": {}, "mcpServers": {} }"#;
    assert!(refusal(twice).contains("`mcpServers` stands there twice"));
}

#[test]
fn a_file_that_nests_without_end_costs_no_stack() {
    let deep = format!(r#"{{ "a": {}"#, "[".repeat(200_000));

    assert!(refusal(&deep).contains("not JSON"));
}
