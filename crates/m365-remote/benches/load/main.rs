//! What the remote connector costs, and how it stands up to trouble.
//!
//! `cargo bench -p m365-remote --bench load -- [quick] [--check] [load | drill | soak SECONDS]`
//!
//! The built server, the simulated tenants and the callers run on this machine, each in a process of its own;
//! audit and metrics are on, only the rate limits are raised. Every call is one search in a mailbox. The floor
//! is the same catalog over bare rmcp with nobody asked who he is, measured in the same minute, since the
//! machine may have other things to do. With `--check` it is an error when a target is missed.

#![expect(clippy::print_stdout, reason = "the figures are the program's output")]

mod drill;
mod floor;
mod load;
mod measure;
mod process;
mod report;
mod wire;
mod world;

use std::{error::Error, process::ExitCode, time::Duration};

use drill::Drill;
use report::Report;
use world::World;

/// How much is measured.
pub(crate) struct Sizes {
    pub(crate) tenants: usize,
    /// In each tenant.
    pub(crate) users: usize,
    /// How long each figure is measured.
    pub(crate) length: Duration,
    /// How long each fault of the drill lasts.
    pub(crate) fault: Duration,
}

impl Sizes {
    fn new(is_quick: bool) -> Self {
        let (users, length, fault) = if is_quick { (10, 2, 10) } else { (100, 8, 60) };
        let (length, fault) = (Duration::from_secs(length), Duration::from_secs(fault));
        Self { tenants: 100, users, length, fault }
    }
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    // `cargo bench` adds an option of its own.
    let arguments: Vec<_> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let words: Vec<_> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["simulator", tenants, users] => {
            let runtime = tokio::runtime::Runtime::new()?;
            runtime.block_on(world::simulate(tenants.parse()?, users.parse()?))?;
            Ok(ExitCode::SUCCESS)
        }
        ["floor", graph, tokens] => {
            let runtime = tokio::runtime::Runtime::new()?;
            runtime.block_on(floor::serve(graph, tokens))?;
            Ok(ExitCode::SUCCESS)
        }
        words => {
            // One thread: what the callers take is missing to the others.
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(measured(words))
        }
    }
}

async fn measured(words: &[&str]) -> Result<ExitCode, Box<dyn Error>> {
    let sizes = Sizes::new(words.contains(&"quick"));
    let mut report = Report::default();
    let all = !words.iter().any(|word| ["load", "drill", "soak"].contains(word));
    let world = World::start(sizes.tenants + 1, sizes.users)?;
    if all || words.contains(&"load") {
        work(&world, &sizes, &mut report).await?;
    }
    if all || words.contains(&"drill") {
        drill(&world, &sizes, &mut report).await?;
    }
    if let Some(at) = words.iter().position(|word| *word == "soak") {
        let seconds = words.get(at + 1).ok_or("soak: how many seconds?")?.parse()?;
        soak(&world, &sizes, Duration::from_secs(seconds), &mut report).await?;
    }
    let is_fatal = words.contains(&"--check") && !report.missed().is_empty();
    if !report.missed().is_empty() {
        println!("\nMissed: {}", report.missed().join("; "));
    }
    Ok(if is_fatal { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

async fn work(world: &World, sizes: &Sizes, report: &mut Report) -> Result<(), Box<dyn Error>> {
    measure::start(world, sizes, report).await?;
    let users = world.users(sizes.tenants, sizes.users).await?;
    let few = &users[..users.len().min(1000)];
    let server = world.serve(sizes.tenants)?;
    server.ready().await?;
    measure::callers(world, &server, few, sizes, report).await?;
    measure::exchanges(world, &server, few, report).await?;
    measure::sizes(world, &server, &users, sizes, report).await?;
    // What calls in flight take shows best in a server that had few of them before.
    let server = world.serve(sizes.tenants)?;
    server.ready().await?;
    measure::memory(world, &server, few, report).await?;
    Ok(())
}

async fn drill(world: &World, sizes: &Sizes, report: &mut Report) -> Result<(), Box<dyn Error>> {
    let users = world.users(sizes.tenants, 10).await?;
    let server = world.serve(sizes.tenants)?;
    server.ready().await?;
    let (length, tenants) = (sizes.fault, sizes.tenants);
    Drill { world, server: &server, users: &users, length, tenants }.run(report).await?;
    Ok(())
}

async fn soak(
    world: &World,
    sizes: &Sizes,
    length: Duration,
    report: &mut Report,
) -> Result<(), Box<dyn Error>> {
    let users = world.users(sizes.tenants, 10).await?;
    let server = world.serve(sizes.tenants)?;
    server.ready().await?;
    measure::soak(&server, &users, length, report).await?;
    Ok(())
}
