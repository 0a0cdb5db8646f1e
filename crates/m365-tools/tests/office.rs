//! A user of the demo tenant who calls our tools.

use std::sync::Arc;

use jiff::{Timestamp, tz::TimeZone};
use m365_auth::{AccessToken, Clock, FixedToken, SystemClock, TokenProvider};
use m365_graph::GraphClient;
use m365_sim::{Sim, SimBuilder};
use m365_tools::{
    CallInput, CallLimits, Caller, Catalog, CatalogOptions, Extraction, Extractor, Reply,
};
use serde_json::{Value, json};

use crate::support::{call_as, object};

pub(crate) const MIRA: &str = "mira.solberg@fjordlight.example";
pub(crate) const ADELE: &str = "adele.vance@fjordlight.example";
pub(crate) const SHARED: &str = "projects@fjordlight.example";
pub(crate) const ALL: [&str; 4] = ["User.Read", "Mail.Read", "Mail.Read.Shared", "Calendars.Read"];

/// A demo tenant, and a user with a catalog.
pub(crate) struct Office {
    pub(crate) tenant: Sim,
    pub(crate) catalog: Catalog,
    scopes: Vec<&'static str>,
    tokens: Arc<dyn TokenProvider>,
    clock: Arc<dyn Clock>,
}

impl Office {
    /// The main user with every scope of the mail tools, and a mailbox of the usual size.
    pub(crate) async fn open() -> Self {
        Self::with(Sim::builder(), &ALL).await
    }

    /// The main user with as few messages as a test over many searches can bear.
    pub(crate) async fn small() -> Self {
        Self::with(Sim::builder().messages(150), &ALL).await
    }

    pub(crate) async fn with(builder: SimBuilder, scopes: &[&'static str]) -> Self {
        let tenant = builder.start().await.unwrap();
        let secret = tenant.issue_token(MIRA, scopes);
        let token = AccessToken::new(secret, Timestamp::MAX, scopes.iter().copied());
        let catalog = Catalog::new(
            CatalogOptions::new([7; 32], Extractor::in_process()).with_scopes(scopes.to_vec()),
        );
        let tokens = Arc::new(FixedToken::new(token));
        let clock = Arc::new(SystemClock::default());
        Self { tenant, catalog, scopes: scopes.to_vec(), tokens, clock }
    }

    /// Lives by another clock than the machine's.
    pub(crate) fn by(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Answers with `characters` of text at most.
    pub(crate) fn limited(mut self, characters: usize) -> Self {
        let options =
            CatalogOptions::new([7; 32], Extractor::in_process()).with_scopes(self.scopes.clone());
        let limits = CallLimits::default().with_answer(characters);
        self.catalog = Catalog::new(options.with_limits(limits));
        self
    }

    /// Offers tools for `scopes` only, whatever more the token grants.
    pub(crate) fn configured(self, scopes: &[&'static str]) -> Self {
        self.offering(
            CatalogOptions::new([7; 32], Extractor::in_process()).with_scopes(scopes.to_vec()),
        )
    }

    pub(crate) fn offering(mut self, options: CatalogOptions) -> Self {
        self.catalog = Catalog::new(options);
        self
    }

    /// Reads documents through a queue that can be looked at.
    pub(crate) fn queued(self) -> (Self, Extraction) {
        let extraction = Extraction::new(Extractor::in_process());
        let options = CatalogOptions::new([7; 32], extraction.clone());
        let options = options.with_scopes(self.scopes.clone());
        (self.offering(options), extraction)
    }

    pub(crate) fn graph(&self) -> GraphClient {
        let root = self.tenant.graph_endpoint().parse().unwrap();
        let builder = GraphClient::builder(Arc::clone(&self.tokens)).base_url(root);
        builder.clock(Arc::clone(&self.clock)).build().unwrap()
    }

    pub(crate) fn input(&self) -> CallInput {
        CallInput::new(Caller::new("tenant", "mira"), self.graph(), Arc::clone(&self.tokens))
            .with_device_zone(TimeZone::UTC)
            .with_clock(Arc::clone(&self.clock))
    }

    /// The structured content, or the tool error.
    pub(crate) async fn call(&self, tool: &str, arguments: Value) -> Result<Value, Value> {
        call_as(&self.catalog, tool, arguments, self.input()).await
    }

    /// What the model sees.
    pub(crate) async fn reply(&self, tool: &str, arguments: Value) -> Reply {
        self.catalog.call(tool, object(arguments), self.input()).await.unwrap()
    }

    pub(crate) async fn search(&self, arguments: Value) -> Value {
        match self.call("outlook_email_search", arguments.clone()).await {
            Ok(found) => found,
            Err(error) => panic!("{arguments}: {error}"),
        }
    }

    pub(crate) async fn read(&self, uri: &str) -> Value {
        match self.call("read_resource", json!({"uri": uri})).await {
            Ok(read) => read,
            Err(error) => panic!("{uri}: {error}"),
        }
    }

    /// All results of a search, page by page; no page is asked for twice.
    pub(crate) async fn search_all(&self, arguments: &Value) -> Vec<Value> {
        let mut results = Vec::new();
        let mut next = arguments.clone();
        for _ in 0..200 {
            let found = self.search(next.clone()).await;
            results.extend(found["results"].as_array().unwrap().iter().cloned());
            if found["moreResults"] == false {
                return results;
            }
            next = arguments.clone();
            match (&found["nextOffset"], &found["nextCursor"]) {
                (offset @ Value::Number(_), Value::Null) => next["offset"] = offset.clone(),
                (Value::Null, cursor @ Value::String(_)) => next["cursor"] = cursor.clone(),
                other => panic!("{arguments}: {other:?}"),
            }
        }
        panic!("{arguments}: no end")
    }
}

pub(crate) fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("no {field} in {value}"))
}

pub(crate) fn uris(results: &[Value]) -> Vec<String> {
    results.iter().map(|result| text(result, "uri").to_owned()).collect()
}

impl Office {
    /// The address of the newest message with this subject.
    pub(crate) async fn mail(&self, subject: &str) -> String {
        let found = self.search_all(&json!({"subject": subject, "limit": 25})).await;
        let exact = found.iter().find(|hit| hit["subject"] == subject);
        exact.map_or_else(|| panic!("no {subject}"), |hit| text(hit, "uri").to_owned())
    }

    /// The address of an attachment of the message with this subject.
    pub(crate) async fn attachment(&self, subject: &str, name: &str) -> String {
        let uri = self.mail(subject).await;
        let read = self.read(&uri).await;
        let attachments = read["results"][0]["attachments"].as_array().unwrap();
        let one = attachments.iter().find(|one| one["name"] == name);
        one.map_or_else(
            || panic!("no {name} in {attachments:?}"),
            |one| text(one, "uri").to_owned(),
        )
    }

    /// The text of what `uri` names.
    pub(crate) async fn text(&self, uri: &str) -> String {
        text(&self.read(uri).await["results"][0], "text").to_owned()
    }

    /// The tool error of reading `uri`.
    pub(crate) async fn refusal(&self, uri: &str) -> Value {
        self.call("read_resource", json!({"uri": uri})).await.unwrap_err()
    }
}
