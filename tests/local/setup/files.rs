//! What becomes of a file that is there already.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
};

use serde_json::{Value, json};

use super::home::{Home, entry_of, servers_of};

const OTHER: &str = "{\n  // mine\n  \"mcpServers\": { \"other\": { \"command\": \"x\" } },\n}\n";

fn home_with(text: &str) -> Home {
    let home = Home::new();
    home.write(home.file("cursor"), text);
    home
}

#[tokio::test]
async fn what_was_there_stays_and_is_kept_as_it_was_with_its_permissions() {
    let home = home_with(OTHER);
    let file = home.file("cursor");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();

    let ended = home.run(&["--demo", "setup", "cursor", "--write"]).await;

    assert_eq!(ended.code, Some(0), "{ended:?}");
    let text = home.text("cursor");
    assert!(text.starts_with("{\n  // mine\n  \"mcpServers\": {"), "{text}");
    assert!(text.contains("\"other\": { \"command\": \"x\" }"), "{text}");
    assert!(text.contains("\"microsoft365\": {"), "{text}");
    assert_eq!(home.beside("cursor"), ["mcp.json.bak"]);
    let backup = file.with_file_name("mcp.json.bak");
    assert_eq!(fs::read_to_string(&backup).unwrap(), OTHER);
    for path in [file, backup] {
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o640);
    }
}

#[tokio::test]
async fn an_older_backup_is_not_overwritten_by_a_later_one() {
    let home = home_with(OTHER);
    home.run(&["--demo", "setup", "cursor", "--write"]).await;
    let second = home.text("cursor");

    let ended = home.run(&["--demo", "--no-browser", "setup", "cursor", "--write"]).await;

    assert!(ended.stdout.starts_with("Updated `microsoft365`"), "{ended:?}");
    assert!(ended.stdout.contains("mcp.json.bak.1"), "{ended:?}");
    assert_eq!(home.beside("cursor"), ["mcp.json.bak", "mcp.json.bak.1"]);
    let kept = |name| fs::read_to_string(home.file("cursor").with_file_name(name)).unwrap();
    assert_eq!(kept("mcp.json.bak"), OTHER);
    assert_eq!(kept("mcp.json.bak.1"), second);
}

#[tokio::test]
async fn the_file_that_a_link_leads_to_is_changed_and_the_link_stays() {
    for there in [true, false] {
        let home = Home::new();
        let target = home.path("dotfiles/mcp.json");
        fs::create_dir_all(home.path("dotfiles")).unwrap();
        fs::create_dir_all(home.path(".cursor")).unwrap();
        if there {
            fs::write(&target, OTHER).unwrap();
        }
        symlink("../dotfiles/mcp.json", home.file("cursor")).unwrap();

        let ended = home.run(&["--demo", "setup", "cursor", "--write"]).await;

        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert!(fs::symlink_metadata(home.file("cursor")).unwrap().is_symlink());
        assert!(fs::read_to_string(&target).unwrap().contains("microsoft365"));
        assert_eq!(home.path("dotfiles/mcp.json.bak").exists(), there);
    }
}

#[tokio::test]
async fn what_is_no_json_object_is_refused_and_left_alone() {
    for (text, part) in [
        ("{ \"mcpServers\": {\n", "line 1"),
        ("{\n  \"a\": 1,\n  oops\n}", "line 3, column 3"),
        ("[]", "not a JSON object"),
        ("{ \"mcpServers\": 1 }", "mcpServers is not a JSON object"),
    ] {
        let home = home_with(text);

        let ended = home.run(&["--demo", "setup", "cursor", "--write"]).await;

        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(ended.stderr.contains(part), "{part} in {ended:?}");
        assert!(ended.stderr.contains("mcp.json"), "{ended:?}");
        assert_eq!(home.text("cursor"), text);
        assert_eq!(home.beside("cursor"), Vec::<String>::new());
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_are_refused_and_left_alone() {
    let home = home_with("");
    let bytes = b"{ \"a\": \"\xff\" }";
    fs::write(home.file("cursor"), bytes).unwrap();

    let ended = home.run(&["--demo", "setup", "cursor", "--write"]).await;

    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stderr.contains("UTF-8"), "{ended:?}");
    assert_eq!(fs::read(home.file("cursor")).unwrap(), bytes);
}

#[tokio::test]
async fn a_read_only_file_is_left_alone() {
    let home = home_with(OTHER);
    fs::set_permissions(home.file("cursor"), fs::Permissions::from_mode(0o444)).unwrap();

    let ended = home.run(&["--demo", "setup", "cursor", "--write"]).await;

    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains("read-only"), "{ended:?}");
    assert_eq!(home.text("cursor"), OTHER);
}

#[tokio::test]
async fn another_server_of_the_same_name_is_left_alone_and_a_name_of_its_own_helps() {
    let home = home_with(r#"{ "mcpServers": { "microsoft365": { "command": "npx" } } }"#);

    let refused = home.run(&["--demo", "setup", "cursor", "--write"]).await;
    let named = home.run(&["--demo", "setup", "cursor", "--write", "--name", "ours"]).await;

    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.stderr.contains("--name"), "{refused:?}");
    assert_eq!(named.code, Some(0), "{named:?}");
    let document: Value = serde_json::from_str(&home.text("cursor")).unwrap();
    assert_eq!(servers_of(&document, "cursor").len(), 2);
    assert_eq!(entry_of(&document, "cursor", "ours")["args"], json!(["serve", "--demo"]));
}

#[tokio::test]
async fn a_project_or_another_profile_is_named_with_its_file() {
    let home = Home::new();

    let arguments = ["--demo", "setup", "claude-code", "--write", "--file", "work/.mcp.json"];
    let ended = home.run(&arguments).await;

    assert_eq!(ended.code, Some(0), "{ended:?}");
    let text = fs::read_to_string(home.path("work/.mcp.json")).unwrap();
    assert!(text.contains("\"mcpServers\""), "{text}");
    assert!(!home.file("claude-code").exists());
}

#[tokio::test]
async fn a_host_that_keeps_its_files_elsewhere_is_followed() {
    let home = Home::new();
    let settings = home.file("vscode").ancestors().nth(3).unwrap().to_owned();
    fs::create_dir_all(settings.join("Code - Insiders")).unwrap();
    let env = [("CLAUDE_CONFIG_DIR", "/srv/claude")];

    let vscode = home.run(&["--demo", "setup", "vscode"]).await;
    let claude = home.run_with(&["--demo", "setup", "claude-code"], &env).await;

    assert!(vscode.stderr.contains("Code - Insiders/User/mcp.json"), "{vscode:?}");
    assert!(claude.stderr.contains("/srv/claude/.claude.json"), "{claude:?}");
}
