//! Several processes at one store: this test binary starts itself as the others. It is a binary of its own,
//! since a process that is being started holds the locks of the tests beside it for a moment.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    env, fs,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use m365_auth::{
    Authority, Cloud, EntryId, FileStore, KeyFile, Loaded, Record, StoreError, TokenStore,
};
use serde_json::json;
use tempfile::TempDir;

const TENANT: &str = "11111111-2222-4333-8444-555555555555";
const CLIENT: &str = "aaaaaaaa-0000-4000-8000-000000000001";

const FOLDER: &str = "M365_TEST_STORE";
const MILLIS: &str = "M365_TEST_MILLIS";
const SEED: &str = "M365_TEST_SEED";
const KIND: &str = "M365_TEST_KIND";

/// Where a process keeps the key of the tokens; the other place is where it may have been before.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Here = 0,
    There = 1,
}

#[test]
fn h11_eighty_processes_at_one_store_never_garble_it() {
    share(80, &[Kind::Here]);
}

#[test]
fn h11_processes_that_keep_the_key_in_different_places_never_lose_it() {
    share(16, &[Kind::Here, Kind::There]);
}

fn share(processes: usize, kinds: &[Kind]) {
    let folder = TempDir::new().unwrap();
    let kinds = kinds.iter().cycle().take(processes);
    let others: Vec<Child> =
        kinds.map(|kind| writer(folder.path(), *kind, Duration::from_secs(3))).collect();

    for mut other in others {
        assert!(other.wait().unwrap().success(), "a process found the store garbled");
    }

    assert!(matches!(store(folder.path(), Kind::Here).load(&entry()), Loaded::Record(_)));
    assert!(written(folder.path()) > 1, "nobody got to write");
}

#[test]
fn h12_a_killed_process_leaves_the_old_or_the_new_content() {
    kill(200, &[Kind::Here]);
}

#[test]
fn h12_a_process_killed_while_it_moves_the_key_leaves_the_old_or_the_new() {
    kill(60, &[Kind::Here, Kind::There]);
}

fn kill(times: usize, kinds: &[Kind]) {
    let folder = TempDir::new().unwrap();
    let seed = number(SEED).unwrap_or(20_261_121);
    println!("{SEED}={seed}");
    let mut random = Random(seed);
    write_once(folder.path(), Kind::Here).unwrap();
    let mut last = written(folder.path());

    for (kill, kind) in kinds.iter().cycle().take(times).enumerate() {
        let mut process = writer(folder.path(), *kind, Duration::from_secs(60));
        let until = Instant::now() + Duration::from_micros(4_000 + random.next() % 12_000);
        while Instant::now() < until {
            std::thread::yield_now();
        }
        process.kill().unwrap();
        process.wait().unwrap();

        let now = written(folder.path());
        assert!(now >= last, "kill {kill}: the store went back from {last} to {now}");
        last = now;
    }

    assert!(last > 1, "nothing was written between the kills");
}

/// The other process: writes until its time is over or it is killed.
#[test]
#[ignore = "started by the tests above"]
fn the_other_process() {
    let folder = variable(FOLDER).expect("started by hand");
    let until = Instant::now() + Duration::from_millis(number(MILLIS).unwrap());
    let kind = if number(KIND).unwrap() == 0 { Kind::Here } else { Kind::There };
    while Instant::now() < until {
        match write_once(Path::new(&folder), kind) {
            Ok(()) | Err(StoreError::Conflict) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

fn writer(folder: &Path, kind: Kind, time: Duration) -> Child {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "the_other_process", "--ignored"]);
    command.env(FOLDER, folder).env(MILLIS, time.as_millis().to_string());
    command.env(KIND, (kind as u8).to_string());
    command.stdout(Stdio::null()).spawn().unwrap()
}

#[expect(clippy::disallowed_methods, reason = "how one process of this test tells another")]
fn variable(name: &str) -> Option<String> {
    env::var(name).ok()
}

fn number(name: &str) -> Option<u64> {
    Some(variable(name)?.parse().expect("the variable is a number"))
}

/// Adds one to the generation, if the lock is free.
fn write_once(folder: &Path, kind: Kind) -> Result<(), StoreError> {
    let (store, entry) = (store(folder, kind), entry());
    let Some(lock) = store.try_lock(&entry)? else { return Ok(()) };
    let present = match store.load(&entry) {
        Loaded::Record(record) => record.generation(),
        Loaded::Empty => 0,
        other => panic!("{other:?}"),
    };
    store.commit(&lock, &entry, &record(present + 1), present)
}

fn written(folder: &Path) -> u64 {
    match store(folder, Kind::Here).load(&entry()) {
        Loaded::Record(record) => record.generation(),
        other => panic!("{other:?}, {:?}", fs::read_dir(folder).unwrap().collect::<Vec<_>>()),
    }
}

fn store(folder: &Path, kind: Kind) -> FileStore {
    let places = [folder.join("here"), folder.join("there")].map(KeyFile::new).map(Arc::new);
    let [here, there] = places;
    match kind {
        Kind::Here => FileStore::new(folder, here).with_former_keys(there),
        Kind::There => FileStore::new(folder, there).with_former_keys(here),
    }
}

fn entry() -> EntryId {
    let authority = Authority::new(Cloud::Global, TENANT.parse().unwrap());
    EntryId::new(&authority, &CLIENT.parse().unwrap(), "processes")
}

fn record(generation: u64) -> Record {
    let json = json!({
        "v": 1, "entry": entry().as_str(), "cloud": "global", "tenant_id": TENANT,
        "client_id": CLIENT, "scopes_requested": ["Mail.Read"], "method": "browser",
        "account": {"oid": "o", "tid": TENANT, "home": "h", "username": "u"},
        "refresh_token": {"secret": "r".repeat(2000), "obtained_at": 1_790_000_000},
        "access_tokens": [], "pending": null, "generation": generation,
    });
    match Loaded::from_json(json.to_string().as_bytes()) {
        Loaded::Record(record) => *record,
        other => panic!("{other:?}"),
    }
}

/// A small generator of random numbers that a seed repeats.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }
}
