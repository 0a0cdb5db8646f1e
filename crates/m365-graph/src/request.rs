use std::fmt::Write as _;

use serde_json::Value;

use crate::{Mailbox, NextLink, odata, page::BodyKind};

/// One logical request: what is asked for, and whose limits it counts against.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) verb: Verb,
    /// The path with names in place of ids, for logs.
    pub(crate) route: String,
    /// Path and query below the version root, percent-encoded, with a leading `/`.
    pub(crate) target: String,
    pub(crate) workload: Workload,
    /// The mailbox whose slots it takes.
    pub(crate) mailbox: Option<Mailbox>,
    /// How many of these slots: a batch takes several.
    pub(crate) weight: u32,
    pub(crate) prefer: Vec<String>,
}

/// What is sent. There are no other verbs, so nothing can be written.
#[derive(Clone, Debug)]
pub(crate) enum Verb {
    Get,
    /// A `POST` to one of the actions that only read.
    Read(Value),
}

impl Verb {
    pub(crate) const fn as_str(&self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Read(_) => "POST",
        }
    }
}

/// The part of Microsoft 365 that throttles by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Workload {
    Directory,
    Outlook,
    Search,
}

/// A `POST` that reads.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Action {
    Batch,
    Schedule,
    Search,
}

impl Request {
    pub(crate) fn get(path: Path, options: &Options) -> Self {
        let query = odata::query(options.0.iter().map(|(name, value)| (*name, value.as_str())));
        let separator = if query.is_empty() { "" } else { "?" };
        let target = format!("{}{separator}{query}", path.text);
        Self::new(Verb::Get, path.route, target, path.workload).on(path.mailbox)
    }

    pub(crate) fn follow(link: &NextLink, route: &str, mailbox: &Mailbox) -> Self {
        let target = link.target().to_owned();
        let request = Self::new(Verb::Get, route.to_owned(), target, Workload::Outlook);
        request.on(Some(mailbox.clone())).prefer_body(link.body())
    }

    pub(crate) fn read(action: Action, body: Value) -> Self {
        let (path, workload) = match action {
            Action::Batch => ("/$batch", Workload::Outlook),
            Action::Schedule => ("/me/calendar/getSchedule", Workload::Outlook),
            Action::Search => ("/search/query", Workload::Search),
        };
        let request = Self::new(Verb::Read(body), path.to_owned(), path.to_owned(), workload);
        request.on(Some(Mailbox::Me))
    }

    const fn new(verb: Verb, route: String, target: String, workload: Workload) -> Self {
        Self { verb, route, target, workload, mailbox: None, weight: 1, prefer: Vec::new() }
    }

    pub(crate) fn on(mut self, mailbox: Option<Mailbox>) -> Self {
        self.mailbox = mailbox;
        self
    }

    pub(crate) const fn weighing(mut self, slots: u32) -> Self {
        self.weight = slots;
        self
    }

    pub(crate) fn prefer(mut self, preference: String) -> Self {
        self.prefer.push(preference);
        self
    }

    pub(crate) fn prefer_body(self, body: Option<BodyKind>) -> Self {
        match body {
            Some(body) => self.prefer(format!("outlook.body-content-type=\"{}\"", body.as_str())),
            None => self,
        }
    }
}

/// Query options, each at most once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options(Vec<(&'static str, String)>);

impl Options {
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.retain(|(other, _)| *other != name);
        self.0.push((name, value.into()));
        self
    }
}

/// A path built of literals and ids: the ids are encoded, and do not show in the route.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    route: String,
    text: String,
    workload: Workload,
    mailbox: Option<Mailbox>,
}

impl Path {
    /// Starts at the signed-in user's own entry in the directory.
    pub(crate) fn me() -> Self {
        Self::empty(Workload::Directory, None).literal("me")
    }

    /// Starts at a mailbox's owner.
    pub(crate) fn mailbox(mailbox: &Mailbox) -> Self {
        let path = Self::empty(Workload::Outlook, Some(mailbox.clone()));
        match mailbox {
            Mailbox::Me => path.literal("me"),
            Mailbox::Of(address) => path.literal("users").id("user", address.as_str()),
        }
    }

    const fn empty(workload: Workload, mailbox: Option<Mailbox>) -> Self {
        Self { route: String::new(), text: String::new(), workload, mailbox }
    }

    pub(crate) fn literal(mut self, name: &'static str) -> Self {
        self.route.push('/');
        self.route.push_str(name);
        self.text.push('/');
        self.text.push_str(name);
        self
    }

    pub(crate) fn id(mut self, name: &'static str, id: &str) -> Self {
        write!(self.route, "/{{{name}}}").ok();
        self.text.push('/');
        self.text.push_str(&odata::segment(id));
        self
    }

    pub(crate) fn route(&self) -> &str {
        &self.route
    }
}
