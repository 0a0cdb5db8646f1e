//! What was measured, beside what was to be reached.

use std::time::Duration;

/// Figures that are to be reached, and those that were not.
#[derive(Default)]
pub(crate) struct Report {
    missed: Vec<String>,
}

impl Report {
    /// Prints a heading.
    pub(crate) fn section(&self, title: &str) {
        println!("\n### {title}\n");
    }

    /// Prints the head of a table.
    pub(crate) fn table(&self, columns: &[&str]) {
        self.row(columns);
        self.row(&vec!["---"; columns.len()]);
    }

    /// Prints a row of a table.
    pub(crate) fn row<T: AsRef<str>>(&self, cells: &[T]) {
        let cells: Vec<_> = cells.iter().map(AsRef::as_ref).collect();
        println!("| {} |", cells.join(" | "));
    }

    /// Prints a figure that is not to be above `most`.
    pub(crate) fn at_most(&mut self, what: &str, value: f64, most: f64, unit: &str) {
        self.figure(what, value, unit, &format!("≤ {most}"), value <= most);
    }

    /// Prints a figure that is not to be below `least`.
    pub(crate) fn at_least(&mut self, what: &str, value: f64, least: f64, unit: &str) {
        self.figure(what, value, unit, &format!("≥ {least}"), value >= least);
    }

    fn figure(&mut self, what: &str, value: f64, unit: &str, target: &str, is_reached: bool) {
        let verdict = if is_reached { "reached" } else { "missed" };
        println!("* {what}: {value:.2} {unit} (target {target}): {verdict}");
        if !is_reached {
            self.missed.push(what.to_owned());
        }
    }

    /// Returns what was not reached.
    pub(crate) fn missed(&self) -> &[String] {
        &self.missed
    }
}

/// Writes a time in milliseconds.
pub(crate) fn ms(time: Duration) -> String {
    format!("{:.2}", millis(time))
}

/// Returns a time in milliseconds.
pub(crate) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
