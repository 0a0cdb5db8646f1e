use std::{
    fs::File,
    io::{self, Read as _},
    path::PathBuf,
};

use super::{SwitchError, SwitchRules};

/// How large the file may be.
const LARGEST: u64 = 1024 * 1024;

/// The file with switches, which is compared by content: a Kubernetes volume swaps directories, so
/// neither times nor inodes tell.
#[derive(Debug)]
pub(super) struct SwitchesFile {
    path: PathBuf,
    /// What was last seen there.
    seen: Seen,
}

/// What was found under the path.
#[derive(Debug, PartialEq, Eq)]
enum Seen {
    Text(String),
    Nothing,
    /// It cannot be read, and why.
    Unreadable(String),
}

impl SwitchesFile {
    pub(super) const fn new(path: PathBuf) -> Self {
        Self { path, seen: Seen::Nothing }
    }

    /// Reads the switches for the first time; a file that does not exist has none.
    pub(super) fn first(&mut self) -> Result<SwitchRules, SwitchError> {
        if let Some(rules) = self.changed()? {
            return Ok(rules);
        }
        tracing::warn!(
            event = "switches_missing",
            path = %self.path.display(),
            "the switches file does not exist; nothing is switched off until it does"
        );
        Ok(SwitchRules::default())
    }

    /// Returns the switches if the content is new.
    ///
    /// A file that has vanished is an error, once: switches are lifted by an empty file, so that none is
    /// lifted by mistake.
    pub(super) fn changed(&mut self) -> Result<Option<SwitchRules>, SwitchError> {
        let seen = self.read();
        if seen == self.seen {
            return Ok(None);
        }
        self.seen = seen;
        match &self.seen {
            Seen::Text(text) => {
                SwitchRules::from_toml(text).map(Some).map_err(|e| self.wrong(&e.0))
            }
            Seen::Nothing => Err(self.wrong("has vanished; leave it empty to switch all on again")),
            Seen::Unreadable(why) => Err(self.wrong(why)),
        }
    }

    fn read(&self) -> Seen {
        let mut text = String::new();
        let read = File::open(&self.path)
            .and_then(|file| file.take(LARGEST + 1).read_to_string(&mut text));
        match read {
            Ok(_) if text.len() as u64 > LARGEST => Seen::Unreadable("is larger than 1 MiB".into()),
            Ok(_) => Seen::Text(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Seen::Nothing,
            Err(error) => Seen::Unreadable(error.to_string()),
        }
    }

    fn wrong(&self, why: &str) -> SwitchError {
        SwitchError(format!("{}: {why}", self.path.display()))
    }
}
