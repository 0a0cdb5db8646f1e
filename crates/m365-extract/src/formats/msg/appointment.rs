//! Appointments and invitations (MS-OXOCAL).

use super::{Item, SUBJECT, people, properties::Id, time};
use crate::mail::letter::Letter;

/// The set of properties of appointments, by the start of its GUID.
const SET: u32 = 0x0006_2002;
const ALL_DAY: Id = Id::Named(SET, 0x8215);
const END: Id = Id::Named(SET, 0x820e);
const PATTERN: Id = Id::Named(SET, 0x8232);
const START: Id = Id::Named(SET, 0x820d);
const STATE: Id = Id::Named(SET, 0x8217);
const WHERE: Id = Id::Named(SET, 0x8208);
const ZONE: Id = Id::Named(SET, 0x8234);

/// The bit of the state that says that an appointment is cancelled.
const CANCELLED: i32 = 4;

/// The head of an appointment.
pub(super) fn fields(letter: &mut Letter, item: &mut Item<'_>) {
    letter.subject(&item.text(SUBJECT));
    times(letter, item);
    letter.fields().markdown("Organizer", people::sender(item));
    people::recipients(letter, item, &["Attendees", "Optional", "Resources"]);
}

/// When and where it takes place.
pub(super) fn times(letter: &mut Letter, item: &mut Item<'_>) {
    let state = item.properties.integer(STATE, &item.names).unwrap_or_default();
    if state & CANCELLED != 0 {
        letter.fields().text("Status", "cancelled");
    }
    let when = when(item);
    letter.fields().text("When", &when);
    for (label, id) in [("Time zone", ZONE), ("Repeats", PATTERN), ("Where", WHERE)] {
        let text = item.text(id);
        letter.fields().text(label, &text);
    }
}

fn when(item: &Item<'_>) -> String {
    let time = |id| item.properties.time(id, &item.names);
    match (time(START), time(END)) {
        (Some(start), Some(end)) if item.properties.flag(ALL_DAY, &item.names) => {
            let (first, last) = (time::day(start), time::last_day(end));
            if last > first {
                format!("{first} – {last}, all day")
            } else {
                format!("{first}, all day")
            }
        }
        (Some(start), Some(end)) => format!("{} – {}", time::moment(start), time::moment(end)),
        (Some(start), None) => time::moment(start),
        _ => String::new(),
    }
}
