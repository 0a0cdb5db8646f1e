//! A Secret Service that does as it is told.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
};

use tokio::net::{UnixListener, UnixStream};
use zbus::{
    Connection, Guid, interface,
    message::Message,
    zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Value},
};

use crate::harness::Bench;

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
pub(super) struct Wallet(Arc<Mutex<Content>>);

#[derive(Default)]
pub(super) struct Content {
    pub(super) secret: Option<Secret>,
    locked: bool,
    /// Shows nothing while it is locked.
    pub(super) hides: bool,
    pub(super) prompts: usize,
}

impl Wallet {
    /// Serves the wallet as the bus of `bench`.
    pub(super) fn serve(bench: &mut Bench) -> Self {
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

    pub(super) fn content(&self) -> MutexGuard<'_, Content> {
        self.0.lock().unwrap()
    }

    pub(super) fn lock(&self, locked: bool) {
        self.content().locked = locked;
    }

    pub(super) fn holds_key(&self) -> bool {
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
