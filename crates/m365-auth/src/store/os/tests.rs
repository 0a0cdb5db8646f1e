use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
    mpsc,
};

use keyring_core::{
    api::CredentialStoreApi,
    mock::{Cred, Store},
};

use super::*;

fn entry() -> EntryId {
    EntryId::from_hex(&"a".repeat(64)).unwrap()
}

fn over(
    open: impl Fn() -> keyring_core::Result<Arc<CredentialStore>> + Send + Sync + 'static,
) -> OsKeys {
    let system = System { open: Arc::new(open), modifiers: HashMap::new(), check: || Ok(()) };
    OsKeys { system, ..OsKeys::new("product") }
}

/// A key store in memory, and the keys in it.
fn kept() -> (Arc<Store>, OsKeys) {
    let store = Store::new().unwrap();
    let shared = store.clone();
    (store, over(move || Ok(shared.clone())))
}

/// Lets the next call to the item of `entry` fail.
fn fail_next(store: &Store, error: Error) {
    let item = store.build("product", entry().as_str(), None).unwrap();
    item.as_any().downcast_ref::<Cred>().unwrap().set_error(error);
}

fn denied() -> Error {
    Error::NoStorageAccess("the prompt was dismissed".into())
}

#[test]
fn a_key_is_there_from_when_it_is_made_until_it_is_deleted() {
    let (_, keys) = kept();

    let before = keys.key(&entry()).unwrap();
    let made = keys.key_or_new(&entry()).unwrap();
    let again = keys.key_or_new(&entry()).unwrap();
    let read = keys.key(&entry()).unwrap().unwrap();
    keys.delete(&entry()).unwrap();
    keys.delete(&entry()).unwrap();

    assert!(before.is_none());
    assert_eq!((made.bytes(), made.bytes()), (again.bytes(), read.bytes()));
    assert!(keys.key(&entry()).unwrap().is_none());
}

#[test]
fn h14_a_locked_key_store_is_said_to_be_and_keeps_its_key() {
    let (store, keys) = kept();
    let key = keys.key_or_new(&entry()).unwrap();
    let keys = keys.with_advice("or keep the key in a file");

    for attempt in [
        |keys: &OsKeys| keys.key(&entry()).map(drop),
        |keys: &OsKeys| keys.key_or_new(&entry()).map(drop),
        |keys: &OsKeys| keys.delete(&entry()),
    ] {
        fail_next(&store, denied());
        let error = attempt(&keys).unwrap_err();

        let StoreError::Locked(text) = error else { panic!("{error:?}") };
        assert!(text.contains("unlock it, or keep the key in a file"), "{text}");
    }
    assert_eq!(keys.key(&entry()).unwrap().unwrap().bytes(), key.bytes());
}

#[test]
fn h14_a_locked_key_store_that_shows_nothing_is_not_taken_for_empty() {
    let (_, mut keys) = kept();
    keys.system.check = || Err(denied());

    let read = keys.key(&entry()).map(drop);
    let made = keys.key_or_new(&entry()).map(drop);

    assert!(matches!(read, Err(StoreError::Locked(_))), "{read:?}");
    assert!(matches!(made, Err(StoreError::Locked(_))), "{made:?}");
}

#[test]
fn h14_no_key_store_is_told_from_a_locked_one() {
    let keys = over(|| Err(Error::PlatformFailure("no bus".into())));

    let error = keys.key(&entry()).unwrap_err();

    assert!(matches!(&error, StoreError::Absent(text) if text.contains("no bus")), "{error:?}");
}

#[test]
fn h14_one_call_hangs_and_those_after_it_fail_at_once_until_it_is_done() {
    let (answer, answered) = mpsc::channel();
    let (answered, asked) = (Mutex::new(answered), Arc::new(AtomicUsize::new(0)));
    let (store, count) = (Store::new().unwrap(), asked.clone());
    let keys = over(move || {
        if count.fetch_add(1, Ordering::SeqCst) == 0 {
            answered.lock().unwrap().recv().unwrap();
        }
        Ok(store.clone())
    });
    let impatient = keys.clone().with_patience(Duration::from_millis(20));

    let hung = impatient.key(&entry()).unwrap_err();
    let at_once: Vec<_> = (0..50).map(|_| keys.key(&entry()).unwrap_err()).collect();
    let asked_meanwhile = asked.load(Ordering::SeqCst);
    answer.send(()).unwrap();
    while keys.key(&entry()).is_err() {
        std::thread::yield_now();
    }

    for error in at_once.iter().chain([&hung]) {
        assert!(matches!(error, StoreError::Locked(text) if text.contains("in time")), "{error}");
    }
    assert_eq!(asked_meanwhile, 1, "a call joined the one that hangs");
}

#[test]
fn calls_at_the_same_moment_take_turns() {
    let (_, keys) = kept();
    let all: Vec<_> = (0..16)
        .map(|_| {
            let keys = keys.clone();
            std::thread::spawn(move || *keys.key_or_new(&entry()).unwrap().bytes())
        })
        .collect();

    let made: Vec<_> = all.into_iter().map(|thread| thread.join().unwrap()).collect();

    assert!(made.windows(2).all(|pair| pair[0] == pair[1]), "two keys were made");
}

#[test]
fn a_key_store_that_breaks_off_is_not_waited_for() {
    let keys = over(|| panic!("a key store that fails unexpectedly"));

    assert!(matches!(keys.key(&entry()), Err(StoreError::Broken)));
    assert!(matches!(keys.key(&entry()), Err(StoreError::Broken)), "it counts as hanging");
}

#[test]
fn what_is_no_key_is_replaced_and_no_error_shows_what_the_store_holds() {
    let (store, keys) = kept();
    let item = store.build("product", entry().as_str(), None).unwrap();
    item.set_secret(b"canary").unwrap();

    let read = keys.key(&entry()).unwrap();
    fail_next(&store, Error::BadEncoding(b"canary".to_vec()));
    let error = keys.key(&entry()).unwrap_err();
    let made = keys.key_or_new(&entry()).unwrap();

    assert!(read.is_none());
    assert!(!format!("{error:?} {error} {keys:?}").contains("canary"));
    assert_eq!(keys.key(&entry()).unwrap().unwrap().bytes(), made.bytes());
}

#[test]
fn several_keys_for_one_entry_are_not_guessed_between() {
    let (store, keys) = kept();
    keys.key_or_new(&entry()).unwrap();
    let one = || store.build("product", entry().as_str(), None).unwrap();

    fail_next(&store, Error::Ambiguous(vec![one(), one()]));
    let read = keys.key(&entry()).unwrap_err();
    fail_next(&store, Error::Ambiguous(vec![one()]));
    keys.delete(&entry()).unwrap();

    assert!(matches!(&read, StoreError::Locked(text) if text.contains("2 keys")), "{read}");
    assert!(keys.key(&entry()).unwrap().is_none());
}
