use std::{ffi::OsString, process::Stdio, time::Duration};

use clap::Parser;
use rmcp::{
    RoleClient, ServiceExt,
    service::{ClientInitializeError, RunningService},
};
use tokio::process::{Child, Command};

use crate::{
    cli::{self, Cli},
    config::{Config, Target},
    failure::{Failure, OTHER, UNAVAILABLE, USAGE},
    output,
};

/// How long a server that does not answer may take to end.
const PATIENCE: Duration = Duration::from_secs(5);

/// *Test connection*: starts this program as a host would, lists its tools and prints them.
pub(crate) async fn run(config: &Config) -> Result<(), Failure> {
    if let Target::Missing(error) = &config.target {
        return Err(error.clone().into());
    }
    let (mut child, host) = start().await?;
    let tools = host
        .list_all_tools()
        .await
        .map_err(|error| Failure::new(OTHER, format_args!("the server lists no tools: {error}")))?;
    let server = host.peer_info().and_then(|info| info.server_info.clone());
    host.cancel().await.map_err(|error| Failure::new(OTHER, error))?;
    child.wait().await?;
    if let Some(server) = server {
        output::line(&format!("{} {} answers over stdio", server.name, server.version))?;
    }
    for tool in &tools {
        output::line(&format!("  {}  {}", tool.name, tool.title.as_deref().unwrap_or_default()))?;
    }
    Ok(())
}

/// Starts the server with the same arguments, `serve` in place of `test`.
async fn start() -> Result<(Child, RunningService<RoleClient, ()>), Failure> {
    let mut child = Command::new(std::env::current_exe()?)
        .args(as_server(std::env::args_os().collect()).into_iter().skip(1))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let pipes = child.stdout.take().zip(child.stdin.take());
    let pipes = pipes.ok_or_else(|| Failure::new(OTHER, "the server has no pipes"))?;
    match ().serve(pipes).await {
        Ok(host) => Ok((child, host)),
        Err(error) => Err(refused(&mut child, &error).await?),
    }
}

/// Says why the server does not answer; one that refused to start has said it itself.
async fn refused(child: &mut Child, error: &ClientInitializeError) -> std::io::Result<Failure> {
    let own = tokio::time::timeout(PATIENCE, child.wait()).await.ok().transpose()?;
    let code = own.and_then(|status| u8::try_from(status.code()?).ok());
    Ok(match code {
        Some(code @ USAGE..=UNAVAILABLE) => Failure::silent(code),
        _ => {
            let why = format_args!("the server does not answer as MCP demands: {error}");
            Failure::new(OTHER, why)
        }
    })
}

/// Puts `serve` in place of the command `test`, which an option's value may equal.
fn as_server(arguments: Vec<OsString>) -> Vec<OsString> {
    let served = |arguments: &Vec<OsString>| {
        let parsed = Cli::try_parse_from(arguments);
        parsed.is_ok_and(|cli| matches!(cli.command, Some(cli::Command::Serve)))
    };
    let replaced = |index: usize| {
        let mut arguments = arguments.clone();
        arguments[index] = "serve".into();
        arguments
    };
    let places = (1..arguments.len()).filter(|index| arguments[*index] == "test");
    places.map(replaced).find(served).unwrap_or_else(|| arguments.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_command_is_replaced_not_a_value_that_equals_it() {
        let arguments = |text: &str| text.split(' ').map(OsString::from).collect::<Vec<_>>();

        let served = as_server(arguments("m365-local --entry test test --account test"));

        assert_eq!(served, arguments("m365-local --entry test serve --account test"));
    }
}
