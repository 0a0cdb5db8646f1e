//! A collector for OTLP over HTTP that keeps the spans it is sent.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// Takes what is posted to it; clones share it.
#[derive(Clone, Default)]
pub(crate) struct Collector(Arc<Mutex<Vec<Span>>>);

/// A span, with its ids in hexadecimal digits and its times in nanoseconds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Span {
    pub(crate) trace: String,
    pub(crate) id: String,
    pub(crate) parent: String,
    pub(crate) name: String,
    pub(crate) begin: u64,
    pub(crate) end: u64,
    pub(crate) attributes: BTreeMap<String, String>,
}

impl Collector {
    /// Starts to listen; returns the address as well.
    pub(crate) async fn start() -> (Self, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/otlp", listener.local_addr().unwrap());
        let collector = Self::default();
        let kept = collector.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(kept.clone().serve(stream));
            }
        });
        (collector, address)
    }

    async fn serve(self, stream: TcpStream) {
        let mut stream = BufReader::new(stream);
        while let Some((path, body)) = read_request(&mut stream).await {
            if path == "/otlp/v1/traces" {
                self.0.lock().unwrap().extend(spans(&body));
            }
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
            if stream.write_all(answer).await.is_err() {
                return;
            }
        }
    }

    /// Returns the only span of this name.
    pub(crate) fn span(&self, name: &str) -> Span {
        let spans = self.0.lock().unwrap();
        let mut found = spans.iter().filter(|span| span.name == name);
        let span = found.next().unwrap_or_else(|| panic!("{name} in {spans:?}")).clone();
        assert!(found.next().is_none(), "one {name}: {spans:?}");
        span
    }
}

async fn read_request(stream: &mut BufReader<TcpStream>) -> Option<(String, Vec<u8>)> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).await.ok()? == 0 {
            return None;
        }
    }
    let path = head.split(' ').nth(1)?.to_owned();
    let fields = head.to_ascii_lowercase();
    let length = fields.split("content-length: ").nth(1)?.split("\r\n").next()?.parse().ok()?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some((path, body))
}

/// Reads an `ExportTraceServiceRequest`.
fn spans(request: &[u8]) -> Vec<Span> {
    let mut spans = Vec::new();
    for resource in messages(request, 1) {
        for scope in messages(resource, 2) {
            spans.extend(messages(scope, 2).map(span));
        }
    }
    spans
}

fn span(message: &[u8]) -> Span {
    let mut span = Span::default();
    for (number, value) in fields(message) {
        match (number, value) {
            (1, Value::Bytes(id)) => span.trace = hex(id),
            (2, Value::Bytes(id)) => span.id = hex(id),
            (4, Value::Bytes(id)) => span.parent = hex(id),
            (5, Value::Bytes(name)) => span.name = text(name),
            (7, Value::Number(time)) => span.begin = time,
            (8, Value::Number(time)) => span.end = time,
            (9, Value::Bytes(attribute)) => span.attributes.extend([key_value(attribute)]),
            _ => {}
        }
    }
    span
}

fn key_value(message: &[u8]) -> (String, String) {
    let key = messages(message, 1).next().map(text).unwrap_or_default();
    let value = messages(message, 2).next().and_then(|value| fields(value).next());
    match value {
        Some((_, Value::Bytes(value))) => (key, text(value)),
        Some((_, Value::Number(value))) => (key, value.to_string()),
        None => (key, String::new()),
    }
}

/// A field of a message of protocol buffers.
enum Value<'a> {
    Bytes(&'a [u8]),
    Number(u64),
}

fn messages(message: &[u8], wanted: u64) -> impl Iterator<Item = &[u8]> {
    fields(message).filter_map(move |(number, value)| match value {
        Value::Bytes(bytes) if number == wanted => Some(bytes),
        _ => None,
    })
}

fn fields(mut message: &[u8]) -> impl Iterator<Item = (u64, Value<'_>)> {
    std::iter::from_fn(move || {
        let rest = &mut message;
        if rest.is_empty() {
            return None;
        }
        let tag = varint(rest);
        let value = match tag & 7 {
            0 => Value::Number(varint(rest)),
            1 => Value::Number(u64::from_le_bytes(take(rest, 8).try_into().unwrap())),
            2 => {
                let length = varint(rest);
                Value::Bytes(take(rest, usize::try_from(length).unwrap()))
            }
            5 => Value::Number(u32::from_le_bytes(take(rest, 4).try_into().unwrap()).into()),
            other => panic!("no field is of type {other}"),
        };
        Some((tag >> 3, value))
    })
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> &'a [u8] {
    let (taken, left) = rest.split_at(length);
    *rest = left;
    taken
}

fn varint(rest: &mut &[u8]) -> u64 {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = take(rest, 1)[0];
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            break;
        }
    }
    number
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
