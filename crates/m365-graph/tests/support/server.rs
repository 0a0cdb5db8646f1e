//! A server that speaks HTTP/2 over TLS, or HTTP/1.1 without, and counts.

use std::{
    collections::HashMap,
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use http_body_util::Full;
use hyper::{Request, Response, body, header, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    },
};

/// How many requests Microsoft's servers take on one HTTP/2 connection at a time.
const STREAMS: u32 = 100;

/// What a request is answered with, and after how long.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) delay: Duration,
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// What the server saw.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) connections: usize,
    pub(crate) requests: usize,
    /// The most requests that one connection carried at a time.
    pub(crate) most_streams: usize,
    in_flight: HashMap<SocketAddr, usize>,
}

type Answers = Arc<dyn Fn(&str) -> Answer + Send + Sync>;

/// Answers each request by its bearer token, until it is dropped.
pub(crate) struct Server {
    pub(crate) root: String,
    seen: Arc<Mutex<Seen>>,
    task: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn encrypted(
        answers: impl Fn(&str) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self::start("https", Some(acceptor()), Arc::new(answers)).await
    }

    pub(crate) async fn plain(answers: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        Self::start("http", None, Arc::new(answers)).await
    }

    async fn start(scheme: &str, tls: Option<TlsAcceptor>, answers: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let root = format!("{scheme}://{}", listener.local_addr().unwrap());
        let seen = Arc::<Mutex<Seen>>::default();
        let task = tokio::spawn(accept(listener, tls, answers, Arc::clone(&seen)));
        Self { root, seen, task }
    }

    pub(crate) fn seen(&self) -> Seen {
        self.seen.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn acceptor() -> TlsAcceptor {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    TlsAcceptor::from(Arc::new(config))
}

async fn accept(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    answers: Answers,
    seen: Arc<Mutex<Seen>>,
) {
    loop {
        let (stream, peer) = listener.accept().await.unwrap();
        seen.lock().unwrap().connections += 1;
        let connection =
            Connection { peer, answers: Arc::clone(&answers), seen: Arc::clone(&seen) };
        tokio::spawn(connection.open(stream, tls.clone()));
    }
}

#[derive(Clone)]
struct Connection {
    peer: SocketAddr,
    answers: Answers,
    seen: Arc<Mutex<Seen>>,
}

impl Connection {
    async fn open(self, stream: TcpStream, tls: Option<TlsAcceptor>) {
        stream.set_nodelay(true).unwrap();
        match tls {
            None => self.serve(stream).await,
            Some(tls) => {
                if let Ok(stream) = tls.accept(stream).await {
                    self.serve(stream).await;
                }
            }
        }
    }

    async fn serve(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let service = service_fn(|request| {
            let connection = self.clone();
            async move { Ok::<_, Infallible>(connection.answer(&request).await) }
        });
        let mut server = auto::Builder::new(TokioExecutor::new());
        server.http2().max_concurrent_streams(STREAMS);
        server.serve_connection(TokioIo::new(stream), service).await.ok();
    }

    async fn answer(&self, request: &Request<body::Incoming>) -> Response<Full<body::Bytes>> {
        let bearer = request.headers().get(header::AUTHORIZATION).unwrap().to_str().unwrap();
        let answer = (self.answers)(bearer.trim_start_matches("Bearer "));
        self.count(1);
        tokio::time::sleep(answer.delay).await;
        self.count(-1);
        let response = Response::builder().status(answer.status);
        let response = response.header(header::CONTENT_TYPE, "application/json");
        response.body(Full::new(answer.body.into())).unwrap()
    }

    fn count(&self, change: isize) {
        let seen = &mut *self.seen.lock().unwrap();
        let streams = seen.in_flight.entry(self.peer).or_default();
        *streams = streams.saturating_add_signed(change);
        seen.most_streams = seen.most_streams.max(*streams);
        seen.requests += usize::from(change > 0);
    }
}
