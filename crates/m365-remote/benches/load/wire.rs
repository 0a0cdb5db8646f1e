//! HTTP/1.1 as cheap as it gets, so that the machine's time goes to the server and not to its callers.

use std::io;

use bytes::{Buf, Bytes, BytesMut};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// One connection that is kept alive.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: BytesMut,
}

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
}

impl Answer {
    /// Tells whether a tool call came to a good end.
    pub(crate) fn is_success(&self) -> bool {
        const ERROR: &[u8] = b"\"isError\":true";
        const RESULT: &[u8] = b"\"result\":";
        self.status == 200 && holds(&self.body, RESULT) && !holds(&self.body, ERROR)
    }
}

fn holds(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

impl Connection {
    /// Connects to `host:port`.
    pub(crate) async fn open(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: BytesMut::new() })
    }

    /// Sends a request, head and body as they are, and reads the answer.
    pub(crate) async fn send(&mut self, request: &[u8]) -> io::Result<Answer> {
        self.stream.write_all(request).await?;
        let (status, length) = loop {
            match head(&self.buffer)? {
                Some((end, status, length)) => {
                    self.buffer.advance(end);
                    break (status, length);
                }
                None => self.more().await?,
            }
        };
        while self.buffer.len() < length {
            self.more().await?;
        }
        Ok(Answer { status, body: self.buffer.split_to(length).freeze() })
    }

    async fn more(&mut self) -> io::Result<()> {
        self.buffer.reserve(16 << 10);
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

/// Reads status and length once the head is there; returns where it ends.
fn head(bytes: &[u8]) -> io::Result<Option<(usize, u16, usize)>> {
    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(&bytes[..end]);
    let mut lines = text.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
    let fields = lines.filter_map(|line| line.split_once(':'));
    let mut lengths = fields.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length = lengths.next().map_or(Ok(0), |(_, value)| value.trim().parse());
    match (status, length) {
        (Some(status), Ok(length)) => Ok(Some((end + 4, status, length))),
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, text.into_owned())),
    }
}

/// Writes a POST of JSON with further header lines, each with its line end.
pub(crate) fn post(host: &str, path: &str, fields: &str, body: &str) -> Bytes {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n{fields}\
         content-length: {length}\r\n\r\n{body}"
    )
    .into()
}

/// Writes a request without a body.
pub(crate) fn bare(method: &str, host: &str, path: &str) -> Bytes {
    format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\ncontent-length: 0\r\n\r\n").into()
}
