//! Keeps a token store's key in the operating system's key store, finds it again, and deletes it.
//!
//! `cargo run -p m365-auth --features keyring --example key_store`; `tests/wine.sh` runs it on Windows's
//! Credential Manager.

#![expect(clippy::print_stdout, reason = "the program's output")]

use std::{error::Error, sync::Arc};

use m365_auth::{Authority, Cloud, EntryId, FileStore, KeyProvider, OsKeys, TokenStore};

fn main() -> Result<(), Box<dyn Error>> {
    let authority = Authority::new(Cloud::Global, "11111111-2222-4333-8444-555555555555".parse()?);
    let client = "aaaaaaaa-0000-4000-8000-000000000001".parse()?;
    let entry = EntryId::new(&authority, &client, "example");
    let keys = OsKeys::new("m365-auth example");

    let made = keys.key_or_new(&entry)?;
    // Another instance, as another process would have it.
    let found = OsKeys::new("m365-auth example").key(&entry)?.ok_or("the key is not there")?;
    println!("made and found: {}", made.bytes() == found.bytes());

    let folder = std::env::temp_dir().join("m365-auth-example");
    let store = FileStore::new(&folder, Arc::new(keys.clone()));
    println!("the lock is free: {}", store.try_lock(&entry)?.is_some());
    let held = store.try_lock(&entry)?;
    println!("held, it is not: {}", store.try_lock(&entry)?.is_none());
    drop(held);

    keys.delete(&entry)?;
    println!("deleted: {}", keys.key(&entry)?.is_none());
    std::fs::remove_dir_all(folder)?;
    Ok(())
}
