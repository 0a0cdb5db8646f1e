use m365_graph as graph;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::asked::{given, person};

/// What `outlook_email_search` is asked for.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct OutlookEmailSearchInput {
    /// Words and KQL, e.g. `from:adele subject:budget "cost plan" received>=2026-11-01`; `*` or absent:
    /// any text. Up to 2,000 characters.
    pub(crate) query: Option<String>,
    /// Who sent it: address or name, up to 500 characters.
    pub(crate) sender: Option<String>,
    /// Who got it (To, Cc, Bcc): address or name, up to 500 characters.
    pub(crate) recipient: Option<String>,
    /// Words in the subject, up to 500 characters.
    pub(crate) subject: Option<String>,
    /// One folder without its subfolders: `Inbox`, a name, or a path such as `Projects/Apollo`.
    pub(crate) folder_name: Option<String>,
    /// Received since: ISO 8601 or plain language, e.g. `2026-11-01`, `last week`.
    pub(crate) after_date_time: Option<String>,
    /// Received until, that day or week included.
    pub(crate) before_date_time: Option<String>,
    /// true: only unread.
    pub(crate) unread_only: Option<bool>,
    /// true: only with attachments; false: only without.
    pub(crate) has_attachments: Option<bool>,
    /// Only this importance.
    pub(crate) importance: Option<Importance>,
    /// The address of a shared mailbox to search instead.
    pub(crate) mailbox_owner_email: Option<String>,
    /// `newest` unless given; `relevance`: the three best first.
    pub(crate) order: Option<Order>,
    /// 1 to 25; 10 unless given.
    #[schemars(range(min = 1))]
    pub(crate) limit: Option<i64>,
    /// The `nextOffset` of an earlier answer.
    #[schemars(range(min = 0))]
    pub(crate) offset: Option<i64>,
    /// The `nextCursor` of an earlier answer to the same arguments.
    pub(crate) cursor: Option<String>,
}

/// How important the sender called a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(crate) enum Importance {
    Low,
    Normal,
    High,
}

impl Importance {
    pub(super) const fn as_str(self) -> &'static str {
        self.level().as_str()
    }

    pub(super) const fn level(self) -> graph::Importance {
        match self {
            Self::Low => graph::Importance::Low,
            Self::Normal => graph::Importance::Normal,
            Self::High => graph::Importance::High,
        }
    }
}

/// The order of the results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(crate) enum Order {
    Relevance,
    #[default]
    Newest,
    Oldest,
}

/// What a message must fulfil, apart from when it was received and where it is.
#[derive(Clone, Debug, Default)]
pub(super) struct Conditions {
    pub(super) query: Option<String>,
    pub(super) sender: Option<String>,
    pub(super) recipient: Option<String>,
    pub(super) subject: Option<String>,
    pub(super) unread_only: bool,
    pub(super) has_attachments: Option<bool>,
    pub(super) importance: Option<Importance>,
}

impl Conditions {
    pub(super) fn of(input: &OutlookEmailSearchInput) -> Self {
        Self {
            query: given(input.query.as_ref()).filter(|query| query != "*"),
            sender: given(input.sender.as_ref()).map(person),
            recipient: given(input.recipient.as_ref()).map(person),
            subject: given(input.subject.as_ref()),
            unread_only: input.unread_only.unwrap_or_default(),
            has_attachments: input.has_attachments,
            importance: input.importance,
        }
    }

    /// The sender, where it is a whole address, so that it can be compared.
    pub(super) fn sender_address(&self) -> Option<&str> {
        let sender = self.sender.as_deref()?;
        graph::Address::new(sender).is_ok().then_some(sender)
    }

    /// Tells whether only Graph's text search knows some of this: an OData filter on words or
    /// recipients is refused beside an order, or unreliable.
    pub(super) fn needs_search(&self) -> bool {
        let named_sender = self.sender.is_some() && self.sender_address().is_none();
        self.query.is_some() || self.recipient.is_some() || self.subject.is_some() || named_sender
    }
}
