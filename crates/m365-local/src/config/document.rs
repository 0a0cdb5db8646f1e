//! The `managedMcpServers` document, and which of its entries this run uses.

mod entry;
mod forms;
mod json;

use std::{fs::File, io::Read, path::Path};

use serde_json::Value;

use super::{ConfigError, Environment, setting::Source};
use crate::cli::Options;

pub(super) use entry::Entry;

/// The largest document that is read, in bytes.
const MAX_BYTES: usize = 1024 * 1024;

/// A document and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Document {
    place: String,
    value: Value,
    /// Whether device management put it there, which has no say in where the cloud's services are.
    is_managed: bool,
}

impl Document {
    /// Wraps what was read at `place` in another form than JSON.
    #[cfg(any(target_os = "macos", test))]
    pub(super) fn new(place: impl Into<String>, value: Value) -> Self {
        Self { place: place.into(), value, is_managed: false }
    }

    /// Ignores what it says of where the cloud's services are.
    pub(super) fn managed(self) -> Self {
        Self { is_managed: true, ..self }
    }

    /// Reads the JSON text that was found at `place`.
    pub(super) fn parse(place: impl Into<String>, bytes: &[u8]) -> Result<Self, ConfigError> {
        let place = place.into();
        forms::value(&place, bytes).map(|value| Self { place, value, is_managed: false })
    }

    /// Reads the file that the user names.
    fn of_file(path: &Path) -> Result<Self, ConfigError> {
        let place = path.display().to_string();
        let bytes = File::open(path).and_then(read_bounded);
        let bytes = bytes.map_err(|error| ConfigError::new(format!("{place}: {error}")))?;
        Self::parse(place, &bytes)
    }

    /// Chooses the entry that is wanted, or else the only one; what is wrong with others is a warning.
    fn choose(
        &self,
        wanted: Option<&str>,
        warnings: &mut Vec<String>,
    ) -> Result<Entry, ConfigError> {
        let (mut good, mut bad, mut names) = (Vec::new(), Vec::new(), Vec::new());
        for (index, mut value) in forms::entries(&self.place, &self.value)?.into_iter().enumerate()
        {
            let name = entry::name_of(&value, index);
            names.push(format!("`{name}`"));
            if wanted.is_none_or(|wanted| wanted == name) {
                if self.is_managed {
                    let places = entry::without_endpoints(&self.place, &name, &mut value);
                    let warn = |place| format!("{place}: --managed ignores endpoint overrides");
                    warnings.extend(places.into_iter().map(warn));
                }
                match Entry::parse(&self.place, name, value, warnings) {
                    Ok(entry) => good.push(entry),
                    Err(error) => bad.push(error),
                }
            }
        }
        if good.is_empty() && !bad.is_empty() {
            return Err(bad.remove(0));
        }
        warnings.extend(bad.iter().map(ToString::to_string));
        self.only(wanted, good, &names.join(", "))
    }

    /// Returns the one entry there is to choose from, `names` being those of the whole document.
    fn only(
        &self,
        wanted: Option<&str>,
        mut good: Vec<Entry>,
        names: &str,
    ) -> Result<Entry, ConfigError> {
        let refuse = |why: String| Err(ConfigError::new(format!("{}: {why}", self.place)));
        match (good.len(), wanted) {
            (1, _) => Ok(good.remove(0)),
            (0, _) if names.is_empty() => refuse("there is no entry in it".into()),
            (0, wanted) => {
                let wanted = wanted.unwrap_or_default();
                refuse(format!("no entry is named `{wanted}`; there are {names}"))
            }
            (_, Some(wanted)) => refuse(format!(
                "more than one entry is named `{wanted}`; give each a name of its own"
            )),
            (_, None) => {
                let names: Vec<_> = good.iter().map(|entry| format!("`{}`", entry.name)).collect();
                let names = names.join(", ");
                refuse(format!("it has several entries, choose one with --entry: {names}"))
            }
        }
    }
}

/// Reads all of a document, and a little more of what is too large to be one.
pub(super) fn read_bounded(source: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Finds the entry that this run uses, if there is a document.
pub(super) fn entry(
    options: &Options,
    env: &Environment,
    managed: Option<Document>,
    warnings: &mut Vec<String>,
) -> Result<Option<Entry>, ConfigError> {
    let source = Source::new(env, None);
    let wanted = source.text(&options.entry, "--entry", "M365_ENTRY", "");
    if let Some(document) = managed {
        return document.managed().choose(wanted.as_deref(), warnings).map(Some);
    }
    match source.path(options.config.as_ref(), "--config", "M365_CONFIG", "") {
        Some(path) => Document::of_file(&path)?.choose(wanted.as_deref(), warnings).map(Some),
        None if wanted.is_some() => Err(ConfigError::new(
            "--entry names an entry of a document: give --config or --managed as well",
        )),
        None => Ok(None),
    }
}
