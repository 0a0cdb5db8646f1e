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
    /// Returns the headers that ask for the rest; none while there is nothing to go on from.
    pub(crate) fn request(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let range = HeaderValue::from_str(&format!("bytes={}-", self.bytes.len()));
        if let (false, Ok(range)) = (self.bytes.is_empty(), range) {
            headers.insert(RANGE, range);
            headers.extend(self.tag.clone().map(|tag| (IF_RANGE, tag)));
        }
        headers
    }

    /// Makes ready for an answer: a whole body, or the rest of this one.
    pub(crate) fn prepare(&mut self, response: &Response) -> Result<(), Failure> {
        let tag = strong_tag(response.headers());
        if response.status() == StatusCode::PARTIAL_CONTENT {
            let range = content_range(response.headers());
            let range = range.filter(|(start, total)| self.continues(*start, *total));
            let same = self.tag.is_none() || tag.is_none() || self.tag == tag;
            return range.filter(|_| same).map(|_| ()).ok_or(Failure::Garbled);
        }
        *self = Self { bytes: Vec::new(), tag, total: response.content_length() };
        Ok(())
    }

    /// Reads the answer; what came before a failure stays.
    pub(crate) async fn read(
        &mut self,
        response: Response,
        cap: usize,
        limits: &Limits,
    ) -> Result<(), Failure> {
        let mut left = Cap(cap.saturating_sub(self.bytes.len()));
        body::append(&mut self.bytes, response, &mut left, limits).await
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn continues(&self, start: u64, total: Option<u64>) -> bool {
        let here = u64::try_from(self.bytes.len()).ok();
        let same_length = self.total.is_none() || total.is_none() || self.total == total;
        here.is_some_and(|here| here > 0 && here == start) && same_length
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
