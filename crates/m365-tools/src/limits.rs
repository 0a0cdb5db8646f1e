use std::{ops::RangeInclusive, time::Duration};

/// How many characters of text an answer may have unless configured otherwise.
pub const DEFAULT_ANSWER_LIMIT: usize = 60_000;

/// How many an answer may be configured to have.
pub const ANSWER_LIMITS: RangeInclusive<usize> = 2_000..=1_000_000;

/// Bounds of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallLimits {
    /// Characters of text in one answer.
    pub answer: usize,
    /// How long one call may take in all.
    pub deadline: Duration,
}

impl CallLimits {
    /// Bounds the text of an answer, in characters.
    #[must_use]
    pub const fn with_answer(mut self, characters: usize) -> Self {
        self.answer = characters;
        self
    }

    /// Bounds the time of a call.
    #[must_use]
    pub const fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }
}

impl Default for CallLimits {
    fn default() -> Self {
        Self { answer: DEFAULT_ANSWER_LIMIT, deadline: Duration::from_secs(45) }
    }
}
