//! Microsoft 365 for AI assistants over HTTP, on behalf of each caller.
//!
//! This binary only assembles: `m365-auth` proves who calls and exchanges tokens, `m365-graph` reads,
//! `m365-tools` is the catalog.

mod admin;
mod answer;
mod app;
mod audit;
mod bearer;
mod callers;
mod check;
mod cli;
mod config;
#[cfg(feature = "demo")]
mod demo;
mod drain;
mod entra_app;
mod failure;
mod guard;
mod host_config;
mod ids;
mod limits;
mod listener;
mod logging;
mod metadata;
mod metrics;
mod outbound;
mod output;
mod parts;
mod process;
mod reload;
mod scope;
mod serve;
mod switches;
mod telemetry;
mod tenants;
mod tls;

use std::{io, process::ExitCode, sync::LazyLock};

use clap::{CommandFactory, Parser};
use m365_tools::{Extractor, mcp::Server};

use cli::{Cli, Command, Options};
use config::{Config, Environment, LogConfig, Published};
use failure::Failure;

/// What `--version` prints.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let (version, revision) = (env!("CARGO_PKG_VERSION"), env!("M365_GIT_REVISION"));
    format!("{version} ({revision}), MCP {}", Server::protocol_versions().join(", "))
});

fn main() -> ExitCode {
    // Documents are read by this program, started anew: such a child never gets past this line.
    let extractor = Extractor::this_program();
    let (mut cli, env) = (Cli::parse(), Environment::of_process());
    match Config::is_demo(&cli.options, &env) {
        Ok(demo) => cli.options.demo = demo,
        Err(error) => return Failure::from(error).report(),
    }
    let Some(command) = cli.command.or_else(|| cli.options.demo.then_some(Command::Serve)) else {
        eprint!("{}", Cli::command().render_help());
        return ExitCode::from(failure::USAGE);
    };
    if let Err(refused) = alone(&command, &cli.options) {
        return refused.report();
    }
    run(&command, cli.options, env, extractor).map_or_else(Failure::report, |()| ExitCode::SUCCESS)
}

fn run(
    command: &Command,
    options: Options,
    env: Environment,
    extractor: io::Result<Extractor>,
) -> Result<(), Failure> {
    // All that speaks TLS does so with ring; the first provider to be installed serves the process.
    let _ = rustls::crypto::ring::default_provider().install_default();
    logging::start(&LogConfig::resolve(&options, &env)?)?;
    process::harden();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ended = runtime.block_on(async {
        match command {
            Command::Serve if options.demo => demo(options, &env, extractor?).await,
            Command::Serve => {
                let config = Config::resolve(&options, &env)?;
                serve::run(config, serve::Origin { options, env }, extractor?).await
            }
            Command::Check => {
                let config = Config::resolve(&options, &env)?;
                check::run(&config, &extractor?.into()).await
            }
            Command::HostConfig { host, tenant, client } => {
                let published = Published::resolve(&options, &env)?;
                host_config::run(&published, host, tenant.as_deref(), client.as_deref())
            }
            Command::EntraApp(wanted) => entra_app::run(wanted, &options, &env),
        }
    });
    // What is still open after the drain must not hold the process.
    runtime.shutdown_background();
    ended
}

/// Refuses what the demo would pass over: it has a configuration of its own.
fn alone(command: &Command, options: &Options) -> Result<(), Failure> {
    let refuse = |why| Err(Failure::new(failure::USAGE, why));
    match command {
        Command::Serve if options.demo && options.config.is_some() => refuse(
            "the demo brings its own configuration: leave out --config, or --demo (M365_DEMO)",
        ),
        Command::Check | Command::HostConfig { .. } if options.demo && options.config.is_none() => {
            refuse(
                "the demo can only be served: run `m365-remote --demo`, or give --config instead",
            )
        }
        _ => Ok(()),
    }
}

#[cfg(feature = "demo")]
async fn demo(options: Options, env: &Environment, extractor: Extractor) -> Result<(), Failure> {
    demo::run(options, env, extractor).await
}

#[cfg(not(feature = "demo"))]
async fn demo(_: Options, _: &Environment, _: Extractor) -> Result<(), Failure> {
    Err(Failure::new(
        failure::USAGE,
        "this program was built without the demo tenant (cargo feature `demo`)",
    ))
}
