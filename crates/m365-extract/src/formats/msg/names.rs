//! Which numbers the named properties of a file have (MS-OXMSG 2.2.3).

use std::collections::HashMap;

use super::{properties::Id, store::Store};

/// The most names that are looked at.
const MAX_NAMES: usize = 10_000;
/// Numbers of named properties begin here.
const FIRST: u16 = 0x8000;
/// The size of a GUID, and of an entry that names a property.
const GUID: usize = 16;
const ENTRY: usize = 8;

/// The numbers of named properties, by set and number in it.
#[derive(Debug, Default)]
pub(super) struct Names(HashMap<(u32, u32), u16>);

impl Names {
    pub(super) fn read(store: &mut Store<'_>) -> Self {
        let stream = |store: &mut Store<'_>, number: u16| {
            store.stream(&format!("/__nameid_version1.0/__substg1.0_{number:04X}0102"))
        };
        let sets = stream(store, 2).unwrap_or_default();
        let entries = stream(store, 3).unwrap_or_default();
        let entries = entries.chunks_exact(ENTRY).take(MAX_NAMES);
        Self(entries.filter_map(|entry| name(entry, &sets)).collect())
    }

    /// The number of a property in this file.
    pub(super) fn tag(&self, id: Id) -> Option<u16> {
        match id {
            Id::Tag(tag) => Some(tag),
            Id::Named(set, number) => self.0.get(&(set, number)).copied(),
        }
    }
}

fn name(entry: &[u8], sets: &[u8]) -> Option<((u32, u32), u16)> {
    let &[n0, n1, n2, n3, kind, kind_high, index, index_high] = entry else { return None };
    let kind = u16::from_le_bytes([kind, kind_high]);
    if kind & 1 == 1 {
        return None;
    }
    // The first three sets are known ones, which are not listed.
    let at = usize::from(kind >> 1).checked_sub(3)?.checked_mul(GUID)?;
    let set = u32::from_le_bytes(*sets.get(at..)?.first_chunk()?);
    let tag = FIRST.checked_add(u16::from_le_bytes([index, index_high]))?;
    Some(((set, u32::from_le_bytes([n0, n1, n2, n3])), tag))
}
