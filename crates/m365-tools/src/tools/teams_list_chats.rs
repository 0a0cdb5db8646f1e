//! Lists the user's chats.

use async_trait::async_trait;
use jiff::tz::TimeZone;
use m365_extract::excerpt;
use m365_graph::{Chat, ChatMessage, MessagePreview};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    Answer, Listing, Results, Tool, ToolContext, ToolError,
    asked::{Filling, given},
    paging,
    teams::{
        access::{self, Access, CHAT, CHAT_BASIC},
        chats, hit,
        people::{Own, words},
        place::Place,
    },
    time,
    uri::TeamsUri,
};

/// How many members the model sees of a chat; programs see all that come in a list.
const MEMBERS: usize = 8;

/// The longest beginning of the last message, in characters.
const LAST: usize = 120;

/// How many pages of chats one call looks through.
const PAGES: usize = 10;

/// The tool `teams_list_chats`.
#[derive(Debug)]
pub(crate) struct TeamsListChats;

/// What `teams_list_chats` is asked for.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TeamsListChatsInput {
    /// Words in the topic or the members' names.
    query: Option<String>,
    /// 1 to 50; 20 unless given.
    #[schemars(range(min = 1))]
    limit: Option<i64>,
    /// The `nextCursor` of an earlier answer.
    cursor: Option<String>,
}

/// A chat.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChatHit {
    uri: String,
    title: String,
    chat_type: Option<String>,
    members: Vec<String>,
    last_message_date_time: Option<String>,
    /// What the last message begins with.
    summary: Option<String>,
    web_url: Option<String>,
}

#[async_trait]
impl Tool for TeamsListChats {
    type Input = TeamsListChatsInput;
    type Output = Results<ChatHit>;

    const NAME: &'static str = "teams_list_chats";
    const TITLE: &'static str = "List chats";
    const DESCRIPTION: &'static str =
        "Lists the user's Teams chats by last activity. Read one with read_resource and its uri.";
    const NEEDS: &'static [&'static [&'static str]] = &[&[CHAT], &[CHAT_BASIC]];
    const LISTING: Listing = Listing::WithScope;

    async fn call(&self, ctx: &ToolContext, input: Self::Input) -> Result<Answer, ToolError> {
        let mut answer = Answer::new();
        let limit = paging::limit(input.limit, 20, 50, &mut answer)? as usize;
        let access = access::check(ctx).await?;
        let cursor = given(input.cursor.as_ref());
        let place = cursor.map(|cursor| ctx.open_cursor(&cursor)).transpose()?;
        let ((zone, notice), own) = tokio::join!(ctx.time_zone(), Own::of(ctx));
        let query = given(input.query.as_ref()).filter(|query| query != "*");
        let lister = Lister { ctx, access, own, zone, query: words(&query.unwrap_or_default()) };
        lister.fill(&mut answer, place.unwrap_or_default(), limit).await?;
        answer.trailer().dated(&lister.zone, ctx.now());
        if access == Access::Basic {
            answer.notice(format!(
                "Missing scope '{CHAT}': last messages are left out, and the order is Graph's."
            ));
        }
        if let Some(notice) = notice {
            answer.notice(notice);
        }
        Ok(answer)
    }
}

struct Lister<'a> {
    ctx: &'a ToolContext,
    access: Access,
    own: Own,
    zone: TimeZone,
    query: Vec<String>,
}

impl Lister<'_> {
    /// Adds chats until there are enough, the answer is full, none are left, or enough pages were looked
    /// at.
    async fn fill(
        &self,
        answer: &mut Answer,
        mut place: Place,
        limit: usize,
    ) -> Result<(), ToolError> {
        let (mut given, mut filling) = (0, Filling::new(self.ctx, answer));
        for _ in 0..PAGES {
            let page = chats::page(self.ctx, self.access, place.link.as_ref()).await;
            let page = page.map_err(|error| access::explain_list(self.ctx, error, "chats"))?;
            paging::left_out(page.left_out, "chats", answer);
            let start = place.start(page.items.iter().map(|chat| chat.id.as_ref()));
            let mut last = None;
            for (at, chat) in page.items.iter().enumerate().skip(start) {
                if self.fits(chat) {
                    if given == limit || !filling.add(answer, self.values(chat)) {
                        return self.go_on(answer, &place.at(at, last));
                    }
                    given += 1;
                }
                last = chat.id.as_ref();
            }
            let Some(link) = page.next else { return Ok(()) };
            place = place.next(link, last);
        }
        answer.notice("Not all chats were looked at; nextCursor goes on with the rest.");
        self.go_on(answer, &place)
    }

    fn go_on(&self, answer: &mut Answer, place: &Place) -> Result<(), ToolError> {
        answer.trailer().continues_with(self.ctx.seal_cursor(place)?);
        Ok(())
    }

    fn fits(&self, chat: &Chat) -> bool {
        let names = chats::members(chat, &self.own).join(" ");
        let known = words(&format!("{} {names}", chats::title(chat, &self.own)));
        self.query.iter().all(|word| known.iter().any(|one| one.starts_with(word)))
    }

    /// Returns what the model sees of a chat, and the whole.
    fn values(&self, chat: &Chat) -> (Value, Value) {
        let uri = chat.id.clone().map(|id| TeamsUri::Chat(id).to_string());
        let last = chat.last_message_preview.as_ref();
        let mut hit = ChatHit {
            uri: uri.unwrap_or_default(),
            title: chats::title(chat, &self.own),
            chat_type: chat.chat_type.clone(),
            members: chats::members(chat, &self.own),
            last_message_date_time: last
                .and_then(|last| last.created_date_time)
                .map(|sent| time::format(sent, &self.zone)),
            summary: last.map(said).filter(|said| !said.is_empty()),
            web_url: chat.web_url.clone(),
        };
        let whole = json!(hit);
        hit.web_url = None;
        hit.members.truncate(MEMBERS);
        if hit.members.first() == Some(&hit.title) {
            hit.members.clear();
        }
        (json!(hit), whole)
    }
}

/// Returns the beginning of the last message, if a person wrote it.
fn said(last: &MessagePreview) -> String {
    let written = last.message_type.as_deref().is_none_or(|kind| kind == "message");
    if last.is_deleted || !written {
        return String::new();
    }
    let mut message = ChatMessage::default();
    message.body.clone_from(&last.body);
    excerpt(&hit::summary(&message), LAST)
}
