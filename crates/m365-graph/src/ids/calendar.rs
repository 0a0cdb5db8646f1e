use super::{id_type, rest_spelling};

id_type! {
    /// The id of an event, of a series or of one of its occurrences.
    EventId: rest_spelling
}

id_type! {
    /// The id of a calendar.
    CalendarId: rest_spelling
}
