use std::{convert::Infallible, net::SocketAddr, pin::pin, time::Duration};

use http::{Request, Version};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::{sleep_until, timeout},
};

use super::{
    ConnectionLimits, Handler, Stop, activity::Activity, offered::offered, stream::Watched,
};
use crate::tls::Tls;

/// The size of all header fields, and their number.
const HEADERS: (usize, usize) = (32 * 1024, 64);
/// Streams of one HTTP/2 connection, and how many of them may be reset before it is closed.
const STREAMS: (u32, usize) = (100, 50);
/// Windows of HTTP/2: of a stream and of a connection.
const WINDOWS: (u32, u32) = (64 * 1024, 1024 * 1024);
/// How often an idle HTTP/2 peer is asked whether it lives.
const PING: Duration = Duration::from_secs(20);

/// One connection and all that its requests need.
pub(super) struct Served<H> {
    pub(super) handler: H,
    pub(super) tls: Option<Tls>,
    pub(super) limits: ConnectionLimits,
    pub(super) stop: Stop,
    pub(super) peer: SocketAddr,
}

impl<H: Handler> Served<H> {
    /// Serves the connection to its end.
    pub(super) async fn run(self, stream: TcpStream) {
        // Without it small answers wait for the peer's delayed acknowledgement.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection has gone away");
            return;
        }
        let Some(tls) = self.tls.clone() else { return self.serve(stream).await };
        match timeout(self.limits.header, tls.accept(stream)).await {
            Ok(Ok(stream)) => self.serve(stream).await,
            Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
            Err(_) => tracing::debug!("a TLS handshake took too long"),
        }
    }

    async fn serve(self, io: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let Self { handler, limits, stop, peer, .. } = self;
        let activity = Activity::new();
        let watched = activity.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let running = watched.begin(request.version() == Version::HTTP_2);
            let handler = handler.clone();
            async move {
                let answer = handler.handle(request, peer).await;
                Ok::<_, Infallible>(offered(answer, running))
            }
        });
        let builder = builder();
        let io = TokioIo::new(Watched::new(io, activity.clone()));
        let mut connection = pin!(builder.serve_connection(io, service));
        let mut is_ending = false;
        while let Some(look) = activity.next_look(limits) {
            tokio::select! {
                ended = connection.as_mut() => return log(ended),
                () = stop.now.cancelled() => return,
                () = stop.gently.cancelled(), if !is_ending => {
                    connection.as_mut().graceful_shutdown();
                    is_ending = true;
                }
                () = sleep_until(look) => {}
            }
        }
        tracing::debug!("a silent connection was closed");
    }
}

fn log(ended: Result<(), Box<dyn std::error::Error + Send + Sync>>) {
    if ended.is_err() {
        // What hyper says may repeat what the peer sent.
        tracing::debug!("a connection ended with an error");
    }
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(None)
        .max_buf_size(HEADERS.0)
        .max_headers(HEADERS.1);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(HEADERS.0 as u32)
        .max_concurrent_streams(STREAMS.0)
        .max_pending_accept_reset_streams(STREAMS.1)
        .max_local_error_reset_streams(STREAMS.1)
        .initial_stream_window_size(WINDOWS.0)
        .initial_connection_window_size(WINDOWS.1)
        .keep_alive_interval(PING)
        .keep_alive_timeout(PING);
    builder
}
