use schemars::JsonSchema;
use serde::Deserialize;

/// What `chat_message_search` is asked for.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ChatMessageSearchInput {
    /// Words and KQL, e.g. `budget from:adele sent>=2026-11-01 "cost plan"`; also to, mentions,
    /// hasAttachment, IsMentioned, AND, OR, NOT, ( ). `*` or absent: any. Up to 2,000 characters.
    pub(crate) query: Option<String>,
    /// Who sent it: name or address, up to 500 characters.
    pub(crate) sender: Option<String>,
    /// Who got it in a chat: name or address, up to 500 characters.
    pub(crate) recipient: Option<String>,
    /// One chat: its topic or a member's name.
    pub(crate) chat_name: Option<String>,
    /// One team.
    pub(crate) team_name: Option<String>,
    /// One channel.
    pub(crate) channel_name: Option<String>,
    /// Sent at or after: ISO 8601 or e.g. `last week`.
    pub(crate) after_date_time: Option<String>,
    /// Sent at or before, the whole day or week.
    pub(crate) before_date_time: Option<String>,
    /// 1 to 25; 10 unless given.
    #[schemars(range(min = 1))]
    pub(crate) limit: Option<i64>,
    /// The `nextCursor` of an earlier answer.
    pub(crate) cursor: Option<String>,
}
