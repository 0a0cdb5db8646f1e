//! Refuses requests of HTTP/1 whose end two programs could see in different places.
//!
//! hyper mends some of them (RFC 9112 allows that for a length beside `Transfer-Encoding`), httparse
//! takes a bare line feed. Behind a proxy that reads otherwise, the rest of such a request would be
//! another one of somebody else. So the bytes are looked at before the parser has them.

/// What a refused head goes on with: no parser takes it.
pub(super) const POISON: &[u8] = b"\0\r\n\r\n";

/// The longest line that is looked at; longer ones are the parser's to refuse.
const LINE: usize = 64 * 1024;

/// Follows the requests of one connection.
#[derive(Debug, Default)]
pub(super) struct Head {
    state: State,
    line: Vec<u8>,
    framing: Framing,
    has_request_line: bool,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Line,
    Body(u64),
    ChunkSize,
    Chunk(u64),
    Trailer,
    /// HTTP/2, or a request that is refused already.
    Through,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Framing {
    #[default]
    None,
    Length(u64),
    Chunked,
}

/// The request must not be believed.
#[derive(Debug)]
struct Ambiguous;

impl Head {
    /// Looks at the next bytes; returns how many of them are good.
    pub(super) fn inspect(&mut self, bytes: &[u8]) -> Result<(), usize> {
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            match self.step(rest) {
                Ok(used) => at += used,
                Err(Ambiguous) => {
                    self.state = State::Through;
                    return Err(at);
                }
            }
        }
        Ok(())
    }

    /// Takes some of `bytes`, one at least; returns how many.
    fn step(&mut self, bytes: &[u8]) -> Result<usize, Ambiguous> {
        match &mut self.state {
            State::Through => Ok(bytes.len()),
            State::Body(left) => {
                let (used, is_over) = skip(left, bytes);
                if is_over {
                    self.state = State::Line;
                }
                Ok(used)
            }
            State::Chunk(left) => {
                let (used, is_over) = skip(left, bytes);
                if is_over {
                    self.state = State::ChunkSize;
                }
                Ok(used)
            }
            State::Line | State::ChunkSize | State::Trailer => self.take_line(bytes),
        }
    }

    fn take_line(&mut self, bytes: &[u8]) -> Result<usize, Ambiguous> {
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let part = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
        self.line.extend_from_slice(part);
        if self.line.len() > LINE {
            return Err(Ambiguous);
        }
        let Some(end) = end else { return Ok(bytes.len()) };
        let mut line = std::mem::take(&mut self.line);
        let has_return = line.pop() == Some(b'\r');
        if !has_return || line.contains(&b'\r') {
            return Err(Ambiguous);
        }
        self.line_ends(&line)?;
        line.clear();
        self.line = line;
        Ok(end + 1)
    }

    fn line_ends(&mut self, line: &[u8]) -> Result<(), Ambiguous> {
        match (&self.state, line.is_empty()) {
            (State::ChunkSize, _) => self.chunk(line),
            (State::Trailer, true) => {
                self.state = State::Line;
                Ok(())
            }
            (State::Trailer, false) => Ok(()),
            (_, true) if self.has_request_line => {
                self.head_ends();
                Ok(())
            }
            (_, true) => Ok(()),
            (_, false) if self.has_request_line => self.field(line),
            (_, false) => {
                self.has_request_line = true;
                if line == b"PRI * HTTP/2.0" {
                    self.state = State::Through;
                }
                Ok(())
            }
        }
    }

    fn head_ends(&mut self) {
        self.has_request_line = false;
        self.state = match std::mem::take(&mut self.framing) {
            Framing::None | Framing::Length(0) => State::Line,
            Framing::Length(length) => State::Body(length),
            Framing::Chunked => State::ChunkSize,
        };
    }

    fn field(&mut self, line: &[u8]) -> Result<(), Ambiguous> {
        let colon = line.iter().position(|byte| *byte == b':').ok_or(Ambiguous)?;
        let (name, value) = line.split_at(colon);
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        let is_framing = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        let framing = if name.iter().any(u8::is_ascii_whitespace) || name.is_empty() {
            return Err(Ambiguous);
        } else if is_framing("content-length") {
            Framing::Length(number(value, 10).ok_or(Ambiguous)?)
        } else if is_framing("transfer-encoding") {
            let chunked = value.eq_ignore_ascii_case(b"chunked");
            chunked.then_some(Framing::Chunked).ok_or(Ambiguous)?
        } else {
            return Ok(());
        };
        match std::mem::replace(&mut self.framing, framing) {
            Framing::None => Ok(()),
            Framing::Length(_) | Framing::Chunked => Err(Ambiguous),
        }
    }

    fn chunk(&mut self, line: &[u8]) -> Result<(), Ambiguous> {
        let size = line.split(|byte| *byte == b';').next().unwrap_or_default();
        let size = number(size.trim_ascii(), 16).ok_or(Ambiguous)?;
        self.state = match size {
            0 => State::Trailer,
            // The line end behind the data belongs to it.
            size => State::Chunk(size.checked_add(2).ok_or(Ambiguous)?),
        };
        Ok(())
    }
}

fn skip(left: &mut u64, bytes: &[u8]) -> (usize, bool) {
    let used = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
    *left -= used as u64;
    (used, *left == 0)
}

fn number(digits: &[u8], radix: u32) -> Option<u64> {
    let text = std::str::from_utf8(digits).ok()?;
    let plain = text.chars().all(|digit| digit.is_digit(radix));
    if plain { u64::from_str_radix(text, radix).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Looks at `request` in one piece and byte by byte, which must make no difference.
    fn is_accepted(request: &str) -> bool {
        let whole = Head::default().inspect(request.as_bytes()).is_ok();
        let mut head = Head::default();
        let bytewise = request.as_bytes().iter().all(|byte| head.inspect(&[*byte]).is_ok());
        assert_eq!(whole, bytewise, "{request:?}");
        whole
    }

    #[test]
    fn ordinary_requests_one_after_the_other_pass() {
        let length = "POST /mcp HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\na\nb\n";
        let chunked = "POST /mcp HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n\
                       3;x=y\r\na\nb\r\n0\r\nTrailer: x\r\n\r\n";
        let plain = "GET / HTTP/1.1\r\n\r\n";

        assert!(is_accepted(&[length, chunked, plain, length].concat()));
    }

    #[test]
    fn a_request_with_two_ends_is_refused() {
        for fields in [
            "Content-Length: 4\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nContent-Length: 4",
            "Content-Length: 4\r\nContent-Length: 4",
            "Content-Length: 4\r\ncontent-length: 5",
            "Content-Length: +4",
            "Content-Length: 4, 4",
            "Content-Length: ",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding : chunked",
            "X: a\r\n Content-Length: 4",
            "X: a\rContent-Length: 4",
            "X: a\nContent-Length: 4",
        ] {
            let request = format!("POST /mcp HTTP/1.1\r\n{fields}\r\n\r\n");
            assert!(!is_accepted(&request), "{fields:?}");
        }
    }

    #[test]
    fn a_second_request_is_looked_at_like_the_first() {
        let request = "POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\nxGET / HTTP/1.1\n\r\n";

        assert!(!is_accepted(request));
    }

    #[test]
    fn the_second_protocol_is_left_alone() {
        assert!(is_accepted("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\n\n: :"));
    }
}
