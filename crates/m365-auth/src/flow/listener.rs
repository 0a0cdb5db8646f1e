use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use subtle::ConstantTimeEq;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinSet,
};

use super::{
    http::{Request, Response},
    pages,
};

/// Where the browser is sent once its address held the code.
const CLEAN_PATH: &str = "/signed-in";
/// How long the browser may take to fetch the last page.
const LAST_PAGE: Duration = Duration::from_secs(2);
/// More connections than this at a time are no browser's.
const MAX_CONNECTIONS: usize = 64;
/// How long accepting rests after it failed, for instance for want of file handles.
const REST: Duration = Duration::from_millis(100);
/// After so many failures without a success in between, accepting is given up.
const MAX_FAILURES: usize = 100;
/// How many ports are tried where another program has the same one on the other loopback address.
const PORTS: usize = 8;

/// Listens on the loopback addresses for the redirect of one sign-in, see
/// [RFC 8252](https://www.rfc-editor.org/rfc/rfc8252#section-7.3).
#[derive(Debug)]
pub(crate) struct Listener {
    v4: TcpListener,
    v6: Option<TcpListener>,
    port: u16,
}

/// The parameters of the redirect that was waited for.
pub(crate) type Parameters = Vec<(String, String)>;

/// The redirect that was waited for, which is yet to be answered.
type Redirect = (Parameters, TcpStream);

impl Listener {
    /// Takes a free port, on both loopback addresses where there are both.
    pub(crate) async fn bind() -> io::Result<Self> {
        let mut last = None;
        for _ in 0..PORTS {
            let v4 = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
            let port = v4.local_addr()?.port();
            match TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
                Ok(v6) => return Ok(Self { v4, v6: Some(v6), port }),
                // A browser would bring the code to whoever has the port there.
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => last = Some(error),
                Err(_) => return Ok(Self { v4, v6: None, port }),
            }
        }
        Err(last.unwrap_or_else(|| io::ErrorKind::AddrInUse.into()))
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Waits for the redirect that carries `state`; everything else is answered and forgotten.
    pub(crate) async fn redirect(&self, state: &str) -> io::Result<Parameters> {
        let (sender, mut receiver) = mpsc::channel(1);
        let gate = Arc::new(Gate { port: self.port, wanted: Wanted::redirect(state, sender) });
        let (parameters, mut stream) = tokio::select! {
            Some(redirect) = receiver.recv() => redirect,
            error = self.serve(gate) => return Err(error),
        };
        // Not before accepting has ended: what the browser asks for next is the last page's part.
        Response::redirect(CLEAN_PATH).write(&mut stream).await;
        Ok(parameters)
    }

    /// Shows `page` at the clean address, if the browser comes for it soon.
    pub(crate) async fn show(self, page: String) {
        let (sender, mut receiver) = mpsc::channel(1);
        let gate = Arc::new(Gate { port: self.port, wanted: Wanted::LastPage { page, sender } });
        let _ = tokio::time::timeout(LAST_PAGE, async {
            tokio::select! {
                _ = receiver.recv() => {}
                _ = self.serve(gate) => {}
            }
        })
        .await;
    }

    /// Answers connections, each in its own time, until accepting fails for good.
    async fn serve(&self, gate: Arc<Gate>) -> io::Error {
        let mut connections = JoinSet::new();
        loop {
            let stream = match patient(|| self.accept()).await {
                Ok(stream) => stream,
                Err(error) => return error,
            };
            while connections.try_join_next().is_some() {}
            if connections.len() < MAX_CONNECTIONS {
                let gate = gate.clone();
                connections.spawn(async move { gate.answer(stream).await });
            }
        }
    }

    async fn accept(&self) -> io::Result<TcpStream> {
        let v6 = async {
            match &self.v6 {
                Some(v6) => v6.accept().await,
                None => std::future::pending().await,
            }
        };
        let (stream, _) = tokio::select! {
            accepted = self.v4.accept() => accepted?,
            accepted = v6 => accepted?,
        };
        Ok(stream)
    }
}

/// Decides about each request.
struct Gate {
    port: u16,
    wanted: Wanted,
}

enum Wanted {
    Redirect { state: String, sender: Mutex<Option<mpsc::Sender<Redirect>>> },
    LastPage { page: String, sender: mpsc::Sender<()> },
}

impl Wanted {
    fn redirect(state: &str, sender: mpsc::Sender<Redirect>) -> Self {
        Self::Redirect { state: state.to_owned(), sender: Mutex::new(Some(sender)) }
    }
}

impl Gate {
    async fn answer(&self, mut stream: TcpStream) {
        let Some(request) = Request::read(&mut stream).await else { return };
        match &self.wanted {
            Wanted::Redirect { state, sender } if self.is_redirect(&request) => {
                let sender = match is_same(request.parameter("state"), state) {
                    true => sender.lock().unwrap_or_else(PoisonError::into_inner).take(),
                    false => None,
                };
                let Some(sender) = sender else { return stray().write(&mut stream).await };
                let _ = sender.send((request.parameters, stream)).await;
            }
            Wanted::LastPage { page, sender } if self.is_for_us(&request, CLEAN_PATH) => {
                Response::page("200 OK", page.clone()).write(&mut stream).await;
                let _ = sender.send(()).await;
            }
            _ => Response::page("404 Not Found", pages::not_found()).write(&mut stream).await,
        }
    }

    fn is_redirect(&self, request: &Request) -> bool {
        let posted = request.method == "POST" && request.path == "/";
        let answers = ["code", "error"].iter().any(|name| request.parameter(name).is_some());
        answers && (self.is_for_us(request, "/") || (posted && self.is_our_host(request)))
    }

    fn is_for_us(&self, request: &Request, path: &str) -> bool {
        request.method == "GET" && request.path == path && self.is_our_host(request)
    }

    /// Refuses names that merely resolve to this machine, against DNS rebinding.
    fn is_our_host(&self, request: &Request) -> bool {
        let host = request.host.as_deref().unwrap_or_default();
        let (name, port) = host.rsplit_once(':').unwrap_or((host, ""));
        let right_port = port.is_empty() || port == self.port.to_string();
        right_port && ["localhost", "127.0.0.1"].contains(&name)
    }
}

/// Accepts a connection; while the machine lacks the means for one, waits for better times.
async fn patient<T, F>(mut accept: impl FnMut() -> F) -> io::Result<T>
where
    F: Future<Output = io::Result<T>>,
{
    let mut failures = 0;
    loop {
        match accept().await {
            Err(error) if is_of_one_connection(&error) => {}
            Err(_) if failures < MAX_FAILURES => {
                failures += 1;
                tokio::time::sleep(REST).await;
            }
            accepted => return accepted,
        }
    }
}

/// Tells whether accepting failed for a connection that had ended already.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted};

    matches!(error.kind(), ConnectionAborted | ConnectionReset | Interrupted)
}

fn stray() -> Response {
    Response::page("400 Bad Request", pages::stray())
}

fn is_same(given: Option<&str>, expected: &str) -> bool {
    given.is_some_and(|given| given.as_bytes().ct_eq(expected.as_bytes()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fails `times`, then succeeds; returns what came of it and how often it was tried.
    async fn accept_after(times: usize, kind: io::ErrorKind) -> (io::Result<()>, usize) {
        let mut tried = 0;
        let accepted = patient(|| {
            tried += 1;
            std::future::ready(if tried > times { Ok(()) } else { Err(kind.into()) })
        });
        let accepted = accepted.await;
        (accepted, tried)
    }

    #[tokio::test(start_paused = true)]
    async fn a_lack_of_means_is_waited_out_and_what_stays_broken_is_given_up() {
        let lack = io::ErrorKind::OutOfMemory;

        let (short, tried) = accept_after(20, lack).await;
        let (endless, _) = accept_after(usize::MAX, lack).await;
        let (aborted, _) = accept_after(2 * MAX_FAILURES, io::ErrorKind::ConnectionAborted).await;

        assert!(short.is_ok() && tried == 21);
        assert_eq!(endless.unwrap_err().kind(), lack);
        assert!(aborted.is_ok());
    }
}
