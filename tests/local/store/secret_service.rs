//! The Secret Service of a Linux desktop: one of our own on a private socket, which does as it is
//! told, and a real one where `tests/secret_service.sh` has started it.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, MutexGuard},
};

use tokio::net::{UnixListener, UnixStream};
use zbus::{
    Connection, Guid, interface,
    message::Message,
    zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Value},
};

use super::*;

const SERVICE: &str = "/org/freedesktop/secrets";
const COLLECTION: &str = "/org/freedesktop/secrets/aliases/default";
const ITEM: &str = "/org/freedesktop/secrets/collection/login/1";
const PROMPT: &str = "/org/freedesktop/secrets/prompt/1";
/// The unique name of the service on its bus.
const NAME: &str = ":1.1";

/// Session, parameters, value and type.
type Secret = (OwnedObjectPath, Vec<u8>, Vec<u8>, String);

/// A key store of one item; a person who is asked to unlock it refuses.
#[derive(Clone, Default)]
struct Wallet(Arc<Mutex<Content>>);

#[derive(Default)]
struct Content {
    secret: Option<Secret>,
    locked: bool,
    /// Shows nothing while it is locked.
    hides: bool,
    prompts: usize,
}

impl Wallet {
    /// Serves the wallet as the bus of `bench`.
    fn serve(bench: &mut Bench) -> Self {
        let wallet = Self::default();
        let path = bench.data.path().join("bus");
        bench.bus = format!("unix:path={}", path.display());
        tokio::spawn(wallet.clone().accept(UnixListener::bind(path).unwrap()));
        wallet
    }

    async fn accept(self, listener: UnixListener) {
        let mut peers = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            // One that is gone before it has said who it is, was killed.
            peers.extend(self.clone().connect(stream).await);
        }
    }

    async fn connect(self, stream: UnixStream) -> zbus::Result<Connection> {
        zbus::connection::Builder::unix_stream(stream)
            .server(Guid::generate())?
            .p2p()
            .serve_at("/org/freedesktop/DBus", Bus)?
            .serve_at(SERVICE, Service(self.clone()))?
            .serve_at(COLLECTION, Collection(self.clone()))?
            .serve_at(ITEM, Item(self.clone()))?
            .serve_at(PROMPT, Prompt(self))?
            .build()
            .await
    }

    fn content(&self) -> MutexGuard<'_, Content> {
        self.0.lock().unwrap()
    }

    fn lock(&self, locked: bool) {
        self.content().locked = locked;
    }

    fn holds_key(&self) -> bool {
        self.content().secret.is_some()
    }
}

fn path(path: &str) -> OwnedObjectPath {
    ObjectPath::try_from(path.to_owned()).unwrap().into()
}

fn none() -> OwnedObjectPath {
    path("/")
}

/// As much of a bus as the service's clients need.
struct Bus;

#[interface(name = "org.freedesktop.DBus")]
impl Bus {
    fn hello(&self) -> String {
        ":1.2".to_owned()
    }

    fn add_match(&self, _rule: &str) {}

    fn remove_match(&self, _rule: &str) {}

    fn get_name_owner(&self, _name: &str) -> String {
        NAME.to_owned()
    }
}

struct Service(Wallet);

#[interface(name = "org.freedesktop.Secret.Service")]
impl Service {
    /// Agrees on a key: with one as the public number, both sides know it without our arithmetic,
    /// and what is kept opens in every session.
    fn open_session(&self, _algorithm: &str, _input: Value<'_>) -> (OwnedValue, OwnedObjectPath) {
        (
            Value::from(vec![1_u8]).try_to_owned().unwrap(),
            path("/org/freedesktop/secrets/session/1"),
        )
    }

    fn search_items(
        &self,
        _attributes: HashMap<String, String>,
    ) -> (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) {
        let content = self.0.content();
        let found = content.secret.iter().map(|_| path(ITEM)).collect();
        match (content.locked, content.hides) {
            (false, _) => (found, Vec::new()),
            (true, false) => (Vec::new(), found),
            (true, true) => (Vec::new(), Vec::new()),
        }
    }

    fn unlock(&self, objects: Vec<OwnedObjectPath>) -> (Vec<OwnedObjectPath>, OwnedObjectPath) {
        match self.0.content().locked {
            true => (Vec::new(), path(PROMPT)),
            false => (objects, none()),
        }
    }

    fn read_alias(&self, _name: &str) -> OwnedObjectPath {
        path(COLLECTION)
    }
}

struct Collection(Wallet);

#[interface(name = "org.freedesktop.Secret.Collection")]
impl Collection {
    fn create_item(
        &self,
        _properties: HashMap<String, OwnedValue>,
        secret: Secret,
        _replace: bool,
    ) -> (OwnedObjectPath, OwnedObjectPath) {
        self.0.content().secret = Some(secret);
        (path(ITEM), none())
    }

    #[zbus(property)]
    fn locked(&self) -> bool {
        self.0.content().locked
    }
}

struct Item(Wallet);

#[interface(name = "org.freedesktop.Secret.Item")]
impl Item {
    fn get_secret(&self, _session: OwnedObjectPath) -> zbus::fdo::Result<(Secret,)> {
        let secret = self.0.content().secret.clone();
        secret.map(|secret| (secret,)).ok_or(zbus::fdo::Error::UnknownObject("gone".to_owned()))
    }

    fn set_secret(&self, secret: Secret) {
        self.0.content().secret = Some(secret);
    }

    fn delete(&self) -> OwnedObjectPath {
        self.0.content().secret = None;
        none()
    }

    #[zbus(property)]
    fn locked(&self) -> bool {
        self.0.content().locked
    }
}

struct Prompt(Wallet);

#[interface(name = "org.freedesktop.Secret.Prompt")]
impl Prompt {
    /// The person dismisses the window.
    async fn prompt(
        &self,
        _window: &str,
        #[zbus(connection)] connection: &Connection,
    ) -> zbus::fdo::Result<()> {
        self.0.content().prompts += 1;
        let interface = "org.freedesktop.Secret.Prompt";
        let dismissed = Message::signal(PROMPT, interface, "Completed")?
            .sender(NAME)?
            .build(&(true, Value::from("")))?;
        Ok(connection.send(&dismissed).await?)
    }
}

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
    assert!(out.stderr.is_empty(), "{out:?}");
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
