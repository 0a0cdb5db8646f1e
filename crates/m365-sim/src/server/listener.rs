//! One listening socket per server, which can be closed for a while.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use hyper::service::service_fn;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{mpsc, oneshot},
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;

use super::{Broken, serve};
use crate::{fault::apply::Wire, http::Origin, state::State};

/// How many requests one HTTP/2 connection carries at a time.
const MAX_STREAMS: u32 = 100;

/// Asks a server to listen or not, and says when it is done.
pub(crate) type Switch = mpsc::UnboundedSender<(bool, oneshot::Sender<()>)>;

/// What a server needs to run.
pub(crate) struct Server {
    pub(crate) state: Arc<State>,
    pub(crate) origin: Origin,
    pub(crate) listener: TcpListener,
    pub(crate) tls: Option<TlsAcceptor>,
    pub(crate) switch: mpsc::UnboundedReceiver<(bool, oneshot::Sender<()>)>,
}

/// Binds a port of the loopback address.
pub(crate) async fn bind(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))).await
}

impl Server {
    /// Serves until the task is aborted, and all connections with it.
    pub(crate) async fn run(self) -> io::Result<()> {
        let Self { state, origin, listener, tls, mut switch } = self;
        let address = listener.local_addr()?;
        let mut listener = Some(listener);
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                Some((listen, done)) = switch.recv() => {
                    listener = None;
                    connections.shutdown().await;
                    if listen {
                        listener = Some(TcpListener::bind(address).await?);
                    }
                    // Whoever asked may have gone.
                    let _ = done.send(());
                }
                accepted = accept(listener.as_ref()) => if let Ok(stream) = accepted {
                    connections.spawn(connection(Arc::clone(&state), origin, stream, tls.clone()));
                },
                Some(_) = connections.join_next() => {}
            }
        }
    }
}

async fn accept(listener: Option<&TcpListener>) -> io::Result<TcpStream> {
    match listener {
        Some(listener) => listener.accept().await.map(|(stream, _)| stream),
        None => std::future::pending().await,
    }
}

async fn connection(
    state: Arc<State>,
    origin: Origin,
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let (stream, twin) = twins(stream)?;
    let reset = match tls {
        Some(tls) => requests(state, origin, tls.accept(stream).await?).await,
        None => requests(state, origin, stream).await,
    };
    if reset { twin.set_zero_linger() } else { Ok(()) }
}

/// Opens a second handle, by which the connection can be reset after the first is gone.
fn twins(stream: TcpStream) -> io::Result<(TcpStream, TcpStream)> {
    let stream = stream.into_std()?;
    let twin = stream.try_clone()?;
    Ok((TcpStream::from_std(stream)?, TcpStream::from_std(twin)?))
}

/// Serves a connection and returns whether it is to end in a reset.
async fn requests<S>(state: Arc<State>, origin: Origin, stream: S) -> bool
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let reset = Arc::new(AtomicBool::new(false));
    let service = service_fn(|request| {
        let (state, reset) = (Arc::clone(&state), Arc::clone(&reset));
        async move {
            let (response, wire) = serve(state, origin, request).await?;
            reset.fetch_or(matches!(wire, Wire::Reset | Wire::Half), Ordering::Relaxed);
            if wire == Wire::Reset { Err(Broken) } else { Ok(response) }
        }
    });
    let mut server = auto::Builder::new(TokioExecutor::new());
    server.http2().max_concurrent_streams(MAX_STREAMS);
    // A connection that breaks is the client's business, or what a fault asked for.
    let _ = server.serve_connection(TokioIo::new(stream), service).await;
    reset.load(Ordering::Relaxed)
}
