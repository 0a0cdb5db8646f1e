//! Requests that pose as something else: as another host, page, session, tool or health check.

use base64::{Engine, prelude::BASE64_STANDARD};
use m365_sim::UserKind;
use reqwest::{
    Method, Request,
    header::{HeaderMap, HeaderName, HeaderValue},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::harness::{Answer, Bench, Era, Host, Setup, USER, results};

const PAGE: &str = "https://chat.example.com";

fn for_pages(setup: Setup) -> Setup {
    setup.with("allowed_origins", format!("[{PAGE:?}, \"https://other.example.com\"]")).in_table(
        "limits",
        "rejections_per_minute",
        "100000",
    )
}

/// Prepares a call of a tool with more header fields.
fn search_with(host: &Host, fields: &[(&str, &str)]) -> Request {
    let search = json!({ "name": "outlook_email_search", "arguments": { "query": "budget" } });
    let mut request = host.message(Era::Modern, "tools/call", search).build().unwrap();
    for (name, value) in fields {
        let name: HeaderName = name.parse().unwrap();
        request.headers_mut().append(name, value.parse().unwrap());
    }
    request
}

async fn search(host: &Host, fields: &[(&str, &str)]) -> Answer {
    host.execute(search_with(host, fields)).await
}

/// Checks that neither Entra nor Graph were asked for anything on behalf of a caller.
fn nobody_was_asked(bench: &Bench) {
    assert!(bench.sim.graph().log().is_empty());
    let asked = bench.sim.entra().log();
    assert!(asked.iter().all(|request| request.form_value("assertion").is_none()), "{asked:?}");
}

/// Strangers' hosts and origins, one by one, are in `http.rs`.
#[tokio::test]
async fn r14_one_known_origin_or_none_is_let_in_and_two_are_not() {
    let mut bench = Bench::start_with(for_pages).await;
    let host = bench.host().await;

    for second in [PAGE, "https://other.example.com", "https://evil.example"] {
        let answer = search(&host, &[("origin", PAGE), ("origin", second)]).await;
        assert_eq!(answer.status, 403, "{second}: {answer:?}");
        assert_eq!(answer.header("access-control-allow-origin"), "");
    }
    nobody_was_asked(&bench);
    let page = search(&host, &[("origin", PAGE)]).await;
    assert_eq!((page.status, page.header("access-control-allow-origin")), (200, PAGE));
    assert_eq!(search(&host, &[]).await.status, 200);

    bench.finish().await;
}

#[tokio::test]
async fn r15_a_page_whose_name_leads_to_loopback_reaches_no_tool_and_no_switch() {
    let mut bench = Bench::start().await;
    let host = bench.host().await;
    let port = bench.server().address().rsplit(':').next().unwrap().to_owned();
    let name = format!("rebound.example:{port}");
    let page = format!("http://{name}");

    for fields in [
        vec![("host", name.as_str()), ("origin", page.as_str())],
        vec![("host", name.as_str())],
        vec![("origin", page.as_str())],
        vec![("origin", "http://localhost")],
    ] {
        let mut request = search_with(&host, &[]);
        for (name, value) in &fields {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let answer = host.execute(request).await;
        assert_eq!(answer.status, 403, "{fields:?}: {answer:?}");
        let asked =
            [("GET", "/admin/config"), ("PUT", "/admin/switches"), ("POST", "/admin/reload")];
        for (method, path) in asked {
            let lines: String = fields.iter().map(|(k, v)| format!("{k}: {v}\r\n")).collect();
            let admin = bench.server().admin_address();
            let status = raw(&admin, &format!("{method} {path}"), &lines).await;
            // Two hosts are one too many, a stranger's alone is forbidden.
            assert!([400, 403].contains(&status), "{method} {path} {fields:?}: {status}");
        }
    }
    nobody_was_asked(&bench);

    bench.finish().await;
}

/// Sends a request as no client would write it; returns the status.
async fn raw(address: &str, line: &str, fields: &str) -> u16 {
    let address = address.replace("http://", "");
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let named = fields.to_ascii_lowercase().starts_with("host:");
    let host = if named { String::new() } else { format!("Host: {address}\r\n") };
    let end = "Content-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
    let request = format!("{line} HTTP/1.1\r\n{host}{fields}{end}");
    // The server may refuse, and close, before it has read all.
    let _ = stream.write_all(request.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer);
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
}

#[tokio::test]
async fn r19_a_session_id_is_nobodys_identity() {
    let mut bench = Bench::start().await;
    let other = bench.sim.users().iter().find(|it| it.kind == UserKind::Person && it.upn != USER);
    let other = other.unwrap().clone();
    let (host, theirs) = (bench.host().await, bench.host_of(&other.upn).await);
    let hello = json!({
        "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": { "name": "host", "version": "1" }
    });
    let greeted = theirs.post(Era::Handshake, "initialize", hello).await;
    assert_eq!((greeted.status, greeted.header("mcp-session-id")), (200, ""), "{greeted:?}");
    bench.sim.revoke(&other.upn);

    for id in ["invented", &other.oid, &other.upn] {
        let fields = [("mcp-session-id", id), ("last-event-id", "7")];
        let mut answer = search(&host, &fields).await;
        assert_eq!((answer.status, answer.header("mcp-session-id")), (200, ""), "{id}");
        assert!(!results(&answer.json()["result"]).is_empty(), "{id}");
        answer = search(&bench.stranger(None), &fields).await;
        assert_eq!(answer.status, 401, "{id}: {answer:?}");
    }

    let users = bench.audited("tool.call", 3).await;
    assert!(users.iter().all(|event| event["user_oid"] != other.oid), "{users:?}");
    bench.finish().await;
}

/// Changes one of the headers that say what the body says.
fn mirrored(host: &Host, name: &'static str, values: &[&str]) -> Request {
    let mut request = search_with(host, &[]);
    let headers: &mut HeaderMap = request.headers_mut();
    headers.remove(name);
    for value in values {
        headers.append(name, HeaderValue::from_str(value).unwrap());
    }
    request
}

#[tokio::test]
async fn r20_headers_that_do_not_say_what_the_body_says_are_refused_before_anything_is_asked() {
    let mut bench = Bench::start().await;
    let host = bench.host().await;
    let encoded = |text: &str| format!("=?base64?{}?=", BASE64_STANDARD.encode(text));
    let (own, other) = (encoded("outlook_email_search"), encoded("get_me"));

    for (name, values) in [
        ("mcp-method", vec!["tools/list"]),
        ("mcp-method", vec!["resources/read"]),
        ("mcp-method", vec![]),
        ("mcp-method", vec!["tools/call", "tools/call"]),
        ("mcp-name", vec!["get_me"]),
        ("mcp-name", vec![other.as_str()]),
        ("mcp-name", vec!["=?base64?***?="]),
        ("mcp-name", vec![]),
        ("mcp-name", vec!["outlook_email_search", "get_me"]),
        ("mcp-protocol-version", vec!["2025-11-25"]),
    ] {
        let answer = host.execute(mirrored(&host, name, &values)).await;
        assert_eq!(answer.status, 400, "{name} {values:?}: {answer:?}");
        assert_eq!(answer.json()["error"]["code"], -32_020, "{name} {values:?}: {answer:?}");
    }
    nobody_was_asked(&bench);
    let answer = host.execute(mirrored(&host, "mcp-name", &[&own])).await;
    assert!(!results(&answer.json()["result"]).is_empty(), "{answer:?}");

    bench.finish().await;
}

#[tokio::test]
async fn r26_no_spelling_of_a_health_check_opens_the_public_port() {
    let mut bench = Bench::start_with(for_pages).await;
    let address = bench.server().address();
    let probe = "User-Agent: kube-probe/1.30\r\nX-Original-URL: /livez\r\nX-Forwarded-Uri: /readyz\r\n\
                 X-Health-Check: 1\r\n";

    for target in [
        "/livez",
        "/livez?",
        "/livez?a=/mcp",
        "/livez/",
        "//livez",
        "/readyz;a=b",
        "/METRICS",
        "/metrics/../metrics",
        "/mcp/../metrics",
        "/mcp/%2e%2e/metrics",
        "/%6detrics",
        "/healthz",
        "/.well-known/oauth-protected-resource/../../metrics",
        "/admin/config",
        "/mcp/livez",
        "/mcp;a=b",
        "/mcp%2f",
        "/",
        "*",
    ] {
        for method in ["GET", "HEAD", "POST", "OPTIONS"] {
            let status = raw(&address, &format!("{method} {target}"), probe).await;
            assert!([400, 404, 405].contains(&status), "{method} {target}: {status}");
        }
    }
    for target in ["/mcp", "/mcp?livez", "/mcp?path=/metrics", "/mcp?"] {
        let status = raw(&address, &format!("POST {target}"), probe).await;
        assert_eq!(status, 401, "{target}");
        bench.note_rejected(1);
    }
    let admin = bench.server().admin_address();
    assert_eq!(raw(&admin, "POST /mcp", probe).await, 404, "and MCP is not spoken at the other");

    bench.finish().await;
}

/// In the query, or in two headers, a token is in `http.rs` too; here is what is logged of it.
#[tokio::test]
async fn r30_a_token_anywhere_but_in_its_header_is_refused_and_never_logged() {
    let mut bench = Bench::start().await;
    let host = bench.host().await;
    let (stranger, token) = (bench.stranger(None), host.token().to_owned());

    for query in ["access_token=", "x=1&Access-Token=", "token=", "anything=", "id_token="] {
        for host in [&host, &stranger] {
            let path = format!("/mcp?{query}{token}");
            let answer = host.send(host.request(Method::POST, &path).body("{}")).await;
            assert_eq!(answer.status, 400, "{query}: {answer:?}");
        }
    }
    for cookie in ["access_token=", "a=b; Token=", "session="] {
        let value = format!("{cookie}{token}");
        for host in [&host, &stranger] {
            let answer = search(host, &[("cookie", &value)]).await;
            assert_eq!(answer.status, 400, "{cookie}: {answer:?}");
        }
    }
    let twice = [format!("Bearer {token}"), format!("bearer {token}"), "Basic YTpi".to_owned()];
    for field in &twice {
        let answer = search(&host, &[("authorization", field)]).await;
        assert_eq!(answer.status, 400, "{answer:?}");
    }
    let listed = search(&stranger, &[("authorization", &format!("Bearer {token}, {token}"))]).await;
    assert_eq!(listed.status, 400, "{listed:?}");
    nobody_was_asked(&bench);

    let in_path = host.get(&format!("/mcp/{token}")).await;
    assert_eq!(in_path.status, 404);
    let form = stranger.request(Method::POST, "/mcp").body(format!("access_token={token}"));
    assert_eq!(stranger.send(form).await.status, 401);

    let rejected = bench.audited("auth.rejected", 21).await;
    let reasons: Vec<&Value> = rejected.iter().map(|event| &event["reason"]).collect();
    assert_eq!(reasons.iter().filter(|reason| **reason == "misplaced").count(), 20, "{reasons:?}");
    bench.finish().await;
}
