use crate::{Answer, ToolError};

/// Returns how many results to give, of what the caller asked for.
///
/// What is above `max` is lowered, and `answer` says so.
///
/// # Errors
///
/// [`ErrorCode::ValidationError`](crate::ErrorCode::ValidationError) below 1.
pub(crate) fn limit(
    asked: Option<i64>,
    default: u32,
    max: u32,
    answer: &mut Answer,
) -> Result<u32, ToolError> {
    at_most("limit", asked, default, max, answer)
}

/// Returns how many of something to give, as [`limit`], which the caller asked for in `field`.
///
/// # Errors
///
/// [`ErrorCode::ValidationError`](crate::ErrorCode::ValidationError) below 1.
pub(crate) fn at_most(
    field: &str,
    asked: Option<i64>,
    default: u32,
    max: u32,
    answer: &mut Answer,
) -> Result<u32, ToolError> {
    let asked = asked.unwrap_or_else(|| i64::from(default));
    if asked < 1 {
        return Err(ToolError::validation(format!(
            "{field}: {asked} is not accepted; a whole number from 1 to {max} is."
        )));
    }
    if asked > i64::from(max) {
        answer
            .notice(format!("The {field} {asked} was lowered to {max}, the most for one answer."));
    }
    Ok(u32::try_from(asked).map_or(max, |asked| asked.min(max)))
}

/// Says how many of the listed things Graph gave in a form that cannot be read.
pub(crate) fn left_out(count: usize, things: &str, answer: &mut Answer) {
    if count > 0 {
        answer.notice(format!("{count} {things} left out: Graph gave them in an unknown form."));
    }
}

/// Returns how many results to skip, of what the caller asked for.
///
/// # Errors
///
/// [`ErrorCode::ValidationError`](crate::ErrorCode::ValidationError) below 0 and beyond 32 bits.
pub(crate) fn offset(asked: Option<i64>) -> Result<u32, ToolError> {
    let asked = asked.unwrap_or_default();
    u32::try_from(asked).map_err(|_| {
        ToolError::validation(format!(
            "offset: {asked} is not accepted; 0 or the nextOffset of an earlier answer is."
        ))
    })
}
