use std::time::Duration;

use m365_auth::{Clock, ScopeSet, SystemClock};
use m365_graph::{Call, ErrorKind, GraphClient, Mailbox, Result, SiteId};
use m365_tools::{Definition, Details, ToolError};

use super::{Check, LATE, PATIENCE, Subject, about, account::Standing, in_time};
use crate::{
    failure::{UNAVAILABLE, exit_code},
    session::Session,
};

/// A part of Microsoft 365, with the permissions of which any one lets it be asked.
struct Service {
    id: &'static str,
    title: &'static str,
    scopes: &'static [&'static str],
}

const MAIL: Service =
    Service { id: "service.mail", title: "Mail", scopes: &["Mail.Read", "Mail.ReadBasic"] };
const CALENDAR: Service =
    Service { id: "service.calendar", title: "Calendar", scopes: &["Calendars.Read"] };
const CHATS: Service =
    Service { id: "service.chats", title: "Teams chats", scopes: &["Chat.Read", "Chat.ReadBasic"] };
const FILES: Service = Service {
    id: "service.files",
    title: "OneDrive",
    scopes: &["Files.Read.All", "Files.Read", "Sites.Read.All"],
};
const SITES: Service =
    Service { id: "service.sites", title: "SharePoint", scopes: &["Sites.Read.All"] };

/// How much of the patience is left for the way back, so that Graph's own words are heard.
const MARGIN: Duration = Duration::from_secs(1);

/// Names all services.
pub(super) fn subjects() -> impl Iterator<Item = Subject> {
    [MAIL, CALENDAR, CHATS, FILES, SITES].into_iter().map(|service| service.subject())
}

/// Asks each service one cheap thing, side by side.
pub(super) async fn checks(
    session: &Session,
    tools: &[&Definition],
    standing: &Standing,
    graph_is_reached: bool,
) -> Vec<Check> {
    let scopes = session.client.scopes();
    let graph = bounded(session.graph());
    let visit = Visit { graph, scopes, tools, standing, graph_is_reached };
    let checks = tokio::join!(
        visit.check(MAIL, mail),
        visit.check(CALENDAR, calendar),
        visit.check(CHATS, chats),
        visit.check(FILES, files),
        visit.check(SITES, sites),
    );
    let (mail, calendar, chats, files, sites) = checks;
    vec![mail, calendar, chats, files, sites]
}

/// Gives requests less time than their check has.
fn bounded(graph: &GraphClient) -> GraphClient {
    let mut call = Call::default();
    call.deadline = SystemClock::default().now().checked_add(PATIENCE.saturating_sub(MARGIN)).ok();
    graph.for_call(call)
}

struct Visit<'a> {
    graph: GraphClient,
    scopes: &'a ScopeSet,
    tools: &'a [&'a Definition],
    standing: &'a Standing,
    graph_is_reached: bool,
}

impl Visit<'_> {
    async fn check(
        &self,
        service: Service,
        probe: impl AsyncFnOnce(&GraphClient) -> Result<()>,
    ) -> Check {
        if let Some(because) = self.obstacle(&service) {
            return service.subject().skipped(because);
        }
        match in_time(probe(&self.graph)).await {
            None => service.subject().failed(UNAVAILABLE, LATE, "Try again in a few minutes"),
            Some(Ok(())) => service.subject().ok("it answers"),
            Some(Err(error)) if error.kind() == ErrorKind::NotFound => service.subject().warning(
                "the user has none yet, or it is not licensed",
                "Open it once in the browser, or ask an administrator for a licence",
            ),
            Some(Err(error)) => failed(&service, error),
        }
    }

    fn obstacle(&self, service: &Service) -> Option<String> {
        let granted =
            |scope: &&str| self.standing.granted.iter().any(|one| one.eq_ignore_ascii_case(scope));
        let used = |scope: &&str| {
            self.scopes.contains(scope)
                && self.tools.iter().any(|tool| tool.scopes().contains(scope))
        };
        match () {
            () if !self.graph_is_reached => Some("Microsoft Graph does not answer".to_owned()),
            () if !self.standing.has_token => Some("there is no token for it".to_owned()),
            () if !service.scopes.iter().any(|scope| granted(scope) && used(scope)) => {
                let scopes = service.scopes.join(" or ");
                Some(format!("it needs {scopes}, configured and granted"))
            }
            () => None,
        }
    }
}

impl Service {
    fn subject(&self) -> Subject {
        about(self.id, self.title)
    }
}

fn failed(service: &Service, error: m365_graph::Error) -> Check {
    let error = ToolError::from(error);
    service.subject().failed(exit_code(error.code()), words(error.details()), error.message())
}

/// Says what Graph answered, with what an administrator looks it up by.
fn words(details: &Details) -> String {
    let parts = [
        details.status.map(|status| format!("HTTP {status}")),
        details.graph_code.clone(),
        details.aadsts.clone(),
        details.request_id.as_ref().map(|id| format!("request id {id}")),
        details.correlation_id.as_ref().map(|id| format!("correlation id {id}")),
        details.retry_after_seconds.map(|seconds| format!("to be left alone for {seconds} s")),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    match parts.as_slice() {
        [] => LATE.to_owned(),
        parts => parts.join(", "),
    }
}

async fn mail(graph: &GraphClient) -> Result<()> {
    graph.mail(&Mailbox::Me).messages().select(&["id"]).top(1).page().await.map(drop)
}

async fn calendar(graph: &GraphClient) -> Result<()> {
    let now = SystemClock::default().now();
    let end = now.checked_add(Duration::from_secs(3600)).unwrap_or(now);
    graph.calendar(&Mailbox::Me).view(now, end).select(&["id"]).top(1).page().await.map(drop)
}

async fn chats(graph: &GraphClient) -> Result<()> {
    graph.teams().chats().top(1).page().await.map(drop)
}

async fn files(graph: &GraphClient) -> Result<()> {
    graph.my_drive().get().await.map(drop)
}

async fn sites(graph: &GraphClient) -> Result<()> {
    graph.sites().site(&SiteId::new("root")?).get().await.map(drop)
}
