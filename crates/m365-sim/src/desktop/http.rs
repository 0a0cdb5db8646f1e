//! One request over one connection, which is all that the desktop host needs.

use std::{io, path::Path, sync::Arc};

use bytes::Bytes;
use http::{Method, Request, header};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;
use url::Url;

/// An answer, with its body read.
pub(super) struct Reply {
    pub(super) status: u16,
    /// Where a redirect leads.
    pub(super) location: Option<String>,
    pub(super) body: Bytes,
}

/// Gets an address.
pub(super) async fn get(address: &str, ca: Option<&Path>) -> io::Result<Reply> {
    send(Method::GET, address, String::new(), ca).await
}

/// Posts a form.
pub(super) async fn post(address: &str, form: String, ca: Option<&Path>) -> io::Result<Reply> {
    send(Method::POST, address, form, ca).await
}

async fn send(method: Method, address: &str, body: String, ca: Option<&Path>) -> io::Result<Reply> {
    let url = Url::parse(address).map_err(io::Error::other)?;
    let host = url.host_str().unwrap_or_default().to_owned();
    let port = url.port_or_known_default().unwrap_or_default();
    let request = request(method, &url, &format!("{host}:{port}"), body)?;
    let stream = TcpStream::connect((host.as_str(), port)).await?;
    match ca {
        None => exchange(stream, request).await,
        Some(ca) => {
            let name = ServerName::try_from(host).map_err(io::Error::other)?;
            exchange(connector(ca)?.connect(name, stream).await?, request).await
        }
    }
}

fn request(
    method: Method,
    url: &Url,
    authority: &str,
    body: String,
) -> io::Result<Request<Full<Bytes>>> {
    let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let request = Request::builder()
        .method(method)
        .uri(target)
        .header(header::HOST, authority)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    request.body(Full::from(body)).map_err(io::Error::other)
}

fn connector(ca: &Path) -> io::Result<TlsConnector> {
    let mut roots = RootCertStore::empty();
    let certificate = CertificateDer::from_pem_file(ca).map_err(io::Error::other)?;
    roots.add(certificate).map_err(io::Error::other)?;
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Full<Bytes>>,
) -> io::Result<Reply> {
    let handshake = http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.map_err(io::Error::other)?;
    // It ends with the one request that it is for.
    tokio::spawn(connection);
    let response = sender.send_request(request).await.map_err(io::Error::other)?;
    let location = response.headers().get(header::LOCATION);
    let location = location.and_then(|value| value.to_str().ok()).map(str::to_owned);
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.map_err(io::Error::other)?.to_bytes();
    Ok(Reply { status, location, body })
}
