//! Says who is signed in.

use async_trait::async_trait;
use m365_graph::User;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Answer, Results, Tool, ToolContext, ToolError, mail::fields::one_line};

/// The scope that opens one's own entry in the directory.
const SCOPE: &str = "User.Read";

/// The tool `get_me`.
#[derive(Debug)]
pub(crate) struct GetMe;

/// What `get_me` is asked for: nothing.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GetMeInput {}

/// The signed-in user.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Me {
    name: Option<String>,
    addresses: Vec<String>,
    title: Option<String>,
    department: Option<String>,
    office: Option<String>,
    language: Option<String>,
    time_zone: Option<String>,
    id: Option<String>,
}

#[async_trait]
impl Tool for GetMe {
    type Input = GetMeInput;
    type Output = Results<Me>;

    const NAME: &'static str = "get_me";
    const TITLE: &'static str = "Who am I";
    const DESCRIPTION: &'static str =
        "Tells who is signed in: name, addresses, title, office, time zone.";
    const NEEDS: &'static [&'static [&'static str]] = &[&[SCOPE]];
    const LISTING: crate::Listing = crate::Listing::WithScope;

    async fn call(&self, ctx: &ToolContext, _: Self::Input) -> Result<Answer, ToolError> {
        ctx.require_scope(SCOPE).await?;
        let (user, (zone, notice)) = tokio::join!(ctx.graph().me(), ctx.time_zone());
        let mut answer = Answer::new();
        answer.trailer().dated(&zone, ctx.now());
        let time_zone = answer.trailer().time_zone.clone();
        let mut me = Me { time_zone, ..Me::of(user?) };
        let whole = json!(me);
        me.id = None;
        answer.hit(json!(me), whole);
        if let Some(notice) = notice {
            answer.notice(notice);
        }
        Ok(answer)
    }
}

impl Me {
    fn of(user: User) -> Self {
        let text = |text: Option<String>| text.as_deref().map(one_line);
        let mut addresses: Vec<_> =
            [user.mail, user.user_principal_name].into_iter().flatten().collect();
        addresses.dedup_by_key(|address| address.to_lowercase());
        Self {
            name: text(user.display_name),
            addresses,
            title: text(user.job_title),
            department: text(user.department),
            office: text(user.office_location),
            language: user.preferred_language,
            time_zone: None,
            id: user.id,
        }
    }
}
