use jiff::tz::TimeZone;

use crate::{ToolContext, ToolError, asked::given, zones};

/// Returns the zone that dates are read and given in: the one asked for, or else the mailbox's, with a
/// notice where that had to be guessed.
///
/// # Errors
///
/// `VALIDATION_ERROR` for a name that is neither of IANA nor of Windows.
pub(crate) async fn zone(
    ctx: &ToolContext,
    asked: Option<&String>,
) -> Result<(TimeZone, Option<String>), ToolError> {
    let Some(name) = given(asked) else { return Ok(ctx.time_zone().await) };
    let found = zones::by_name(&name).map(|zone| (zone, None));
    found.ok_or_else(|| {
        ToolError::validation(format!(
            "timeZone: {:?} is not accepted; a name of IANA (Europe/Oslo) or Windows (W. Europe Standard \
             Time) is.",
            m365_extract::excerpt(&name, 100)
        ))
    })
}
