//! Serves the catalog over HTTP with the tools, prompts and resources that the official conformance suite
//! wants to find, on a free port of loopback. The first line on stdout is the address.
//!
//! `conformance-fixture --bare` leaves those out.
//!
//! Everything goes the way of the product: the suite speaks to [`HttpService`], and what the suite's own
//! fixtures do not answer is answered by [`Server`](m365_tools::mcp::Server).

use std::{convert::Infallible, error::Error, io::Write};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use m365_tools::mcp::{HttpOptions, HttpService};
use rmcp::ServerHandler;
use tokio::net::{TcpListener, TcpStream};

mod callers;
mod content;
mod fixture;
mod lists;
mod prompts;
mod questions;
mod resources;
mod tools;

use fixture::Fixture;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    writeln!(std::io::stdout(), "http://{address}/mcp")?;
    let server = callers::server()?;
    match std::env::args().nth(1).as_deref() {
        Some("--bare") => listen(listener, HttpService::new(server, options())).await,
        _ => listen(listener, HttpService::new(Fixture::new(server)?, options())).await,
    }
}

async fn listen<S: ServerHandler + Clone>(
    listener: TcpListener,
    service: HttpService<S>,
) -> Result<(), Box<dyn Error>> {
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(serve(stream, service.clone()));
    }
}

/// The suite calls as a page on this machine would.
fn options() -> HttpOptions {
    HttpOptions::new().allowed_origins(["http://localhost:*", "http://127.0.0.1:*"])
}

async fn serve<S: ServerHandler + Clone>(stream: TcpStream, service: HttpService<S>) {
    let answer = service_fn(move |request| {
        let service = service.clone();
        async move { Ok::<_, Infallible>(service.handle(request).await) }
    });
    let mut connection = http1::Builder::new();
    connection.timer(TokioTimer::new());
    if let Err(error) = connection.serve_connection(TokioIo::new(stream), answer).await {
        let _ = writeln!(std::io::stderr(), "a connection ended: {error}");
    }
}
