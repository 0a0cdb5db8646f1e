use std::fmt::{self, Write as _};

use serde_json::Value;

use crate::{Mailbox, NextLink, SiteId, TeamId, Workload, names::Names, odata, page::BodyKind};

/// One logical request: what is asked for, and whose limits it counts against.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) verb: Verb,
    /// The path with names in place of ids, for logs.
    pub(crate) route: String,
    /// Path and query below the version root, percent-encoded, with a leading `/`.
    pub(crate) target: String,
    pub(crate) workload: Workload,
    /// Whose slots it takes.
    pub(crate) lane: Lane,
    /// How many of these slots: a batch takes several.
    pub(crate) weight: u32,
    /// How many reads it carries.
    pub(crate) parts: u32,
    pub(crate) prefer: Vec<String>,
    /// What is asked for in `Accept`, where it is not what its reader reads as a rule.
    pub(crate) accept: Option<&'static str>,
    /// Whether the directory may answer from a copy, as it must for a search.
    pub(crate) eventual: bool,
}

/// What limits the requests in flight beside the limit per user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    /// Nothing.
    Open,
    /// Exchange, per mailbox.
    Mailbox(Mailbox),
    /// Teams, for all chats together.
    Chats,
    /// Teams, per team.
    Team(TeamId),
    /// SharePoint, for all sites and drives together.
    Files,
}

/// What is sent. There are no other verbs, so nothing can be written.
#[derive(Clone)]
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

impl Workload {
    /// Returns whose slots a request takes unless it says so itself.
    const fn lane(self) -> Lane {
        match self {
            Self::Directory | Self::Meetings => Lane::Open,
            Self::Files => Lane::Files,
            Self::Outlook | Self::Search => Lane::Mailbox(Mailbox::Me),
            Self::Teams => Lane::Chats,
        }
    }
}

/// A `POST` that reads.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Action {
    Batch,
    MeetingTimes,
    Schedule,
    Search,
}

impl Request {
    pub(crate) fn get(path: Path, options: &Options) -> Self {
        let query = odata::query(options.0.iter().map(|(name, value)| (*name, value.as_str())));
        let separator = if query.is_empty() { "" } else { "?" };
        let target = format!("{}{separator}{query}", path.text);
        Self::new(Verb::Get, path.route, target, path.workload).on(path.lane)
    }

    /// Goes on with a list that started at or below `path`.
    pub(crate) fn follow(link: &NextLink, path: Path) -> Self {
        let route = format!("{}/(next page)", path.route);
        let request = Self::new(Verb::Get, route, link.target().to_owned(), path.workload);
        request.on(path.lane).prefer_body(link.body())
    }

    pub(crate) fn read(action: Action, body: Value) -> Self {
        let (path, workload) = match action {
            Action::Batch => ("/$batch", Workload::Outlook),
            Action::MeetingTimes => ("/me/findMeetingTimes", Workload::Outlook),
            Action::Schedule => ("/me/calendar/getSchedule", Workload::Outlook),
            Action::Search => ("/search/query", Workload::Search),
        };
        Self::new(Verb::Read(body), path.to_owned(), path.to_owned(), workload)
    }

    const fn new(verb: Verb, route: String, target: String, workload: Workload) -> Self {
        Self {
            verb,
            route,
            target,
            workload,
            lane: workload.lane(),
            weight: 1,
            parts: 1,
            prefer: Vec::new(),
            accept: None,
            eventual: false,
        }
    }

    pub(crate) fn on(mut self, lane: Lane) -> Self {
        self.lane = lane;
        self
    }

    /// Counts it against `workload` and no other.
    pub(crate) const fn counting(mut self, workload: Workload) -> Self {
        self.workload = workload;
        self
    }

    /// Asks for a content type that is not the usual one.
    pub(crate) const fn accept(mut self, content_type: &'static str) -> Self {
        self.accept = Some(content_type);
        self
    }

    /// Lets the directory answer from a copy that may be a little behind.
    pub(crate) const fn eventual(mut self) -> Self {
        self.eventual = true;
        self
    }

    /// Makes it carry `parts`, of which each takes a slot.
    pub(crate) const fn carrying(mut self, parts: u32) -> Self {
        (self.weight, self.parts) = (parts, parts);
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

/// Shows nothing of ids, query and body.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Request");
        shown.field("method", &self.verb.as_str()).field("route", &self.route);
        shown.field("workload", &self.workload).finish_non_exhaustive()
    }
}

/// Query options, each at most once.
#[derive(Clone, Default)]
pub(crate) struct Options(Vec<(&'static str, String)>);

impl Options {
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.retain(|(other, _)| *other != name);
        self.0.push((name, value.into()));
        self
    }
}

/// Shows the names alone.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

/// A path built of literals and ids: the ids are encoded, and do not show in the route.
#[derive(Clone)]
pub(crate) struct Path {
    route: String,
    text: String,
    workload: Workload,
    lane: Lane,
}

impl Path {
    /// Starts at the version root.
    pub(crate) const fn root(workload: Workload) -> Self {
        Self { route: String::new(), text: String::new(), workload, lane: workload.lane() }
    }

    /// Starts at the signed-in user's own entry in the directory.
    pub(crate) fn me() -> Self {
        Self::root(Workload::Directory).literal("me")
    }

    /// Starts at a team.
    pub(crate) fn team(team: &TeamId) -> Self {
        let path = Self::root(Workload::Teams).on(Lane::Team(team.clone()));
        path.literal("teams").id("team", team.as_str())
    }

    /// Starts at a mailbox's owner.
    pub(crate) fn mailbox(mailbox: &Mailbox) -> Self {
        let path = Self::root(Workload::Outlook).on(Lane::Mailbox(mailbox.clone()));
        match mailbox {
            Mailbox::Me => path.literal("me"),
            Mailbox::Of(address) => path.literal("users").id("user", address.as_str()),
        }
    }

    fn on(mut self, lane: Lane) -> Self {
        self.lane = lane;
        self
    }

    pub(crate) fn literal(mut self, name: &'static str) -> Self {
        self.route.push('/');
        self.route.push_str(name);
        self.text.push('/');
        self.text.push_str(name);
        self
    }

    /// Calls a function with a text: `name(q='text')`.
    pub(crate) fn function(mut self, name: &'static str, text: &str) -> Self {
        write!(self.route, "/{name}(q={{text}})").ok();
        write!(self.text, "/{name}(q='{}')", odata::segment(&text.replace('\'', "''"))).ok();
        self
    }

    /// Addresses what lies below a host: `{host}:/{path}`, or the host alone where there are no
    /// names.
    pub(crate) fn at(self, host: &SiteId, names: &Names<'_>) -> Self {
        let host = self.id("host", host.as_str());
        if names.is_empty() { host } else { host.closed().names(names) }
    }

    pub(crate) fn id(self, name: &'static str, id: &str) -> Self {
        self.segments(name, [id])
    }

    /// Adds the names along a path, of which the route tells nothing.
    pub(crate) fn names(self, names: &Names<'_>) -> Self {
        self.segments("path", names.iter())
    }

    fn segments<'a>(mut self, name: &str, texts: impl IntoIterator<Item = &'a str>) -> Self {
        write!(self.route, "/{{{name}}}").ok();
        for text in texts {
            self.text.push('/');
            self.text.push_str(&odata::segment(text));
        }
        self
    }

    /// Ends a path of names: what follows is again of Graph's own vocabulary.
    pub(crate) fn closed(mut self) -> Self {
        self.route.push(':');
        self.text.push(':');
        self
    }
}

/// Shows the route.
impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Path").field(&self.route).finish()
    }
}
