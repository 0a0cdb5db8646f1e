//! Diagnostics: to stderr and a file, never to stdout.

mod file;

use std::{
    io,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tracing_subscriber::{
    Layer,
    filter::Targets,
    fmt::writer::{BoxMakeWriter, MakeWriter, MakeWriterExt},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use crate::{
    config::{LogConfig, LogTarget},
    failure::{Failure, USAGE},
};

use file::LogFile;

/// Our own crates, whose messages are written to hold no content. What libraries say below `error`
/// may hold requests and answers, so no level lets it through.
const OURS: [&str; 5] = ["m365_auth", "m365_extract", "m365_graph", "m365_local", "m365_tools"];

/// Starts logging as configured.
pub(crate) fn start(config: &LogConfig) -> Result<(), Failure> {
    let filter = Targets::new()
        .with_targets(OURS.map(|target| (target, config.level)))
        .with_default(tracing::level_filters::LevelFilter::ERROR);
    let writer = writer(&config.target)?;
    let layer = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(false);
    let layer = if config.json { layer.json().boxed() } else { layer.compact().boxed() };
    tracing_subscriber::registry().with(layer.with_filter(filter)).init();
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a panic");
    }));
    Ok(())
}

/// A file that the user named must be there; without the one that nobody asked for, stderr will do.
fn writer(target: &LogTarget) -> Result<BoxMakeWriter, Failure> {
    Ok(match target {
        LogTarget::Stderr => BoxMakeWriter::new(io::stderr),
        LogTarget::File(path) => BoxMakeWriter::new(named(path)?),
        LogTarget::Both(path) => match LogFile::open(path) {
            Ok(file) => BoxMakeWriter::new(io::stderr.and(Shared::new(file))),
            Err(error) => {
                file::tell(path, &error);
                BoxMakeWriter::new(io::stderr)
            }
        },
    })
}

fn named(path: &Path) -> Result<Shared, Failure> {
    LogFile::open(path).map(Shared::new).map_err(|error| {
        Failure::new(USAGE, format_args!("--log-file {}: {error}", path.display()))
    })
}

/// A log file that the threads of this process share; a panic of one does not end the log.
struct Shared(Mutex<LogFile>);

impl Shared {
    const fn new(file: LogFile) -> Self {
        Self(Mutex::new(file))
    }
}

impl<'a> MakeWriter<'a> for Shared {
    type Writer = Guard<'a>;

    fn make_writer(&'a self) -> Self::Writer {
        Guard(self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

struct Guard<'a>(MutexGuard<'a, LogFile>);

impl io::Write for Guard<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.write(line)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
