//! Mailboxes.

/// The mailboxes of the tenant.
#[derive(Debug, Default)]
pub(crate) struct Store {}
