//! Reading in a process of its own, so that no file can harm the program that asks.
//!
//! A parser may loop, overflow its stack or ask for more memory than there is, and nothing inside a
//! process survives that. An [`Extractor`] starts the program anew for each file, with limits on memory
//! and time; the file goes in by a pipe, and the document comes out by another. What goes wrong there ends as
//! a [`Refusal`], like what is wrong with the file itself.
//!
//! On Unix the child can open neither file nor socket, and the system bounds its computing time. On Windows
//! it has the rights of the program: its memory and the wall clock are watched, and no more. Everywhere its
//! readers open nothing by themselves; what the limits are for is a reader that a file has taken over.
//!
//! The child is the program itself, so that its `main` begins with [`Extractor::this_program`]:
//!
//! ```standalone_crate
//! use m365_extract::{Options, isolation::{Extractor, File}};
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let extractor = Extractor::this_program()?; // does not return where this is a child
//!
//!     let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//!     let file = File::new("<h1>Plan</h1>").named("plan.html");
//!     let document = runtime.block_on(extractor.extract(file, &Options::default()))?;
//!
//!     assert_eq!(document.markdown(), "# Plan");
//!     Ok(())
//! }
//! ```

mod child;
mod ending;
mod file;
mod limits;
mod meter;
mod process;
mod protocol;
mod within;

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

pub use self::{file::File, limits::Limits};
use self::{process::Reader, protocol::Answer};
use crate::{
    document::{self, Document, Input, Options},
    format::Format,
    refusal::Refusal,
};

/// What reads a file, as [`extract`](crate::extract) does.
pub type ReadFile = fn(&Input<'_>, &Options) -> Result<Document, Refusal>;

/// Reads files within limits that hold whatever the file is.
///
/// Clones read in the same way. [`Extractor::extract`] needs a Tokio runtime with time and I/O; dropping
/// its future ends the child.
#[derive(Clone, Debug)]
pub struct Extractor {
    place: Place,
    limits: Limits,
}

/// Where files are read.
#[derive(Clone, Debug)]
enum Place {
    Child(Arc<Path>),
    ThisProcess,
}

impl Extractor {
    /// Reads each file in this program, started anew; to be called before all else in `main`.
    ///
    /// Where this process is such a child, it reads its file and exits: the call does not return.
    ///
    /// # Errors
    ///
    /// When the system does not tell which program this is.
    pub fn this_program() -> io::Result<Self> {
        Self::this_program_with(None)
    }

    /// Does as [`Extractor::this_program`], but reads by `read`: for programs that know formats of their
    /// own, and for tests of what becomes of a bad reader.
    ///
    /// # Errors
    ///
    /// When the system does not tell which program this is.
    pub fn this_program_by(read: ReadFile) -> io::Result<Self> {
        Self::this_program_with(Some(read))
    }

    fn this_program_with(read: Option<ReadFile>) -> io::Result<Self> {
        if child::is_wanted() {
            child::run(read);
        }
        Ok(Self::program(this_program()?))
    }

    /// Reads each file in another program, whose `main` begins with [`Extractor::this_program`].
    #[must_use]
    pub fn program(path: impl Into<PathBuf>) -> Self {
        Self { place: Place::Child(path.into().into()), limits: Limits::default() }
    }

    /// Reads files in this process, for programs that trust their files or are themselves a sandbox.
    ///
    /// A panic is a [`Refusal`] here, too, and nobody waits longer than [`Limits::wall`]. But a file can
    /// end the process, and memory is not limited. Nor does a thread stop: what took too long, or is not
    /// waited for any more, goes on in the background, beside what is read next. Who bounds how many files
    /// are read at the same time bounds with it only those that somebody waits for.
    #[must_use]
    pub fn in_process() -> Self {
        Self { place: Place::ThisProcess, limits: Limits::default() }
    }

    /// Sets what the reading of one file may take.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Reads a file and returns its text as markdown, as [`extract`](crate::extract) does.
    ///
    /// # Errors
    ///
    /// The [`Refusal`]s of [`extract`](crate::extract); and when reading crashed, or took more time or
    /// memory than it may.
    pub async fn extract(&self, file: File, options: &Options) -> Result<Document, Refusal> {
        self.read(file, options).await.result
    }

    /// Reads a file as [`Extractor::extract`] does, and tells what that took.
    pub async fn read(&self, file: File, options: &Options) -> Reading {
        let begun = Instant::now();
        let answer = match document::check_size(file.len(), options) {
            Err(refusal) => Answer::from(Err(refusal)),
            Ok(()) => self.answer(file, options).await,
        };
        Reading::new(answer, begun.elapsed())
    }

    async fn answer(&self, file: File, options: &Options) -> Answer {
        match &self.place {
            Place::Child(program) => {
                Reader { program, limits: &self.limits }.read(&file, options).await
            }
            Place::ThisProcess => within::read(file, options, self.limits.patience()).await,
        }
    }
}

/// On Linux the program that runs, even if another lies in its place by now.
fn this_program() -> io::Result<PathBuf> {
    if cfg!(target_os = "linux") { Ok("/proc/self/exe".into()) } else { std::env::current_exe() }
}

/// What came of a file, and what it took.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Reading {
    /// The document, or why there is none.
    pub result: Result<Document, Refusal>,
    /// What the file is, where its content tells.
    pub format: Option<Format>,
    /// How long it took, the start of a child included.
    pub took: Duration,
    /// The time that the child computed, where it lived to tell.
    pub cpu: Option<Duration>,
    /// The most memory that the child had in use, in bytes, where it lived to tell.
    pub peak_memory: Option<u64>,
}

impl Reading {
    fn new(answer: Answer, took: Duration) -> Self {
        let Answer { result, cpu, peak_memory, .. } = answer;
        let format = match &result {
            Ok(document) => document.format,
            Err(refusal) => refusal.format(),
        };
        Self { result, format, took, cpu, peak_memory }
    }
}
