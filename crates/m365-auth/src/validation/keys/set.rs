use std::sync::Arc;

use jiff::Timestamp;

use super::key::Key;
use crate::validation::{RejectionReason, claims::Claims, jws::Jws};

/// The keys of one answer: a key that is not in it does not count any more.
pub(in crate::validation) struct KeySet {
    keys: Vec<Key>,
    v2_issuer: String,
    fetched_at: Timestamp,
}

impl KeySet {
    pub(super) fn new(keys: Vec<Key>, v2_issuer: String, fetched_at: Timestamp) -> Self {
        Self { keys, v2_issuer, fetched_at }
    }

    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    pub(super) fn fetched_at(&self) -> Timestamp {
        self.fetched_at
    }

    /// Finds the key that the token names, among those of the token's issuer.
    fn find(&self, jws: &Jws<'_>, claims: &Claims) -> Option<&Key> {
        let id = jws.key_id()?;
        let may_sign = |issuer| claims.may_be_signed_by(issuer, &self.v2_issuer);
        self.keys
            .iter()
            .filter(|key| key.id == id)
            .find(|key| key.issuer.as_deref().is_none_or(may_sign))
    }
}

/// Checks a token's signature with the key that it names.
pub(in crate::validation) fn verify(
    set: Option<&KeySet>,
    jws: &Jws<'_>,
    claims: &Claims,
) -> Result<(), RejectionReason> {
    let set = set.ok_or(RejectionReason::KeysUnavailable)?;
    let key = set.find(jws, claims).ok_or(RejectionReason::UnknownKey)?;
    key.verifies(jws).then_some(()).ok_or(RejectionReason::Signature)
}

/// Tells whether two sets come from one answer.
pub(in crate::validation) fn are_same(
    one: Option<&Arc<KeySet>>,
    other: Option<&Arc<KeySet>>,
) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => Arc::ptr_eq(one, other),
        _ => one.is_none() && other.is_none(),
    }
}
