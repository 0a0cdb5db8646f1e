//! Starts a child, gives it a file, and takes its answer.

use std::{io, path::Path, process::Stdio};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt, copy, sink},
    process::{Child, ChildStdin, Command},
    task::spawn_blocking,
    time::{Instant, timeout},
};

use super::{
    File, Limits,
    ending::{Ending, Output},
    protocol::{ARGUMENT, Answer, Request},
};
use crate::document::Options;

/// The longest answer that is taken beside the text that was asked for, in bytes: pictures.
const MAX_PICTURES: u64 = 20 * 1024 * 1024;

/// How many times longer than the text its JSON may be.
const JSON_RATIO: u64 = 4;

/// As much as is read of what a child complains of.
const MAX_COMPLAINT: u64 = 4 * 1024;

/// Reads files by a program.
pub(super) struct Reader<'a> {
    pub(super) program: &'a Path,
    pub(super) limits: &'a Limits,
}

impl Reader<'_> {
    /// Reads a file in a child. Whatever becomes of the child, there is an answer.
    pub(super) async fn read(&self, file: &File, options: &Options) -> Answer {
        let begun = Instant::now();
        let ending = match start(self.program) {
            Ok(child) => self.attend(child, file, options).await,
            Err(error) => Ending::NotStarted(error.kind()),
        };
        let answer = spawn_blocking(|| ending.answer()).await;
        let (answer, reason) = answer.unwrap_or_else(|_| Ending::unreadable());
        if let Some(reason) = reason {
            log(&answer, &reason, begun);
        }
        answer
    }

    /// Waits for the child, which is gone afterwards.
    async fn attend(&self, mut child: Child, file: &File, options: &Options) -> Ending {
        let request = Request::new(file, options, self.limits);
        let talk = talk(&mut child, &request, file, max_answer(options));
        let ending = match timeout(self.limits.patience(), talk).await {
            Ok(Ok(output)) => return Ending::Ended(output),
            Ok(Err(ending)) => ending,
            Err(_) => Ending::OutOfTime,
        };
        // It may have ended by itself; then there is nothing to kill.
        let _ = child.kill().await;
        ending
    }
}

/// Starts a child that knows nothing of our environment and ends with its handle.
fn start(program: &Path) -> io::Result<Child> {
    let mut command = Command::new(program);
    command
        .arg(ARGUMENT)
        .env_clear()
        // glibc reserves address space for each thread otherwise, which is limited.
        .env("MALLOC_ARENA_MAX", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    #[cfg(windows)]
    adapt(&mut command);
    command.spawn()
}

/// Windows opens a window for a program of the console, and its own libraries find each other by a variable.
#[cfg(windows)]
fn adapt(command: &mut Command) {
    const CREATE_NO_WINDOW: u32 = 0x0800_0000;

    command.creation_flags(CREATE_NO_WINDOW);
    #[expect(clippy::disallowed_methods, reason = "it is handed on and not read")]
    if let Some(root) = std::env::var_os("SystemRoot") {
        command.env("SystemRoot", root);
    }
}

async fn talk(
    child: &mut Child,
    request: &Request,
    file: &File,
    max: u64,
) -> Result<Output, Ending> {
    let (input, output, complaint) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let ((), answer, complaint) =
        tokio::try_join!(feed(input, request, file), answer(output, max), head(complaint))?;
    let status = child.wait().await.map_err(|error| Ending::NotStarted(error.kind()))?;
    Ok(Output { status, answer, complaint })
}

/// Gives the child its file. One that does not take it says why by how it ends.
async fn feed(to: Option<ChildStdin>, request: &Request, file: &File) -> Result<(), Ending> {
    let Some(mut to) = to else { return Ok(()) };
    let _ = async {
        let mut line = serde_json::to_vec(request)?;
        line.push(b'\n');
        to.write_all(&line).await?;
        to.write_all(&file.bytes).await?;
        to.shutdown().await
    }
    .await;
    Ok(())
}

/// Takes the answer, unless it is longer than an answer can be.
async fn answer(from: Option<impl AsyncRead + Unpin>, max: u64) -> Result<Vec<u8>, Ending> {
    let mut answer = Vec::new();
    if let Some(from) = from {
        let _ = from.take(max + 1).read_to_end(&mut answer).await;
    }
    if answer.len() as u64 > max { Err(Ending::TooMuch) } else { Ok(answer) }
}

/// Takes the beginning of what the child complains of, and lets it complain on.
async fn head(from: Option<impl AsyncRead + Unpin>) -> Result<String, Ending> {
    let mut head = Vec::new();
    if let Some(mut from) = from {
        let _ = (&mut from).take(MAX_COMPLAINT).read_to_end(&mut head).await;
        let _ = copy(&mut from, &mut sink()).await;
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

fn max_answer(options: &Options) -> u64 {
    (options.max_output as u64).saturating_mul(JSON_RATIO).saturating_add(MAX_PICTURES)
}

/// Notes that a child failed, without the file's name or content.
fn log(answer: &Answer, reason: &str, begun: Instant) {
    let Err(refusal) = &answer.result else { return };
    let format = refusal.format().map(|format| format.extension());
    let milliseconds = begun.elapsed().as_millis();
    let kind = refusal.kind().label();
    tracing::warn!(format, kind, reason, milliseconds, "a document could not be read safely");
}
