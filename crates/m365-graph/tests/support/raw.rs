use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::sleep,
};

/// What a raw server does with one connection, after it has read a request.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Writes and keeps the connection open for the next request.
    Answer(String),
    /// Writes and closes.
    Close(String),
    /// Writes and resets.
    Reset(String),
    /// Writes nothing, for ever.
    Hang,
    /// Writes headers, then a byte at a time.
    Drip,
}

/// A server that writes bytes; the last act stays.
pub(crate) struct RawServer {
    pub(crate) root: String,
    connections: Arc<Mutex<usize>>,
    requests: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl RawServer {
    pub(crate) async fn start(acts: impl IntoIterator<Item = Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let root = format!("http://{}", listener.local_addr().unwrap());
        let (connections, requests) = (Arc::<Mutex<usize>>::default(), Arc::default());
        let acts = Arc::new(Mutex::new(acts.into_iter().collect::<Vec<_>>()));
        let task =
            tokio::spawn(accept(listener, Arc::clone(&connections), Arc::clone(&requests), acts));
        Self { root, connections, requests, task }
    }

    pub(crate) fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

impl Drop for RawServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A whole HTTP response with its length.
pub(crate) fn http(status: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

type Acts = Arc<Mutex<Vec<Act>>>;
type Requests = Arc<Mutex<Vec<String>>>;

async fn accept(
    listener: TcpListener,
    connections: Arc<Mutex<usize>>,
    requests: Requests,
    acts: Acts,
) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        *connections.lock().unwrap() += 1;
        tokio::spawn(serve(stream, Arc::clone(&requests), Arc::clone(&acts)));
    }
}

async fn serve(mut stream: TcpStream, requests: Requests, acts: Acts) {
    while let Some(request) = read_request(&mut stream).await {
        requests.lock().unwrap().push(request);
        let act = next(&acts);
        if !perform(&mut stream, act).await {
            return;
        }
    }
}

fn next(acts: &Acts) -> Act {
    let mut acts = acts.lock().unwrap();
    if acts.len() > 1 { acts.remove(0) } else { acts[0].clone() }
}

/// Tells whether the connection goes on.
async fn perform(stream: &mut TcpStream, act: Act) -> bool {
    match act {
        Act::Answer(bytes) => return stream.write_all(bytes.as_bytes()).await.is_ok(),
        Act::Close(bytes) => drop(stream.write_all(bytes.as_bytes()).await),
        Act::Reset(bytes) => reset(stream, &bytes).await,
        Act::Hang => std::future::pending().await,
        Act::Drip => drip(stream).await,
    }
    false
}

async fn reset(stream: &mut TcpStream, bytes: &str) {
    stream.write_all(bytes.as_bytes()).await.unwrap();
    stream.set_zero_linger().unwrap();
}

async fn drip(stream: &mut TcpStream) {
    let head =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n";
    let mut open = stream.write_all(head.as_bytes()).await.is_ok();
    while open {
        open = stream.write_all(b" ").await.is_ok();
        sleep(Duration::from_millis(20)).await;
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut read = Vec::new();
    while !read.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
        let mut buffer = [0; 4096];
        let count = stream.read(&mut buffer).await.ok().filter(|count| *count > 0)?;
        read.extend_from_slice(&buffer[..count]);
    }
    Some(String::from_utf8_lossy(&read).into_owned())
}

/// A server that answers after a while, and counts how many requests it holds at once.
pub(crate) struct Counting {
    pub(crate) root: String,
    held: Arc<Mutex<(usize, usize)>>,
    task: JoinHandle<()>,
}

impl Counting {
    pub(crate) async fn start(delay: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let root = format!("http://{}", listener.local_addr().unwrap());
        let held = Arc::<Mutex<(usize, usize)>>::default();
        let task = tokio::spawn(hold_each(listener, Arc::clone(&held), delay));
        Self { root, held, task }
    }

    pub(crate) fn most_at_once(&self) -> usize {
        self.held.lock().unwrap().1
    }
}

impl Drop for Counting {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn hold_each(listener: TcpListener, held: Arc<Mutex<(usize, usize)>>, delay: Duration) {
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        let held = Arc::clone(&held);
        tokio::spawn(async move {
            while read_request(&mut stream).await.is_some() {
                count(&held, 1);
                sleep(delay).await;
                count(&held, -1);
                let answer = http("200 OK", r#"{"id":"AAMkAGE37p="}"#);
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
    }
}

fn count(held: &Mutex<(usize, usize)>, change: isize) {
    let mut held = held.lock().unwrap();
    held.0 = held.0.saturating_add_signed(change);
    held.1 = held.1.max(held.0);
}
