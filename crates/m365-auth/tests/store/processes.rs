//! Several processes at one store: this test binary starts itself as the others.

use std::{
    env, fs,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use m365_auth::{Authority, Cloud, EntryId, Loaded, Record, StoreError, TokenStore};
use serde_json::json;
use tempfile::TempDir;

use super::store;
use crate::entra::{CLIENT, TENANT};

const FOLDER: &str = "M365_TEST_STORE";
const MILLIS: &str = "M365_TEST_MILLIS";
const SEED: &str = "M365_TEST_SEED";

#[test]
fn h11_many_processes_at_one_store_never_garble_it() {
    let folder = TempDir::new().unwrap();
    let others: Vec<Child> =
        (0..16).map(|_| writer(folder.path(), Duration::from_secs(2))).collect();

    for mut other in others {
        assert!(other.wait().unwrap().success(), "a process found the store garbled");
    }

    assert!(matches!(store(folder.path()).load(&entry()), Loaded::Record(_)));
    assert!(written(folder.path()) >= 16);
}

#[test]
fn h12_a_killed_process_leaves_the_old_or_the_new_content() {
    let folder = TempDir::new().unwrap();
    let seed = number(SEED).unwrap_or(20_261_121);
    println!("{SEED}={seed}");
    let mut random = Random(seed);
    write_once(folder.path()).unwrap();
    let mut last = written(folder.path());

    for kill in 0..200 {
        let mut process = writer(folder.path(), Duration::from_secs(60));
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
    while Instant::now() < until {
        match write_once(Path::new(&folder)) {
            Ok(()) | Err(StoreError::Conflict) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

fn writer(folder: &Path, time: Duration) -> Child {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "store::processes::the_other_process", "--ignored"]);
    command.env(FOLDER, folder).env(MILLIS, time.as_millis().to_string());
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

#[expect(clippy::disallowed_methods, reason = "how one process of this test tells another")]
fn variable(name: &str) -> Option<String> {
    env::var(name).ok()
}

fn number(name: &str) -> Option<u64> {
    Some(variable(name)?.parse().expect("the variable is a number"))
}

/// Adds one to the generation, if the lock is free.
fn write_once(folder: &Path) -> Result<(), StoreError> {
    let (store, entry) = (store(folder), entry());
    let Some(lock) = store.try_lock(&entry)? else { return Ok(()) };
    let present = match store.load(&entry) {
        Loaded::Record(record) => record.generation(),
        Loaded::Empty => 0,
        other => panic!("{other:?}"),
    };
    store.commit(&lock, &entry, &record(present + 1), present)
}

fn written(folder: &Path) -> u64 {
    match store(folder).load(&entry()) {
        Loaded::Record(record) => record.generation(),
        other => panic!("{other:?}, {:?}", fs::read_dir(folder).unwrap().collect::<Vec<_>>()),
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
