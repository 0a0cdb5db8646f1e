//! Tasks (MS-OXOTASK).

use super::{Item, SUBJECT, properties::Id, time};
use crate::mail::letter::Letter;

/// The set of properties of tasks, by the start of its GUID.
const SET: u32 = 0x0006_2003;
const COMPLETED: Id = Id::Named(SET, 0x810f);
const DUE: Id = Id::Named(SET, 0x8105);
const DONE: Id = Id::Named(SET, 0x8102);
const OWNER: Id = Id::Named(SET, 0x811f);
const START: Id = Id::Named(SET, 0x8104);
const STATUS: Id = Id::Named(SET, 0x8101);

/// The head of a task.
pub(super) fn fields(letter: &mut Letter, item: &mut Item<'_>) {
    letter.subject(&item.text(SUBJECT));
    letter.fields().text("Status", &status(item));
    for (label, id) in [("Start", START), ("Due", DUE), ("Completed", COMPLETED)] {
        let date = item.properties.time(id, &item.names).map(time::date);
        letter.fields().text(label, &date.unwrap_or_default());
    }
    letter.fields().text("Owner", &item.text(OWNER));
}

fn status(item: &Item<'_>) -> String {
    let status = match item.properties.integer(STATUS, &item.names) {
        Some(0) => "not started",
        Some(1) => "in process",
        Some(2) => "completed",
        Some(3) => "waiting on someone else",
        Some(4) => "deferred",
        _ => "",
    };
    let done = item.properties.double(DONE, &item.names).unwrap_or_default() * 100.0;
    let is_under_way = done > 0.0 && done < 100.0;
    if is_under_way { format!("{status}, {done:.0} % done") } else { status.to_owned() }
}
