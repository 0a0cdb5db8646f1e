//! The client against the demo tenant, which is as strict as Entra ID.

use std::{sync::Arc, time::Duration};

use m365_auth::{
    AccessToken, Account, Authority, Clock, Cloud, ErrorKind, ManualClock, PublicClient, Result,
    SessionState, SignInOptions, Timeouts, TokenProvider, TokenRequest,
};
use m365_sim::{Fault, Interaction, Sim, SimCloud};
use serde_json::json;

use crate::entra::without_trust_store;

const USER: &str = "mira.solberg@fjordlight.example";
const NOW: &str = "2026-11-21T10:00:00Z";

#[tokio::test]
async fn signing_in_works_in_every_cloud_without_a_parameter_too_many() {
    for (cloud, sim_cloud) in [
        (Cloud::Global, SimCloud::Global),
        (Cloud::UsGovHigh, SimCloud::UsGovHigh),
        (Cloud::UsGovDod, SimCloud::UsGovDod),
    ] {
        let sim = Sim::builder().cloud(sim_cloud).auto_sign_in(USER).start().await.unwrap();
        let client = client(&sim, cloud, &ManualClock::new(sim.clock().now()));

        let account = sign_in(&client).await.unwrap();

        assert_eq!(account.username(), USER);
        let token = token(&client).await.unwrap();
        assert!(token.grants("Mail.Read"), "{token:?}");
        assert_eq!(sim.violations(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_refresh_is_accepted_and_its_token_is_new() {
    let tenant = Tenant::start().await;
    tenant.sign_in().await.unwrap();
    let first = tenant.token().await.unwrap();

    tenant.advance(30 * 3600);
    let second = tenant.token().await.unwrap();

    assert_ne!(first, second);
    assert!(second.is_valid_for(Duration::from_secs(300), tenant.clock.now()));
}

#[tokio::test]
async fn e01_a_revoked_session_ends_in_a_sign_in_that_works() {
    let tenant = Tenant::start().await;
    tenant.sign_in().await.unwrap();
    tenant.advance(30 * 3600);
    tenant.sim.revoke(USER);

    let error = tenant.token().await.unwrap_err();
    let account = tenant.sign_in().await.unwrap();

    assert_eq!((error.kind(), error.aadsts()), (ErrorKind::SignInRequired, Some(50_173)));
    assert!(error.correlation_id().is_some() && error.trace_id().is_some());
    assert_eq!(account.username(), USER);
    assert!(tenant.token().await.is_ok());
}

#[tokio::test]
async fn e20_a_disabled_user_gets_no_token_any_more() {
    let tenant = Tenant::start().await;
    tenant.sign_in().await.unwrap();
    let cached = tenant.token().await.unwrap();
    tenant.sim.disable(USER);

    let request = TokenRequest::new().rejecting(cached);
    let error = tenant.client.access_token(&request).await.unwrap_err();
    let later = tenant.token().await.unwrap_err();

    assert_eq!((error.kind(), error.aadsts()), (ErrorKind::SignInRequired, Some(50_057)));
    assert!(error.message().unwrap().contains("disabled"), "{error}");
    assert_eq!(later.kind(), ErrorKind::SignInRequired);
}

#[tokio::test]
async fn a_second_factor_is_asked_for_at_the_sign_in_and_then_enough() {
    let tenant = Tenant::start().await;
    tenant.sign_in().await.unwrap();
    tenant.advance(30 * 3600);
    tenant.sim.require_mfa(USER);

    let error = tenant.token().await.unwrap_err();
    let state = tenant.client.status().await.state;
    tenant.sign_in().await.unwrap();

    assert_eq!((error.kind(), error.aadsts()), (ErrorKind::SignInRequired, Some(50_076)));
    assert!(error.claims().is_some(), "the claims for the next sign-in are lost");
    assert_eq!(state, SessionState::NeedsInteraction);
    assert!(tenant.token().await.is_ok());
    assert_eq!(tenant.client.status().await.state, SessionState::SignedIn);
}

#[tokio::test]
async fn withdrawn_consent_names_the_administrators_page() {
    let tenant = Tenant::start().await;
    tenant.sign_in().await.unwrap();
    tenant.advance(30 * 3600);
    tenant.sim.withdraw_consent("Mail.Read");

    let error = tenant.token().await.unwrap_err();

    assert_eq!((error.kind(), error.aadsts()), (ErrorKind::ConsentRequired, Some(65_001)));
    assert!(error.message().unwrap().contains("/adminconsent"), "{error}");
}

#[tokio::test]
async fn the_page_may_be_cancelled_declined_or_refused() {
    for (interaction, kind) in [
        (Interaction::Cancel, ErrorKind::Cancelled),
        (Interaction::Decline, ErrorKind::Cancelled),
        (Interaction::Refused(53_003), ErrorKind::Denied),
        (Interaction::Refused(50_105), ErrorKind::Denied),
    ] {
        let tenant = Tenant::start().await;
        tenant.sim.script(interaction.clone());

        let error = tenant.sign_in().await.unwrap_err();

        assert_eq!(error.kind(), kind, "{interaction:?}: {error}");
        assert!(!tenant.client.status().await.is_signed_in());
    }
}

#[tokio::test]
async fn e19_another_state_is_not_accepted() {
    let tenant = Tenant::start().await;
    tenant.sim.script(Interaction::WrongState(USER.to_owned()));
    let sign_in = tenant.client.begin_sign_in(&SignInOptions::new()).await.unwrap();
    let address = sign_in.url().clone();

    let (result, status) = tokio::join!(sign_in.finish(), async {
        let first = reqwest::get(address.clone()).await.unwrap().status().as_u16();
        reqwest::get(address).await.unwrap();
        first
    });

    assert_eq!(status, 400);
    assert_eq!(result.unwrap().username(), USER, "the right answer after the wrong one");
}

#[tokio::test]
async fn e10_fewer_scopes_than_asked_show_in_the_token() {
    let tenant = Tenant::start().await;
    tenant.sim.entra().on("/", Fault::fewer_scopes(&["User.Read"]));

    tenant.sign_in().await.unwrap();

    let token = tenant.token().await.unwrap();
    assert!(token.grants("User.Read") && !token.grants("Mail.Read"), "{token:?}");
    assert!(tenant.client.status().await.missing.iter().any(|s| s.name() == "Mail.Read"));
}

#[tokio::test]
async fn e16_metadata_of_a_stranger_is_refused_and_the_sign_in_goes_where_it_should() {
    let tenant = Tenant::start().await;
    tenant.sim.entra().next_response(Fault::foreign_metadata());

    let account = tenant.sign_in().await;

    assert!(account.is_ok());
    assert_eq!(tenant.sim.foreign().requests(), 0);
}

#[tokio::test]
async fn e18_a_clock_that_is_two_hours_off_is_named() {
    let tenant = Tenant::start().await;
    tenant.clock.advance(Duration::from_secs(7200));

    let account = tenant.sign_in().await;

    assert!(account.is_ok(), "{account:?}");
    let notices = tenant.client.status().await.notices;
    assert!(notices.iter().any(|notice| notice.contains("2 h ahead")), "{notices:?}");
}

#[tokio::test]
async fn e08_a_hanging_endpoint_costs_two_attempts_for_all_callers() {
    let tenant = Tenant::start().await;
    tenant.sign_in().await.unwrap();
    tenant.advance(30 * 3600);
    tenant.sim.entra().clear_log();
    tenant.sim.entra().on("/", Fault::hang());

    let callers = (0..50).map(|_| {
        let client = tenant.client.clone();
        tokio::spawn(async move { token(&client).await.unwrap_err().kind() })
    });
    let callers: Vec<_> = callers.collect();

    for caller in callers {
        assert_eq!(caller.await.unwrap(), ErrorKind::Unavailable);
    }
    assert_eq!(tenant.sim.entra().requests(), 2);
}

#[tokio::test]
async fn g27_a_claims_challenge_is_fulfilled_silently_where_entra_id_permits() {
    let tenant = Tenant::start().await;
    tenant.sign_in().await.unwrap();
    let before = tenant.token().await.unwrap();
    tenant.advance(60);
    let later = tenant.clock.now().as_second();
    let challenge =
        json!({"access_token": {"nbf": {"essential": true, "value": later.to_string()}}});

    let request = TokenRequest::new().with_claims(challenge.to_string()).rejecting(before.clone());
    let after = tenant.client.access_token(&request).await.unwrap();

    assert_ne!(before, after);
}

#[tokio::test]
async fn no_secret_of_the_tenant_shows_in_what_the_client_says() {
    let tenant = Tenant::start().await;
    let account = tenant.sign_in().await.unwrap();
    let token = tenant.token().await.unwrap();

    let status = tenant.client.status().await;
    let said = format!("{account:?} {token:?} {status:?} {:?}", tenant.client);

    let canaries = tenant.sim.canaries();
    assert!(canaries.contains(&token.secret().to_owned()), "the tenant lists no secrets");
    for secret in canaries.iter().filter(|secret| secret.len() > 20) {
        assert!(!said.contains(secret.as_str()));
    }
}

/// A tenant whose clock the device shares until one of them is moved.
struct Tenant {
    sim: Sim,
    clock: ManualClock,
    client: PublicClient,
}

impl Tenant {
    async fn start() -> Self {
        let now = NOW.parse().unwrap();
        let sim = Sim::builder().now(now).auto_sign_in(USER).start().await.unwrap();
        let clock = ManualClock::new(now);
        let client = client(&sim, Cloud::Global, &clock);
        Self { sim, clock, client }
    }

    async fn sign_in(&self) -> Result<Account> {
        sign_in(&self.client).await
    }

    async fn token(&self) -> Result<AccessToken> {
        token(&self.client).await
    }

    fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
        self.sim.clock().advance(Duration::from_secs(seconds));
    }
}

fn client(sim: &Sim, cloud: Cloud, clock: &ManualClock) -> PublicClient {
    let authority = Authority::new(cloud, sim.tenant_id().parse().unwrap())
        .with_login_root(sim.login_endpoint().parse().unwrap());
    PublicClient::builder(authority, sim.local_client_id().parse().unwrap())
        .clock(Arc::new(clock.clone()))
        .http(without_trust_store)
        .timeouts(Timeouts::default().with_attempt(Duration::from_millis(500)))
        .build()
}

async fn sign_in(client: &PublicClient) -> Result<Account> {
    let sign_in = client.begin_sign_in(&SignInOptions::new()).await?;
    let page = reqwest::get(sign_in.url().clone());
    let (account, page) = tokio::join!(sign_in.finish(), page);
    page.unwrap();
    account
}

async fn token(client: &PublicClient) -> Result<AccessToken> {
    client.access_token(&TokenRequest::new()).await
}
