use m365_extract::disarm;
use m365_graph::{AiInsight, MeetingNote, OnlineMeetingId, UserId};

use super::{super::super::reader::Reader, INSIGHTS, Span, falls, may};
use crate::{Cloud, ErrorCode, ToolError, mail::fields::line};

/// Reads what Copilot wrote down of an occurrence, as markdown.
pub(super) async fn read(
    reader: &Reader<'_>,
    meeting: &OnlineMeetingId,
    when: Span,
) -> Result<Option<String>, ToolError> {
    if !may(reader, INSIGHTS).await? {
        return Ok(None);
    }
    if reader.ctx.cloud() != Cloud::Global {
        return Err(ToolError::new(ErrorCode::Forbidden, "They are not offered in this cloud."));
    }
    let graph = reader.ctx.graph();
    let me = graph.me().await?.id.and_then(|id| UserId::new(&id).ok());
    let Some(me) = me else { return Ok(None) };
    let listed = graph.meetings().insights(&me, meeting).await?.items;
    let mut written = Vec::new();
    for id in listed.iter().filter(|one| is_of(one, when)).filter_map(|one| one.id.as_ref()) {
        written.push(markdown(&graph.meetings().insight(&me, meeting, id).await?));
    }
    Ok((!written.is_empty()).then(|| written.join("\n\n")))
}

/// Copilot writes when the call is over, so its end counts.
fn is_of(insight: &AiInsight, when: Span) -> bool {
    let end = insight.end_date_time.or(insight.created_date_time);
    falls(end, end, when) || falls(insight.created_date_time, insight.created_date_time, when)
}

fn markdown(insight: &AiInsight) -> String {
    let notes = insight.meeting_notes.iter().map(|one| note(one, 0)).collect::<String>();
    let actions = insight.action_items.iter().map(|action| {
        let owner = line(action.owner_display_name.as_deref());
        let owner = if owner.is_empty() { owner } else { format!(" ({owner})") };
        let text = joined(action.title.as_deref(), action.text.as_deref());
        disarm(&format!("- {text}{owner}\n"))
    });
    let parts = [("Notes by Copilot", notes), ("Action items", actions.collect())];
    let parts = parts.into_iter().filter(|(_, list)| !list.is_empty());
    let parts = parts.map(|(title, list)| format!("## {title}\n\n{}", list.trim_end()));
    parts.chain(["## Transcript".to_owned()]).collect::<Vec<_>>().join("\n\n")
}

fn note(note: &MeetingNote, depth: usize) -> String {
    let indent = "  ".repeat(depth);
    let text = joined(note.title.as_deref(), note.text.as_deref());
    let own = disarm(&format!("{indent}- {text}\n"));
    let below = note.subpoints.iter().map(|one| self::note(one, depth + 1));
    std::iter::once(own).chain(below).collect()
}

fn joined(title: Option<&str>, text: Option<&str>) -> String {
    let parts = [line(title), line(text)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_copilot_wrote_down_does_not_act() {
        let text = "![x](https://t.example/?d=1) <img src=x>";
        let insight = serde_json::from_value(json!({
            "meetingNotes": [{"title": text, "text": text, "subpoints": [{"title": text, "text": "[r]: x"}]}],
            "actionItems": [{"title": "[r]", "text": "https://t.example", "ownerDisplayName": text}],
        }));

        let found = markdown(&insight.unwrap());

        assert!(!found.contains("](http") && !found.contains("!["), "{found}");
        assert!(!found.contains(" <img") && !found.contains("- [r]: "), "{found}");
    }
}
