use std::{error::Error, time::Duration};

use m365_auth::{
    Account, BrokerRequest, EntryId, FileStore, Loaded, StoreError, TokenStore,
    broker_account_stays,
};

use crate::{
    config::Config,
    failure::{Failure, OTHER},
    output,
    session::{Session, broker},
    store::Store,
};

/// How long a broker may take to forget one account.
const PATIENCE: Duration = Duration::from_secs(10);

/// Deletes the stored tokens of this entry, or of all.
pub(crate) async fn run(config: &Config, all: bool) -> Result<(), Failure> {
    if all {
        return every_entry(config).await;
    }
    let session = Session::open(config).await?;
    let report = session.client.sign_out().await?;
    output::line(&said(report.account.as_ref()))?;
    if let Some(notice) = report.notice {
        eprintln!("{notice}");
    }
    Ok(())
}

fn said(account: Option<&Account>) -> String {
    account.map_or_else(
        || "Nobody was signed in.".to_owned(),
        |account| format!("Signed out {account}; the tokens on this device are deleted."),
    )
}

async fn every_entry(config: &Config) -> Result<(), Failure> {
    let Some(files) = Store::of(config).files else {
        return Ok(output::line("No tokens are stored.")?);
    };
    let entries = files.entries().map_err(failed)?;
    let known = entries.iter().filter_map(|entry| known_to_a_broker(&files, entry));
    let known: Vec<_> = known.collect();
    for entry in &entries {
        let lock = files.try_lock(entry).map_err(failed)?;
        erase(&files, entry)?;
        if lock.is_none() {
            eprintln!("Another process is using one of the entries: end it, then sign out again.");
        }
    }
    forget(&known).await;
    let count = entries.len();
    Ok(output::line(&format!(
        "Signed out {count} {}.",
        if count == 1 { "entry" } else { "entries" }
    ))?)
}

fn known_to_a_broker(files: &FileStore, entry: &EntryId) -> Option<BrokerRequest> {
    match files.load(entry) {
        Loaded::Record(record) => record.broker_request(),
        _ => None,
    }
}

/// Makes the broker forget what it keeps for `known`, and says what stays.
async fn forget(known: &[BrokerRequest]) {
    for (broker, request) in
        broker().iter().flat_map(|it| known.iter().map(move |known| (it, known)))
    {
        let answer = tokio::time::timeout(PATIENCE, broker.sign_out(request)).await;
        if let Err(problem) = answer.unwrap_or_else(|_| Err("it does not answer".to_owned())) {
            eprintln!("{} keeps its tokens ({problem}).", broker.name());
        }
    }
    if !known.is_empty() {
        eprintln!("{}.", broker_account_stays());
    }
}

/// Deletes tokens and key; that a key stays, where a key store is locked, is said.
fn erase(files: &FileStore, entry: &EntryId) -> Result<(), Failure> {
    match files.erase(entry) {
        Err(error) if files.stamp(entry) == 0 => {
            eprintln!("The tokens of an entry are deleted, their key is not: {error}");
            Ok(())
        }
        erased => erased.map_err(failed),
    }
}

fn failed(error: StoreError) -> Failure {
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    Failure::new(OTHER, format_args!("{error}{cause}"))
}
