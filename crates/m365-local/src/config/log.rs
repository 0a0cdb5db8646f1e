use std::path::PathBuf;

use tracing::Level;

use super::{ConfigError, Environment, setting::Source};
use crate::cli::Options;

/// The name of the log file, by which support staff look for it.
const NAME: &str = "mcp-server-m365-local.log";

/// What is logged, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LogConfig {
    pub(crate) level: Level,
    pub(crate) json: bool,
    pub(crate) target: LogTarget,
}

/// Where diagnostics go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LogTarget {
    /// To stderr.
    Stderr,
    /// To the file that the user named.
    File(PathBuf),
    /// To stderr, and to a file that nobody asked for.
    Both(PathBuf),
}

impl LogConfig {
    /// Reads the log options; they come first, so that all else can be logged. A server keeps a file
    /// besides, since its host may drop what it says on stderr.
    pub(crate) fn resolve(
        options: &Options,
        env: &Environment,
        serves: bool,
    ) -> Result<Self, ConfigError> {
        let source = Source::new(env, None);
        Ok(Self {
            level: source
                .setting(&options.log_level, "--log-level", "M365_LOG_LEVEL", "")
                .map_or(Ok(Level::WARN), |it| it.parse("one of error, warn, info, debug, trace"))?,
            json: source
                .setting(&options.log_format, "--log-format", "M365_LOG_FORMAT", "")
                .map_or(Ok(false), |it| it.one_of(&[("text", false), ("json", true)]))?,
            target: target(options, &source, serves)?,
        })
    }
}

impl LogConfig {
    /// Tells whether warnings come to stderr.
    pub(crate) fn shows_warnings(&self) -> bool {
        self.level >= Level::WARN && !matches!(self.target, LogTarget::File(_))
    }
}

fn target(options: &Options, source: &Source<'_>, serves: bool) -> Result<LogTarget, ConfigError> {
    let named = source.path(options.log_file.as_ref(), "--log-file", "M365_LOG_FILE", "");
    let demo = source.switch(options.demo, "--demo", "M365_DEMO", "")?;
    let data_dir = source.path(options.data_dir.as_ref(), "--data-dir", "M365_DATA_DIR", "");
    let folder = || data_dir.or_else(platform_folder).filter(|_| serves && !demo);
    Ok(match named {
        Some(path) => LogTarget::File(path),
        None => folder().map_or(LogTarget::Stderr, |folder| LogTarget::Both(folder.join(NAME))),
    })
}

/// Returns the folder for logs that the system's conventions name.
fn platform_folder() -> Option<PathBuf> {
    if cfg!(target_os = "macos") {
        Some(dirs::home_dir()?.join("Library/Logs/m365-local"))
    } else if cfg!(windows) {
        Some(dirs::data_local_dir()?.join("m365-local").join("logs"))
    } else {
        Some(dirs::state_dir()?.join("m365-local"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(options: Options, serves: bool) -> LogTarget {
        LogConfig::resolve(&options, &Environment::default(), serves).unwrap().target
    }

    #[test]
    fn a_server_logs_to_a_file_besides_and_a_command_does_not() {
        let served = target(Options::default(), true);

        assert!(matches!(&served, LogTarget::Both(path) if path.ends_with(NAME)), "{served:?}");
        assert_eq!(target(Options::default(), false), LogTarget::Stderr);
    }

    #[test]
    fn the_data_directory_moves_the_log_and_a_named_file_replaces_it() {
        let moved = Options { data_dir: Some("data".into()), ..Options::default() };
        let named = Options { log_file: Some("my.log".into()), ..moved.clone() };

        assert_eq!(target(moved, true), LogTarget::Both(PathBuf::from("data").join(NAME)));
        assert_eq!(target(named.clone(), true), LogTarget::File("my.log".into()));
        assert_eq!(target(named, false), LogTarget::File("my.log".into()));
    }

    #[test]
    fn the_demo_keeps_no_log() {
        let demo = Options { demo: true, data_dir: Some("data".into()), ..Options::default() };

        assert_eq!(target(demo, true), LogTarget::Stderr);
    }
}
