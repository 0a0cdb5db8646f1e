//! The storages and streams of a compound file (MS-CFB), read within a budget.

use std::{
    io::{Cursor, Read},
    path::PathBuf,
};

use cfb::CompoundFile;

/// The most bytes of a stream that are read.
const MAX_STREAM: u64 = 16 * 1024 * 1024;
/// The most bytes of all streams that are read: several may name the same bytes of the file.
const MAX_ALL: u64 = 96 * 1024 * 1024;
/// The most entries of a storage that are looked at.
const MAX_ENTRIES: usize = 20_000;

/// An open compound file.
pub(super) struct Store<'a> {
    file: CompoundFile<Cursor<&'a [u8]>>,
    left: u64,
}

impl<'a> Store<'a> {
    /// Opens a file; none where it is damaged.
    pub(super) fn open(bytes: &'a [u8]) -> Option<Self> {
        let file = CompoundFile::open(Cursor::new(bytes)).ok()?;
        Some(Self { file, left: MAX_ALL })
    }

    /// The bytes of a stream, as far as they are read.
    pub(super) fn stream(&mut self, path: &str) -> Option<Vec<u8>> {
        let stream = self.file.open_stream(path).ok()?;
        let mut bytes = Vec::new();
        // A chain of sectors that breaks off gives what was read up to there.
        let _ = stream.take(MAX_STREAM.min(self.left)).read_to_end(&mut bytes);
        self.left = self.left.saturating_sub(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        Some(bytes)
    }

    /// The size that a stream claims.
    pub(super) fn size(&self, path: &str) -> Option<usize> {
        let entry = self.file.entry(path).ok().filter(cfb::Entry::is_stream)?;
        usize::try_from(entry.len()).ok()
    }

    /// The paths of the storages in `path` whose names begin so, in order.
    pub(super) fn storages(&self, path: &str, prefix: &str) -> Vec<String> {
        let Ok(entries) = self.file.read_storage(PathBuf::from(path)) else { return Vec::new() };
        let entries = entries.take(MAX_ENTRIES).filter(cfb::Entry::is_storage);
        let named = entries.filter(|entry| entry.name().starts_with(prefix));
        let mut paths: Vec<String> =
            named.map(|entry| format!("{path}/{}", entry.name())).collect();
        paths.sort_unstable();
        paths
    }
}
