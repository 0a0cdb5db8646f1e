use std::time::Duration;

/// How long, how often and how much: one place for every budget of the client.
///
/// The defaults suit an interactive caller. Each `with_…` replaces one of them.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Limits {
    /// The whole of a call that brings no deadline of its own: 45 s.
    pub call: Duration,
    /// Until a connection stands: 5 s.
    pub connect: Duration,
    /// Until the answer's headers are there: 20 s.
    pub first_byte: Duration,
    /// The window in which a body must bring at least [`Self::window_bytes`]: 15 s.
    pub silence: Duration,
    /// The least that a body must bring in each window of [`Self::silence`]: 1 KiB.
    pub window_bytes: usize,
    /// Requests sent for one logical request, the first included: 4.
    pub attempts: u32,
    /// The first back-off after throttling, and the second after other failures: 0.5 s, doubled
    /// from try to try.
    pub back_off: Duration,
    /// The longest back-off: 8 s.
    pub back_off_cap: Duration,
    /// The back-off before the first retry of a failure that is not throttling: 50 ms.
    pub first_retry: Duration,
    /// The longest `Retry-After` that is waited out rather than reported: 20 s.
    pub retry_after: Duration,
    /// Requests in flight to one mailbox, of all users who name it: 3. Exchange refuses a fifth.
    pub per_mailbox: u32,
    /// Requests in flight to one team, or to all chats: 4, as many as Teams takes in a second.
    pub per_team: u32,
    /// Requests in flight to sites and drives: 6.
    pub files: u32,
    /// Requests in flight for one user: 8.
    pub per_user: u32,
    /// Requests in flight for all users of one tenant: 64.
    pub per_tenant: u32,
    /// Requests in flight for all users of a [`GraphPool`](crate::GraphPool): 2,000.
    pub per_process: u32,
    /// The longest wait for all these slots together: 1 s.
    pub slot_wait: Duration,
    /// Pages followed by one [`Pages`](crate::Pages): 10.
    pub pages: u32,
    /// Items read by one [`Pages`](crate::Pages) before it stops after a page: 250.
    pub items: usize,
    /// JSON read by one call after decompression, in bytes: 8 MiB.
    pub json_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            call: Duration::from_secs(45),
            connect: Duration::from_secs(5),
            first_byte: Duration::from_secs(20),
            silence: Duration::from_secs(15),
            window_bytes: 1024,
            attempts: 4,
            back_off: Duration::from_millis(500),
            back_off_cap: Duration::from_secs(8),
            first_retry: Duration::from_millis(50),
            retry_after: Duration::from_secs(20),
            per_mailbox: 3,
            per_team: 4,
            files: 6,
            per_user: 8,
            per_tenant: 64,
            per_process: 2000,
            slot_wait: Duration::from_secs(1),
            pages: 10,
            items: 250,
            json_bytes: 8 * 1024 * 1024,
        }
    }
}

macro_rules! setters {
    ($($setter:ident $field:ident: $type:ty),+ $(,)?) => {
        impl Limits {
            $(
                #[doc = concat!("Replaces [`Self::", stringify!($field), "`].")]
                #[must_use]
                pub const fn $setter(mut self, value: $type) -> Self {
                    self.$field = value;
                    self
                }
            )+
        }
    };
}

setters! {
    with_call call: Duration,
    with_connect connect: Duration,
    with_first_byte first_byte: Duration,
    with_silence silence: Duration,
    with_window_bytes window_bytes: usize,
    with_attempts attempts: u32,
    with_back_off back_off: Duration,
    with_back_off_cap back_off_cap: Duration,
    with_first_retry first_retry: Duration,
    with_retry_after retry_after: Duration,
    with_per_mailbox per_mailbox: u32,
    with_per_team per_team: u32,
    with_files files: u32,
    with_per_user per_user: u32,
    with_per_tenant per_tenant: u32,
    with_per_process per_process: u32,
    with_slot_wait slot_wait: Duration,
    with_pages pages: u32,
    with_items items: usize,
    with_json_bytes json_bytes: usize,
}
