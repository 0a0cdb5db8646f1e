//! The processes that take part, and what they cost.

use std::{
    fs, io,
    io::{BufRead, BufReader, Read, Write},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

/// Ticks of the system's clock in a second, as Linux tells them to programs.
const TICKS: u64 = 100;

/// A child that ends with us.
pub(crate) struct Process {
    child: Child,
    /// The first line that it wrote.
    pub(crate) line: String,
}

impl Process {
    /// Starts a program that says on stdout or on stderr, in its first line, where it is.
    pub(crate) fn start(command: &mut Command, says_on_stderr: bool) -> io::Result<Self> {
        command.stdin(Stdio::null());
        if says_on_stderr {
            command.stderr(Stdio::piped());
        } else {
            command.stdout(Stdio::piped());
        }
        let mut child = command.spawn()?;
        let output: Option<Box<dyn Read + Send>> = if says_on_stderr {
            child.stderr.take().map(|it| Box::new(it) as _)
        } else {
            child.stdout.take().map(|it| Box::new(it) as _)
        };
        let mut output = BufReader::new(output.ok_or(io::ErrorKind::BrokenPipe)?);
        let mut line = String::new();
        output.read_line(&mut line)?;
        thread::spawn(move || show(output));
        Ok(Self { child, line: line.trim().to_owned() })
    }

    /// Returns the processor time of all its threads so far.
    pub(crate) fn cpu(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()));
        let stat = stat.unwrap_or_default();
        let fields = stat.rsplit(')').next().unwrap_or_default().split_ascii_whitespace();
        let ticks: u64 =
            fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
        Duration::from_millis(ticks * 1000 / TICKS)
    }

    /// Returns its resident memory in bytes.
    pub(crate) fn resident(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0 kB");
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) * 1024
    }

    /// Asks it to read its configuration again.
    pub(crate) fn reload(&self) -> io::Result<()> {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-s", "HUP", &id]).status().map(drop)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Passes on what a child says, but for what says only that all is well.
fn show(output: impl BufRead) {
    for line in output.lines().map_while(Result::ok) {
        if line.contains("ERROR") || line.contains("panicked") {
            let _ = writeln!(io::stderr(), "{line}");
        }
    }
}
