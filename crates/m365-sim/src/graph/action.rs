//! The actions of Graph that read, whose names a path may qualify: `microsoft.graph.getSchedule`.

/// What is called by POST and changes nothing.
const ACTIONS: [&str; 4] = ["findMeetingTimes", "getSchedule", "query", "translateExchangeIds"];

/// Returns a segment of a path without the namespace, where it is an action's name.
pub(crate) fn unqualified(segment: &str) -> &str {
    let name = segment.strip_prefix("microsoft.graph.");
    name.filter(|name| ACTIONS.contains(name)).unwrap_or(segment)
}
