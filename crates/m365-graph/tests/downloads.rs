//! Where bytes may come from, and how many.

use std::time::Duration;

use m365_graph::{AttachmentId, Download, ErrorKind, GraphClient, Mailbox, MessageId, Result};
use wiremock::ResponseTemplate;

use crate::support::{
    ID, SECRET, Service, builder, clock, ok,
    raw::{Act, RawServer, http},
    read, refusal, throttled,
};

const CAP: usize = 1000;

async fn download(client: &GraphClient) -> Result<Download> {
    let message = client.mail(&Mailbox::Me).message(&MessageId::new(ID).unwrap());
    message.attachment_bytes(&AttachmentId::new("AAMkAtt=").unwrap(), CAP).await
}

fn to(location: &str) -> ResponseTemplate {
    ResponseTemplate::new(302).insert_header("Location", location)
}

fn pdf() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw("%PDF-1.7", "Application/PDF; charset=binary")
}

#[tokio::test]
async fn the_bytes_of_an_attachment_come_with_their_type() {
    let graph = Service::answering([pdf()]).await;

    let download = download(&graph.client()).await.unwrap();

    assert_eq!(download.content_type.as_deref(), Some("application/pdf"));
    assert_eq!(&*download.bytes, b"%PDF-1.7");
    assert!(graph.requests().await[0].url.path().ends_with("/attachments/AAMkAtt%3D/$value"));
}

#[tokio::test]
async fn g17_a_download_is_followed_without_the_token_and_with_the_same_query() {
    let files = Service::answering([pdf()]).await;
    let query = "tempauth=v1.a%2Bb%2fc==&x=%20y&sig=~*(1)";
    let graph = Service::answering([to(&format!("{}/f?{query}", files.server.uri()))]).await;

    download(&graph.client()).await.unwrap();

    let request = &files.requests().await[0];
    assert_eq!(request.url.query(), Some(query));
    assert!(!request.headers.contains_key("authorization"));
    assert!(!request.headers.contains_key("client-request-id"));
    assert!(!format!("{:?}", request.headers).contains(SECRET));
}

#[tokio::test]
async fn g18_a_download_from_elsewhere_is_refused() {
    for location in [
        "https://evil.example/x",
        "http://contoso.sharepoint.com/x",
        "https://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/x",
        "http://127.0.0.2/x",
        "https://contoso.sharepoint.com@evil.example/x",
        "file:///etc/passwd",
    ] {
        let graph = Service::answering([to(location)]).await;

        let error = download(&graph.client()).await.unwrap_err();

        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::Protocol, Some("redirect")),
            "{location}"
        );
        assert!(!format!("{error:?} {error}").contains("evil"), "{location}");
    }
}

#[tokio::test]
async fn g18_a_download_host_that_resolves_to_a_private_address_is_refused() {
    let graph = Service::answering([to("https://localhost:9/x")]).await;
    let client = graph.builder().download_hosts(["localhost"]).build().unwrap();

    let error = download(&client).await.unwrap_err();

    assert_eq!((error.kind(), error.code()), (ErrorKind::Protocol, Some("redirect")));
    assert!(graph.clock.sleeps().is_empty());
}

#[tokio::test]
async fn g19_three_redirects_are_followed_and_a_fourth_is_not() {
    let hops = |count| {
        let hops = std::iter::repeat_n(to("/next"), count);
        Service::answering(hops.chain([pdf()]).collect::<Vec<_>>())
    };

    let three = hops(3).await;
    let four = hops(4).await;

    assert!(download(&three.client()).await.is_ok());
    assert_eq!(download(&four.client()).await.unwrap_err().kind(), ErrorKind::Protocol);
    assert_eq!(four.attempts().await, 4);
}

#[tokio::test]
async fn g23_a_file_is_refused_by_its_declared_size_and_by_its_counted_one() {
    let declared = "HTTP/1.1 200 OK\r\nContent-Length: 5368709120\r\n\r\nx".to_owned();
    let endless = format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(CAP + 1));
    for act in [Act::Answer(declared), Act::Close(endless)] {
        let graph = RawServer::start([act]).await;

        let error = download(&builder(&graph.root, clock()).build().unwrap()).await.unwrap_err();

        assert_eq!(error.kind(), ErrorKind::TooLarge);
        assert_eq!(graph.requests().len(), 1);
    }
}

#[tokio::test]
async fn an_address_that_is_no_longer_good_is_replaced_once_and_does_not_cost_the_token() {
    let files = Service::answering([refusal(401, "accessDenied")]).await;
    let graph = Service::answering([to(&files.server.uri())]).await;

    let error = download(&graph.client()).await.unwrap_err();

    assert_eq!((error.kind(), error.status()), (ErrorKind::Forbidden, Some(401)));
    assert_eq!((graph.attempts().await, files.attempts().await), (2, 2));
}

#[tokio::test]
async fn a_fresh_address_brings_the_bytes() {
    let files = Service::answering([refusal(401, "accessDenied"), pdf()]).await;
    let graph = Service::answering([to(&files.server.uri())]).await;

    assert_eq!(&*download(&graph.client()).await.unwrap().bytes, b"%PDF-1.7");
}

#[tokio::test]
async fn a_reference_attachment_has_no_bytes() {
    let graph = Service::answering([refusal(405, "ErrorInvalidRequest")]).await;

    let error = download(&graph.client()).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::NotSupported);
}

#[tokio::test]
async fn a_download_that_breaks_is_started_anew() {
    let half = "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n%PDF".to_owned();
    let whole = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n%PDF".to_owned();
    let graph = RawServer::start([Act::Reset(half), Act::Answer(whole)]).await;
    let stopped = clock();

    let download = download(&builder(&graph.root, stopped.clone()).build().unwrap()).await.unwrap();

    assert_eq!(&*download.bytes, b"%PDF");
    assert!(stopped.sleeps()[0] <= Duration::from_millis(50));
}

#[tokio::test]
async fn a_download_host_that_asks_to_wait_does_not_keep_calls_from_graph() {
    let files = Service::answering([throttled(120)]).await;
    let graph = Service::answering([to(&files.server.uri()), ok()]).await;
    let client = graph.client();

    let error = download(&client).await.unwrap_err();

    assert_eq!(
        (error.kind(), error.retry_after()),
        (ErrorKind::Throttled, Some(Duration::from_secs(120)))
    );
    assert!(read(&client).await.is_ok());
}

#[tokio::test]
async fn an_overloaded_download_host_is_asked_again_on_a_new_connection_and_graph_is_not() {
    let files = RawServer::start(
        [http("503 Service Unavailable", ""), http("200 OK", "%PDF")].map(Act::Answer),
    )
    .await;
    let redirect = format!("302 Found\r\nLocation: {}/f", files.root);
    let graph = RawServer::start([Act::Answer(http(&redirect, ""))]).await;

    let download = download(&builder(&graph.root, clock()).build().unwrap()).await.unwrap();

    assert_eq!(&*download.bytes, b"%PDF");
    assert_eq!((graph.connections(), files.connections()), (1, 2));
}

#[tokio::test]
async fn only_names_and_their_subdomains_are_download_hosts() {
    let graph = Service::answering([pdf()]).await;
    let build = |host: &str| graph.builder().download_hosts([host]).build();

    for host in ["files.example", "Files.Example", "*.files.example", "localhost"] {
        assert!(build(host).is_ok(), "{host}");
    }
    for host in [
        "",
        "*",
        "*.",
        "*files.example",
        "*.*.example",
        "files.*",
        "files..example",
        "https://files.example",
        "files.example:443",
        "files.example/x",
        "files example",
    ] {
        let error = build(host).unwrap_err();
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::BadRequest, Some("invalidHost")),
            "{host}"
        );
    }
}
