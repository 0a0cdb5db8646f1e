//! The client against the demo tenant, which is as strict as the real service.

use std::{collections::HashSet, sync::Arc, time::Duration};

use async_trait::async_trait;
use futures_util::future::join_all;
use jiff::{Timestamp, civil::date};
use m365_auth::{AccessToken, Clock, FixedToken};
use m365_graph::{
    Address, Attachment, AttachmentKind, Call, ErrorKind, GraphClient, GraphClientBuilder,
    Incomplete, MailApi, Mailbox, Message, MessageId, MessageSearch, Result, ScheduleRequest,
    WellKnownFolder, kql,
};
use m365_sim::{Fault, Sim, SimClock};

use crate::support::short_limits;

const MIRA: &str = "mira.solberg@fjordlight.example";
const SCOPES: &[&str] = &["Mail.Read", "Mail.Read.Shared", "User.Read", "Calendars.Read"];

/// The demo tenant's time: a wait moves it forward at once.
#[derive(Clone, Debug)]
struct TenantTime(SimClock);

#[async_trait]
impl Clock for TenantTime {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    async fn sleep(&self, duration: Duration) {
        self.0.advance(duration);
        tokio::task::yield_now().await;
    }
}

fn client(tenant: &Sim) -> GraphClient {
    builder(tenant).build().unwrap()
}

fn builder(tenant: &Sim) -> GraphClientBuilder {
    let secret = tenant.issue_token(MIRA, SCOPES);
    let token = AccessToken::new(secret, Timestamp::MAX, SCOPES.iter().copied());
    GraphClient::builder(Arc::new(FixedToken::new(token)))
        .base_url(tenant.graph_endpoint().parse().unwrap())
        .clock(Arc::new(TenantTime(tenant.clock())))
        .http(|| reqwest::Client::builder().no_proxy())
        .limits(
            short_limits()
                .with_first_byte(Duration::from_secs(5))
                .with_pages(1000)
                .with_items(100_000),
        )
}

async fn started() -> (Sim, MailApi) {
    let tenant = Sim::start().await;
    let mail = client(&tenant).mail(&Mailbox::Me);
    (tenant, mail)
}

async fn all(mail: &MailApi) -> Vec<Message> {
    let query = mail.messages().select(&["subject", "hasAttachments", "bodyPreview"]).top(50);
    let page = query.pages().collect().await.unwrap();
    assert_eq!(page.incomplete, None);
    page.items
}

fn ids(messages: &[Message]) -> Vec<MessageId> {
    messages.iter().map(|message| message.id.clone().unwrap()).collect()
}

#[tokio::test]
async fn a_mailbox_is_read_to_its_end_without_loss_or_duplicate() {
    let (tenant, mail) = started().await;
    let total = mail.messages().top(1).count().page().await.unwrap().count.unwrap();

    let ids = ids(&all(&mail).await);

    assert_eq!(ids.len() as u64, total);
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
    assert_eq!(tenant.violations(), [""; 0]);
}

#[tokio::test]
async fn folders_are_walked_down_from_the_top() {
    let (_tenant, mail) = started().await;

    let top = mail.folders().top(3).pages().collect().await.unwrap();
    let inbox = mail.folder(&WellKnownFolder::Inbox.into()).await.unwrap();
    let inside = mail.messages_in(&inbox.id.clone().unwrap()).top(5).count().page().await.unwrap();

    assert!(top.items.iter().any(|folder| folder.id == inbox.id));
    assert_eq!(inside.count, inbox.total_item_count);
    for folder in top.items.iter().filter(|folder| folder.child_folder_count > Some(0)) {
        let children = mail.child_folders(folder.id.as_ref().unwrap()).page().await.unwrap();
        assert!(!children.items.is_empty());
    }
}

#[tokio::test]
async fn a_message_is_read_as_html_and_as_text() {
    let (_tenant, mail) = started().await;
    let id = mail.messages().top(1).page().await.unwrap().items[0].id.clone().unwrap();

    let html = mail.message(&id).select(&["body"]).prefer_html().get().await.unwrap();
    let text = mail.message(&id).select(&["body"]).prefer_text().get().await.unwrap();

    assert!(html.body.unwrap().content.contains("<html"));
    assert!(!text.body.unwrap().content.contains("<html"));
}

#[tokio::test]
async fn a_hit_of_either_search_can_be_read() {
    let tenant = Sim::start().await;
    let graph = client(&tenant);
    let mail = graph.mail(&Mailbox::Me);
    let word = all(&mail).await.iter().find_map(|message| {
        let subject = message.subject.as_deref()?;
        subject
            .split_whitespace()
            .find(|word| word.len() > 5 && word.chars().all(char::is_alphabetic))
            .map(str::to_owned)
    });
    let word = word.unwrap();

    let hits =
        graph.search_messages(&MessageSearch::new(kql::words(&word)).size(5)).await.unwrap().hits;
    let found =
        mail.messages().search(&kql::restriction("subject", &word)).top(5).page().await.unwrap();

    assert!(!hits.is_empty() && !found.items.is_empty());
    for id in hits.iter().map(|hit| &hit.id).chain(&ids(&found.items)) {
        assert_eq!(mail.message(id).get().await.unwrap().id.as_ref(), Some(id));
    }
}

#[tokio::test]
async fn every_kind_of_attachment_is_read_or_refused() {
    let (_tenant, mail) = started().await;
    let mut kinds = HashSet::new();

    for message in all(&mail).await.iter().filter(|message| message.has_attachments == Some(true)) {
        let id = message.id.clone().unwrap();
        for attachment in mail.message(&id).attachments().await.unwrap().items {
            kinds.insert(attachment.kind());
            read_attachment(&mail, &id, &attachment).await;
        }
    }

    assert!(kinds.contains(&AttachmentKind::File), "{kinds:?}");
}

async fn read_attachment(mail: &MailApi, message: &MessageId, attachment: &Attachment) {
    let id = attachment.id.clone().unwrap();
    let bytes = mail.message(message).attachment_bytes(&id, 50 * 1024 * 1024).await;
    match attachment.kind() {
        AttachmentKind::Reference => assert_eq!(bytes.unwrap_err().kind(), ErrorKind::NotSupported),
        AttachmentKind::Item => {
            let item = mail.message(message).item_attachment(&id).await.unwrap();
            assert!(item.item.is_some() && !bytes.unwrap().bytes.is_empty());
        }
        _ => assert!(bytes.unwrap().bytes.len() as u64 <= attachment.size.unwrap()),
    }
}

#[tokio::test]
async fn the_mailboxs_own_zone_is_told_by_its_schedule() {
    let tenant = Sim::start().await;
    let day = date(2026, 3, 19);
    let own = Address::new(MIRA).unwrap();
    let request = ScheduleRequest::new([own], day.at(8, 0, 0, 0), day.at(12, 0, 0, 0), "UTC");

    let schedules = client(&tenant).schedule(&request).await.unwrap();

    let zone = schedules[0].working_hours.as_ref().unwrap().time_zone.as_ref().unwrap();
    let user = tenant.users().iter().find(|user| user.upn == MIRA).unwrap();
    assert_eq!(zone.name, user.time_zone);
}

#[tokio::test]
async fn a_batch_reads_messages_in_order() {
    let tenant = Sim::start().await;
    let graph = client(&tenant);
    let mail = graph.mail(&Mailbox::Me);
    let wanted = ids(&all(&mail).await)[..25].to_vec();

    let parts = wanted.iter().map(|id| mail.message(id).select(&["isRead"]).batched()).collect();
    let messages = graph.batch(parts).await.unwrap();

    let read = messages.into_iter().map(|message| message.unwrap().id.unwrap());
    assert_eq!(read.collect::<Vec<_>>(), wanted);
}

#[tokio::test]
async fn a_shared_mailbox_is_read_and_a_strangers_is_not() {
    let tenant = Sim::start().await;
    let graph = client(&tenant);
    let of = |address: &str| graph.mail(&Mailbox::Of(Address::new(address).unwrap()));

    let shared = of("projects@fjordlight.example").messages().top(1).page().await.unwrap();
    let unknown = of("nobody@fjordlight.example").messages().page().await.unwrap_err();

    assert_eq!(shared.items.len(), 1);
    assert_eq!(unknown.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn g33_tools_that_work_at_once_keep_below_the_mailboxs_limit() {
    let tenant = Sim::start().await;
    let graph = client(&tenant);
    let mail = graph.mail(&Mailbox::Me);
    let wanted = ids(&mail.messages().top(6).page().await.unwrap().items);
    tenant.graph().clear_log();
    tenant.graph().on("/v1.0/me/messages", Fault::delay(Duration::from_millis(50)));

    let calls = wanted.iter().map(|id| {
        let mail = graph.for_call(Call::new()).mail(&Mailbox::Me);
        async move { mail.message(id).get().await }
    });
    let messages = join_all(calls).await;

    assert!(messages.iter().all(Result::is_ok));
    assert!(tenant.max_parallel(MIRA) <= 3);
    assert!(tenant.graph().log().iter().all(|record| record.status == Some(200)));
}

#[tokio::test]
async fn g33_a_batch_beside_single_requests_keeps_below_the_limit_too() {
    let tenant = Sim::start().await;
    let graph = client(&tenant);
    let mail = graph.mail(&Mailbox::Me);
    let wanted = ids(&mail.messages().top(20).page().await.unwrap().items);
    tenant.graph().clear_log();

    let batch = || graph.batch(wanted.iter().map(|id| mail.message(id).batched()).collect());
    let single = || mail.message(&wanted[0]).get();
    let (first, second, one, two) = tokio::join!(batch(), batch(), single(), single());

    assert!(first.unwrap().iter().chain(&second.unwrap()).all(Result::is_ok));
    assert!(one.is_ok() && two.is_ok());
    assert_eq!(tenant.graph().requests(), 4);
}

#[tokio::test]
async fn g01_the_tenants_retry_after_has_passed_before_the_second_attempt() {
    let (tenant, mail) = started().await;
    tenant.graph().next_response(Fault::throttled(Duration::from_secs(2)));

    mail.messages().page().await.unwrap();

    let log = tenant.graph().log();
    let gap = log[1].at.duration_since(log[0].at).as_secs_f64();
    assert_eq!(log.len(), 2);
    assert!((2.0..3.5).contains(&gap), "{gap}");
}

#[tokio::test]
async fn g20_nothing_reaches_the_foreign_host() {
    let (tenant, mail) = started().await;
    let foreign = format!("{}/v1.0/me/messages", tenant.foreign_endpoint());
    tenant.graph().next_response(Fault::foreign_next_link(foreign));

    let page = mail.messages().top(2).pages().collect().await.unwrap();

    assert_eq!((page.items.len(), page.incomplete), (2, Some(Incomplete::ForeignLink)));
    assert_eq!(tenant.foreign().requests(), 0);
}

#[tokio::test]
async fn every_fault_ends_in_an_error_of_its_kind_that_shows_no_secret() {
    let claims = serde_json::json!({"access_token": {"nbf": {"essential": true}}});
    let faults = [
        (Fault::reset_before_headers(), ErrorKind::Unavailable),
        (Fault::reset_mid_body(), ErrorKind::Unavailable),
        (Fault::truncated_json(), ErrorKind::Protocol),
        (Fault::truncated_json_wrong_length(), ErrorKind::Protocol),
        (Fault::html_200(), ErrorKind::Protocol),
        (Fault::empty_200(), ErrorKind::Protocol),
        (Fault::no_content_204(), ErrorKind::Protocol),
        (Fault::error_tail(), ErrorKind::Protocol),
        (Fault::gateway_timeout_html(), ErrorKind::Unavailable),
        (Fault::unauthorized_plain(), ErrorKind::Auth),
        (Fault::unauthorized_claims(claims), ErrorKind::Auth),
        (Fault::throttled_bare(), ErrorKind::Throttled),
        (Fault::huge_page(20 * 1024 * 1024), ErrorKind::TooLarge),
        (Fault::gzip_bomb(64 * 1024 * 1024), ErrorKind::TooLarge),
    ];
    let (tenant, mail) = started().await;
    for (fault, kind) in faults {
        let name = format!("{fault:?}");
        tenant.graph().on("/v1.0/me/messages", fault);

        let error = mail.messages().page().await.unwrap_err();

        tenant.graph().clear();
        let told = format!("{error} {error:?}");
        assert_eq!(error.kind(), kind, "{name}: {told}");
        assert!(tenant.canaries().iter().all(|secret| !told.contains(secret)), "{told}");
    }
    assert_eq!(tenant.violations(), [""; 0]);
}

#[tokio::test]
async fn g30_what_sharepoint_refuses_is_told_apart_with_its_own_codes() {
    let tenant = Sim::start().await;
    let drive = client(&tenant).my_drive();
    let cases = [
        (400, ErrorKind::BadRequest, "invalidRequest"),
        (403, ErrorKind::Forbidden, "accessDenied"),
        (404, ErrorKind::NotFound, "itemNotFound"),
        (406, ErrorKind::NotSupported, "notSupported"),
        (410, ErrorKind::Gone, "resyncRequired"),
        (412, ErrorKind::BadRequest, "preconditionFailed"),
        (416, ErrorKind::BadRequest, "invalidRange"),
        (423, ErrorKind::Locked, "resourceLocked"),
        (429, ErrorKind::Throttled, "quota"),
        (503, ErrorKind::Unavailable, "serviceNotAvailable"),
        (509, ErrorKind::Unavailable, "bandwidthLimitExceeded"),
    ];
    for (status, kind, code) in cases {
        tenant.graph().on("/v1.0/me/drive", Fault::status(status));

        let error = drive.get().await.unwrap_err();

        tenant.graph().clear();
        assert_eq!((error.kind(), error.code()), (kind, Some(code)), "{status}");
    }
}

#[tokio::test]
async fn a_tenant_behind_tls_is_read_with_the_root_that_the_caller_trusts() {
    let tenant = Sim::builder().tls(true).start().await.unwrap();
    let root = std::fs::read(tenant.ca_file().unwrap()).unwrap();
    let trusting = move || {
        let root = reqwest::Certificate::from_pem(&root).unwrap();
        reqwest::Client::builder().no_proxy().tls_certs_only([root])
    };

    let strict = client(&tenant).me().await.unwrap_err();
    let user = builder(&tenant).http(trusting).build().unwrap().me().await.unwrap();

    assert_eq!(strict.kind(), ErrorKind::Unavailable);
    assert_eq!(user.user_principal_name.as_deref(), Some(MIRA));
}
