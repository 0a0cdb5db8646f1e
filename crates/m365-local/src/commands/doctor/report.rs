use serde::Serialize;

use crate::terminal::{BAD, DUBIOUS, FAINT, GOOD, HEADING, harmless, painted, wrapped};

/// Columns in front of what a check says.
const INDENT: usize = 9;

/// What `doctor --json` prints.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    ok: bool,
    checks: Vec<Check>,
}

/// One thing that was looked at.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Check {
    id: String,
    title: String,
    status: Outcome,
    detail: String,
    fix: Option<String>,
    /// The exit code, if this is the most basic thing that failed.
    #[serde(skip)]
    code: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Ok,
    Warning,
    Failed,
    Skipped,
}

/// What a check is about; its methods make the check.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    id: String,
    title: String,
}

/// Names what is looked at: `id` for programs, `title` for people.
pub(super) fn about(id: impl Into<String>, title: impl Into<String>) -> Subject {
    Subject { id: id.into(), title: title.into() }
}

impl Subject {
    /// All is well.
    pub(super) fn ok(self, detail: impl Into<String>) -> Check {
        self.check(Outcome::Ok, detail, None, 0)
    }

    /// It works, and `fix` makes it better.
    pub(super) fn warning(self, detail: impl Into<String>, fix: impl Into<String>) -> Check {
        self.check(Outcome::Warning, detail, Some(fix.into()), 0)
    }

    /// It does not work until `fix` is done; `code` is the exit code.
    pub(super) fn failed(
        self,
        code: u8,
        detail: impl Into<String>,
        fix: impl Into<String>,
    ) -> Check {
        self.check(Outcome::Failed, detail, Some(fix.into()), code)
    }

    /// It could not be looked at, or need not be.
    pub(super) fn skipped(self, because: impl Into<String>) -> Check {
        self.check(Outcome::Skipped, because, None, 0)
    }

    fn check(
        self,
        status: Outcome,
        detail: impl Into<String>,
        fix: Option<String>,
        code: u8,
    ) -> Check {
        Check { id: self.id, title: self.title, status, detail: detail.into(), fix, code }
    }
}

impl Check {
    /// Tells whether it failed.
    pub(super) fn has_failed(&self) -> bool {
        self.status == Outcome::Failed
    }

    fn for_people(&self, width: usize) -> String {
        let (style, word) = match self.status {
            Outcome::Ok => (GOOD, "ok"),
            Outcome::Warning => (DUBIOUS, "warning"),
            Outcome::Failed => (BAD, "failed"),
            Outcome::Skipped => (FAINT, "skipped"),
        };
        let said = format!("{}: {}", self.title, self.detail);
        let fix = self.fix.as_ref().map(|fix| format!("Fix: {fix}"));
        let lines = [Some(said), fix].into_iter().flatten();
        let lines: Vec<_> = lines
            .flat_map(|text| wrapped(&harmless(&text), width.saturating_sub(INDENT)))
            .collect();
        let text = lines.join(&format!("\n{:INDENT$}", ""));
        let text = match text.strip_prefix(&self.title) {
            Some(rest) => format!("{}{rest}", painted(HEADING, &self.title)),
            None => text,
        };
        let mark = painted(style, format_args!("{word:<INDENT$}"));
        format!("{mark}{text}")
    }
}

impl Report {
    /// Puts checks together, the most basic first.
    pub(super) fn new(checks: Vec<Check>) -> Self {
        Self { ok: !checks.iter().any(Check::has_failed), checks }
    }

    /// Returns the exit code: that of the most basic check that failed.
    pub(super) fn code(&self) -> Option<u8> {
        self.checks.iter().find(|check| check.has_failed()).map(|check| check.code)
    }

    /// Lays the checks out to be read, at most `width` columns wide.
    pub(super) fn for_people(&self, width: usize) -> String {
        let mut lines: Vec<_> = self.checks.iter().map(|check| check.for_people(width)).collect();
        lines.push(format!("\n{}", self.summary()));
        lines.join("\n")
    }

    fn summary(&self) -> String {
        let count = |status| self.checks.iter().filter(|check| check.status == status).count();
        match (count(Outcome::Failed), count(Outcome::Warning)) {
            (0, 0) => painted(GOOD, "All is well."),
            (0, warnings) => painted(GOOD, format_args!("It works; warnings: {warnings}.")),
            (failed, warnings) => painted(
                BAD,
                format_args!(
                    "Failed: {failed}, warnings: {warnings}. Mend the first failure first."
                ),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_code_is_that_of_the_first_failure() {
        let report = Report::new(vec![
            about("a", "A").ok("fine"),
            about("b", "B").warning("hm", "look"),
            about("c", "C").failed(6, "no answer", "plug it in"),
            about("d", "D").failed(3, "nobody", "sign in"),
        ]);

        assert_eq!(report.code(), Some(6));
        assert!(!report.ok);
        assert_eq!(Report::new(vec![about("b", "B").warning("hm", "look")]).code(), None);
    }

    #[test]
    fn long_details_are_wrapped_behind_the_mark() {
        let report = Report::new(vec![about("a", "A").failed(1, "word ".repeat(40), "mend it")]);

        let text = anstream::adapter::strip_str(&report.for_people(40)).to_string();

        assert!(text.lines().all(|line| line.len() <= 60), "{text}");
        assert!(text.starts_with("failed   A: word word"), "{text}");
        assert!(text.contains("\n         Fix: mend it\n"), "{text}");
    }
}
