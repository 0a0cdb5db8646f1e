//! Rules that a test can switch off.

/// Which of the rules with a switch hold; all of them, unless told otherwise.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strictness {
    /// `getSchedule` takes the documented 20 addresses, not the hundred seen in practice.
    pub(crate) schedule_limit: bool,
}

impl Default for Strictness {
    fn default() -> Self {
        Self { schedule_limit: true }
    }
}
