//! What must show neither in errors nor in logs.

use std::{
    fmt,
    sync::{Arc, Mutex},
};

use m365_graph::{
    AttachmentId, BatchGet, ChatId, ChatMessageSearch, GraphClient, ItemKind, ItemSearch, Mailbox,
    MessageId, MessageSearch, TeamsItem, kql,
};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};
use wiremock::ResponseTemplate;

use crate::support::{ID, SECRET, Service, ok, read, refusal, throttled};

/// Keeps every field of every event at every level.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<String>>);

impl Subscriber for Recorder {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        attributes.record(&mut self.clone());
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

impl Visit for Recorder {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.lock().unwrap().push_str(&format!("{field}={value:?} "));
    }
}

#[tokio::test]
async fn logs_tell_route_status_and_id_and_nothing_of_the_user() {
    let recorder = Recorder::default();
    let logs = Arc::clone(&recorder.0);
    let _guard = tracing::subscriber::set_default(recorder);
    let graph = Service::answering([throttled(1), refusal(404, "ErrorItemNotFound")]).await;
    let client = graph.client();

    read(&client).await.unwrap_err();
    client.search_messages(&MessageSearch::new("private words")).await.unwrap_err();
    let mail = client.mail(&Mailbox::Me);
    mail.messages().search(&kql::phrase("private words")).page().await.unwrap_err();

    let logs = logs.lock().unwrap();
    for told in
        ["/me/messages/{message}", "/search/query", "429", "404", "0ec53fd7-8030-4c2e", "attempt=2"]
    {
        assert!(logs.contains(told), "{told} is missing in {logs}");
    }
    for secret in [SECRET, ID, "AAMk", "private words", "private%20words", "Someone's"] {
        assert!(!logs.contains(secret), "{secret} is in {logs}");
    }
}

#[tokio::test]
async fn errors_tell_ids_and_nothing_of_the_user() {
    let recorder = Recorder::default();
    let logs = Arc::clone(&recorder.0);
    let _guard = tracing::subscriber::set_default(recorder);
    let location = "http://127.0.0.1:9/f?tempauth=canary-url";
    let lost = ResponseTemplate::new(302).insert_header("Location", location);
    let graph = Service::answering([lost]).await;
    let client = graph.client();
    let message = client.mail(&Mailbox::Me).message(&MessageId::new(ID).unwrap());

    let error =
        message.attachment_bytes(&AttachmentId::new("AAMkA=").unwrap(), 10).await.unwrap_err();

    let sources =
        std::iter::successors(Some(&error as &dyn std::error::Error), |error| error.source());
    let told = sources.map(|error| format!("{error} {error:?}")).collect::<String>();
    let told = told + &logs.lock().unwrap() + &format!("{client:?}");
    for secret in [SECRET, "canary-url", "tempauth", "AAMk"] {
        assert!(!told.contains(secret), "{secret} is in {told}");
    }
    assert_eq!(error.client_request_id().map(str::len), Some(36));
}

#[tokio::test]
async fn an_error_says_what_happened_in_one_line() {
    let graph = Service::answering([refusal(404, "ErrorItemNotFound"), ok()]).await;

    let error = read(&graph.client()).await.unwrap_err();

    assert_eq!(error.to_string(), "the item was not found (404 ErrorItemNotFound)");
}

/// What the text to look for, the place or the id is kept in, as it shows.
fn shown(client: &GraphClient) -> Vec<String> {
    let mail = client.mail(&Mailbox::Me);
    let chat = client.teams().chat(&ChatId::new("19:canary@thread.v2").unwrap());
    let messages = || mail.messages().search("canary").filter("subject eq 'canary'");
    vec![
        format!("{:?}", MessageSearch::new("canary")),
        format!("{:?}", ChatMessageSearch::new("canary")),
        format!("{:?}", ItemSearch::new(ItemKind::Site, "canary").and(ItemKind::List)),
        format!("{:?}", messages()),
        format!("{:?}", messages().pages()),
        format!("{:?}", client.my_drive().at("Budget/canary.md").unwrap()),
        format!("{chat:?} {:?}", chat.clone().batched()),
    ]
}

#[tokio::test]
async fn what_is_looked_for_and_found_does_not_show_in_debug() {
    let body = serde_json::json!({"responses": [
        {"id": "0", "status": 200, "body": {"id": "19:canary@thread.v2", "topic": "canary"}}]});
    let graph = Service::answering([ResponseTemplate::new(200).set_body_json(body)]).await;
    let client = graph.client();
    let chat: BatchGet<TeamsItem> =
        client.teams().chat(&ChatId::new("19:canary@thread.v2").unwrap()).batched();

    let found = client.batch(vec![chat]).await.unwrap();

    let shown = [shown(&client), vec![format!("{found:?}")]].concat();
    for shown in shown {
        assert!(shown.len() > 10 && !shown.contains("canary"), "{shown}");
    }
}

#[test]
fn ids_and_addresses_do_not_show_in_debug() {
    let id = MessageId::new(ID).unwrap();
    let address = m365_graph::Address::new("adele@contoso.com").unwrap();

    assert!(!format!("{id:?} {address:?}").contains("AAMk"));
    assert!(!format!("{id:?} {address:?}").contains("adele"));
}
