use std::sync::atomic::{AtomicUsize, Ordering};

/// How many bytes of JSON a call may still hold; shared by its requests.
#[derive(Debug)]
pub(crate) struct Allowance(AtomicUsize);

/// What one body has taken so far; it is given back unless the body is kept.
#[derive(Debug)]
pub(crate) struct Taken<'a> {
    allowance: &'a Allowance,
    bytes: usize,
}

impl Allowance {
    pub(crate) const fn new(bytes: usize) -> Self {
        Self(AtomicUsize::new(bytes))
    }

    pub(crate) const fn taken(&self) -> Taken<'_> {
        Taken { allowance: self, bytes: 0 }
    }
}

impl Taken<'_> {
    /// Takes `bytes` more, if they are left.
    pub(crate) fn take(&mut self, bytes: usize) -> bool {
        let left = |left: usize| left.checked_sub(bytes);
        let taken =
            self.allowance.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, left).is_ok();
        self.bytes += if taken { bytes } else { 0 };
        taken
    }

    /// Tells whether `bytes` are left.
    pub(crate) fn fits(&self, bytes: usize) -> bool {
        bytes <= self.allowance.0.load(Ordering::Relaxed)
    }

    /// Counts what was taken against the call for good.
    pub(crate) fn keep(mut self) {
        self.bytes = 0;
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        self.allowance.0.fetch_add(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::Allowance;

    #[test]
    fn what_is_kept_is_missing_from_the_next_body() {
        let allowance = Allowance::new(10);
        let mut first = allowance.taken();
        assert!(first.take(6));
        first.keep();

        let mut second = allowance.taken();

        assert!(!second.take(5));
        assert!(second.take(4));
    }

    #[test]
    fn a_body_that_is_not_kept_gives_back_what_it_took() {
        let allowance = Allowance::new(10);
        let mut failed = allowance.taken();
        assert!(failed.take(10));
        drop(failed);

        assert!(allowance.taken().take(10));
    }
}
