use std::collections::{HashMap, HashSet};

use super::RejectionReason;
use crate::{ClientId, TenantId};

/// Who may call: for each tenant, the clients through which its users may do so.
///
/// What is not listed is refused, so an empty list refuses everybody.
///
/// ```
/// # use m365_auth::AllowList;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (tenant, client) = (
///     "11111111-2222-4333-8444-555555555555".parse()?,
///     "aaaaaaaa-0000-4000-8000-000000000001".parse()?,
/// );
/// let list = AllowList::new().with(tenant, [client]);
///
/// assert!(!list.is_empty());
/// assert!(!list.allows(
///     &"11111111-2222-4333-8444-555555555555".parse()?,
///     &"bbbbbbbb-0000-4000-8000-000000000009".parse()?,
/// ));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowList {
    clients: HashMap<TenantId, HashSet<ClientId>>,
}

impl AllowList {
    /// Creates a list that refuses everybody.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds clients of a tenant to those that it has.
    #[must_use]
    pub fn with(mut self, tenant: TenantId, clients: impl IntoIterator<Item = ClientId>) -> Self {
        self.clients.entry(tenant).or_default().extend(clients);
        self
    }

    /// Tells whether nobody may call.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.clients.values().all(HashSet::is_empty)
    }

    /// Returns the tenants, in no order.
    pub fn tenants(&self) -> impl Iterator<Item = &TenantId> {
        self.clients.keys()
    }

    /// Tells whether users of `tenant` may call through `client`.
    #[must_use]
    pub fn allows(&self, tenant: &TenantId, client: &ClientId) -> bool {
        self.check(tenant, client).is_ok()
    }

    pub(super) fn check(
        &self,
        tenant: &TenantId,
        client: &ClientId,
    ) -> Result<(), RejectionReason> {
        let clients = self.clients.get(tenant).ok_or(RejectionReason::TenantNotAllowed)?;
        match clients.contains(client) {
            true => Ok(()),
            false => Err(RejectionReason::ClientNotAllowed),
        }
    }
}
