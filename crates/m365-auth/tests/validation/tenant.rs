//! Tokens of the demo tenant, which is as strict as Entra ID and whose code shares none of ours.

use std::sync::Arc;

use m365_auth::{
    AllowList, Cloud, ManualClock, RejectionReason, TokenValidator, TokenValidatorBuilder,
};
use m365_sim::{Sim, SimCloud};
use serde_json::json;

use crate::{entra::without_trust_store, issuer::refusal};

const USER: &str = "mira.solberg@fjordlight.example";
const KEYS: &str = "/common/discovery/v2.0/keys";

/// A validator for the connector of the demo tenant, whose tenants are all on the allow-list.
fn builder(sim: &Sim, cloud: Cloud) -> TokenValidatorBuilder {
    let host = || sim.host_client_id().parse().unwrap();
    let list = sim
        .tenants()
        .fold(AllowList::new(), |list, tenant| list.with(tenant.id().parse().unwrap(), [host()]));
    TokenValidator::builder(cloud, sim.connector_client_id().parse().unwrap())
        .allow_list(list)
        .login_root(sim.login_endpoint().parse().unwrap())
        .clock(Arc::new(ManualClock::new(sim.clock().now())))
        .http(without_trust_store)
}

fn fetches(sim: &Sim) -> usize {
    sim.entra().log().iter().filter(|request| request.path.ends_with(KEYS)).count()
}

#[tokio::test]
async fn a_users_token_is_accepted_in_every_cloud() {
    for (cloud, sim_cloud) in [
        (Cloud::Global, SimCloud::Global),
        (Cloud::UsGovHigh, SimCloud::UsGovHigh),
        (Cloud::UsGovDod, SimCloud::UsGovDod),
    ] {
        let sim = Sim::builder().cloud(sim_cloud).start().await.unwrap();
        let validator = builder(&sim, cloud).accept_v1(true).build();

        for version in [1, 2] {
            let token = sim.caller_token(USER).version(version).cae(true).issue();
            let caller = validator.validate(&token).await.unwrap();
            assert_eq!(caller.tenant().as_str(), sim.tenant_id());
            assert_eq!(caller.client().as_str(), sim.host_client_id());
            assert!(sim.users().iter().any(|user| user.oid == caller.user()));
        }
        assert_eq!(fetches(&sim), 1);
        assert_eq!(sim.violations(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn what_the_tenant_would_not_issue_to_a_user_is_refused() {
    use RejectionReason as Reason;

    let sim = Sim::start().await;
    let validator = builder(&sim, Cloud::Global).build();
    let caller = || sim.caller_token(USER);

    for (token, expected) in [
        (caller(), None),
        (caller().alg("none"), Some(Reason::Malformed)),
        (caller().alg("HS256"), Some(Reason::Algorithm)),
        (caller().alg("HS256/der"), Some(Reason::Algorithm)),
        (caller().alg("RS512"), Some(Reason::Algorithm)),
        (caller().alg("PS256"), Some(Reason::Algorithm)),
        (caller().alg("ES256"), Some(Reason::Algorithm)),
        (caller().header("crit", json!(["b64"])), Some(Reason::Algorithm)),
        (caller().for_graph("Mail.Read"), Some(Reason::Algorithm)),
        (caller().signed_by("foreign"), Some(Reason::Signature)),
        (caller().signed_by("consumer"), Some(Reason::UnknownKey)),
        (caller().id_token(), Some(Reason::Claims)),
        (caller().version(1), Some(Reason::Version)),
        (caller().repeated("tid", sim.tenant_id()), Some(Reason::Claims)),
        (caller().repeated("TID", sim.tenant_id()), Some(Reason::Claims)),
        (caller().without("oid"), Some(Reason::Claims)),
        (caller().expires_in(-360), Some(Reason::Expired)),
        (caller().expires_in(-240), None),
        (caller().not_before(360), Some(Reason::NotYetValid)),
        (caller().not_before(240), None),
        (caller().app_only(), Some(Reason::AppOnly)),
        (caller().scope("access_as_user2"), Some(Reason::MissingScope)),
        (caller().client(sim.other_host_client_id()), Some(Reason::ClientNotAllowed)),
    ] {
        let shown = format!("{token:?}");
        assert_eq!(refusal(&validator, &token.issue()).await, expected, "{shown}");
    }
}

#[tokio::test]
async fn e11_rotated_keys_are_fetched_once() {
    let sim = Sim::start().await;
    let validator = builder(&sim, Cloud::Global).build();
    let old = sim.caller_token(USER).issue();
    assert_eq!(refusal(&validator, &old).await, None);

    // The next key is published before it signs, so only the one after is new.
    sim.rotate_keys();
    sim.rotate_keys();
    let new = sim.caller_token(USER).issue();

    for token in [&new, &old, &new] {
        assert_eq!(refusal(&validator, token).await, None);
    }
    assert_eq!(fetches(&sim), 2);
}

#[tokio::test]
async fn e15_a_withdrawn_key_no_longer_counts() {
    let sim = Sim::start().await;
    let validator = builder(&sim, Cloud::Global).build();
    let old = sim.caller_token(USER).issue();
    assert_eq!(refusal(&validator, &old).await, None);

    sim.withdraw_key(&sim.signing_key_id());
    validator.refresh_keys().await.unwrap();

    assert_eq!(refusal(&validator, &old).await, Some(RejectionReason::UnknownKey));
    assert_eq!(refusal(&validator, &sim.caller_token(USER).issue()).await, None);
}
