//! Reads Graph with a token of one's own: the unread messages of a mailbox, page by page.
//!
//! The tenant is the demo one; with a real token, leave `base_url` out.

#![expect(clippy::print_stdout, reason = "the program's output")]

use std::{error::Error, sync::Arc, time::Duration};

use m365_auth::{AccessToken, Clock, FixedToken, SystemClock};
use m365_graph::{GraphClient, Mailbox};
use m365_sim::Sim;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let tenant = Sim::start().await;
    let scopes = ["User.Read", "Mail.Read"];
    let secret = tenant.issue_token("mira.solberg@fjordlight.example", &scopes);
    let expires = SystemClock::default().now() + Duration::from_secs(3600);
    let token = FixedToken::new(AccessToken::new(secret, expires, scopes));
    let graph =
        GraphClient::builder(Arc::new(token)).base_url(tenant.graph_endpoint().parse()?).build()?;

    let mail = graph.mail(&Mailbox::Me);
    let unread = mail.messages().filter("isRead eq false").select(&["subject"]).top(50);
    let mut page = unread.page().await?;
    loop {
        for message in &page.items {
            println!("{}", message.subject.as_deref().unwrap_or("(no subject)"));
        }
        let Some(next) = page.next.take() else { return Ok(()) };
        page = mail.next_page(&next).await?;
    }
}
