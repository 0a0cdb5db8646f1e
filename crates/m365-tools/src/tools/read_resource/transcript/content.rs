use m365_extract::{Options, isolation::File};
use m365_graph::{Attribution, Error, ErrorKind, GraphClient, OnlineMeetingId, TranscriptId};

use super::{
    super::{input::Format, plain},
    occurrence::Occurrence,
};
use crate::{Admitted, ErrorCode, ToolContext, ToolError};

/// The largest transcript that is read, in bytes: a day of talk.
const CAP: usize = 16 * 1024 * 1024;

/// What WebVTT starts with; the form without speakers does not.
const HEADER: &str = "WEBVTT";

const NOBODY: &str =
    "Who said what is left out: the organisation keeps speakers' names back from apps.";

const NO_ACCESS: &str = "GraphAccessToTranscriptsDisabled";
const NO_SPEAKERS: &str = "SpeakerAttributionNotAllowed";

/// What was said, and what of it is missing.
pub(super) struct Said {
    pub(super) text: String,
    pub(super) notices: Vec<String>,
}

/// Reads all parts of an occurrence, as markdown or as WebVTT.
pub(super) async fn read(
    ctx: &ToolContext,
    meeting: &OnlineMeetingId,
    occurrence: &Occurrence,
    format: Format,
) -> Result<Said, ToolError> {
    let (mut texts, mut notices) = (Vec::new(), Vec::new());
    for id in occurrence.parts.iter().filter_map(|part| part.id.as_ref()) {
        let admitted = ctx.extraction().admit(CAP as u64).await?;
        let (vtt, attribution) = content(ctx.graph(), meeting, id, format).await?;
        if attribution == Attribution::Nobody && !notices.iter().any(|told| told == NOBODY) {
            notices.push(NOBODY.to_owned());
        }
        let (text, missing) = written(admitted, vtt, format).await?;
        texts.push(text);
        notices.extend(missing);
    }
    if texts.iter().all(|text| text.trim().is_empty()) {
        notices =
            vec!["The transcript is empty: nothing was said that Teams understood.".to_owned()];
    }
    notices.dedup();
    Ok(Said { text: texts.join("\n\n"), notices })
}

/// Reads one transcript, without speakers where the tenant keeps them back.
async fn content(
    graph: &GraphClient,
    meeting: &OnlineMeetingId,
    id: &TranscriptId,
    format: Format,
) -> Result<(String, Attribution), ToolError> {
    let cap = if format == Format::Raw { plain::CAP } else { CAP };
    let mut attribution = Attribution::Speakers;
    let mut content = graph.meetings().transcript(meeting, id, attribution, cap).await;
    if content.as_ref().is_err_and(|error| says(error, NO_SPEAKERS)) {
        attribution = Attribution::Nobody;
        content = graph.meetings().transcript(meeting, id, attribution, cap).await;
    }
    let content = content.map_err(|error| match error.kind() {
        ErrorKind::TooLarge if format == Format::Raw => plain::too_large("The transcript"),
        _ => explain(&error),
    })?;
    let text = String::from_utf8_lossy(&content.bytes).replace("\r\n", "\n");
    let text = text.trim_start_matches('\u{feff}');
    let has_header = text.starts_with(HEADER);
    let whole = if has_header { text.to_owned() } else { format!("{HEADER}\n\n{text}") };
    Ok((whole, attribution))
}

/// The text, and what the reader should know of it.
async fn written(
    admitted: Admitted,
    vtt: String,
    format: Format,
) -> Result<(String, Vec<String>), ToolError> {
    if format == Format::Raw {
        return Ok((plain::cleaned(vtt).await?, Vec::new()));
    }
    let file = File::new(vtt).named("transcript.vtt");
    let document = admitted.extract(file, &Options::default()).await?.map_err(|_| {
        ToolError::new(
            ErrorCode::UnsupportedContent,
            "The transcript is not in a form that can be read; format=raw gives it as it is.",
        )
    })?;
    Ok((document.markdown(), document.warnings))
}

/// Turns Graph's refusal of a transcript into words that help.
pub(super) fn explain(error: &Error) -> ToolError {
    let told = ToolError::from(error);
    if says(error, NO_ACCESS) {
        return told.with_message(
            "The organisation keeps transcripts closed to apps, which is the default. An administrator can \
             open them: Teams admin center, Meetings, Meeting settings, Transcript API access \
             (Set-CsTeamsMeetingConfiguration -EnableGraphTranscriptAccess).",
        );
    }
    if says(error, NO_SPEAKERS) {
        return told.with_message(
            "The organisation keeps speakers' names back from apps, and Graph gives no transcript without \
             them. An administrator can allow speaker attribution in the Teams admin center.",
        );
    }
    match error.kind() {
        ErrorKind::Forbidden => told.with_message(
            "The signed-in user may see that there is a transcript, but not read it. Its organizer can give \
             access to it.",
        ),
        ErrorKind::NotFound | ErrorKind::Gone => told.with_message(
            "The transcript is no longer there: its meeting has expired, or somebody deleted it.",
        ),
        _ => told,
    }
}

fn says(error: &Error, code: &str) -> bool {
    error.codes().iter().any(|one| one == code)
}
