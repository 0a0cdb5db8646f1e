use std::{future::Future, time::Duration};

use m365_tools::Extraction;

use crate::{
    config::Config,
    failure::Failure,
    output,
    session::Session,
    terminal::{self, Progress},
};

mod account;
mod broker;
mod clock;
mod configuration;
mod network;
mod permissions;
mod report;
mod services;
mod store;
mod trouble;

use network::Network;
use report::{Check, Report, Subject, about};

/// How long one check may take; those of one kind run side by side.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is said of a check that took longer.
const LATE: &str = "there was no answer within 10 s";

/// Looks at everything that a tool call depends on, the most basic first, and says what to mend.
///
/// Nobody is asked to sign in; a token may be renewed, and a damaged token file set aside. The exit code is
/// that of the most basic check that failed.
pub(super) async fn run(
    config: &Config,
    extraction: Extraction,
    json: bool,
) -> Result<(), Failure> {
    let progress = Progress::start("Looking at the configuration");
    let checks = examine(config, extraction, &progress).await;
    progress.clear();
    print(checks, json)
}

/// Says what is wrong with the configuration, on which all else depends.
pub(super) fn unconfigured(failure: &Failure, json: bool) -> Result<(), Failure> {
    print(without_configuration(failure), json)
}

fn print(checks: Vec<Check>, json: bool) -> Result<(), Failure> {
    let report = Report::new(checks);
    match json {
        true => output::json(&report)?,
        false => output::styled(&report.for_people(terminal::width()))?,
    }
    report.code().map_or(Ok(()), |code| Err(Failure::silent(code)))
}

async fn examine(config: &Config, extraction: Extraction, progress: &Progress) -> Vec<Check> {
    let session = match Session::open(config).await {
        Ok(session) => session,
        Err(failure) => return without_configuration(&failure),
    };
    let mut checks = vec![configuration::accepted(config, &session)];
    progress.say("Reaching the sign-in host and Microsoft Graph");
    let (network, store, broker) =
        tokio::join!(Network::look(config, &session), store::look(config), broker::check(&session));
    checks.extend(network.checks());
    checks.extend([store.check, broker]);
    progress.say("Looking at the account");
    let standing = account::look(&session, network.login_is_reached(), store.keeps).await;
    checks.push(standing.check.clone());
    let catalog = super::catalog(config, session.sealing_key(), extraction);
    let tools: Vec<_> = catalog.definitions().collect();
    checks.extend(permissions::checks(config, &session, &tools, &standing));
    progress.say("Asking each service");
    checks.extend(services::checks(&session, &tools, &standing, network.graph_is_reached()).await);
    checks
}

/// Says why there is no configuration, on which all else depends.
fn without_configuration(failure: &Failure) -> Vec<Check> {
    let network = [clock::subject(), network::login_subject(), network::graph_subject()];
    let rest = [store::subject(), broker::subject(), account::subject(), permissions::subject()];
    let dependent = network.into_iter().chain(rest).chain(services::subjects());
    let because = "the configuration has to be right first";
    let skipped = dependent.map(|subject| subject.skipped(because));
    [configuration::refused(failure)].into_iter().chain(skipped).collect()
}

/// Waits for `check`, but not for ever.
async fn in_time<T>(check: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(PATIENCE, check).await.ok()
}
