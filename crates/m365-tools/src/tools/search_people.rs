//! Finds people whom the user has to do with.

use async_trait::async_trait;
use m365_graph::Person;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    Answer, Listing, Results, Tool, ToolContext, ToolError,
    asked::{self, given},
    mail::fields::one_line,
    paging,
    people::RELEVANT,
};

/// The most characters that a person takes in an answer.
const ROOM: usize = 600;

/// The tool `search_people`.
#[derive(Debug)]
pub(crate) struct SearchPeople;

/// What `search_people` is asked for.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SearchPeopleInput {
    /// A name or a part of it; without: those closest to the user.
    query: Option<String>,
    /// 1 to 50; 10 unless given.
    #[schemars(range(min = 1))]
    limit: Option<i64>,
    /// The `nextOffset` of an earlier answer.
    #[schemars(range(min = 0))]
    offset: Option<i64>,
}

/// Somebody whom the user has to do with.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PersonHit {
    name: Option<String>,
    address: Option<String>,
    title: Option<String>,
    department: Option<String>,
    company: Option<String>,
    office: Option<String>,
    id: Option<String>,
}

#[async_trait]
impl Tool for SearchPeople {
    type Input = SearchPeopleInput;
    type Output = Results<PersonHit>;

    const NAME: &'static str = "search_people";
    const TITLE: &'static str = "Search people";
    const DESCRIPTION: &'static str = "Finds colleagues and contacts by name, with address, title and \
        department, the closest to the user first. Use it for an address that another tool needs.";
    const NEEDS: &'static [&'static [&'static str]] = &[&[RELEVANT]];
    const LISTING: Listing = Listing::WithScope;

    async fn call(&self, ctx: &ToolContext, input: Self::Input) -> Result<Answer, ToolError> {
        let mut answer = Answer::new();
        let limit = paging::limit(input.limit, 10, 50, &mut answer)?;
        let limit = asked::fitting(ctx, limit, ROOM, &mut answer);
        let offset = paging::offset(input.offset)?;
        ctx.require_scope(RELEVANT).await?;
        let words = given(input.query.as_ref()).filter(|words| words != "*");
        // One more than asked for tells whether there are more.
        let mut found = ctx.graph().people(words.as_deref(), limit + 1, offset).await?;
        if found.len() > limit as usize {
            found.truncate(limit as usize);
            answer.trailer().continues_at(offset + limit);
        }
        for person in found {
            let mut hit = PersonHit::of(person);
            let whole = json!(hit);
            hit.id = None;
            answer.hit(json!(hit), whole);
        }
        Ok(answer)
    }
}

impl PersonHit {
    fn of(person: Person) -> Self {
        let text = |text: Option<String>| text.as_deref().map(one_line);
        let scored = person.scored_email_addresses.into_iter().find_map(|one| one.address);
        Self {
            name: text(person.display_name),
            address: scored.or(person.user_principal_name),
            title: text(person.job_title),
            department: text(person.department),
            company: text(person.company_name),
            office: text(person.office_location),
            id: person.id,
        }
    }
}
