//! Meeting times as they are worked out here, from free and busy times.

use super::{
    Plan,
    suggestion::{Possible, Suggested},
};
use crate::{
    ToolContext, ToolError,
    availability::{self, Candidate, Unavailable},
};

/// Reads the agendas and finds the times that fit best.
///
/// # Errors
///
/// What reading the agendas can meet, and `NOT_FOUND` for a user without a calendar.
pub(super) async fn find(ctx: &ToolContext, plan: &Plan) -> Result<Suggested, ToolError> {
    ctx.progress(1, None, "Reading free and busy times").await;
    let (organizer, attendees) = availability::agendas(ctx, &plan.guests, &plan.span).await?;
    let times = plan.meeting.times(&plan.span, &organizer, &attendees, plan.most as usize);
    let unavailable = Unavailable::among(&attendees, &times);
    let named = |candidate: Candidate| {
        let addresses = attendees.iter().map(|one| one.address.to_string());
        Possible {
            slot: candidate.slot,
            confidence: f64::from(candidate.confidence),
            organizer: candidate.organizer,
            attendees: addresses.zip(candidate.attendees).collect(),
        }
    };
    Ok(Suggested {
        reason: times.reason.map_or("", |reason| reason.as_str()).to_owned(),
        cause: times.reason,
        is_cut: times.fitting > times.candidates.len(),
        suggestions: times.candidates.into_iter().map(named).collect(),
        unavailable,
    })
}
