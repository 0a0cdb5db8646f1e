use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use url::form_urlencoded;

/// The largest header and the largest body that are read; a code alone may take several kB.
const MAX_HEADER: usize = 64 * 1024;
const MAX_BODY: usize = 64 * 1024;
/// How long a connection may take to send its request.
const READ_TIME: Duration = Duration::from_secs(10);

/// A request that the browser sent to the loopback listener.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) host: Option<String>,
    /// Of the query, or of the form for a POST.
    pub(crate) parameters: Vec<(String, String)>,
}

struct Head {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
}

impl Request {
    /// Reads one request; `None` for what is none, too large, or too slow.
    pub(crate) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<Self> {
        tokio::time::timeout(READ_TIME, Self::read_whole(stream)).await.ok().flatten()
    }

    async fn read_whole(stream: &mut (impl AsyncRead + Unpin)) -> Option<Self> {
        let mut bytes = Vec::new();
        let end = loop {
            if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                break at;
            }
            if bytes.len() > MAX_HEADER || stream.read_buf(&mut bytes).await.ok()? == 0 {
                return None;
            }
        };
        let head = Head::parse(std::str::from_utf8(&bytes[..end]).ok()?)?;
        let body = read_body(stream, bytes.split_off(end + 4), head.body_length()?).await?;
        Some(head.into_request(&body))
    }

    /// Returns the value of a parameter that occurs exactly once.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let mut found = self.parameters.iter().filter(|(present, _)| present == name);
        match (found.next(), found.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }
}

async fn read_body(
    stream: &mut (impl AsyncRead + Unpin),
    mut body: Vec<u8>,
    length: usize,
) -> Option<Vec<u8>> {
    while body.len() < length {
        if stream.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    body.truncate(length);
    Some(body)
}

impl Head {
    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.split("\r\n");
        let [method, target, version] = lines.next()?.split(' ').collect::<Vec<_>>()[..] else {
            return None;
        };
        let headers = lines.map(|line| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_ascii_lowercase(), value.trim().to_owned()))
        });
        let (method, target) = (method.to_owned(), target.to_owned());
        let is_http = version.starts_with("HTTP/1.") && target.starts_with('/');
        is_http.then_some(Self { method, target, headers: headers.collect::<Option<_>>()? })
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(present, _)| present == name);
        found.next().filter(|_| found.next().is_none()).map(|(_, value)| value.as_str())
    }

    fn body_length(&self) -> Option<usize> {
        let length = match self.header("content-length") {
            Some(length) => length.parse().ok()?,
            None => 0,
        };
        (length <= MAX_BODY).then_some(length)
    }

    fn into_request(self, body: &[u8]) -> Request {
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let source = if self.method == "POST" { body } else { query.as_bytes() };
        Request {
            path: path.to_owned(),
            host: self.header("host").map(str::to_owned),
            parameters: form_urlencoded::parse(source).into_owned().collect(),
            method: self.method,
        }
    }
}

/// An answer of the loopback listener; the connection ends with it.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    status: &'static str,
    location: Option<String>,
    body: String,
}

impl Response {
    pub(crate) fn page(status: &'static str, body: String) -> Self {
        Self { status, location: None, body }
    }

    pub(crate) fn redirect(location: &str) -> Self {
        Self { status: "302 Found", location: Some(location.to_owned()), body: String::new() }
    }

    /// Sends the answer; a browser that has gone away does not matter.
    pub(crate) async fn write(&self, stream: &mut (impl AsyncWrite + Unpin)) {
        let location =
            self.location.as_ref().map(|to| format!("Location: {to}\r\n")).unwrap_or_default();
        let text = format!(
            "HTTP/1.1 {}\r\n{location}Content-Type: text/html; charset=utf-8\r\n\
             Content-Length: {}\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n\
             Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; \
             base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n\
             X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n{}",
            self.status,
            self.body.len(),
            self.body
        );
        let _ = tokio::time::timeout(READ_TIME, async {
            stream.write_all(text.as_bytes()).await?;
            stream.shutdown().await
        })
        .await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(bytes: &[u8]) -> Option<Request> {
        Request::read(&mut &bytes[..]).await
    }

    #[tokio::test]
    async fn a_redirect_of_several_kilobytes_is_read() {
        let code = "c".repeat(20_000);
        let text = format!("GET /?code={code}&state=a%20b HTTP/1.1\r\nHost: localhost:1\r\n\r\n");

        let request = read(text.as_bytes()).await.unwrap();

        assert_eq!(request.parameter("code"), Some(code.as_str()));
        assert_eq!(request.parameter("state"), Some("a b"));
        assert_eq!(request.host.as_deref(), Some("localhost:1"));
    }

    #[tokio::test]
    async fn a_form_is_read_from_the_body() {
        let text =
            b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 14\r\n\r\ncode=1&state=2extra";

        let request = read(text).await.unwrap();

        assert_eq!(request.parameter("state"), Some("2"));
    }

    #[tokio::test]
    async fn a_parameter_sent_twice_counts_as_none() {
        let request = read(b"GET /?state=1&state=2 HTTP/1.1\r\n\r\n").await.unwrap();

        assert_eq!(request.parameter("state"), None);
    }

    #[tokio::test]
    async fn what_is_no_request_or_too_large_is_dropped() {
        let long = [b"GET / HTTP/1.1\r\nX: ", "x".repeat(MAX_HEADER + 9000).as_bytes()].concat();
        for bytes in [
            &b"\x16\x03\x01\x02\x00"[..],
            b"GET /\r\n\r\n",
            b"GET http://evil/ HTTP/1.1\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a",
            b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nshort",
            &long,
        ] {
            assert_eq!(read(bytes).await, None);
        }
    }
}
