use std::path::PathBuf;

use toml::Spanned;
use tracing::Level;

use super::{
    ConfigError, Environment,
    setting::{Setting, Source},
};
use crate::cli::Options;

/// Where diagnostics go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LogConfig {
    pub(crate) level: Level,
    pub(crate) json: bool,
    pub(crate) file: Option<PathBuf>,
}

impl LogConfig {
    /// Reads the log options; they come first, so that all else can be logged.
    pub(crate) fn resolve(options: &Options, env: &Environment) -> Result<Self, ConfigError> {
        let source = Source { env, document: None };
        let setting = |flag, value, variable| -> Option<Setting> {
            source.setting((flag, value), variable, ("", None::<&Spanned<String>>))
        };
        Ok(Self {
            level: setting("--log-level", &options.log_level, "M365_LOG_LEVEL")
                .map_or(Ok(Level::INFO), |it| it.parse("one of error, warn, info, debug, trace"))?,
            json: setting("--log-format", &options.log_format, "M365_LOG_FORMAT")
                .map_or(Ok(false), |it| it.one_of(&[("text", false), ("json", true)]))?,
            file: setting("--log-file", &options.log_file, "M365_LOG_FILE")
                .map(|it| PathBuf::from(it.value())),
        })
    }
}
