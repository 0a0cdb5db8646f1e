//! How a child ended, and what that means for the file.

use std::{io, process::ExitStatus};

use super::protocol::{Answer, refused};
use crate::{format::Format, refusal::RefusalKind};

/// How it ended with a child.
#[derive(Debug)]
pub(super) enum Ending {
    /// It ended by itself.
    Ended(Output),
    /// It did not start, or is lost.
    NotStarted(io::ErrorKind),
    /// It was still at work when its time was over.
    OutOfTime,
    /// It wrote more than an answer can have.
    TooMuch,
}

/// What a child left.
#[derive(Debug)]
pub(super) struct Output {
    pub(super) status: ExitStatus,
    pub(super) answer: Vec<u8>,
    pub(super) complaint: String,
}

impl Ending {
    /// The answer, and a reason for the log where it is a failure.
    pub(super) fn answer(self) -> (Answer, Option<String>) {
        let (kind, reason) = match self {
            Self::Ended(output) => return output.answer(),
            Self::NotStarted(error) => (RefusalKind::Crashed, format!("no child: {error}")),
            Self::OutOfTime => (RefusalKind::TimedOut, "out of time".to_owned()),
            Self::TooMuch => (RefusalKind::TooLarge, "the answer is too long".to_owned()),
        };
        (refused(kind, None), Some(reason))
    }

    /// What is said where the answer itself cannot be dealt with.
    pub(super) fn unreadable() -> (Answer, Option<String>) {
        (refused(RefusalKind::Crashed, None), Some("no answer".to_owned()))
    }
}

impl Output {
    fn answer(self) -> (Answer, Option<String>) {
        let (format, answer) = self.parts();
        if !self.status.success() {
            let (kind, reason) = meaning(self.status, &self.complaint);
            return (refused(kind, format), Some(reason));
        }
        match serde_json::from_slice::<Answer>(answer) {
            Ok(Answer { panic: Some(place), cpu, peak_memory, .. }) => {
                let answer = refused(RefusalKind::Crashed, format);
                (Answer { cpu, peak_memory, ..answer }, Some(format!("panic at {place}")))
            }
            Ok(answer) => (answer, None),
            Err(_) => (refused(RefusalKind::Crashed, format), Some("no answer".to_owned())),
        }
    }

    /// The format, if it was told, and the rest.
    fn parts(&self) -> (Option<Format>, &[u8]) {
        let end = self.answer.iter().position(|byte| *byte == b'\n');
        let (line, rest) = self.answer.split_at(end.map_or(0, |end| end + 1));
        match serde_json::from_slice(line) {
            Ok(format) => (Some(format), rest),
            Err(_) => (None, &self.answer),
        }
    }
}

/// What a status that is no success, and the words of Rust's runtime, say about the end.
fn meaning(status: ExitStatus, complaint: &str) -> (RefusalKind, String) {
    let says = |words: &str| complaint.contains(words);
    match () {
        () if says("memory allocation of") => {
            (RefusalKind::OutOfMemory, "memory allocation failed".to_owned())
        }
        () if is_cpu_limit(status) => (RefusalKind::TimedOut, "out of CPU time".to_owned()),
        () if says("has overflowed its stack") => {
            (RefusalKind::Crashed, "stack overflow".to_owned())
        }
        () => (RefusalKind::Crashed, status.to_string()),
    }
}

#[cfg(unix)]
fn is_cpu_limit(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;

    use nix::sys::signal::Signal;

    status.signal() == Some(Signal::SIGXCPU as i32)
}

#[cfg(not(unix))]
fn is_cpu_limit(_: ExitStatus) -> bool {
    false
}
