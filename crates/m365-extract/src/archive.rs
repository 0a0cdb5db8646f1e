//! Zip archives, and the packages of office programs that are one: unpacked by counted limits only.

pub(crate) mod directory;
mod names;

use std::{
    collections::HashMap,
    io::{Cursor, Read},
};

use zip::{DateTime, ZipArchive, result::ZipError};

use crate::{
    format::Format,
    limits::{FREE_OF_RATIO, MAX_ENTRIES, MAX_PART, MAX_RATIO, MAX_UNPACKED},
    refusal::{Refusal, RefusalKind},
};

/// An open archive. Names are only compared: nothing is ever written to where they point.
#[derive(Debug)]
pub(crate) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    by_name: HashMap<String, usize>,
    format: Format,
    unpacked: u64,
}

/// What the directory says of an entry; only a reader of its bytes knows whether that is true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) size: u64,
    /// When it was changed, as `2026-11-21 20:04`, in the time of its author.
    pub(crate) changed: Option<String>,
    pub(crate) is_folder: bool,
    pub(crate) is_encrypted: bool,
}

impl<'a> Archive<'a> {
    /// Opens an archive, of which `format` says what it is for refusals.
    ///
    /// # Errors
    ///
    /// [`RefusalKind::Damaged`] without a directory, [`RefusalKind::TooLarge`] with more than
    /// [`MAX_ENTRIES`] entries, or with some that share their bytes.
    pub(crate) fn open(bytes: &'a [u8], format: Format) -> Result<Self, Refusal> {
        let most = u64::try_from(MAX_ENTRIES).unwrap_or(u64::MAX);
        if directory::claimed_entries(bytes).is_some_and(|claimed| claimed > most) {
            return Err(Refusal::of(RefusalKind::TooLarge, format));
        }
        let damaged = |_| Refusal::of(RefusalKind::Damaged, format);
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
        if zip.len() > MAX_ENTRIES || zip.has_overlapping_files().map_err(damaged)? {
            return Err(Refusal::of(RefusalKind::TooLarge, format));
        }
        let by_name = (0..zip.len()).rev().map(|at| (key(&name(&zip, at)), at)).collect();
        Ok(Self { zip, by_name, format, unpacked: 0 })
    }

    /// The names of all entries in the order of the directory; those of folders end in a slash.
    pub(crate) fn names(&self) -> impl Iterator<Item = String> {
        (0..self.zip.len()).map(|at| name(&self.zip, at))
    }

    /// What the directory says of all entries, in its order.
    pub(crate) fn entries(&self) -> impl Iterator<Item = Entry> {
        let names = names::Names::of(self.zip.file_names_raw());
        (0..self.zip.len()).filter_map(move |at| self.entry(at, names))
    }

    fn entry(&self, at: usize, names: names::Names) -> Option<Entry> {
        let data = self.zip.by_index_data(at).ok()?;
        let changed = data.last_modified().filter(is_date);
        Some(Entry {
            name: names.decode(data.name_raw(), || name(&self.zip, at)),
            size: data.size(),
            changed: changed.map(|time| time.to_string().chars().take(16).collect()),
            is_folder: data.is_dir(),
            is_encrypted: data.encrypted(),
        })
    }

    /// The bytes of an entry; none when there is no entry of that name. Upper and lower case are
    /// the same, and so are the two slashes, as not all programs keep to the rules.
    ///
    /// # Errors
    ///
    /// [`RefusalKind::TooLarge`] when it unpacks to more than [`MAX_PART`] or [`MAX_RATIO`] allow,
    /// or all entries read so far to more than [`MAX_UNPACKED`]; [`RefusalKind::Encrypted`], and
    /// [`RefusalKind::Damaged`] when it cannot be unpacked.
    pub(crate) fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
        let Some(at) = self.by_name.get(&key(name)).copied() else { return Ok(None) };
        let format = self.format;
        let left = MAX_UNPACKED.saturating_sub(self.unpacked);
        let file = self.zip.by_index(at).map_err(|error| refusal(&error, format))?;
        let most = left.min(allowed(file.compressed_size()));
        let mut bytes = Vec::new();
        let read = file.take(most.saturating_add(1)).read_to_end(&mut bytes);
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.unpacked = self.unpacked.saturating_add(size);
        match read {
            _ if size > most => Err(Refusal::of(RefusalKind::TooLarge, format)),
            Err(_) => Err(Refusal::of(RefusalKind::Damaged, format)),
            Ok(_) => Ok(Some(bytes)),
        }
    }
}

impl Archive<'_> {
    /// The first bytes of an entry, at most `most`, and whether they are all; for parts of which the
    /// beginning is of use alone. They count to [`MAX_UNPACKED`] as those of [`Archive::read`] do.
    ///
    /// # Errors
    ///
    /// Those of [`Archive::read`], but for an entry that is longer.
    pub(crate) fn read_start(
        &mut self,
        name: &str,
        most: u64,
    ) -> Result<Option<(Vec<u8>, bool)>, Refusal> {
        let Some(at) = self.by_name.get(&key(name)).copied() else { return Ok(None) };
        let format = self.format;
        let left = MAX_UNPACKED.saturating_sub(self.unpacked);
        let file = self.zip.by_index(at).map_err(|error| refusal(&error, format))?;
        let most = most.min(left).min(allowed(file.compressed_size()));
        let mut bytes = Vec::new();
        let read = file.take(most.saturating_add(1)).read_to_end(&mut bytes);
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.unpacked = self.unpacked.saturating_add(size);
        let is_whole = size <= most && read.is_ok();
        if !is_whole && bytes.is_empty() {
            return Err(Refusal::of(RefusalKind::Damaged, format));
        }
        Ok(Some((bytes, is_whole)))
    }
}

/// The most bytes that an entry of this packed size may unpack to.
fn allowed(packed: u64) -> u64 {
    MAX_PART.min(packed.saturating_mul(MAX_RATIO).saturating_add(FREE_OF_RATIO))
}

fn refusal(error: &ZipError, format: Format) -> Refusal {
    let is_locked = matches!(
        error,
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword
    );
    let kind = if is_locked { RefusalKind::Encrypted } else { RefusalKind::Damaged };
    Refusal::of(kind, format)
}

/// Whether a time is one; programs that know none write the first that there is.
fn is_date(time: &DateTime) -> bool {
    time.is_valid() && (time.year(), time.month(), time.day()) != (1980, 1, 1)
}

fn name(zip: &ZipArchive<Cursor<&[u8]>>, at: usize) -> String {
    zip.name_for_index(at).and_then(Result::ok).unwrap_or_default().into_owned()
}

/// What names are compared by.
fn key(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_lowercase()
}

#[cfg(test)]
mod tests;
