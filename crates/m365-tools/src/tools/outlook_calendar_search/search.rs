use std::time::Duration;

use jiff::Timestamp;
use m365_graph::Mailbox;

use super::{
    plan::{Plan, Span},
    scan::{self, Scanned},
    source::{self, Failure, Source},
};
use crate::{
    ErrorCode, ToolContext, ToolError,
    calendar::{
        access,
        named::{self, NamedCalendar},
    },
    mail::access as mailboxes,
};

/// How many pages one call reads before it answers with what it has.
const MAX_PAGES: u32 = 20;

/// One search of one calendar.
pub(super) struct Search<'a> {
    pub(super) ctx: &'a ToolContext,
    pub(super) plan: &'a Plan,
    pub(super) span: Span,
    pub(super) mailbox: Mailbox,
    pub(super) calendar: Option<NamedCalendar>,
    started: Timestamp,
}

impl<'a> Search<'a> {
    /// Finds out which calendar is meant, and whether it may be read.
    pub(super) async fn new(
        ctx: &'a ToolContext,
        plan: &'a Plan,
        span: Span,
    ) -> Result<Self, ToolError> {
        let mut mailbox = access::mailbox(ctx, plan.owner.as_deref()).await?;
        access::check(ctx, &mailbox).await?;
        let calendar = match &plan.calendar {
            Some(name) => Some(named::find(ctx.graph(), &mailbox, name).await?),
            None => None,
        };
        if let Some(owner) = named::usual_of(ctx, calendar.as_ref()).await? {
            mailbox = mailboxes::own_or(ctx, Mailbox::Of(owner)).await?;
        }
        Ok(Self { ctx, plan, span, mailbox, calendar, started: ctx.now() })
    }

    /// Finds the events; where a calendar is not shared, the times at which its owner is not free.
    pub(super) async fn run(&self) -> Result<Scanned, ToolError> {
        match scan::run(self, &Source::View).await {
            Err(Failure::Graph(error)) => match source::fallback(self, &error) {
                Some(busy) => self.busy(&busy, error).await,
                None => Err(self.explain(error)),
            },
            Err(Failure::Tool(error)) => Err(error),
            Ok(scanned) => Ok(scanned),
        }
    }

    fn explain(&self, error: m365_graph::Error) -> ToolError {
        let unreadable = error.code() == Some(named::UNREADABLE);
        match self.calendar.as_ref().and_then(|calendar| calendar.owner.as_ref()) {
            Some(owner) if unreadable => ToolError::from(error).with_message(format!(
                "Graph cannot read this shared calendar by its name: pass its owner instead, as \
                 calendarOwnerEmail {owner}."
            )),
            _ => access::explain(error, &self.mailbox),
        }
    }

    async fn busy(&self, source: &Source, error: m365_graph::Error) -> Result<Scanned, ToolError> {
        let Source::Busy(owner) = source else { return Err(error.into()) };
        let reason = access::not_shared(owner);
        if self.calendar.is_some() || self.plan.filter.needs_details() {
            let message = format!(
                "{reason} Only its free and busy times can be read: leave out query, organizer, attendee, \
                 location and calendarName."
            );
            return Err(ToolError::from(error)
                .with_code(ErrorCode::Forbidden)
                .with_message(message));
        }
        let scanned = scan::run(self, source).await.map_err(|failure| match failure {
            Failure::Graph(error) => access::explain(error, &self.mailbox),
            Failure::Tool(error) => error,
        });
        let mut scanned = scanned?;
        scanned
            .notices
            .push(format!("{reason} So these are the times at which they are not free."));
        Ok(scanned)
    }

    /// Tells whether a call that has read `pages` pages should answer with what it has. Before anything
    /// is settled it reads some more, as the next call would have to begin at the same place.
    pub(super) fn is_spent(&self, pages: u32, advanced: bool) -> bool {
        let time: Duration = self.ctx.limits().deadline / 3 * 2;
        let passed = self.ctx.now().duration_since(self.started).unsigned_abs();
        let most = if advanced { MAX_PAGES } else { 3 * MAX_PAGES };
        pages >= most || (advanced && passed > time)
    }
}
