use std::time::Duration;

use jiff::Timestamp;
use m365_graph::{self as graph, ErrorKind, FolderId, MailApi, Mailbox, Message, MessageQuery};

use super::{
    filter,
    kql::{self, Dates},
    list, oldest,
    plan::{Found, OldestPlace, Place, Plan, RankedPlace, Route, ScanPlace},
    rank, scan,
};
use crate::{
    ToolContext, ToolError,
    mail::{
        access::{self, Access},
        folders::{self, Folder},
        hit,
    },
    time::Interval,
    uri::{MailItem, MailUri, ResourceUri},
};

/// How many pages one call reads before it answers with what it has.
const MAX_PAGES: u32 = 10;

/// One search of one mailbox.
pub(super) struct Search<'a> {
    pub(super) ctx: &'a ToolContext,
    pub(super) plan: &'a Plan,
    pub(super) interval: Interval,
    pub(super) mailbox: Mailbox,
    pub(super) folder: Option<Folder>,
    access: Access,
    started: Timestamp,
}

impl<'a> Search<'a> {
    /// Finds the mailbox and folder, then the messages.
    pub(super) async fn run(
        ctx: &'a ToolContext,
        plan: &'a Plan,
        interval: Interval,
    ) -> Result<Found, ToolError> {
        let mailbox = access::mailbox(ctx, plan.owner.as_deref()).await?;
        let access = access::check(ctx, &mailbox).await?;
        if access == Access::Basic && plan.conditions.query.is_some() {
            // Exchange searches texts for those only who may read them.
            ctx.require_scope(access::READ).await?;
        }
        let started = ctx.now();
        let mut search = Self { ctx, plan, interval, mailbox, folder: None, access, started };
        let well_known = search.enter_folder().await?;
        let mut found = search.find().await;
        if let (true, Err(Failure::Graph(error))) = (well_known, &found)
            && folders::is_missing(error)
        {
            search.look_up_folder().await?;
            found = search.find().await;
        }
        let found = found.map_err(|error| search.explain(error))?;
        Ok(search.described(found))
    }

    /// Takes a well-known folder by its name, without a request, and looks up any other.
    async fn enter_folder(&mut self) -> Result<bool, ToolError> {
        let Some(name) = &self.plan.folder else { return Ok(false) };
        if let Ok(ResourceUri::Mail(MailUri { mailbox, item: MailItem::Folder(id) })) =
            ResourceUri::parse(name, self.ctx.cloud())
        {
            return self.enter(mailbox, id).map(|()| false);
        }
        if let Some(folder) = folders::well_known(name) {
            self.folder =
                Some(Folder { id: folder.into(), label: folders::title(folder).to_owned() });
            return Ok(true);
        }
        self.look_up_folder().await.map(|()| false)
    }

    /// Takes the folder of an address, which tells its mailbox too.
    fn enter(&mut self, mailbox: Mailbox, id: FolderId) -> Result<(), ToolError> {
        if mailbox != self.mailbox {
            return Err(ToolError::validation(
                "folderName: this uri is of another mailbox; name its owner in mailboxOwnerEmail.",
            ));
        }
        self.folder = Some(Folder { id, label: String::new() });
        Ok(())
    }

    async fn look_up_folder(&mut self) -> Result<(), ToolError> {
        let name = self.plan.folder.as_deref().unwrap_or_default();
        self.folder = Some(folders::find(self.ctx.graph(), &self.mailbox, name).await?);
        Ok(())
    }

    async fn find(&self) -> Result<Found, Failure> {
        let (route, notice) = self.route();
        let mut found = match (self.plan.place.clone(), route) {
            (Some(Place::Scan(place)), _) => scan::run(self, place).await,
            (Some(Place::Oldest(place)), _) => oldest::run(self, place).await,
            (Some(Place::Ranked(place)), _) => rank::run(self, place).await,
            (None, Route::Headers) => scan::run(self, self.first(ScanPlace::listing())).await,
            (None, Route::List) => list::run(self).await,
            (None, Route::Newest) => scan::run(self, self.first(ScanPlace::default())).await,
            (None, Route::Oldest) => oldest::run(self, self.first_oldest()).await,
            (None, Route::Ranked) => rank::run(self, self.first_ranked()).await,
        }?;
        found.notices.extend(notice.map(str::to_owned));
        Ok(found)
    }

    fn route(&self) -> (Route, Option<&'static str>) {
        let whole = self.mailbox == Mailbox::Me && self.folder.is_none();
        Route::choose(self.plan, whole, self.access)
    }

    /// Skips as many hits as the caller asked for.
    pub(super) fn first(&self, place: ScanPlace) -> ScanPlace {
        ScanPlace { index: self.plan.offset as usize, ..place }
    }

    fn first_oldest(&self) -> OldestPlace {
        OldestPlace { skip: self.plan.offset as usize, ..OldestPlace::default() }
    }

    fn first_ranked(&self) -> RankedPlace {
        RankedPlace { from: 0, index: self.plan.offset as usize }
    }

    fn described(self, mut found: Found) -> Found {
        if self.access == Access::Basic {
            // The cursor of an earlier configuration may still ask for them.
            found.hits.iter_mut().for_each(|hit| hit.body_preview = None);
            found.notices.push(format!(
                "Missing scope '{}': summaries are left out, and texts cannot be searched.",
                access::READ
            ));
        }
        found.mailbox = self.mailbox;
        found.folder = self.folder.map(|folder| folder.label).filter(|label| !label.is_empty());
        found
    }

    fn explain(&self, failure: Failure) -> ToolError {
        match failure {
            Failure::Graph(error) if self.is_refused_query(&error) => refused_query(error),
            Failure::Graph(error) => access::explain(error, &self.mailbox),
            Failure::Tool(error) => error,
        }
    }

    fn is_refused_query(&self, error: &graph::Error) -> bool {
        error.kind() == ErrorKind::BadRequest && self.plan.conditions.needs_search()
    }

    pub(super) fn mail(&self) -> MailApi {
        self.ctx.graph().mail(&self.mailbox)
    }

    /// Starts a query for the messages of the mailbox or folder.
    pub(super) fn messages(&self) -> MessageQuery {
        let folder: Option<&FolderId> = self.folder.as_ref().map(|folder| &folder.id);
        let mail = self.mail();
        folder
            .map_or_else(|| mail.messages(), |folder| mail.messages_in(folder))
            .select(self.fields())
    }

    /// What is asked of each message: texts only where the scope for them is configured, whatever more
    /// the token grants.
    pub(super) fn fields(&self) -> &'static [&'static str] {
        hit::fields(self.access)
    }

    pub(super) fn kql(&self, interval: &Interval, dates: Dates) -> Result<String, ToolError> {
        kql::build(&self.plan.conditions, interval, dates)
    }

    pub(super) fn keeps(&self, message: &Message) -> bool {
        filter::keeps(&self.plan.conditions, &self.interval, message)
    }

    pub(super) fn header_fits(&self, message: &Message) -> bool {
        filter::header_fits(&self.plan.conditions, message)
    }

    /// Tells whether a call that has read `pages` pages should answer with what it has.
    pub(super) fn is_spent(&self, pages: u32) -> bool {
        let time: Duration = self.ctx.limits().deadline / 3 * 2;
        let passed = self.ctx.now().duration_since(self.started).unsigned_abs();
        pages >= MAX_PAGES || passed > time
    }
}

/// Why a search failed: Graph's answer, kept as it is until it is known what to make of it, or ours.
#[derive(Debug)]
pub(super) enum Failure {
    Graph(graph::Error),
    Tool(ToolError),
}

impl From<graph::Error> for Failure {
    fn from(error: graph::Error) -> Self {
        Self::Graph(error)
    }
}

impl From<ToolError> for Failure {
    fn from(error: ToolError) -> Self {
        Self::Tool(error)
    }
}

fn refused_query(error: graph::Error) -> ToolError {
    let message = "query: Graph does not accept this search. Check its properties, dates and operators; \
                   plain words and from:, to:, subject:, received>=2026-11-01 are accepted.";
    ToolError::from(error).with_code(crate::ErrorCode::ValidationError).with_message(message)
}
