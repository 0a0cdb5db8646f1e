//! How a child ended, and what that means for the file.

use std::{io, process::ExitStatus};

use super::protocol::{Answer, OUT_OF_MEMORY, refused};
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
        () if says(OUT_OF_MEMORY) => {
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

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    fn ended(raw: i32, answer: &str, complaint: &str) -> (Answer, Option<String>) {
        let (answer, complaint) = (answer.as_bytes().to_vec(), complaint.to_owned());
        let status = ExitStatus::from_raw(raw);
        Ending::Ended(Output { status, answer, complaint }).answer()
    }

    fn kind(raw: i32, answer: &str, complaint: &str) -> Option<RefusalKind> {
        let (answer, reason) = ended(raw, answer, complaint);
        assert!(reason.is_some());
        answer.result.err().map(|refusal| refusal.kind())
    }

    fn format(raw: i32, answer: &str) -> Option<Format> {
        ended(raw, answer, "").0.result.err()?.format()
    }

    #[test]
    fn an_end_by_a_signal_is_told_apart_by_signal_and_last_words() {
        let (abort, kill, cpu) = (6, 9, 24);

        let memory = kind(abort, "", "memory allocation of 9 bytes failed");
        assert_eq!(memory, Some(RefusalKind::OutOfMemory));
        assert_eq!(kind(abort, "", "overflowed its stack"), Some(RefusalKind::Crashed));
        assert_eq!(kind(cpu, "", ""), Some(RefusalKind::TimedOut));
        assert_eq!(kind(kill, "", ""), Some(RefusalKind::Crashed));
    }

    #[test]
    fn the_format_that_was_told_before_the_end_is_known() {
        assert_eq!(format(6, "\"pdf\"\n"), Some(Format::Pdf));
        assert_eq!(format(6, "\"pd"), None);
    }

    #[test]
    fn an_answer_that_is_none_is_a_crash() {
        for answer in ["", "\"pdf\"\n", "\"pdf\"\n{\"result\":", "hello\n"] {
            assert_eq!(kind(0, answer, ""), Some(RefusalKind::Crashed), "{answer:?}");
        }
    }

    #[test]
    fn an_answer_is_taken_as_it_is() {
        let answer =
            "\"pdf\"\n{\"result\":{\"Err\":{\"kind\":\"Encrypted\",\"format\":\"pdf\"}}}\n";

        let (answer, reason) = ended(0, answer, "");

        assert_eq!(answer.result.unwrap_err().kind(), RefusalKind::Encrypted);
        assert_eq!(reason, None);
    }
}
