use std::{
    fs::{File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use super::AuditSink;

/// Where lines go.
#[derive(Debug)]
pub(super) enum Sink {
    File {
        path: PathBuf,
        file: File,
    },
    Stdout,
    #[cfg(feature = "demo")]
    Nowhere,
    #[cfg(test)]
    Test(tests::Script),
}

impl Sink {
    pub(super) fn open(sink: &AuditSink) -> io::Result<Self> {
        Ok(match sink {
            AuditSink::Stdout => Self::Stdout,
            #[cfg(feature = "demo")]
            AuditSink::Nowhere => Self::Nowhere,
            AuditSink::File(path) => Self::File { path: path.clone(), file: append_to(path)? },
        })
    }

    /// Writes as many bytes as go at once.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::File { file, .. } => file.write(bytes),
            Self::Stdout => io::stdout().lock().write(bytes),
            #[cfg(feature = "demo")]
            Self::Nowhere => Ok(bytes.len()),
            #[cfg(test)]
            Self::Test(script) => script.write(bytes),
        }
    }

    /// Has the system keep what was written.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::File { file, .. } => file.sync_data(),
            Self::Stdout => io::stdout().lock().flush(),
            #[cfg(feature = "demo")]
            Self::Nowhere => Ok(()),
            #[cfg(test)]
            Self::Test(_) => Ok(()),
        }
    }

    /// Opens the file anew if its name means another by now, or none, or if it `must`; tells whether it did.
    pub(super) fn follow(&mut self, must: bool) -> io::Result<bool> {
        let Self::File { path, file } = self else { return Ok(false) };
        if !must && is_same(path, file) {
            return Ok(false);
        }
        *file = append_to(path)?;
        Ok(true)
    }
}

fn append_to(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    own_alone(&mut options);
    options.open(path)
}

/// Nobody else reads a new file; a pipe without a reader is an error instead of a wait for ever.
#[cfg(unix)]
fn own_alone(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt as _;

    options.mode(0o600).custom_flags(nix::libc::O_NONBLOCK);
}

#[cfg(unix)]
fn is_same(path: &Path, file: &File) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    let id = |found: std::fs::Metadata| (found.dev(), found.ino());
    let (named, open) = (path.metadata().map(id), file.metadata().map(id));
    matches!((named, open), (Ok(named), Ok(open)) if named == open)
}

#[cfg(not(unix))]
fn is_same(path: &Path, _: &File) -> bool {
    path.exists()
}

#[cfg(test)]
pub(super) mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    /// A sink that takes what a test says.
    #[derive(Clone, Debug, Default)]
    pub(in crate::audit) struct Script(pub(in crate::audit) Arc<Mutex<State>>);

    #[derive(Debug, Default)]
    pub(in crate::audit) struct State {
        pub(in crate::audit) written: Vec<u8>,
        pub(in crate::audit) is_broken: bool,
        /// How many bytes go at once; 0 means all.
        pub(in crate::audit) at_once: usize,
        /// After how many bytes the sink breaks.
        pub(in crate::audit) breaks_after: Option<usize>,
    }

    impl Script {
        pub(super) fn write(&self, bytes: &[u8]) -> io::Result<usize> {
            let mut state = self.0.lock().unwrap();
            if state.is_broken {
                return Err(io::ErrorKind::StorageFull.into());
            }
            let taken =
                if state.at_once == 0 { bytes.len() } else { bytes.len().min(state.at_once) };
            let taken = state.breaks_after.take().map_or(taken, |after| {
                state.is_broken = true;
                after.min(taken)
            });
            state.written.extend_from_slice(&bytes[..taken]);
            Ok(taken)
        }
    }
}
