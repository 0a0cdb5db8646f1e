use std::time::Duration;

use rmcp::{ServiceExt, service::ServerInitializeError, transport::async_rw::AsyncRwTransport};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream};
use tokio_util::sync::CancellationToken;

use super::Server;

mod gate;
mod line;

/// The longest line that is read, in bytes.
const MAX_LINE: usize = 4 << 20;

/// How much waits between the gate and rmcp, in bytes.
const PIPE: usize = 64 << 10;

/// How long running calls may go on after the host has closed its end.
const GRACE: Duration = Duration::from_millis(1_000);

/// When to give up on writing answers, after the calls were stopped.
const HARD_STOP: Duration = Duration::from_millis(700);

/// Why a stdio server ended other than by its host closing the stream.
#[derive(Debug, thiserror::Error)]
#[error("the MCP connection failed")]
pub struct StdioError(#[source] Box<dyn std::error::Error + Send + Sync>);

/// Serves the host that started this process, over its standard input and output.
///
/// # Errors
///
/// As [`serve_stdio`].
pub async fn serve_process(server: Server) -> Result<(), StdioError> {
    let (input, output) = rmcp::transport::stdio_pipes();
    serve_stdio(server, input, output).await
}

/// Serves one host, which writes requests to `input`, one a line, and reads answers from `output`.
///
/// Returns when `input` ends: calls that still run then have a second to finish, and are cancelled;
/// within two seconds it is over, whether the host reads or not. Lines that cannot be messages
/// (no JSON, longer than 4 MiB, nested deeper than 64, of more than 20,000 values) are logged without their content and dropped.
///
/// # Errors
///
/// [`StdioError`] when the host's first words are not of the protocol, or a task of ours died.
pub async fn serve_stdio<R, W>(server: Server, input: R, output: W) -> Result<(), StdioError>
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    let (pass, checked) = tokio::io::duplex(PIPE);
    let stop = server.0.stop.clone();
    let transport =
        AsyncRwTransport::new_server(checked, output).with_max_line_length(MAX_LINE + 1);
    tokio::select! {
        served = serve(server, transport) => served,
        () = read(input, pass, &stop) => Ok(()),
    }
}

async fn serve<R, W>(
    server: Server,
    transport: AsyncRwTransport<rmcp::RoleServer, R, W>,
) -> Result<(), StdioError>
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    match server.serve(transport).await {
        Ok(running) => running.waiting().await.map(drop).map_err(|error| StdioError(error.into())),
        Err(ServerInitializeError::ConnectionClosed(_)) => Ok(()),
        Err(error) => Err(StdioError(error.into())),
    }
}

/// Passes the input on until it ends, and returns some time after that, having stopped the calls that
/// went on too long.
async fn read<R>(input: R, pass: DuplexStream, stop: &CancellationToken)
where
    R: AsyncRead + Unpin,
{
    gate::run(input, pass).await;
    tokio::time::sleep(GRACE).await;
    stop.cancel();
    tokio::time::sleep(HARD_STOP).await;
}
