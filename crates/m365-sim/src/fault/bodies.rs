//! Bodies that no healthy service sends.

use std::io::{self, Write};

use flate2::{Compress, Compression, Crc, FlushCompress};
use http::StatusCode;
use serde_json::{Value, json};

use crate::entra::failure::Ids;

pub(crate) const GRAPH_JSON: &str = "application/json;odata.metadata=minimal;odata.streaming=true;\
                                     IEEE754Compatible=false;charset=utf-8";

pub(crate) const GATEWAY: &str = "<html><head><title>504 Gateway Time-out</title></head>\
                                  <body>Gateway Time-out</body></html>";

pub(crate) const PORTAL: &str = "<!DOCTYPE html><html><head><title>Welcome</title></head>\
                                 <body>Please accept the terms of this network.</body></html>";

pub(crate) const ERROR_TAIL: &str = "{\"@odata.context\":\"https://graph.microsoft.com/v1.0/\
    $metadata#users('x')/messages\",\"value\":[{\"@odata.etag\":\"W/\\\"x\\\"\",\"id\":\"AAk\"},\
    {\"error\":{\"code\":\"ErrorInternalServerError\",\"message\":\"An internal server error \
    occurred. The operation failed.\"}}";

const CHUNK: usize = 1 << 20;

/// Returns Entra ID's error body for a status.
pub(crate) fn entra_error(status: StatusCode, ids: &Ids) -> Value {
    json!({
        "error": if status.is_server_error() { "server_error" } else { "invalid_request" },
        "error_description": format!("{}.", reason(status)),
        "timestamp": ids.timestamp,
        "trace_id": ids.trace,
        "correlation_id": ids.correlation,
    })
}

fn reason(status: StatusCode) -> &'static str {
    status.canonical_reason().unwrap_or("Error")
}

/// Returns a page with one item of so many bytes.
pub(crate) fn huge_page(bytes: usize) -> String {
    let item = "x".repeat(bytes);
    format!("{{\"value\":[{{\"id\":\"AAk\",\"subject\":\"{item}\"}}]}}")
}

/// Returns gzip data that unpacks to a page of so many bytes: one block, many times over.
///
/// # Errors
///
/// When the text does not compress, which it does.
pub(crate) fn gzip_bomb(bytes: u64) -> io::Result<Vec<u8>> {
    let (head, tail) = ("{\"value\":[{\"id\":\"", "\"}]}");
    let count = bytes / CHUNK as u64;
    let zeros = vec![b'0'; CHUNK];
    let block = deflated(&zeros, FlushCompress::Full)?;
    let mut crc = Crc::new();
    let mut zeros_crc = Crc::new();
    zeros_crc.update(&zeros);
    let mut gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    gzip.write_all(&deflated(head.as_bytes(), FlushCompress::Full)?)?;
    crc.update(head.as_bytes());
    for _ in 0..count {
        gzip.write_all(&block)?;
        crc.combine(&zeros_crc);
    }
    gzip.write_all(&deflated(tail.as_bytes(), FlushCompress::Finish)?)?;
    crc.update(tail.as_bytes());
    gzip.write_all(&crc.sum().to_le_bytes())?;
    gzip.write_all(&crc.amount().to_le_bytes())?;
    Ok(gzip)
}

fn deflated(data: &[u8], flush: FlushCompress) -> io::Result<Vec<u8>> {
    let mut packed = Vec::with_capacity(data.len() / 100 + 1024);
    Compress::new(Compression::best(), false)
        .compress_vec(data, &mut packed, flush)
        .map_err(io::Error::other)?;
    Ok(packed)
}
