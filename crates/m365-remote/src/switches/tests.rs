use std::{fs, path::Path};

use m365_auth::ManualClock;
use tempfile::TempDir;

use super::*;

const TENANT: &str = "11111111-1111-4111-8111-111111111111";
const USER: &str = "22222222-2222-4222-8222-222222222222";
const CLIENT: &str = "33333333-3333-4333-8333-333333333333";

fn open(path: &Path) -> Result<Switches, SwitchError> {
    Switches::open(Some(path.to_owned()), Metrics::new(["get_me"]))
}

fn refused(switches: &Switches) -> Option<Switched> {
    switches.refused(
        &TENANT.parse().unwrap(),
        USER,
        &CLIENT.parse().unwrap(),
        Some("outlook_email_search"),
    )
}

fn folder() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("switches.toml");
    (folder, path)
}

#[test]
fn r33_each_kind_of_switch_refuses_its_calls() {
    let (_folder, path) = folder();
    for (text, expected) in [
        ("", None),
        ("all = true", Some(Switched::All)),
        (&format!("tenants = ['{TENANT}']"), Some(Switched::Tenant)),
        (&format!("tenants = ['{CLIENT}']"), None),
        (&format!("users = ['{TENANT}/{USER}']"), Some(Switched::User)),
        (&format!("users = ['{CLIENT}/{USER}']"), None),
        (&format!("clients = ['{CLIENT}']"), Some(Switched::Client)),
        ("tools = ['outlook_*']", Some(Switched::Tool)),
        ("tools = ['email']", None),
    ] {
        fs::write(&path, text).unwrap();

        assert_eq!(refused(&open(&path).unwrap()), expected, "{text}");
    }
}

#[test]
fn a_workload_is_switched_off_by_its_name() {
    let (_folder, path) = folder();
    fs::write(&path, "workloads = ['teams']").unwrap();

    let switches = open(&path).unwrap();

    assert!(!switches.admits("teams"));
    assert!(switches.admits("outlook"));
    assert_eq!(refused(&switches), None);
}

#[test]
fn a_wrong_file_is_refused_with_place_and_what_is_accepted() {
    let (_folder, path) = folder();
    for (text, parts) in [
        ("all = true\nal = true", vec!["switches.toml", "line 2", "al"]),
        ("all = 1", vec!["line 1", "boolean"]),
        ("tenants = ['contoso']", vec!["tenants", "contoso", "GUID"]),
        ("users = ['adele']", vec!["users", "adele", "tenant id/object id"]),
        ("tools = ['send mail']", vec!["tools", "send mail"]),
        ("workloads = ['mail']", vec!["workloads", "mail", "outlook"]),
    ] {
        fs::write(&path, text).unwrap();

        let error = open(&path).unwrap_err().to_string();

        for part in parts {
            assert!(error.contains(part), "{part} in {error}");
        }
    }
}

#[test]
fn what_the_file_or_the_listener_turns_off_is_off() {
    let (_folder, path) = folder();
    let switches = open(&path).unwrap();
    assert_eq!(refused(&switches), None);

    let text = SwitchText { tools: vec!["outlook_*".into()], ..SwitchText::default() };
    switches.set_admin(text.try_into().unwrap());
    fs::write(&path, "workloads = ['teams']").unwrap();
    assert!(switches.read_again().is_some());

    assert_eq!(refused(&switches), Some(Switched::Tool));
    assert!(!switches.admits("teams"));
    assert_eq!(switches.rules(SwitchSource::Admin).text().tools, ["outlook_*"]);
    assert!(switches.rules(SwitchSource::File).text().tools.is_empty());
}

#[test]
fn a_file_that_is_wrong_or_gone_leaves_the_switches_as_they_are() {
    let (_folder, path) = folder();
    fs::write(&path, "all = true").unwrap();
    let switches = open(&path).unwrap();

    fs::write(&path, "all = maybe").unwrap();
    assert!(switches.read_again().is_none());
    fs::remove_file(&path).unwrap();
    assert!(switches.read_again().is_none());
    assert_eq!(refused(&switches), Some(Switched::All));

    fs::write(&path, "").unwrap();
    assert!(switches.read_again().is_some());
    assert_eq!(refused(&switches), None);
}

#[tokio::test]
async fn the_file_is_read_every_second() {
    let (_folder, path) = folder();
    fs::write(&path, "").unwrap();
    let switches = open(&path).unwrap();
    fs::write(&path, "all = true").unwrap();
    let clock = ManualClock::new(jiff::Timestamp::UNIX_EPOCH);
    let (told, mut changes) = tokio::sync::mpsc::unbounded_channel();
    let changed = move |rules: &SwitchRules| told.send(rules.to_string()).unwrap();

    tokio::select! {
        () = switches.watch(&clock, changed) => unreachable!("watching never ends"),
        change = changes.recv() => assert_eq!(change.unwrap(), "all:1 "),
    }

    assert_eq!(clock.sleeps()[0], Duration::from_secs(1));
    assert_eq!(refused(&switches), Some(Switched::All));
}

#[cfg(unix)]
#[test]
fn a_directory_that_is_swapped_under_the_file_is_noticed() {
    let (folder, _) = folder();
    let (old, new, link) = ("old", "new", "data");
    for (name, text) in [(old, ""), (new, "all = true")] {
        fs::create_dir(folder.path().join(name)).unwrap();
        fs::write(folder.path().join(name).join("switches.toml"), text).unwrap();
    }
    let point_to = |target: &str| {
        let next = folder.path().join("next");
        std::os::unix::fs::symlink(target, &next).unwrap();
        fs::rename(next, folder.path().join(link)).unwrap();
    };
    point_to(old);
    let switches = open(&folder.path().join(link).join("switches.toml")).unwrap();

    point_to(new);

    assert!(switches.read_again().is_some());
    assert_eq!(refused(&switches), Some(Switched::All));
}
