//! Files and folders that others than their owner can use.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use m365_auth::{Loaded, TokenStore};
use tempfile::TempDir;

use super::{client, entry, files, store, tokens_file};
use crate::entra::Entra;

#[tokio::test]
async fn a_key_file_that_others_can_read_is_refused() {
    let (entra, folder) = (Entra::start().await, TempDir::new().unwrap());
    entra.sign_in(&client(&entra, folder.path())).await.unwrap();
    let key = tokens_file(folder.path()).with_extension("key");
    set_mode(&key, 0o644);

    let loaded = store(folder.path()).load(&entry(&entra));

    assert!(format!("{loaded:?}").contains("chmod 600"), "{loaded:?}");
}

#[tokio::test]
async fn a_folder_that_others_can_write_to_is_neither_trusted_nor_written_to() {
    for shared in [0o770, 0o707, 0o1777] {
        let (entra, folder) = (Entra::start().await, TempDir::new().unwrap());
        set_mode(folder.path(), shared);
        let client = client(&entra, folder.path());

        entra.sign_in(&client).await.unwrap();

        let notices = client.status().await.notices;
        assert!(notices[0].contains("chmod go-w"), "{notices:?}");
        assert!(files(folder.path()).is_empty());
    }
}

#[tokio::test]
async fn a_key_in_a_folder_that_others_can_write_to_is_refused_until_that_is_mended() {
    let (entra, folder) = (Entra::start().await, TempDir::new().unwrap());
    entra.sign_in(&client(&entra, folder.path())).await.unwrap();
    set_mode(folder.path(), 0o770);

    let refused = store(folder.path()).load(&entry(&entra));
    set_mode(folder.path(), 0o750);
    let mended = store(folder.path()).load(&entry(&entra));

    assert!(format!("{refused:?}").contains("chmod go-w"), "{refused:?}");
    assert!(matches!(mended, Loaded::Record(_)), "{mended:?}");
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}
