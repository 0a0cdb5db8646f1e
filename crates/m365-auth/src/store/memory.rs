use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{EntryId, Loaded, Record, StoreError, StoreLock, TokenStore};

/// Keeps records until the process ends; clones share them.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    shared: Arc<Mutex<Content>>,
}

#[derive(Debug, Default)]
struct Content {
    records: BTreeMap<EntryId, Record>,
    locked: BTreeSet<EntryId>,
}

impl MemoryStore {
    /// Creates an empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn content(&self) -> MutexGuard<'_, Content> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TokenStore for MemoryStore {
    fn load(&self, entry: &EntryId) -> Loaded {
        match self.content().records.get(entry) {
            Some(record) => Loaded::Record(Box::new(record.clone())),
            None => Loaded::Empty,
        }
    }

    fn try_lock(&self, entry: &EntryId) -> Result<Option<StoreLock>, StoreError> {
        let free = self.content().locked.insert(entry.clone());
        Ok(free.then(|| StoreLock::new(Unlock { store: self.clone(), entry: entry.clone() })))
    }

    fn commit(
        &self,
        _lock: &StoreLock,
        entry: &EntryId,
        record: &Record,
        expected: u64,
    ) -> Result<(), StoreError> {
        let records = &mut self.content().records;
        if records.get(entry).map_or(0, Record::generation) != expected {
            return Err(StoreError::Conflict);
        }
        records.insert(entry.clone(), record.clone());
        Ok(())
    }

    fn erase(&self, entry: &EntryId) -> Result<(), StoreError> {
        self.content().records.remove(entry);
        Ok(())
    }

    fn set_aside(&self, _lock: &StoreLock, entry: &EntryId) -> Result<(), StoreError> {
        self.erase(entry)
    }

    fn stamp(&self, entry: &EntryId) -> u64 {
        self.content().records.get(entry).map_or(0, Record::generation)
    }
}

struct Unlock {
    store: MemoryStore,
    entry: EntryId,
}

impl Drop for Unlock {
    fn drop(&mut self) {
        self.store.content().locked.remove(&self.entry);
    }
}
