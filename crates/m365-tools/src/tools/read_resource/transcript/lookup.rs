use m365_graph::{Error, ErrorKind, GraphClient, JoinUrl, OnlineMeeting, OnlineMeetingId};

use crate::{ErrorCode, ToolError};

/// What Graph says where no meeting fits a join address.
const NO_MATCH: &str = "1026";

/// What it says where the user may not look a meeting up.
const NO_RIGHT: &str = "3003";

/// Finds the meeting behind a join address: as it is, as Teams spells it, or by the id that such a
/// meeting has as a rule, which works for some that may not be looked up.
pub(super) async fn meeting(
    graph: &GraphClient,
    url: &JoinUrl,
) -> Result<OnlineMeeting, ToolError> {
    let mut outcome = look_up(graph, url).await;
    if is_open(&outcome)
        && let Some(respelled) = url.respelled()
    {
        outcome = look_up(graph, &respelled).await;
    }
    if let (true, Some(id)) = (is_open(&outcome), OnlineMeetingId::likely(url))
        && let Ok(meeting) = graph.meetings().meeting(&id).await
    {
        return Ok(meeting);
    }
    outcome.map_err(|error| explain(&error))?.ok_or_else(unknown)
}

async fn look_up(graph: &GraphClient, url: &JoinUrl) -> m365_graph::Result<Option<OnlineMeeting>> {
    match url.number() {
        Some(number) => graph.meetings().by_number(&number).await,
        None => graph.meetings().by_join_url(url).await,
    }
}

/// Tells whether another way may still lead to the meeting.
fn is_open(outcome: &m365_graph::Result<Option<OnlineMeeting>>) -> bool {
    match outcome {
        Ok(found) => found.is_none(),
        Err(error) => says(error, NO_MATCH) || says(error, NO_RIGHT),
    }
}

fn explain(error: &Error) -> ToolError {
    let told = ToolError::from(error);
    if says(error, NO_MATCH) {
        let details = told.details().clone();
        return unknown().with_details(details);
    }
    if says(error, NO_RIGHT) {
        return told.with_message(
            "The signed-in user may not look this meeting up: it was organised in another organisation, by \
             a shared mailbox or in a channel, or it was forwarded. Ask its organizer for the transcript.",
        );
    }
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::Gone => told.with_message(
            "The meeting has expired or was deleted. Teams forgets a meeting some 60 days after its last \
             occurrence, and its transcripts with it.",
        ),
        ErrorKind::Forbidden => told.with_message(
            "The signed-in user may not look this meeting up; its organizer and those invited may.",
        ),
        _ => told,
    }
}

/// Says that there is no such meeting.
pub(super) fn unknown() -> ToolError {
    ToolError::new(
        ErrorCode::NotFound,
        "No meeting of the signed-in user has this join URL. Take the meetingTranscriptUrl of the event as \
         it is, or the join URL exactly as the event gives it.",
    )
}

fn says(error: &Error, code: &str) -> bool {
    error.codes().iter().any(|one| one == code)
}
