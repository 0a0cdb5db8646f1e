//! Keys in the Secret Service of a Linux desktop: one of our own on a private socket. A real one is tested by
//! `tests/secret_service.sh`.

use std::path::Path;

use super::*;

mod wallet;

use wallet::Wallet;

/// Signs in with a key in the wallet.
async fn signed_in() -> (Bench, Wallet) {
    let mut bench = Bench::without_server().await;
    let wallet = Wallet::serve(&mut bench);
    let ended = bench.sign_in_as(&["--token-store", "os"]).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    (bench, wallet)
}

fn bytes(file: &Path) -> Vec<u8> {
    fs::read(file).unwrap()
}

#[tokio::test]
async fn a_key_in_the_key_store_outlives_the_process_and_is_deleted_with_the_tokens() {
    let (bench, wallet) = signed_in().await;

    let (code, status) = status(&bench, "os").await;
    let called = search(&bench, "os").await;
    let held = wallet.holds_key();
    let out = bench.run(&["sign-out", "--token-store", "os"]).await;

    assert_eq!((code, called.code, out.code), (Some(0), Some(0), Some(0)), "{called:?} {out:?}");
    assert!(status["tokenStore"].as_str().unwrap().starts_with("os, in"), "{status}");
    assert!(held && !wallet.holds_key(), "the key stays");
    assert!(!has(&bench, ".key") && !has(&bench, ".tokens"), "{:?}", bench.files());
    assert!(!out.stderr.contains("key is not"), "{out:?}");
}

#[tokio::test]
async fn a_sign_in_is_carried_from_the_key_file_to_the_key_store_and_back() {
    let mut bench = Bench::without_server().await;
    let wallet = Wallet::serve(&mut bench);
    bench.sign_in().await;
    let file = bytes(&bench.token_file());

    let (there, _) = status(&bench, "os").await;
    let moved = (wallet.holds_key(), has(&bench, ".key"), bytes(&bench.token_file()) == file);
    let (back, _) = status(&bench, "file").await;
    let returned = (wallet.holds_key(), has(&bench, ".key"));

    assert_eq!((there, back), (Some(0), Some(0)));
    assert_eq!(moved, (true, false, false), "in the store, not in a file, sealed anew");
    assert_eq!(returned, (false, true));
    assert_eq!(search(&bench, "file").await.code, Some(0));
}

#[tokio::test]
async fn signing_out_of_all_entries_deletes_the_keys_of_both_kinds() {
    let (bench, wallet) = signed_in().await;
    let key = bench.token_file().with_extension("key");
    fs::write(&key, "an older one").unwrap();

    let out = bench.run(&["sign-out", "--all", "--token-store", "file"]).await;

    assert_eq!(out.code, Some(0), "{out:?}");
    assert!(!wallet.holds_key() && !key.exists(), "a key stays");
    assert!(!has(&bench, ".tokens"), "{:?}", bench.files());
}

#[tokio::test]
async fn h14_a_sign_in_of_the_desktop_is_left_alone_by_who_comes_without_one() {
    let (mut bench, _wallet) = signed_in().await;
    let before = bytes(&bench.token_file());
    let bus = std::mem::replace(&mut bench.bus, "unix:path=/nonexistent".to_owned());

    let refused = search(&bench, "file").await;
    let during = bytes(&bench.token_file());
    bench.bus = bus;
    let later = search(&bench, "os").await;

    assert_eq!(refused.code, Some(3), "{refused:?}");
    assert!(refused.stderr.contains("or sign out"), "{refused:?}");
    assert_eq!(during, before);
    assert_eq!(later.code, Some(0), "{later:?}");
}

#[tokio::test]
async fn h14_a_prompt_that_is_dismissed_leaves_the_sign_in_as_it_is() {
    let (bench, wallet) = signed_in().await;
    let before = bytes(&bench.token_file());
    wallet.lock(true);

    let refused = search(&bench, "os").await;
    let during = (bytes(&bench.token_file()), wallet.holds_key());
    wallet.lock(false);
    let later = search(&bench, "os").await;

    assert_eq!(refused.code, Some(3), "{refused:?}");
    assert!(refused.stderr.contains("unlock it"), "{refused:?}");
    assert!(wallet.content().prompts > 0, "nobody was asked");
    assert_eq!(during, (before, true));
    assert_eq!(later.code, Some(0), "{later:?}");
}

#[tokio::test]
async fn h14_a_locked_key_store_that_shows_nothing_leaves_the_sign_in_as_it_is() {
    let (bench, wallet) = signed_in().await;
    let before = bytes(&bench.token_file());
    wallet.content().hides = true;
    wallet.lock(true);

    let refused = search(&bench, "os").await;
    let during = bytes(&bench.token_file());
    wallet.lock(false);
    let later = search(&bench, "os").await;

    assert_eq!((refused.code, later.code), (Some(3), Some(0)), "{refused:?}");
    assert_eq!(during, before, "it was taken for a key that is gone");
}

#[tokio::test]
async fn h14_signing_out_works_while_the_key_store_is_locked_and_says_what_stays() {
    let (bench, wallet) = signed_in().await;
    wallet.lock(true);

    let out = bench.run(&["sign-out", "--token-store", "os"]).await;

    assert_eq!(out.code, Some(0), "{out:?}");
    assert!(out.stderr.contains("their key is not"), "{out:?}");
    assert!(!has(&bench, ".tokens") && wallet.holds_key(), "{:?}", bench.files());
}

#[tokio::test]
async fn h14_a_token_in_memory_serves_while_the_key_store_is_locked() {
    let (mut bench, wallet) = signed_in().await;
    bench.serve(&["--token-store", "os"]).await;
    let before = bench.search(json!({ "query": "budget" })).await;

    wallet.lock(true);
    let during = bench.search(json!({ "query": "budget" })).await;

    assert!(!results(&before).is_empty() && !results(&during).is_empty());
    bench.check_invariants().await;
}

#[tokio::test]
async fn h15_a_key_that_is_gone_from_the_key_store_means_set_aside() {
    let (bench, wallet) = signed_in().await;
    wallet.content().secret = None;

    let (code, _) = status(&bench, "os").await;

    assert_eq!(code, Some(3));
    assert!(has(&bench, ".corrupt-") && !has(&bench, ".tokens"), "{:?}", bench.files());
}

#[tokio::test]
async fn h11_processes_of_both_kinds_at_one_store_never_lose_the_sign_in() {
    let mut bench = with_short_tokens().await;
    let _wallet = Wallet::serve(&mut bench);
    let processes: Vec<_> = (0..16)
        .map(|number| ["os", "file"][number % 2])
        .map(|kind| bench.command(&["--token-store", kind, "call", "outlook_email_search", "{}"]))
        .map(|mut command| command.spawn().unwrap())
        .collect();

    for process in processes {
        let output = process.wait_with_output().await.unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(!stderr.contains("set aside"), "{stderr}");
        assert_eq!(output.status.code(), Some(0), "{stderr}");
    }

    assert_eq!(status(&bench, "file").await.0, Some(0));
    assert!(!has(&bench, ".corrupt-"), "{:?}", bench.files());
}
