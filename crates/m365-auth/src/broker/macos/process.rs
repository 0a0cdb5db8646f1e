use std::{
    path::Path,
    process::{ExitStatus, Stdio},
};

use secrecy::{ExposeSecret, SecretString};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    process::{Child, Command},
};

/// The longest answer that is read, in bytes; tokens are a few thousand.
const MAX_ANSWER: u64 = 256 * 1024;

/// Why there is no answer.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Lost {
    #[error("there is no helper")]
    Absent,
    #[error("the helper gave no answer that can be read ({0})")]
    Unreadable(String),
}

/// Starts the helper for one line, and ends it after its own or when nobody waits any more.
pub(super) async fn exchange(path: &Path, line: &str) -> Result<SecretString, Lost> {
    let mut child = start(path)?;
    // A helper that answers without listening is judged by its answer.
    let _ = send(&mut child, line).await;
    let answer = receive(&mut child).await?;
    if answer.expose_secret().trim().is_empty() {
        let status = child.wait().await;
        return Err(Lost::Unreadable(status.map_or_else(|_| "lost".to_owned(), spoken)));
    }
    let _ = child.kill().await;
    Ok(answer)
}

/// A path that is not absolute would be looked for in `PATH`, where anybody may put a program.
fn start(path: &Path) -> Result<Child, Lost> {
    if !path.is_absolute() || !path.is_file() {
        return Err(Lost::Absent);
    }
    Command::new(path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| Lost::Unreadable(error.kind().to_string()))
}

async fn send(child: &mut Child, line: &str) -> std::io::Result<()> {
    let Some(mut stdin) = child.stdin.take() else { return Ok(()) };
    stdin.write_all(line.as_bytes()).await?;
    stdin.write_all(b"\n").await?;
    stdin.shutdown().await
}

async fn receive(child: &mut Child) -> Result<SecretString, Lost> {
    let Some(stdout) = child.stdout.take() else {
        return Err(Lost::Unreadable("no output".to_owned()));
    };
    let mut line = Vec::new();
    let mut reader = BufReader::new(stdout.take(MAX_ANSWER));
    let read = reader.read_until(b'\n', &mut line).await;
    match (read, String::from_utf8(line)) {
        (Ok(length), _) if length as u64 == MAX_ANSWER => {
            Err(Lost::Unreadable("too long".to_owned()))
        }
        (Ok(_), Ok(line)) => Ok(SecretString::from(line)),
        _ => Err(Lost::Unreadable("no text".to_owned())),
    }
}

fn spoken(status: ExitStatus) -> String {
    status.code().map_or_else(|| "killed".to_owned(), |code| format!("exit {code}"))
}
