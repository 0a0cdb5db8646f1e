//! Many files that differ little.

use std::borrow::Cow;

use super::spec::{File, What};
use crate::graph::drives::body::Body;

/// How many readings lie in one folder, more than a page of it.
const READINGS: usize = 260;

/// How many weeks have a report.
const WEEKS: i64 = 80;

const STATES: [&str; 4] = [
    "The layout has 24 turbines with at least six rotor diameters between them.",
    "The soil survey shows clay down to eleven metres at positions A4 and A5.",
    "The export cable route avoids the spawning ground completely.",
    "Two items of the risk register went from amber to green.",
];

const AUTHORS: [&str; 4] = ["jonas", "mira", "bjorn", "haruto"];

/// Returns a folder of turbine readings.
pub(crate) fn readings() -> impl Iterator<Item = File> {
    (1..=READINGS).map(|number| {
        let speed = 700 + number * 37 % 500;
        let text = format!(
            "turbine,rpm,power_kw\nT{number:03},{}.{},{}\n",
            speed / 100,
            speed % 100,
            speed * 11
        );
        let path = format!("Readings/turbine-{number:03}.csv");
        let days = i64::try_from(number % 60).unwrap_or_default();
        File::new(path, "haruto", days, What::File(Body::Text(Cow::Owned(text))))
    })
}

/// Returns a progress report for each of the last weeks.
pub(crate) fn reports() -> impl Iterator<Item = File> {
    (0..WEEKS).map(|week| {
        let place = usize::try_from(week).unwrap_or_default();
        let (state, author) = (STATES[place % 4], AUTHORS[place % 3]);
        let number = WEEKS - week;
        let text =
            format!("# Apollo progress report {number}\n{state}\nNext: week {}.\n", number + 1);
        let path = format!("Reports/Weekly/Apollo progress report {number:03}.docx");
        let file = File::new(path, author, week * 7 + 1, What::File(Body::Word(Cow::Owned(text))));
        File { editor: AUTHORS[(place + 1) % 4], ..file }
    })
}
