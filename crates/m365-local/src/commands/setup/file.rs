//! A host's file: read whole, kept beside itself as it was, replaced in one step.

use std::{
    ffi::OsString,
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use crate::failure::{Failure, OTHER, USAGE};

/// The largest file that is read, in bytes; Claude Code keeps much else in its own.
const MAX_BYTES: u64 = 32 * 1024 * 1024;

/// How many links may lead to a file, and how many backups may lie beside it.
const MAX_STEPS: usize = 64;

/// A file as it was when it was read; or a path where there is none yet.
#[derive(Debug)]
pub(super) struct HostFile {
    path: PathBuf,
    text: Option<String>,
}

impl HostFile {
    /// Reads the file that `path` leads to.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let path = followed(path).map_err(|error| failed(path, &error))?;
        let text = match read(&path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed(&path, &error)),
        };
        Ok(Self { path, text })
    }

    /// Returns what is in it; nothing, if there is none.
    pub(super) fn text(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }

    /// Returns the path for messages.
    pub(super) fn display(&self) -> impl fmt::Display {
        self.path.display()
    }

    /// Puts `text` in place of what was read, and returns the backup; there is none of a new file.
    pub(super) fn replace(&self, text: &str) -> Result<Option<PathBuf>, Failure> {
        let replaced = match &self.text {
            Some(before) => self.replace_after_backup(before, text).map(Some),
            None => self.create(text).map(|()| None),
        };
        replaced.map_err(|error| failed(&self.path, &error))
    }

    fn create(&self, text: &str) -> io::Result<()> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        write_new(&self.path, text)
    }

    fn replace_after_backup(&self, before: &str, text: &str) -> io::Result<PathBuf> {
        let metadata = fs::metadata(&self.path)?;
        if metadata.permissions().readonly() {
            return Err(refused("it is read-only"));
        }
        let backup = backed_up(&self.path, before, &metadata)?;
        let next = beside(&self.path, &format!(".{}.tmp", std::process::id()));
        let replaced = write_new(&next, text)
            .and_then(|()| same_rights(&next, &metadata))
            .and_then(|()| self.swap(before, &next));
        if replaced.is_err() {
            let _ = fs::remove_file(&next);
        }
        replaced.map(|()| backup)
    }

    /// Renames at the last moment; hosts write their files, too.
    fn swap(&self, before: &str, next: &Path) -> io::Result<()> {
        if read(&self.path)? != before {
            return Err(refused("another program changed it meanwhile: run this again"));
        }
        fs::rename(next, &self.path)
    }
}

/// Follows links by hand, so that a link to a file that is not there yet leads to it, too.
fn followed(path: &Path) -> io::Result<PathBuf> {
    let mut path = std::path::absolute(path)?;
    for _ in 0..MAX_STEPS {
        match fs::read_link(&path) {
            Ok(target) => path = path.parent().unwrap_or(Path::new("")).join(target),
            Err(_) => return Ok(path),
        }
    }
    Err(refused("too many links lead from one to the next"))
}

fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let size = File::open(path)?.take(MAX_BYTES + 1).read_to_string(&mut text)?;
    match size as u64 > MAX_BYTES {
        true => Err(refused("it is larger than 32 MiB")),
        false => Ok(text),
    }
}

/// Keeps `before` in a file of its own; an older backup with other content stays as well.
fn backed_up(path: &Path, before: &str, metadata: &fs::Metadata) -> io::Result<PathBuf> {
    for number in 0..MAX_STEPS {
        let ending = if number == 0 { ".bak".to_owned() } else { format!(".bak.{number}") };
        let backup = beside(path, &ending);
        match write_new(&backup, before) {
            Ok(()) => return same_rights(&backup, metadata).map(|()| backup),
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            Err(_) if read(&backup).is_ok_and(|kept| kept == before) => return Ok(backup),
            Err(_) => {}
        }
    }
    Err(refused("too many backups (.bak, .bak.1, …) lie beside it: remove the old ones"))
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().map_or_else(OsString::new, OsString::from);
    name.push(ending);
    path.with_file_name(name)
}

/// Writes a file that is not there yet, readable by its owner alone until it gets its rights.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Gives `path` the owner and the permissions of the file that it replaces.
fn same_rights(path: &Path, metadata: &fs::Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, chown};
        // Only root may give a file away; anybody else's file is its owner's already.
        let _ = chown(path, Some(metadata.uid()), Some(metadata.gid()));
    }
    fs::set_permissions(path, metadata.permissions())
}

fn refused(why: &str) -> io::Error {
    io::Error::other(why)
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    let path = path.display();
    match error.kind() {
        io::ErrorKind::InvalidData => {
            Failure::new(USAGE, format_args!("{path}: it is not UTF-8 text: save it as such first"))
        }
        _ => Failure::new(OTHER, format_args!("{path}: {error}")),
    }
}
