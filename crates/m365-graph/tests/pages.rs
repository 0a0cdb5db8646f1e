//! Collections that span pages.

use m365_graph::{ErrorKind, Incomplete, Limits, Mailbox, NextLink, Page};
use proptest::prelude::*;
use wiremock::ResponseTemplate;

use crate::support::{Service, message, page, page_with_next};

/// A service whose answers are made once its address is known.
async fn pages(make: impl Fn(&str) -> Vec<serde_json::Value>) -> Service {
    let graph = Service::answering([]).await;
    let answers = make(&graph.server.uri());
    graph.server.reset().await;
    let answers = answers.iter().map(|body| ResponseTemplate::new(200).set_body_json(body));
    let script = crate::support::Script::new(answers);
    wiremock::Mock::given(wiremock::matchers::any())
        .respond_with(script)
        .mount(&graph.server)
        .await;
    graph
}

async fn first(graph: &Service) -> Page<m365_graph::Message> {
    graph.client().mail(&Mailbox::Me).messages().prefer_text().page().await.unwrap()
}

async fn all(graph: &Service) -> Page<m365_graph::Message> {
    graph.client().mail(&Mailbox::Me).messages().prefer_text().pages().collect().await.unwrap()
}

fn one(subject: &str) -> [serde_json::Value; 1] {
    [message(subject)]
}

#[tokio::test]
async fn a_next_link_is_followed_as_it_is_and_with_the_same_preference() {
    let link = "/v1.0/me/messages?%24select=id%2csubject&%24skiptoken=a+b%2B%3d&x=(1)";
    let graph =
        pages(|root| vec![page_with_next(&one("a"), &format!("{root}{link}")), page(&one("b"))])
            .await;

    let page = all(&graph).await;

    let second = &graph.requests().await[1];
    assert_eq!(page.items.len(), 2);
    assert_eq!((page.next, page.incomplete), (None, None));
    assert_eq!(format!("{}?{}", second.url.path(), second.url.query().unwrap()), link);
    assert_eq!(second.headers["prefer"], "outlook.body-content-type=\"text\"");
}

#[tokio::test]
async fn a_next_link_survives_being_written_down() {
    let graph = pages(|root| {
        let next = format!("{root}/v1.0/me/messages?$skip=10");
        vec![page_with_next(&one("a"), &next), page(&one("b"))]
    })
    .await;
    let link = first(&graph).await.next.unwrap();

    let token = serde_json::to_string(&link).unwrap();
    let link: NextLink = serde_json::from_str(&token).unwrap();
    let page = graph.client().mail(&Mailbox::Me).next_page(&link).await.unwrap();

    assert!(!token.contains("127.0.0.1"));
    assert_eq!(page.items[0].subject.as_deref(), Some("b"));
    assert_eq!(graph.requests().await[1].headers["prefer"], "outlook.body-content-type=\"text\"");
}

#[tokio::test]
async fn g20_a_next_link_to_another_origin_ends_the_list_and_says_so() {
    let foreign = Service::answering([crate::support::ok()]).await;
    let elsewhere = foreign.server.uri();
    for link in [
        format!("{elsewhere}/v1.0/me/messages"),
        "https://evil.example/v1.0/me/messages".to_owned(),
        "https://graph.microsoft.com/v1.0/me/messages".to_owned(),
        elsewhere.replace("http://", "http://user@"),
    ] {
        let graph = pages(|_| vec![page_with_next(&one("a"), &link)]).await;

        let page = all(&graph).await;

        assert_eq!(page.items.len(), 1, "{link}");
        assert_eq!((page.next, page.incomplete), (None, Some(Incomplete::ForeignLink)), "{link}");
    }
    assert_eq!(foreign.attempts().await, 0);
}

#[tokio::test]
async fn g20_a_next_link_out_of_the_version_root_ends_the_list() {
    for path in ["/beta/me/messages", "/v1.0", "/v1.0/../beta/me", "/v1.0x/me", "/v1.0/%2e%2e/beta"]
    {
        let graph = pages(|root| vec![page_with_next(&one("a"), &format!("{root}{path}"))]).await;

        let page = first(&graph).await;

        assert_eq!(page.incomplete, Some(Incomplete::ForeignLink), "{path}");
    }
}

#[tokio::test]
async fn a_link_that_parsing_would_change_is_not_sent() {
    let graph = pages(|_| vec![page(&one("a"))]).await;
    let mail = graph.client().mail(&Mailbox::Me);

    for link in ["/me/{messages}", "/me/\"messages", "/me/messages`?$skip=1"] {
        let error = mail.next_page(&link.parse().unwrap()).await.unwrap_err();
        let refused = (ErrorKind::BadRequest, Some("invalidTarget"));
        assert_eq!((error.kind(), error.code()), refused, "{link}");
    }
    assert_eq!(graph.attempts().await, 0);
}

#[tokio::test]
async fn g21_a_next_link_to_its_own_page_ends_the_list() {
    let graph = pages(|root| {
        let own = format!("{root}/v1.0/me/messages?$skip=1");
        vec![page_with_next(&one("a"), &own), page_with_next(&one("b"), &own)]
    })
    .await;

    let page = all(&graph).await;

    assert_eq!(page.items.len(), 2);
    assert_eq!(page.incomplete, Some(Incomplete::RepeatedLink));
}

#[tokio::test]
async fn g21_a_ring_of_next_links_ends_the_list() {
    let graph = pages(|root| {
        let link = |skip: u32| format!("{root}/v1.0/me/messages?$skip={skip}");
        [1, 2, 3, 1].map(|skip| page_with_next(&one("a"), &link(skip))).to_vec()
    })
    .await;

    let page = all(&graph).await;

    assert_eq!(graph.attempts().await, 4);
    assert_eq!(page.incomplete, Some(Incomplete::RepeatedLink));
}

#[tokio::test]
async fn g21_empty_pages_end_at_the_limit_with_a_way_on() {
    let graph = pages(|root| {
        let link = |skip: u32| format!("{root}/v1.0/me/messages?$skip={skip}");
        (1..100).map(|skip| page_with_next(&[], &link(skip))).collect()
    })
    .await;

    let page = all(&graph).await;

    assert_eq!(graph.attempts().await, 10);
    assert_eq!(page.incomplete, Some(Incomplete::PageLimit));
    assert!(page.next.is_some());
}

#[tokio::test]
async fn a_walk_ends_at_the_limit_on_items_with_a_way_on() {
    let graph = pages(|root| {
        let link = |skip: u32| format!("{root}/v1.0/me/messages?$skip={skip}");
        (1..5).map(|skip| page_with_next(&[message("a"), message("b")], &link(skip))).collect()
    })
    .await;
    let client = graph.builder().limits(Limits::default().with_items(3)).build().unwrap();

    let page = client.mail(&Mailbox::Me).messages().pages().collect().await.unwrap();

    assert_eq!((page.items.len(), page.incomplete), (4, Some(Incomplete::ItemLimit)));
    assert!(page.next.is_some());
}

#[tokio::test]
async fn the_last_page_of_a_full_walk_is_not_incomplete() {
    let graph = pages(|root| {
        let link = |skip: u32| format!("{root}/v1.0/me/messages?$skip={skip}");
        vec![page_with_next(&one("a"), &link(1)), page(&one("b"))]
    })
    .await;
    let client = graph.builder().limits(Limits::default().with_pages(2)).build().unwrap();

    let page = client.mail(&Mailbox::Me).messages().pages().collect().await.unwrap();

    assert_eq!((page.items.len(), page.incomplete), (2, None));
}

#[test]
fn a_link_that_someone_changed_is_refused() {
    for link in [
        "",
        "/",
        "https://evil.example/x",
        "//evil.example/x",
        "me/messages",
        "/me//messages",
        "/me/../users",
        "/me/%2E%2e/users",
        "/me/.%2e",
        "/me/..%2fusers",
        "/me/..%5Cusers",
        "/me/./messages",
        "/me\\messages",
        "/me/messages#x",
        "/me/messages\r\nX: y",
        "/me/messages x",
        "/é",
        "text",
        "html//evil",
    ] {
        let error = link.parse::<NextLink>().unwrap_err();

        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::BadRequest, Some("invalidLink")),
            "{link:?}"
        );
    }
}

proptest! {
    #[test]
    fn no_link_leaves_the_version_root(text in "[/a-z.%2eE?&=@:\\\\#]{0,40}") {
        let Ok(link) = text.parse::<NextLink>() else { return Ok(()) };
        let target = link.to_string();
        let target = target.trim_start_matches("html").trim_start_matches("text");

        let url = url::Url::parse(&format!("https://graph.test/prefix/v1.0{target}")).unwrap();

        prop_assert_eq!(url.host_str(), Some("graph.test"));
        prop_assert!(url.path().starts_with("/prefix/v1.0/"), "{}", url);
    }
}
