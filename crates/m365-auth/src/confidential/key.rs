use ring::digest::{Context, SHA256};

use crate::{CallerToken, TenantId};

/// What a cached answer is for: tenant, user, client, scopes and the caller's very token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CacheKey([u8; 32]);

/// A user of a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct UserKey([u8; 32]);

impl CacheKey {
    pub(crate) fn of(caller: &CallerToken, scope: &str) -> Self {
        Self(digest(&[
            caller.tenant().as_str().as_bytes(),
            caller.user().as_bytes(),
            caller.client().as_str().as_bytes(),
            scope.as_bytes(),
            caller.digest(),
        ]))
    }

    /// Returns the key for the same with these claims, which is never this one.
    pub(crate) fn with_claims(&self, claims: Option<&str>) -> Self {
        match claims {
            Some(claims) => Self(digest(&[&self.0, b"claims", claims.as_bytes()])),
            None => Self(digest(&[&self.0])),
        }
    }
}

impl UserKey {
    pub(crate) fn new(tenant: &TenantId, user: &str) -> Self {
        Self(digest(&[tenant.as_str().as_bytes(), user.as_bytes()]))
    }

    pub(crate) fn of(caller: &CallerToken) -> Self {
        Self::new(caller.tenant(), caller.user())
    }
}

/// Returns the SHA-256 of the parts, each after its length, so that none runs into the next.
fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut digest = [0; 32];
    digest.copy_from_slice(context.finish().as_ref());
    digest
}

#[cfg(test)]
impl CacheKey {
    pub(crate) fn for_tests(name: &str) -> Self {
        Self(digest(&[name.as_bytes()]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r12_parts_do_not_run_into_each_other() {
        assert_ne!(digest(&[b"ab", b"c"]), digest(&[b"a", b"bc"]));
        assert_ne!(digest(&[b"ab"]), digest(&[b"ab", b""]));
    }

    #[test]
    fn r12_the_same_user_id_in_two_tenants_is_two_users() {
        let tenants =
            ["11111111-2222-4333-8444-555555555555", "21111111-2222-4333-8444-555555555555"];
        let [one, other] = tenants.map(|tenant| UserKey::new(&tenant.parse().unwrap(), "u"));

        assert_ne!(one, other);
    }

    #[test]
    fn claims_make_another_key() {
        let key = CacheKey([7; 32]);

        let keys =
            [key, key.with_claims(None), key.with_claims(Some("")), key.with_claims(Some("{}"))];

        for (at, one) in keys.iter().enumerate() {
            assert!(keys.iter().skip(at + 1).all(|other| other != one));
        }
    }
}
