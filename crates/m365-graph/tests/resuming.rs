//! Downloads that break, and go on where they broke.

use m365_graph::{AttachmentId, Download, ErrorKind, Mailbox, MessageId, Result};

use crate::support::{
    ID, builder, clock,
    raw::{Act, RawServer, http},
};

const CAP: usize = 1000;

/// A file that breaks after its first half.
fn broken(headers: &str) -> Act {
    Act::Reset(format!("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n{headers}\r\n%PDF"))
}

fn rest(status: &str, headers: &str, body: &str) -> Act {
    Act::Answer(http(&format!("{status}\r\n{}", headers.trim_end()), body))
}

/// Downloads from a host that does this, one act for each time that Graph sends us there.
async fn download(acts: impl IntoIterator<Item = Act>) -> (Result<Download>, RawServer) {
    let files = RawServer::start(acts).await;
    let redirect = format!("302 Found\r\nLocation: {}/f?sig=1", files.root);
    let graph = RawServer::start([Act::Answer(http(&redirect, ""))]).await;
    let client = builder(&graph.root, clock()).build().unwrap();
    let message = client.mail(&Mailbox::Me).message(&MessageId::new(ID).unwrap());
    let found = message.attachment_bytes(&AttachmentId::new("AAMkAtt=").unwrap(), CAP).await;
    (found, files)
}

fn bytes(found: Result<Download>) -> Vec<u8> {
    found.unwrap().bytes.to_vec()
}

#[tokio::test]
async fn a_broken_download_goes_on_where_it_broke() {
    let (found, files) = download([
        broken("ETag: \"v1\"\r\n"),
        rest("206 Partial Content", "Content-Range: bytes 4-7/8\r\nETag: \"v1\"", "-1.7"),
    ])
    .await;

    assert_eq!(bytes(found), b"%PDF-1.7");
    let second = files.requests()[1].to_lowercase();
    assert!(second.contains("range: bytes=4-\r\n"), "{second}");
    assert!(second.contains("if-range: \"v1\"\r\n"), "{second}");
    assert!(!second.contains("authorization"), "{second}");
}

#[tokio::test]
async fn without_a_strong_tag_the_file_is_read_from_its_start() {
    for tag in ["", "ETag: W/\"v1\"\r\n"] {
        let (found, files) =
            download([broken(tag), rest("200 OK", "X-Nothing: 1", "%PDF-2.0")]).await;

        assert_eq!(bytes(found), b"%PDF-2.0");
        assert!(!files.requests()[1].to_lowercase().contains("range"));
    }
}

#[tokio::test]
async fn a_part_that_nobody_asked_for_is_never_joined() {
    let part = rest("206 Partial Content", "Content-Range: bytes 4-7/8", "-1.7");
    let (found, _) = download([broken(""), part]).await;

    assert_eq!(found.unwrap_err().kind(), ErrorKind::Protocol);
}

#[tokio::test]
async fn a_part_shorter_than_asked_for_is_not_the_whole() {
    let (found, files) = download([
        broken("ETag: \"v1\"\r\n"),
        rest("206 Partial Content", "Content-Range: bytes 4-5/8", "-1"),
        rest("206 Partial Content", "Content-Range: bytes 6-7/8", ".7"),
    ])
    .await;

    assert_eq!(bytes(found), b"%PDF-1.7");
    let third = files.requests()[2].to_lowercase();
    assert!(third.contains("range: bytes=6-\r\n"), "{third}");
}

#[tokio::test]
async fn a_file_of_which_only_parts_come_is_never_shown() {
    for (range, body) in [("4-5/8", "-1"), ("4-7/*", "-1.7x"), ("4-9/8", "-1.7xy")] {
        let headers = format!("Content-Range: bytes {range}");
        let (found, _) =
            download([broken("ETag: \"v1\"\r\n"), rest("206 Partial Content", &headers, body)])
                .await;

        assert_eq!(found.unwrap_err().kind(), ErrorKind::Protocol, "{range}");
    }
}

#[tokio::test]
async fn a_file_that_changed_in_between_is_read_from_its_start() {
    let (found, _) =
        download([broken("ETag: \"v1\"\r\n"), rest("200 OK", "ETag: \"v2\"", "%PDF-2.0 new")])
            .await;

    assert_eq!(bytes(found), b"%PDF-2.0 new");
}

#[tokio::test]
async fn a_part_that_does_not_fit_is_never_joined() {
    for headers in [
        "Content-Range: bytes 3-7/8",
        "Content-Range: bytes 4-7/9",
        "Content-Range: bytes 4-7/8\r\nETag: \"v2\"",
        "Content-Range: 4-7/8",
        "X-Nothing: 1",
    ] {
        let (found, _) =
            download([broken("ETag: \"v1\"\r\n"), rest("206 Partial Content", headers, "-1.7")])
                .await;

        assert_eq!(found.unwrap_err().kind(), ErrorKind::Protocol, "{headers}");
    }
}

#[tokio::test]
async fn parts_together_are_no_longer_than_the_cap() {
    let long = "x".repeat(CAP);
    let (found, _) = download([
        Act::Reset("HTTP/1.1 200 OK\r\nETag: \"v1\"\r\n\r\n%PDF".to_owned()),
        rest("206 Partial Content", "Content-Range: bytes 4-1003/1004", &long),
    ])
    .await;

    assert_eq!(found.unwrap_err().kind(), ErrorKind::TooLarge);
}
