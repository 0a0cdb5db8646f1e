//! The services behind Graph: which paths are whose, and how each names what goes wrong.

use http::StatusCode;

/// A service behind Graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Workload {
    Batch,
    Calendar,
    Directory,
    Files,
    Mail,
    Meetings,
    People,
    Search,
    Teams,
}

impl Workload {
    /// Returns the service that a path below the version belongs to.
    pub(crate) fn of(segments: &[&str]) -> Self {
        match segments {
            ["$batch", ..] => Self::Batch,
            ["search", ..] => Self::Search,
            ["chats" | "teams", ..] => Self::Teams,
            ["drives" | "groups" | "shares" | "sites", ..] => Self::Files,
            ["copilot", ..] => Self::Meetings,
            ["me", area, ..] | ["users", _, area, ..] => Self::of_user(area),
            _ => Self::Directory,
        }
    }

    fn of_user(area: &str) -> Self {
        match area {
            "mailFolders" | "messages" | "translateExchangeIds" => Self::Mail,
            "calendar" | "calendarView" | "calendars" | "events" | "findMeetingTimes"
            | "mailboxSettings" => Self::Calendar,
            "chats" | "joinedTeams" | "teamwork" => Self::Teams,
            "drive" | "drives" | "followedSites" => Self::Files,
            "onlineMeetings" => Self::Meetings,
            "people" => Self::People,
            _ => Self::Directory,
        }
    }

    /// Returns the error code that goes with a status.
    pub(crate) fn code(self, status: StatusCode) -> &'static str {
        let own = match self {
            Self::Calendar | Self::Mail | Self::People => of_exchange(status),
            Self::Directory => of_directory(status),
            Self::Files => of_files(status),
            Self::Batch | Self::Meetings | Self::Search | Self::Teams => None,
        };
        own.unwrap_or_else(|| of_all(status))
    }

    /// Returns the codes inside, from the outermost to the most specific.
    pub(crate) fn inner(self, status: StatusCode) -> &'static [&'static str] {
        match (self, status) {
            (Self::Files, StatusCode::TOO_MANY_REQUESTS) => &["throttledRequest", "quota"],
            _ => &[],
        }
    }
}

fn of_exchange(status: StatusCode) -> Option<&'static str> {
    Some(match status.as_u16() {
        400 | 405 => "ErrorInvalidRequest",
        403 => "ErrorAccessDenied",
        404 => "ErrorItemNotFound",
        429 => "ApplicationThrottled",
        500 => "ErrorInternalServerError",
        _ => return None,
    })
}

fn of_directory(status: StatusCode) -> Option<&'static str> {
    Some(match status.as_u16() {
        403 => "Authorization_RequestDenied",
        404 => "Request_ResourceNotFound",
        _ => return None,
    })
}

fn of_files(status: StatusCode) -> Option<&'static str> {
    Some(match status.as_u16() {
        400 | 405 => "invalidRequest",
        403 => "accessDenied",
        404 => "itemNotFound",
        409 => "nameAlreadyExists",
        410 => "resyncRequired",
        412 => "preconditionFailed",
        416 => "invalidRange",
        423 => "resourceLocked",
        429 => "activityLimitReached",
        500 | 502 => "generalException",
        501 => "notSupported",
        503 | 504 => "serviceNotAvailable",
        509 => "bandwidthLimitExceeded",
        _ => return None,
    })
}

fn of_all(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 => "BadRequest",
        401 => "InvalidAuthenticationToken",
        403 => "Forbidden",
        404 => "NotFound",
        405 => "Request_BadRequest",
        406 | 415 => "notSupported",
        409 => "Conflict",
        410 => "SyncStateNotFound",
        412 => "preconditionFailed",
        423 => "resourceLocked",
        424 => "FailedDependency",
        429 => "TooManyRequests",
        500 => "InternalServerError",
        501 => "NotImplemented",
        503 => "ServiceUnavailable",
        504 => "GatewayTimeout",
        _ => "UnknownError",
    }
}
