use m365_graph::{Mailbox, Message, NextLink};
use serde::{Deserialize, Serialize};

use super::input::{Conditions, Order, OutlookEmailSearchInput};
use crate::{ToolContext, ToolError, asked::given, mail::access::Access};

/// What is asked for, checked, before anything is looked up.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) conditions: Conditions,
    pub(super) folder: Option<String>,
    pub(super) owner: Option<String>,
    pub(super) order: Order,
    pub(super) limit: usize,
    pub(super) offset: u32,
    /// Where an earlier answer stopped.
    pub(super) place: Option<Place>,
}

impl Plan {
    pub(super) fn new(
        ctx: &ToolContext,
        input: &OutlookEmailSearchInput,
        limit: u32,
        offset: u32,
    ) -> Result<Self, ToolError> {
        let cursor = given(input.cursor.as_ref());
        Ok(Self {
            conditions: Conditions::of(input),
            folder: given(input.folder_name.as_ref()),
            owner: given(input.mailbox_owner_email.as_ref()),
            order: input.order.unwrap_or_default(),
            limit: limit as usize,
            offset,
            place: cursor.map(|cursor| ctx.open_cursor(&cursor)).transpose()?,
        })
    }
}

/// By which way the messages are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// A list by date, of which the headers are compared here.
    Headers,
    /// A filtered, ordered list.
    List,
    /// Text search, newest first.
    Newest,
    /// Text search, oldest first.
    Oldest,
    /// Text search, best first.
    Ranked,
}

impl Route {
    /// Chooses the way; `whole_mailbox` tells that all of one's own mailbox is searched.
    pub(super) fn choose(
        plan: &Plan,
        whole_mailbox: bool,
        access: Access,
    ) -> (Self, Option<&'static str>) {
        let conditions = &plan.conditions;
        match plan.order {
            _ if access == Access::Basic && conditions.needs_search() => (Self::Headers, None),
            Order::Relevance if conditions.query.is_none() => {
                let notice = "There are no words to rank by, so the newest come first.";
                (if conditions.needs_search() { Self::Newest } else { Self::List }, Some(notice))
            }
            Order::Relevance if !whole_mailbox => {
                let notice = "Graph ranks only within the whole of the user's own mailbox, so the \
                              newest come first.";
                (Self::Newest, Some(notice))
            }
            Order::Relevance => (Self::Ranked, None),
            _ if !conditions.needs_search() => (Self::List, None),
            Order::Oldest => (Self::Oldest, None),
            Order::Newest => (Self::Newest, None),
        }
    }
}

/// Where an answer stopped and the next one goes on; it travels sealed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Place {
    Scan(ScanPlace),
    Oldest(OldestPlace),
    Ranked(RankedPlace),
}

/// A place in pages that are read one after the other.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct ScanPlace {
    /// Whether the pages are a list by date, and not a text search.
    pub(super) listing: bool,
    /// The link to the page; the first one has none.
    pub(super) link: Option<NextLink>,
    /// How many of the page's messages were looked at.
    pub(super) index: usize,
    /// The last of them that was given: mail that arrives meanwhile moves it down the page.
    pub(super) last: Option<String>,
    /// How many messages earlier pages of this search had.
    pub(super) seen: usize,
    /// The end of an earlier search that Graph cut off.
    pub(super) until: Option<Edge>,
    /// Whether that end is sent to the second, and not as a day.
    pub(super) exact: bool,
}

impl ScanPlace {
    /// Starts at the first page of a list by date.
    pub(super) fn listing() -> Self {
        Self { listing: true, ..Self::default() }
    }
}

/// A moment up to which everything was looked at, and what was seen of the moment itself.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Edge {
    pub(super) second: i64,
    pub(super) ids: Vec<String>,
}

/// A place in time, from which everything later is still to be given.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct OldestPlace {
    pub(super) edge: Edge,
    /// How many messages are still to be skipped.
    pub(super) skip: usize,
    /// How long the next stretch is to be, in seconds; as long as there is time where `None`.
    pub(super) length: Option<i64>,
    /// Whether dates were found to be compared to the second.
    pub(super) exact: bool,
}

/// A place in ranked results.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct RankedPlace {
    /// Where the page starts.
    pub(super) from: u32,
    /// How many of the page's hits were looked at.
    pub(super) index: usize,
}

/// What a search found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) hits: Vec<Message>,
    pub(super) next: Next,
    pub(super) total: Option<u64>,
    pub(super) notices: Vec<String>,
    pub(super) mailbox: Mailbox,
    /// The folder that all hits are in, where one was asked for.
    pub(super) folder: Option<String>,
}

/// How a search goes on.
#[derive(Debug, Default)]
pub(super) enum Next {
    #[default]
    End,
    Offset(u32),
    Place(Place),
}
