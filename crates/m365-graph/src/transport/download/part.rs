use std::cmp::Ordering;

use reqwest::{
    Response, StatusCode,
    header::{CONTENT_RANGE, ETAG, HeaderMap, HeaderValue, IF_RANGE, RANGE},
};

use crate::{
    Limits,
    failure::Failure,
    transport::body::{self, Cap},
};

/// What of a body has come so far ([RFC 9110 §14](https://www.rfc-editor.org/rfc/rfc9110#section-14)).
#[derive(Debug, Default)]
pub(crate) struct Part {
    bytes: Vec<u8>,
    /// The strong entity tag of the version that it is of; a weak one promises nothing of bytes.
    tag: Option<HeaderValue>,
    /// The length of the whole, if the server said it.
    total: Option<u64>,
}

impl Part {
    /// Returns the headers that ask for the rest; none while there is nothing to go on from, or
    /// nothing tells that the rest will be of the same version.
    pub(crate) fn request(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let range = HeaderValue::from_str(&format!("bytes={}-", self.bytes.len()));
        if let (false, Some(tag), Ok(range)) = (self.bytes.is_empty(), &self.tag, range) {
            headers.insert(RANGE, range);
            headers.insert(IF_RANGE, tag.clone());
        }
        headers
    }

    /// Makes ready for an answer: a whole body, or the rest of this one.
    pub(crate) fn prepare(&mut self, response: &Response) -> Result<(), Failure> {
        let tag = strong_tag(response.headers());
        if response.status() == StatusCode::PARTIAL_CONTENT {
            let range = content_range(response.headers()).ok_or(Failure::Garbled)?;
            let same = self.tag.is_some() && (tag.is_none() || self.tag == tag);
            return if same { self.go_on(range) } else { Err(Failure::Garbled) };
        }
        *self = Self { bytes: Vec::new(), tag, total: response.content_length() };
        Ok(())
    }

    /// Reads the answer; what came before a failure stays. A server may send less than it was
    /// asked for, which is a failure until the rest is there.
    pub(crate) async fn read(
        &mut self,
        response: Response,
        cap: usize,
        limits: &Limits,
    ) -> Result<(), Failure> {
        let mut left = Cap(cap.saturating_sub(self.bytes.len()));
        body::append(&mut self.bytes, response, &mut left, limits).await?;
        match self.total.map(|total| self.length().cmp(&total)) {
            None | Some(Ordering::Equal) => Ok(()),
            Some(Ordering::Less) => Err(Failure::Short),
            Some(Ordering::Greater) => {
                *self = Self::default();
                Err(Failure::Garbled)
            }
        }
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Takes a part that starts where this one ends, and is of a whole of the same, known length.
    fn go_on(&mut self, (start, total): (u64, Option<u64>)) -> Result<(), Failure> {
        let whole = self.total.or(total);
        let fits = start > 0 && start == self.length() && total.is_none_or(|_| total == whole);
        self.total = whole.filter(|_| fits);
        self.total.map(|_| ()).ok_or(Failure::Garbled)
    }

    fn length(&self) -> u64 {
        self.bytes.len() as u64
    }
}

fn strong_tag(headers: &HeaderMap) -> Option<HeaderValue> {
    headers.get(ETAG).filter(|tag| tag.as_bytes().starts_with(b"\"")).cloned()
}

/// Reads where a part starts, and how long the whole is: `bytes 500-999/1000`.
fn content_range(headers: &HeaderMap) -> Option<(u64, Option<u64>)> {
    let range = headers.get(CONTENT_RANGE)?.to_str().ok()?.strip_prefix("bytes ")?;
    let (range, total) = range.split_once('/')?;
    let (start, _) = range.split_once('-')?;
    Some((start.trim().parse().ok()?, total.trim().parse().ok()))
}
