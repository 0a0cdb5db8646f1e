//! One file per command.

mod call;
mod completions;
mod doctor;
mod entra_app;
mod serve;
mod setup;
mod sign_in;
mod sign_out;
mod status;
mod test;
mod tools;

use m365_auth::Cloud;
use m365_tools::{CallLimits, Catalog, CatalogOptions, Extraction, SealingKey};

use crate::{
    cli::{Command, help},
    config::{Config, Target},
    failure::{Failure, USAGE},
    output,
};

/// Says how to sign in to what this run is configured for.
fn sign_in_command() -> String {
    format!("`{}`", setup::with_our_options("sign-in"))
}

/// Runs what needs no configuration although there is none, because of `failure`.
pub(crate) fn unconfigured(command: Command, failure: Failure) -> Result<(), Failure> {
    match command {
        Command::Completions { shell } => completions::run(shell),
        Command::Doctor { json } => doctor::unconfigured(&failure, json),
        Command::Help { topic } => help_on(topic.as_deref()),
        _ => Err(failure),
    }
}

fn help_on(topic: Option<&str>) -> Result<(), Failure> {
    let unknown = || {
        let topics = help::topics().join(", ");
        let topic = topic.unwrap_or_default();
        Failure::new(USAGE, format_args!("there is no help on `{topic}`, but on {topics}"))
    };
    Ok(output::line(help::on(topic).ok_or_else(unknown)?.trim_end())?)
}

/// Runs `command`; documents are read by `extraction`.
pub(crate) async fn run(
    command: Command,
    config: &Config,
    extraction: Extraction,
) -> Result<(), Failure> {
    match command {
        Command::Serve => serve::run(config, extraction).await,
        Command::SignIn => sign_in::run(config).await,
        Command::SignOut { all } => sign_out::run(config, all).await,
        Command::Status { json } => status::run(config, json).await,
        Command::Test => test::run(config).await,
        Command::Call { tool, arguments, json } => {
            call::run(config, extraction, &tool, &arguments, json).await
        }
        Command::EntraApp { format, name, broker, bundle_id } => {
            let wanted = entra_app::Wanted { name, broker, bundle_id };
            entra_app::run(config, &format, &wanted)
        }
        Command::Setup { host, write, managed, name, file } => {
            setup::run(config, &setup::Wanted { host, write, managed, name, file })
        }
        Command::Tools { json } => tools::run(config, extraction, json),
        Command::Doctor { json } => doctor::run(config, extraction, json).await,
        Command::Completions { shell } => completions::run(shell),
        Command::Help { topic } => help_on(topic.as_deref()),
    }
}

/// Tells the notices of an account, unless the log does.
fn tell(config: &Config, notices: &[String]) {
    for notice in notices.iter().filter(|_| !config.warnings_are_shown) {
        eprintln!("{notice}");
    }
}

/// Builds the catalog that the configuration offers; `key` seals its cursors.
fn catalog(config: &Config, key: impl Into<SealingKey>, extraction: Extraction) -> Catalog {
    let sign_in = sign_in_command();
    let hint = format!("Run {sign_in} on this device, then make the same call again.");
    let mut limits = CallLimits::default();
    if let Some(characters) = config.answer_limit {
        limits = limits.with_answer(characters);
    }
    let catalog = Catalog::new(
        CatalogOptions::new(key, extraction)
            .with_scopes(config.scopes.iter().map(|scope| scope.name()))
            .with_policy(config.policy.clone())
            .with_limits(limits)
            .with_cloud(cloud(&config.target))
            .with_sign_in_hint(hint)
            .with_mark_untrusted(config.mark_untrusted),
    );
    for rule in catalog.unmatched_rules() {
        tracing::warn!(rule, "a rule of toolPolicy matches no tool");
    }
    catalog
}

/// Returns the cloud whose links are understood.
const fn cloud(target: &Target) -> Cloud {
    match target {
        Target::Tenant(tenant) => tenant.cloud,
        Target::Demo | Target::Missing(_) => Cloud::Global,
    }
}
