//! Diagnostics: to stderr or a file, never to stdout.

use std::{
    fs::{File, OpenOptions},
    path::Path,
};

use tracing_subscriber::{
    Layer, filter::Targets, fmt::writer::BoxMakeWriter, layer::SubscriberExt,
    util::SubscriberInitExt,
};

use crate::{
    config::LogConfig,
    failure::{Failure, USAGE},
};

/// Our own crates, whose messages are written to hold no content. What libraries say below `error`
/// may hold requests and answers, so no level lets it through.
const OURS: [&str; 5] = ["m365_auth", "m365_extract", "m365_graph", "m365_remote", "m365_tools"];

/// Starts logging as configured.
pub(crate) fn start(config: &LogConfig) -> Result<(), Failure> {
    let filter = Targets::new()
        .with_targets(OURS.map(|target| (target, config.level)))
        .with_default(tracing::level_filters::LevelFilter::ERROR);
    let writer = match &config.file {
        Some(path) => BoxMakeWriter::new(std::sync::Mutex::new(open(path)?)),
        None => BoxMakeWriter::new(std::io::stderr),
    };
    let layer = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(false);
    let layer = if config.json { layer.json().boxed() } else { layer.compact().boxed() };
    tracing_subscriber::registry().with(layer.with_filter(filter)).init();
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a panic");
    }));
    Ok(())
}

fn open(path: &Path) -> Result<File, Failure> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| {
        Failure::new(USAGE, format_args!("--log-file {}: {error}", path.display()))
    })
}
