use std::{
    collections::BTreeSet,
    fs::{self, OpenOptions, TryLockError},
    hash::{DefaultHasher, Hash, Hasher},
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use zeroize::Zeroizing;

use super::{
    EntryId, KeyPlace, KeyProvider, Loaded, Record, StoreError, StoreKey, StoreLock, TokenStore,
    disk::{
        create_private_folder, file_number, is_absent, private_file, remove_if_there, replace_file,
    },
    envelope::{self, Unsealed},
};

/// A token file above this size is not ours.
const MAX_BYTES: u64 = 4 * 1024 * 1024;
/// How often a file is read that does not fit its key: another process may be replacing both.
const READS: usize = 5;

/// Keeps each entry in an encrypted file of its own.
///
/// A write replaces the file as a whole; a lock file beside it, which stays, lets several processes
/// take turns. On Unix files are readable by their owner only, and a folder that others can write to
/// is not written to; on Windows both follow the access list of the folder.
///
/// ```
/// use std::sync::Arc;
///
/// use m365_auth::{Authority, Cloud, FileStore, KeyFile, PublicClient};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::TempDir::new()?;
/// # let folder = folder.path();
/// let store = FileStore::new(folder, Arc::new(KeyFile::new(folder)));
/// assert_eq!(store.entries()?, []);
///
/// let authority = Authority::new(Cloud::Global, "11111111-2222-4333-8444-555555555555".parse()?);
/// let client = PublicClient::builder(authority, "aaaaaaaa-0000-4000-8000-000000000001".parse()?)
///     .store(Arc::new(store))
///     .build();
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct FileStore {
    folder: PathBuf,
    keys: Arc<dyn KeyProvider>,
    former: Option<Arc<dyn KeyProvider>>,
    /// The entries that were read with a former key.
    untidy: Arc<Mutex<BTreeSet<EntryId>>>,
}

impl FileStore {
    /// Keeps files in `folder`, which is created when it is first written to, with keys from `keys`.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>, keys: Arc<dyn KeyProvider>) -> Self {
        Self { folder: folder.into(), keys, former: None, untidy: Arc::default() }
    }

    /// Reads also what was sealed with a key of `former`, where keys may have been kept before.
    ///
    /// Such an entry is sealed anew with a key of ours when it is next written or [tidied]; the
    /// former key is deleted when that can be read back. While our keys cannot be had, the former
    /// stays in use.
    ///
    /// [tidied]: TokenStore::tidy
    #[must_use]
    pub fn with_former_keys(mut self, former: Arc<dyn KeyProvider>) -> Self {
        self.former = Some(former);
        self
    }

    /// Returns the folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Lists all entries that have a file, sorted.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unreadable`] when the folder cannot be read; a missing one is empty.
    pub fn entries(&self) -> Result<Vec<EntryId>, StoreError> {
        let files = match fs::read_dir(&self.folder) {
            Err(error) if is_absent(&error) => return Ok(Vec::new()),
            files => files.map_err(StoreError::Unreadable)?,
        };
        let names = files.filter_map(|file| file.ok()?.file_name().into_string().ok());
        let mut entries: Vec<EntryId> =
            names.filter_map(|name| EntryId::from_hex(name.strip_suffix(".tokens")?)).collect();
        entries.sort();
        Ok(entries)
    }

    fn path(&self, entry: &EntryId, extension: &str) -> PathBuf {
        self.folder.join(format!("{}.{extension}", entry.as_str()))
    }

    fn read(&self, entry: &EntryId) -> io::Result<Option<Vec<u8>>> {
        let file = match fs::File::open(self.path(entry, "tokens")) {
            Err(error) if is_absent(&error) => return Ok(None),
            file => file?,
        };
        let mut bytes = Vec::new();
        file.take(MAX_BYTES).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    fn open(&self, bytes: &[u8], entry: &EntryId) -> Loaded {
        if envelope::is_newer(bytes) {
            return Loaded::Newer;
        }
        let key = match self.keys.key(entry) {
            Ok(Some(key)) if self.former.is_none() || envelope::names(bytes, &key) => Ok(Some(key)),
            other => self.former_key(bytes, entry, other),
        };
        match key {
            Ok(Some(key)) => decrypt(bytes, &key, entry),
            Ok(None) => Loaded::Corrupt,
            Err(error) => Loaded::Locked(error),
        }
    }

    /// Looks where the key may have been before; `found` is what was found where it should be.
    fn former_key(
        &self,
        bytes: &[u8],
        entry: &EntryId,
        found: Result<Option<StoreKey>, StoreError>,
    ) -> Result<Option<StoreKey>, StoreError> {
        let Some(former) = &self.former else { return found };
        match (former.key(entry), found) {
            (Ok(Some(key)), _) if envelope::names(bytes, &key) => {
                self.untidy().insert(entry.clone());
                Ok(Some(key))
            }
            (_, Err(error)) => Err(error),
            (Ok(_), Ok(_)) => Ok(None),
            // A place that is not there has the key only if the file says so; a locked one may.
            (Err(StoreError::Absent(_)), Ok(_)) if !envelope::is_of(bytes, former.place()) => {
                Ok(None)
            }
            (Err(error), Ok(_)) => Err(error),
        }
    }

    fn untidy(&self) -> MutexGuard<'_, BTreeSet<EntryId>> {
        self.untidy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the key to write with, and its place: ours, or the former where ours cannot be had.
    fn writing_key(&self, entry: &EntryId) -> Result<(StoreKey, KeyPlace), StoreError> {
        let error = match self.keys.key_or_new(entry) {
            Ok(key) => return Ok((key, self.keys.place())),
            Err(error) => error,
        };
        match self.former.as_ref().map(|former| (former.key(entry), former.place())) {
            Some((Ok(Some(key)), place)) => Ok((key, place)),
            _ => Err(error),
        }
    }

    /// Deletes the former key if the entry can be read without.
    fn retire_former_key(&self, entry: &EntryId) {
        let (Some(former), Ok(Some(bytes))) = (&self.former, self.read(entry)) else { return };
        let Ok(Some(key)) = self.keys.key(entry) else { return };
        if !matches!(decrypt(&bytes, &key, entry), Loaded::Record(_)) {
            return;
        }
        match former.delete(entry) {
            Ok(()) => tracing::info!("the key of the saved sign-in has moved"),
            Err(error) => tracing::info!(%error, "the former key of the saved sign-in stays"),
        }
        self.untidy().remove(entry);
    }

    fn check_generation(&self, entry: &EntryId, expected: u64) -> Result<(), StoreError> {
        let present = match self.load(entry) {
            Loaded::Record(record) => record.generation(),
            Loaded::Empty | Loaded::Corrupt => 0,
            Loaded::Locked(error) => return Err(error),
            Loaded::Newer => return Err(io::Error::other("a newer version wrote it").into()),
        };
        if present == expected { Ok(()) } else { Err(StoreError::Conflict) }
    }
}

impl TokenStore for FileStore {
    fn load(&self, entry: &EntryId) -> Loaded {
        let mut before = None;
        for _ in 0..READS {
            let bytes = match self.read(entry) {
                Ok(Some(bytes)) => bytes,
                Ok(None) => return Loaded::Empty,
                Err(error) => return Loaded::Locked(StoreError::Unreadable(error)),
            };
            let loaded = self.open(&bytes, entry);
            if !matches!(loaded, Loaded::Corrupt) || before.as_ref() == Some(&bytes) {
                return loaded;
            }
            before = Some(bytes);
        }
        Loaded::Corrupt
    }

    fn try_lock(&self, entry: &EntryId) -> Result<Option<StoreLock>, StoreError> {
        create_private_folder(&self.folder)?;
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        let file = private_file(&mut options, &self.path(entry, "lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(StoreLock::new(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }

    fn commit(
        &self,
        _lock: &StoreLock,
        entry: &EntryId,
        record: &Record,
        expected: u64,
    ) -> Result<(), StoreError> {
        self.check_generation(entry, expected)?;
        let (key, place) = self.writing_key(entry)?;
        let sealed = envelope::seal(&Zeroizing::new(record.to_json()), &key, place, entry)?;
        replace_file(&self.path(entry, "tokens"), &sealed)?;
        if self.untidy().contains(entry) {
            self.retire_former_key(entry);
        }
        Ok(())
    }

    fn erase(&self, entry: &EntryId) -> Result<(), StoreError> {
        let was_there = self.path(entry, "tokens").exists();
        remove_if_there(&self.path(entry, "tokens"))?;
        remove_if_there(&self.path(entry, "tokens.new"))?;
        let deleted = self.keys.delete(entry);
        if let Some(Err(error)) = self.former.as_ref().map(|former| former.delete(entry)) {
            tracing::info!(%error, "whether there is a former key cannot be told");
        }
        match deleted {
            Err(StoreError::Absent(_)) if !was_there => Ok(()),
            deleted => deleted,
        }
    }

    fn set_aside(&self, _lock: &StoreLock, entry: &EntryId) -> Result<(), StoreError> {
        for old in self.set_aside_before(entry)? {
            remove_if_there(&old)?;
        }
        let path = self.path(entry, "tokens");
        let changed = fs::metadata(&path)?.modified()?;
        let seconds = changed.duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_secs();
        fs::rename(path, self.path(entry, &format!("corrupt-{seconds}")))?;
        Ok(())
    }

    fn tidy(&self, entry: &EntryId) -> Result<(), StoreError> {
        if !self.untidy().contains(entry) {
            return Ok(());
        }
        let Some(lock) = self.try_lock(entry)? else { return Ok(()) };
        let Loaded::Record(record) = self.load(entry) else { return Ok(()) };
        self.keys.key_or_new(entry)?;
        self.commit(&lock, entry, &record, record.generation())
    }

    fn stamp(&self, entry: &EntryId) -> u64 {
        let Ok(metadata) = fs::metadata(self.path(entry, "tokens")) else { return 0 };
        let mut hasher = DefaultHasher::new();
        (metadata.len(), metadata.modified().ok(), file_number(&metadata)).hash(&mut hasher);
        hasher.finish()
    }
}

impl FileStore {
    fn set_aside_before(&self, entry: &EntryId) -> io::Result<Vec<PathBuf>> {
        let start = format!("{}.corrupt-", entry.as_str());
        let files = fs::read_dir(&self.folder)?.filter_map(Result::ok);
        let old = files.filter(|file| file.file_name().to_string_lossy().starts_with(&start));
        Ok(old.map(|file| file.path()).collect())
    }
}

fn decrypt(bytes: &[u8], key: &StoreKey, entry: &EntryId) -> Loaded {
    match envelope::open(bytes, key, entry) {
        Unsealed::Newer => Loaded::Newer,
        Unsealed::Corrupt => Loaded::Corrupt,
        Unsealed::Plain(json) => Loaded::from_json(&json),
    }
}
