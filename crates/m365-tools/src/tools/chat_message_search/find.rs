use jiff::{Timestamp, Zoned, tz::TimeZone};
use m365_extract::excerpt;
use m365_graph::{ChannelId, ChannelIdentity, TeamId};

use super::{
    found::{Found, Place},
    index::{self, IndexPlace},
    input::ChatMessageSearchInput,
    query::{self, Query},
    scan::{self, ScanPlace},
};
use crate::{
    ErrorCode, ToolContext, ToolError, asked,
    asked::given,
    teams::{
        access::{CHANNEL_MESSAGES, CHANNELS, TEAMS},
        names::{self, FoundChannel, FoundTeam},
        people::Own,
    },
    time::Interval,
};

/// What a scan without the scope for channels leaves out, in the words of the contract.
const NO_CHANNELS: &str =
    "Channel messages were not searched: Missing scope 'ChannelMessage.Read.All'";

const REFUSED: &str = "Graph's search of messages is not available to this account, so the chats were \
                       read instead, and channel messages were not searched.";

/// One search, as it was asked for.
pub(super) struct Finder<'a> {
    pub(super) ctx: &'a ToolContext,
    pub(super) own: Own,
    pub(super) now: Zoned,
    pub(super) query: Option<Query>,
    pub(super) sender: Option<String>,
    pub(super) recipient: Option<String>,
    /// The one chat to look at, by its name.
    pub(super) chat: Option<String>,
    /// The one place among teams to look at.
    pub(super) within: Option<Within>,
    pub(super) interval: Interval,
    pub(super) limit: usize,
    place: Option<Place>,
    started: Timestamp,
}

/// A team, or one of its channels.
#[derive(Clone, Debug)]
pub(super) struct Within {
    pub(super) team: TeamId,
    pub(super) channel: Option<ChannelId>,
}

impl Within {
    /// Tells whether a channel belongs to it.
    pub(super) fn has(&self, channel: &ChannelIdentity) -> bool {
        let team = channel.team_id.as_ref().map(TeamId::as_str);
        team.is_some_and(|team| team.eq_ignore_ascii_case(self.team.as_str()))
            && (self.channel.is_none() || self.channel == channel.channel_id)
    }
}

impl<'a> Finder<'a> {
    /// Checks what is asked for, and finds the team and channel that it names.
    pub(super) async fn new(
        ctx: &'a ToolContext,
        input: &ChatMessageSearchInput,
        limit: usize,
        zone: &TimeZone,
    ) -> Result<Self, ToolError> {
        let (after, before) =
            (given(input.after_date_time.as_ref()), given(input.before_date_time.as_ref()));
        let interval = asked::interval([after.as_deref(), before.as_deref()], ctx, zone)?;
        let now = ctx.now().to_zoned(zone.clone());
        let query = given(input.query.as_ref()).filter(|query| query != "*");
        let cursor = given(input.cursor.as_ref());
        let (own, within) = tokio::join!(Own::of(ctx), within(ctx, input));
        Ok(Self {
            ctx,
            own,
            query: query.map(|query| query::parse(&query, &now)).transpose()?,
            now,
            sender: given(input.sender.as_ref()).map(asked::person),
            recipient: given(input.recipient.as_ref()).map(asked::person),
            chat: given(input.chat_name.as_ref()),
            within: within?,
            interval,
            limit,
            place: cursor.map(|cursor| ctx.open_cursor(&cursor)).transpose()?,
            started: ctx.now(),
        })
    }

    pub(super) const fn interval(&self) -> Interval {
        self.interval
    }

    /// Says that nothing of the people asked for was found, and how to find out who they are.
    pub(super) fn nobody(&self, found: &Found) -> Option<String> {
        let is_empty = found.messages.is_empty() && found.next.is_none() && self.place.is_none();
        let people = [("from", &self.sender), ("to", &self.recipient)];
        let named: Vec<_> = people
            .into_iter()
            .filter_map(|(way, who)| Some(format!("{way} {:?}", excerpt(who.as_ref()?, 100))))
            .collect();
        (is_empty && !named.is_empty()).then(|| {
            format!(
                "No message {} fits; search_people tells whether there is such a person, and the address.",
                named.join(" ")
            )
        })
    }

    /// Chooses the way and goes it, or goes on where an earlier answer stopped.
    pub(super) async fn run(&self) -> Result<Found, ToolError> {
        match &self.place {
            Some(Place::Scan(place)) => return self.scan(place.clone(), None).await,
            Some(Place::Index(place)) => return self.search(place.clone()).await,
            None => {}
        }
        if self.chat.is_some() {
            return self.scan(ScanPlace::default(), None).await;
        }
        if !self.ctx.has_scope(CHANNEL_MESSAGES).await? {
            return self.scan(ScanPlace::default(), Some(NO_CHANNELS)).await;
        }
        self.search(IndexPlace::default()).await
    }

    async fn search(&self, place: IndexPlace) -> Result<Found, ToolError> {
        let first = place == IndexPlace::default();
        match index::run(self, place).await {
            Err(index::Failure::Unavailable(_)) if first && self.within.is_none() => {
                self.scan(ScanPlace::default(), Some(REFUSED)).await
            }
            Err(failure) => Err(failure.into_error()),
            Ok(found) => Ok(found),
        }
    }

    async fn scan(&self, place: ScanPlace, notice: Option<&str>) -> Result<Found, ToolError> {
        let notice = notice.map(str::to_owned).or_else(|| place.notice.clone());
        let place = place.noticed(notice.clone());
        let mut found = scan::run(self, place).await?;
        if let Some(notice) = notice {
            found.notices.insert(0, notice);
        }
        Ok(found)
    }

    /// Tells whether the call has taken so much time that it should answer with what it has.
    pub(super) fn is_late(&self) -> bool {
        let passed = self.ctx.now().duration_since(self.started).unsigned_abs();
        passed > self.ctx.limits().deadline / 3 * 2
    }
}

/// Finds the team and channel that are named.
async fn within(
    ctx: &ToolContext,
    input: &ChatMessageSearchInput,
) -> Result<Option<Within>, ToolError> {
    let team = given(input.team_name.as_ref());
    let channel = given(input.channel_name.as_ref());
    if team.is_none() && channel.is_none() {
        return Ok(None);
    }
    refuse_both(input)?;
    for scope in [CHANNEL_MESSAGES, TEAMS, CHANNELS] {
        ctx.require_scope(scope).await?;
    }
    let team = match team {
        Some(team) => Some(names::team(ctx, "teamName", &team).await?),
        None => None,
    };
    let within = match (team, channel) {
        (Some(team), Some(name)) => {
            of_channel(names::channel(ctx, team, "channelName", &name).await?)
        }
        (None, Some(name)) => of_channel(names::channel_anywhere(ctx, "channelName", &name).await?),
        (Some(FoundTeam { id, .. }), None) => Within { team: id, channel: None },
        (None, None) => return Ok(None),
    };
    Ok(Some(within))
}

fn of_channel(found: FoundChannel) -> Within {
    Within { team: found.team.id, channel: Some(found.id) }
}

fn refuse_both(input: &ChatMessageSearchInput) -> Result<(), ToolError> {
    if given(input.chat_name.as_ref()).is_some() {
        return Err(ToolError::validation(
            "chatName: a message is in a chat or in a channel; leave out chatName, or teamName and \
             channelName.",
        ));
    }
    match given(input.recipient.as_ref()) {
        Some(_) => Err(ToolError::new(
            ErrorCode::ValidationError,
            "recipient: a post in a channel has none; leave out recipient, or teamName and channelName.",
        )),
        None => Ok(()),
    }
}
