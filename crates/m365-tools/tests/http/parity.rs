use m365_tools::{
    Catalog,
    mcp::{Server, serve_stdio},
};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

use super::post::{Post, service};
use crate::{
    host::{Callers, ERAS, Era},
    support::{EVERY_SCOPE, options, policy},
};

fn catalogs() -> [Catalog; 3] {
    let blocking = policy(&[("teams_*", "blocked"), ("outlook_*", "ask")]);
    [
        Catalog::new(options()),
        Catalog::new(options().with_scopes(EVERY_SCOPE)),
        Catalog::new(options().with_scopes(EVERY_SCOPE).with_policy(blocking)),
    ]
}

/// Returns the array behind `"tools":`, byte for byte as it was sent.
fn tools(sent: &str) -> &str {
    let start = sent.find("\"tools\":").unwrap() + "\"tools\":".len();
    let mut values = serde_json::Deserializer::from_str(&sent[start..]).into_iter::<Value>();
    values.next().unwrap().unwrap();
    &sent[start..start + values.byte_offset()]
}

async fn over_stdio(catalog: Catalog, era: Era) -> String {
    let server = Server::builder(catalog, Callers::signed_in()).build();
    let (mut input, stdin) = tokio::io::duplex(1 << 16);
    let (output, stdout) = tokio::io::duplex(1 << 16);
    let served = tokio::spawn(serve_stdio(server, stdin, stdout));
    let mut answers = BufReader::new(output).lines();
    if era == Era::Handshake {
        let hello = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-06-18", "capabilities": {},
            "clientInfo": {"name": "raw", "version": "0"}}});
        input.write_all(format!("{hello}\n").as_bytes()).await.unwrap();
        answers.next_line().await.unwrap();
    }
    let list = Post::of(era, "tools/list", json!({})).message().clone();
    input.write_all(format!("{list}\n").as_bytes()).await.unwrap();
    let answer = answers.next_line().await.unwrap().unwrap();
    served.abort();
    answer
}

#[tokio::test]
async fn the_list_of_tools_is_the_same_to_the_byte_over_http_and_stdio() {
    for catalog in catalogs() {
        let server = Server::builder(catalog.clone(), Callers::signed_in()).build();
        let ours = server.tools_json().to_string();
        for era in ERAS {
            let list = Post::of(era, "tools/list", json!({}));

            let http = list.to(&service(catalog.clone())).await.text;
            let stdio = over_stdio(catalog.clone(), era).await;

            assert_eq!(tools(&http), ours, "{era:?}");
            assert_eq!(tools(&stdio), ours, "{era:?}");
        }
    }
}

#[tokio::test]
async fn lists_need_nobody_who_is_signed_in() {
    for method in ["tools/list", "resources/list", "resources/templates/list"] {
        for era in ERAS {
            let answer = Post::of(era, method, json!({})).to(&service(catalogs()[0].clone())).await;

            assert!(answer.json["result"].is_object(), "{method} {era:?}");
        }
    }
}
