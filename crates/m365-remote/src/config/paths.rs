use std::{
    fs,
    path::{Path, PathBuf},
};

use toml::Spanned;

use super::{ConfigError, Environment, setting::Source};
use crate::cli::Options;

/// Returns where the configuration file is.
pub(super) fn config_file(options: &Options, env: &Environment) -> Option<PathBuf> {
    options.config.clone().or_else(|| env.get("M365_CONFIG").map(PathBuf::from))
}

/// Returns the path of a key of the file; a relative one starts where the file lies.
pub(super) fn of_key(source: Source<'_>, value: Option<&Spanned<String>>) -> Option<PathBuf> {
    value.map(|value| beside(source, value.get_ref()))
}

/// Returns the path of a key whose file must be there.
pub(super) fn readable_key(
    source: Source<'_>,
    key: &str,
    value: &Spanned<String>,
) -> Result<PathBuf, ConfigError> {
    let path = beside(source, value.get_ref());
    let opened = fs::File::open(&path).and_then(|file| file.metadata());
    match opened {
        Ok(metadata) if metadata.is_file() => Ok(path),
        Ok(_) => Err(source.in_file(key, value).wrong("it is no file; give the path of a file")),
        Err(error) => Err(source
            .in_file(key, value)
            .wrong(format_args!("{error}; give a file that this process may read"))),
    }
}

/// Returns the path of a setting whose file must be there.
pub(super) fn readable(
    source: Source<'_>,
    flag: (&str, &Option<String>),
    variable: &str,
    key: (&str, Option<&Spanned<String>>),
) -> Result<Option<PathBuf>, ConfigError> {
    let in_file = flag.1.is_none() && source.env.get(variable).is_none();
    let Some(setting) = source.setting(flag, variable, key) else { return Ok(None) };
    let path = match in_file {
        true => beside(source, setting.value()),
        false => PathBuf::from(setting.value()),
    };
    match fs::File::open(&path) {
        Ok(_) => Ok(Some(path)),
        Err(error) => Err(setting.wrong(error)),
    }
}

/// Returns a path of the file; a relative one starts where the file lies.
pub(super) fn beside(source: Source<'_>, path: &str) -> PathBuf {
    let folder = source.document.and_then(|document| Path::new(document.name()).parent());
    folder.map_or_else(|| PathBuf::from(path), |folder| folder.join(path))
}
