use serde::Serialize;
use serde_json::Value;

use super::Unavailable;
use crate::{Answer, ErrorCode, ToolContext, ToolError, mail::fields};

/// What dates and notices of an answer may take, in characters.
const TRAILER: usize = 1_000;

/// Names those whom the times do not suit, as many as half of an answer holds.
///
/// # Errors
///
/// `SERVICE_ERROR` for what cannot be written.
pub(crate) fn unavailable(
    ctx: &ToolContext,
    answer: &mut Answer,
    mut people: Vec<Unavailable>,
) -> Result<(), ToolError> {
    let mut room = ctx.limits().answer / 2;
    let fits = people.iter().take_while(|one| takes(&mut room, fields::length(one))).count();
    if fits < people.len() {
        let left = people.len() - fits;
        answer.notice(format!("{left} more participants are unavailable, and are not listed."));
        people.truncate(fits);
    }
    answer.fact("unavailableParticipants", value(people)?);
    Ok(())
}

/// Adds the times that the answer has room for, the first one in any case; `most` is how many were asked
/// for, and `is_cut` tells that there are or may be more than those given.
///
/// # Errors
///
/// `SERVICE_ERROR` for what cannot be written.
pub(crate) fn times<T: Serialize>(
    ctx: &ToolContext,
    answer: &mut Answer,
    times: Vec<T>,
    (most, is_cut): (u32, bool),
) -> Result<(), ToolError> {
    let mut room = ctx.limits().answer.saturating_sub(answer.characters() + TRAILER);
    let count = times.len();
    for (at, time) in times.into_iter().enumerate() {
        let written = value(time)?;
        if !takes(&mut room, fields::length(&written)) && at > 0 {
            answer.notice(format!(
                "The answer is full, with {at} of {count} times: fewer participants leave room for more."
            ));
            return Ok(());
        }
        answer.hit(written.clone(), written);
    }
    if is_cut {
        answer.notice(format!(
            "There may be more times than the {most} of maxCandidates; a shorter interval shows others."
        ));
    }
    Ok(())
}

/// Takes `length` from `room`; tells whether there was enough.
fn takes(room: &mut usize, length: usize) -> bool {
    let fits = length <= *room;
    *room = room.saturating_sub(length);
    fits
}

fn value<T: Serialize>(written: T) -> Result<Value, ToolError> {
    serde_json::to_value(written)
        .map_err(|_| ToolError::new(ErrorCode::ServiceError, "A time could not be written."))
}
