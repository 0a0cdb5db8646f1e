//! Finds when the user, and others, are free: one `POST …/getSchedule` for each 20 people and 59 days.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Answer, Listing, Tool, ToolContext, ToolError, Trailer,
    asked::{self, given},
    availability::{self, Candidate, Guests, Meeting, Unavailable, minutes, span::Span},
    calendar::{self, access::READ},
    paging, time,
};

/// The tool `outlook_find_available_time`.
#[derive(Debug)]
pub(crate) struct OutlookFindAvailableTime;

/// What `outlook_find_available_time` is asked for.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct OutlookFindAvailableTimeInput {
    /// Not before; now unless given.
    after_date_time: Option<String>,
    /// Not after; five working days unless given.
    before_date_time: Option<String>,
    /// Minutes, 1 to 1440; 30 unless given.
    #[schemars(range(min = 1))]
    duration_minutes: Option<i64>,
    /// Who else: addresses or names.
    participants: Option<Vec<String>>,
    /// 1 to 50; 10 unless given.
    #[schemars(range(min = 1))]
    max_candidates: Option<i64>,
    /// IANA or Windows zone.
    time_zone: Option<String>,
}

/// Times at which all are free, as programs get them.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AvailableTimes {
    /// The earliest first.
    available_times: Vec<AvailableTime>,
    /// Whose time is not known, or who is free at no time.
    unavailable_participants: Vec<Unavailable>,
    /// How to go on.
    #[serde(flatten)]
    trailer: Trailer,
}

/// A time at which all are free.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct AvailableTime {
    /// Its start, e.g. `2026-11-21T09:00:00+01:00`.
    start: String,
    /// Its end.
    end: String,
}

#[async_trait]
impl Tool for OutlookFindAvailableTime {
    type Input = OutlookFindAvailableTimeInput;
    type Output = AvailableTimes;

    const NAME: &'static str = "outlook_find_available_time";
    const TITLE: &'static str = "Find free time";
    const DESCRIPTION: &'static str = "Earliest times within working hours at which the user and others \
        are all free.";
    const NEEDS: &'static [&'static [&'static str]] = &[&[READ]];
    const LISTING: Listing = Listing::WithScope;

    async fn call(&self, ctx: &ToolContext, input: Self::Input) -> Result<Answer, ToolError> {
        let mut answer = Answer::new();
        answer.listing("availableTimes");
        let most = paging::at_most("maxCandidates", input.max_candidates, 10, 50, &mut answer)?;
        let minutes = minutes(input.duration_minutes)?;
        ctx.require_scope(READ).await?;
        let (zone, notice) = calendar::zone(ctx, input.time_zone.as_ref()).await?;
        let after = given(input.after_date_time.as_ref());
        let before = given(input.before_date_time.as_ref());
        let span = Span::read(ctx, [after.as_deref(), before.as_deref()], zone)?;
        span.hold(minutes)?;
        let guests = Guests::find(ctx, input.participants.as_deref().unwrap_or_default()).await?;
        let meeting =
            Meeting { minutes, hours_only: true, least: 100, counts_unknown: false, firm: true };
        free(ctx, &mut answer, &guests, &span, &meeting, most).await?;
        asked::echo(&mut answer, span.as_interval(), &span.zone, ctx);
        notice.into_iter().for_each(|notice| {
            answer.notice(notice);
        });
        Ok(answer)
    }
}

async fn free(
    ctx: &ToolContext,
    answer: &mut Answer,
    guests: &Guests,
    span: &Span,
    meeting: &Meeting,
    most: u32,
) -> Result<(), ToolError> {
    let (own, others) = availability::agendas(ctx, guests, span).await?;
    let times = meeting.times(span, &own, &others, most as usize);
    availability::given::unavailable(ctx, answer, Unavailable::among(&others, &times))?;
    let is_cut = times.fitting > times.candidates.len();
    let moment = |moment| time::format(moment, &span.zone);
    let available = |Candidate { slot, .. }: Candidate| AvailableTime {
        start: moment(slot.start),
        end: moment(slot.end),
    };
    let available = times.candidates.into_iter().map(available).collect();
    availability::given::times(ctx, answer, available, (most, is_cut))
}
