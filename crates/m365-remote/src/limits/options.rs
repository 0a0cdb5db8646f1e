use std::collections::HashMap;

use m365_auth::TenantId;

/// How much may be asked; the defaults are those of the documentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LimitOptions {
    /// Calls of a user in a minute, on average.
    pub(crate) user_per_minute: u32,
    /// Calls of a user at once.
    pub(crate) user_burst: u32,
    /// Calls of a tenant's users in a minute.
    pub(crate) tenant_per_minute: u32,
    /// Tenants with another number.
    pub(crate) tenants: HashMap<TenantId, u32>,
    /// Rejected tokens from one address in a minute.
    pub(crate) rejected_per_minute: u32,
    /// Calls of a user in flight.
    pub(crate) user_concurrency: usize,
    /// Calls of a tenant's users in flight.
    pub(crate) tenant_concurrency: usize,
    /// All calls in flight.
    pub(crate) concurrency: usize,
}

impl Default for LimitOptions {
    fn default() -> Self {
        Self {
            user_per_minute: 60,
            user_burst: 20,
            tenant_per_minute: 6_000,
            tenants: HashMap::new(),
            rejected_per_minute: 300,
            user_concurrency: 8,
            tenant_concurrency: 64,
            concurrency: 2_000,
        }
    }
}
