//! The helper of macOS, played by scripts.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use m365_auth::{Availability, Broker, BrokerOutcome, MacHelper, ParentWindow, Prompt};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{CORRELATION, OID, USER, kind, request, token};
use crate::entra::{CLIENT, TENANT};

/// A helper that does what a script says, in a folder of its own.
struct Helper {
    folder: TempDir,
}

impl Helper {
    fn script(body: &str) -> Self {
        let helper = Self { folder: TempDir::new().unwrap() };
        helper.write("helper", &format!("#!/bin/sh\n{body}\n"));
        helper
    }

    /// Keeps what it reads, and answers with a line.
    fn answering(answer: &Value) -> Self {
        let helper =
            Self::script("d=${0%/*}\nread -r line\necho \"$line\" >\"$d/seen\"\ncat \"$d/answer\"");
        helper.write("answer", &format!("{answer}\n"));
        helper
    }

    /// Writes through another process: a script that this one has open could not be started.
    fn write(&self, name: &str, text: &str) {
        let mut child = Command::new("/bin/sh")
            .args(["-c", "cat >\"$0\" && chmod 700 \"$0\""])
            .arg(self.path(name))
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        assert!(child.wait().unwrap().success());
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn broker(&self) -> MacHelper {
        MacHelper::new(self.path("helper"))
    }

    fn seen(&self) -> Value {
        serde_json::from_str(&fs::read_to_string(self.path("seen")).unwrap()).unwrap()
    }
}

fn granted() -> Value {
    json!({
        "version": 1, "result": "token", "accessToken": "secret-access", "expiresOn": 1_790_003_600,
        "scopes": ["Mail.Read"], "idToken": "secret-id",
        "account": {"id": "home", "oid": OID, "tid": TENANT, "username": USER},
    })
}

fn refused(error: &str, text: &str) -> Value {
    json!({"version": 1, "result": "error", "error": error, "code": "-6004", "text": text})
}

#[tokio::test]
async fn the_helper_is_asked_in_one_line_and_gives_a_token() {
    let helper = Helper::answering(&granted());

    let outcome = helper.broker().silent(&request()).await;

    assert!(!format!("{outcome:?}").contains("secret-"), "{outcome:?}");
    let token = token(outcome);
    assert_eq!(token.secret.expose_secret(), "secret-access");
    assert_eq!(token.id_token.unwrap().expose_secret(), "secret-id");
    assert_eq!(token.expires_on.unwrap().as_second(), 1_790_003_600);
    assert_eq!((token.account.id.as_str(), token.account.oid.as_str()), ("home", OID));
    let seen = helper.seen();
    assert_eq!(seen["version"], 1);
    assert_eq!(seen["operation"], "silent");
    assert_eq!(seen["correlationId"], CORRELATION);
    assert_eq!(seen["authority"], format!("https://login.microsoftonline.com/{TENANT}"));
    assert_eq!((&seen["tenantId"], &seen["clientId"]), (&json!(TENANT), &json!(CLIENT)));
    assert_eq!(seen["scopes"], json!(["https://graph.microsoft.com/Mail.Read"]));
    assert_eq!(seen["account"]["oid"], OID);
}

#[tokio::test]
async fn an_interaction_carries_claims_hint_and_prompt() {
    let helper = Helper::answering(&granted());
    let mut request = request();
    request.claims = Some(r#"{"access_token":{}}"#.to_owned());
    request.login_hint = Some(USER.to_owned());
    request.prompt = Some(Prompt::SelectAccount);

    helper.broker().interactive(&request, ParentWindow::default()).await;

    let seen = helper.seen();
    assert_eq!(seen["operation"], "interactive");
    assert_eq!(seen["claims"], r#"{"access_token":{}}"#);
    assert_eq!(seen["loginHint"], USER);
    assert_eq!(seen["prompt"], "select_account");
}

#[tokio::test]
async fn every_error_of_the_extension_has_its_outcome() {
    for (error, text, silent, interactive) in [
        ("canceled", "", "Cancelled", "Cancelled"),
        ("notInteractive", "", "InteractionRequired", "Fallback"),
        ("offline", "", "Retryable", "Retryable"),
        ("notHandled", "", "Fallback", "Fallback"),
        ("unknown", "", "Fallback", "Fallback"),
        ("failed", "", "Fallback", "Fallback"),
        ("failed", "AADSTS53003: blocked", "Final", "Final"),
        ("failed", "AADSTS50011: redirect", "Fallback", "Fallback"),
        ("notInteractive", "AADSTS65001: consent", "Final", "Final"),
    ] {
        let helper = Helper::answering(&refused(error, text));
        let outcome = helper.broker().silent(&request()).await;
        assert_eq!(kind(&outcome), silent, "{error}, {text}");
        let outcome = helper.broker().interactive(&request(), ParentWindow::default()).await;
        assert_eq!(kind(&outcome), interactive, "{error}, {text}");
    }
}

#[tokio::test]
async fn a_fallback_carries_the_extensions_own_number() {
    let helper = Helper::answering(&refused("failed", "mira@fjordlight.example is unhappy"));

    let outcome = helper.broker().silent(&request()).await;

    let BrokerOutcome::Fallback { stage, code, reason } = outcome else { panic!("{outcome:?}") };
    assert_eq!((stage, code.as_str()), ("silent", "-6004"));
    assert!(!reason.contains("mira"), "{reason}");
}

#[tokio::test]
async fn a_helper_is_available_when_it_says_so() {
    for (answer, expected) in [
        (json!({"version": 1, "result": "available"}), Availability::Available),
        (json!({"version": 1, "result": "absent"}), Availability::Absent),
        (json!({"version": 2, "result": "available"}), Availability::Absent),
        (refused("failed", ""), Availability::Absent),
    ] {
        let helper = Helper::answering(&answer);
        assert_eq!(helper.broker().availability(&request()).await, expected, "{answer}");
    }
}

#[tokio::test]
async fn without_the_helper_there_is_no_broker() {
    let folder = TempDir::new().unwrap();

    for path in [folder.path().join("helper"), folder.path().to_owned()] {
        let broker = MacHelper::new(path);
        assert_eq!(broker.availability(&request()).await, Availability::Absent);
        assert_eq!(kind(&broker.silent(&request()).await), "Unavailable");
    }
}

#[tokio::test]
async fn the_helper_is_never_looked_for_in_the_path() {
    // A program of this name is in every PATH.
    let broker = MacHelper::new(Path::new("sh"));

    assert_eq!(kind(&broker.silent(&request()).await), "Unavailable");
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_a_fallback_that_says_what_it_was() {
    for (body, expected) in [
        ("exit 3", "exit 3"),
        ("kill -9 $$", "killed"),
        ("echo nonsense", "malformed"),
        ("echo '{\"version\":7,\"result\":\"absent\"}'", "another version"),
        ("head -c 300000 /dev/zero", "too long"),
        ("printf '\\377\\n'", "no text"),
        ("echo '{\"version\":1,\"result\":\"signedOut\"}'", "mismatch"),
    ] {
        let outcome = Helper::script(body).broker().silent(&request()).await;
        assert!(
            matches!(&outcome, BrokerOutcome::Fallback { code, .. } if code == expected),
            "{body}: {outcome:?}"
        );
    }
}

#[tokio::test]
async fn signing_out_asks_the_helper_and_tells_its_refusal() {
    let helper = Helper::answering(&json!({"version": 1, "result": "signedOut"}));
    let refusing = Helper::answering(&refused("failed", ""));

    assert_eq!(helper.broker().sign_out(&request()).await, Ok(()));
    assert_eq!(helper.seen()["operation"], "signOut");
    let problem = refusing.broker().sign_out(&request()).await.unwrap_err();
    assert!(problem.contains("-6004"), "{problem}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_helper_that_hangs_is_ended() {
    let helper = Helper::script("echo $$ >\"${0%/*}/pid\"\nexec sleep 1000");
    let limit = Duration::from_secs(1);

    let outcome = helper.broker().with_limits(limit, limit).silent(&request()).await;

    assert_eq!(kind(&outcome), "Retryable");
    let pid = fs::read_to_string(helper.path("pid")).unwrap();
    let ended = async {
        while runs(pid.trim()) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), ended).await.unwrap();
}

#[cfg(target_os = "linux")]
fn runs(pid: &str) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    status.contains("State:") && !status.contains("State:\tZ")
}
