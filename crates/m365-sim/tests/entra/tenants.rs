//! Several organisations, which know nothing of one another but their guests.

use m365_sim::{Sim, Tenant, User};
use serde_json::{Value, json};

use super::{
    browser::{Answer, MIRA, Params, claims, part},
    on_behalf_of::exchange,
};
use crate::client::http;

const DANA: &str = "dana.whitfield@northwind.example";
const MEI: &str = "mei.tan@tidewater.example";
const SAM: &str = "sam.rivers@northwind.example";
const EVERYTHING: &[&str] = &[
    "Calendars.Read",
    "ChannelMessage.Read.All",
    "Chat.Read",
    "Files.Read.All",
    "Mail.Read",
    "Sites.Read.All",
    "Team.ReadBasic.All",
    "User.Read",
    "User.ReadBasic.All",
];

fn named<'a>(sim: &'a Sim, domain: &str) -> &'a Tenant {
    sim.tenants().find(|tenant| tenant.domain() == domain).unwrap()
}

fn user<'a>(sim: &'a Sim, domain: &str, name: &str) -> &'a User {
    named(sim, domain).users().iter().find(|user| user.upn.starts_with(name)).unwrap()
}

async fn document(sim: &Sim, path: &str) -> Answer {
    Answer::of(http().get(format!("{}/{path}", sim.login_endpoint()))).await
}

async fn graph(sim: &Sim, token: &str, path: &str) -> Answer {
    Answer::of(http().get(format!("{}/v1.0{path}", sim.graph_endpoint())).bearer_auth(token)).await
}

/// Sends a form to a tenant's token endpoint.
async fn at_token_of(sim: &Sim, tenant: &str, params: &Params) -> Answer {
    let address = format!("{}/{tenant}/oauth2/v2.0/token", sim.login_endpoint());
    Answer::of(params.post_to(&address)).await
}

/// Parameters with which the desktop host signs a user in.
fn authorize(sim: &Sim) -> Params {
    Params::authorize(sim)
        .with("client_id", sim.host_client_id())
        .with("redirect_uri", "http://127.0.0.1:4711/callback")
        .with("scope", &format!("{}/access_as_user openid offline_access", connector(sim)))
}

fn connector(sim: &Sim) -> String {
    format!("api://{}", sim.connector_client_id())
}

/// Signs a user in at the path of a tenant, as far as a code.
async fn code(sim: &Sim, tenant: &str, upn: &str) -> String {
    sim.script(m365_sim::Interaction::Approve(upn.to_owned()));
    let answer = authorize(sim).authorize_at(sim, tenant).await;
    answer.redirected()["code"].clone()
}

/// The redemption of such a code.
fn redemption(sim: &Sim, code: &str) -> Params {
    Params::code(sim, code)
        .with("client_id", sim.host_client_id())
        .with("redirect_uri", "http://127.0.0.1:4711/callback")
        .without("scope")
}

/// Signs a user in at the path of a tenant.
async fn tokens(sim: &Sim, tenant: &str, upn: &str) -> Value {
    let params = redemption(sim, &code(sim, tenant, upn).await);
    let answer = at_token_of(sim, tenant, &params).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

#[tokio::test]
async fn each_tenant_has_an_issuer_of_its_own_by_id_and_by_domain() {
    let sim = Sim::start().await;
    for tenant in sim.tenants() {
        for name in [tenant.id(), tenant.domain()] {
            let path = format!("{name}/v2.0/.well-known/openid-configuration");

            let document = document(&sim, &path).await.json();

            let issuer = format!("https://login.microsoftonline.com/{}/v2.0", tenant.id());
            assert_eq!(document["issuer"], issuer);
            assert!(document["jwks_uri"].as_str().unwrap().contains(tenant.id()));
        }
    }
}

#[tokio::test]
async fn no_two_users_have_an_object_id_in_common() {
    let sim = Sim::start().await;

    let mut oids: Vec<_> =
        sim.tenants().flat_map(Tenant::users).map(|user| user.oid.as_str()).collect();

    let count = oids.len();
    oids.sort_unstable();
    oids.dedup();
    assert_eq!(oids.len(), count);
}

#[tokio::test]
async fn a_single_tenant_app_is_at_home_only() {
    let sim = Sim::start().await;
    let local = Params::authorize(&sim);

    let shared = local.authorize_at(&sim, "common").await;
    let elsewhere = local.authorize_at(&sim, "northwind.example").await;

    assert!(shared.text.contains("AADSTS50194"), "{}", shared.text);
    assert!(elsewhere.text.contains("AADSTS700016"), "{}", elsewhere.text);
    assert!(elsewhere.text.contains("Northwind Audit"));
}

#[tokio::test]
async fn a_multi_tenant_app_signs_people_in_at_home_wherever_it_starts() {
    let sim = Sim::start().await;
    for (path, upn) in [("common", DANA), ("organizations", SAM), ("northwind.example", DANA)] {
        let tokens = tokens(&sim, path, upn).await;

        let claims = claims(tokens["access_token"].as_str().unwrap());
        let domain = upn.split_once('@').unwrap().1;
        let tenant = named(&sim, domain).id();
        assert_eq!(claims["tid"], tenant);
        assert_eq!(claims["iss"], format!("https://login.microsoftonline.com/{tenant}/v2.0"));
        assert_eq!(claims["aud"], sim.connector_client_id());
        assert_eq!(claims["azp"], sim.host_client_id());
        assert!(claims.get("idp").is_none());
    }
}

#[tokio::test]
async fn who_is_no_guest_does_not_sign_in_elsewhere() {
    let sim = Sim::start().await;
    sim.script(m365_sim::Interaction::Approve(MEI.to_owned()));

    let answer = authorize(&sim).authorize_at(&sim, "northwind.example").await;

    assert!(answer.redirected()["error_description"].starts_with("AADSTS50034"));
}

#[tokio::test]
async fn a_guest_is_the_same_person_under_another_object_id() {
    let sim = Sim::start().await;
    let (home, guest) =
        (user(&sim, "fjordlight.example", "mira"), user(&sim, "northwind.example", "mira"));

    let mut params = redemption(&sim, &code(&sim, "northwind.example", MIRA).await);
    params = params.with("client_info", "1");
    let tokens = at_token_of(&sim, "northwind.example", &params).await.json();

    let claims = claims(tokens["access_token"].as_str().unwrap());
    let info = part(&format!(".{}", tokens["client_info"].as_str().unwrap()), 1);
    assert!(guest.upn.contains("#EXT#@northwind.example"), "{}", guest.upn);
    assert_ne!(home.oid, guest.oid);
    assert_eq!((&claims["oid"], &claims["tid"]), (&json!(guest.oid), &json!(guest.tenant)));
    assert_eq!(claims["idp"], format!("https://sts.windows.net/{}/", home.tenant));
    assert_eq!(claims["preferred_username"], MIRA);
    assert_eq!(info, json!({"uid": home.oid, "utid": home.tenant}));
}

#[tokio::test]
async fn a_code_is_redeemed_in_its_own_tenant_only() {
    let sim = Sim::start().await;
    let params = redemption(&sim, &code(&sim, "northwind.example", SAM).await);

    let elsewhere = at_token_of(&sim, "fjordlight.example", &params).await;
    let there = at_token_of(&sim, "northwind.example", &params).await;

    assert_eq!(elsewhere.error_code(), 700_005);
    assert_eq!(there.status, 200, "{}", there.text);
}

#[tokio::test]
async fn a_refresh_token_is_good_where_the_person_is_known() {
    let sim = Sim::start().await;
    let tokens = tokens(&sim, "northwind.example", SAM).await;
    let params = Params::refresh(&sim, tokens["refresh_token"].as_str().unwrap())
        .with("client_id", sim.host_client_id())
        .without("scope");

    let as_guest = at_token_of(&sim, "fjordlight.example", &params).await;
    let unknown = at_token_of(&sim, "tidewater.example", &params).await;

    let claims = claims(as_guest.json()["access_token"].as_str().unwrap());
    assert_eq!(claims["oid"], user(&sim, "fjordlight.example", "sam").oid);
    assert_eq!(claims["tid"], sim.tenant_id());
    assert_eq!(unknown.error_code(), 50_034);
}

#[tokio::test]
async fn on_behalf_of_stays_in_the_tenant_of_the_caller() {
    let sim = Sim::start().await;
    let caller = sim.caller_token(DANA).issue();
    let params = exchange(&sim, &caller);

    let there = at_token_of(&sim, "northwind.example", &params).await;
    let elsewhere = at_token_of(&sim, sim.tenant_id(), &params).await;

    let answer = there.json();
    let token = answer["access_token"].as_str().unwrap();
    let me = graph(&sim, token, "/me").await.json();
    assert_eq!(claims(token)["tid"], named(&sim, "northwind.example").id());
    assert_eq!(me["userPrincipalName"], DANA);
    assert_eq!(elsewhere.error_code(), 50_013);
}

#[tokio::test]
async fn the_third_tenant_has_not_consented_to_the_connector() {
    let sim = Sim::start().await;
    let params = exchange(&sim, &sim.caller_token(MEI).issue());

    let answer = at_token_of(&sim, "tidewater.example", &params).await;

    assert_eq!(answer.error_code(), 65_001);
    assert!(answer.text.contains(sim.connector_client_id()));
}

#[tokio::test]
async fn what_happens_to_one_of_two_with_the_same_object_id_spares_the_other() {
    let sim = Sim::builder().twin_oid().start().await.unwrap();
    let (mira, mei) =
        (user(&sim, "fjordlight.example", "mira"), user(&sim, "tidewater.example", "mei"));
    let token = sim.issue_token(MEI, &["User.Read"]);
    let other = sim.issue_token(MIRA, &["User.Read"]);
    sim.disable(MIRA);

    let answer = exchange(&sim, &sim.caller_token(MIRA).issue()).at_token(&sim).await;
    let params = exchange(&sim, &sim.caller_token(MEI).issue());
    let twin = at_token_of(&sim, "tidewater.example", &params).await;

    assert_eq!(mira.oid, mei.oid);
    assert_eq!(graph(&sim, &token, "/me").await.json()["userPrincipalName"], MEI);
    assert_eq!(graph(&sim, &other, "/me").await.json()["userPrincipalName"], MIRA);
    assert_eq!(answer.error_code(), 50_057);
    assert_eq!(twin.error_code(), 65_001);
}

#[tokio::test]
async fn each_tenant_has_something_of_everything() {
    let sim = Sim::start().await;
    for upn in [DANA, SAM, MEI] {
        let domain = upn.split_once('@').unwrap().1;
        let token = sim
            .caller_token(upn)
            .tenant(domain)
            .client(sim.connector_client_id())
            .for_graph(&EVERYTHING.join(" "))
            .issue();
        for path in [
            "/me/messages",
            "/me/events",
            "/me/chats",
            "/me/joinedTeams",
            "/me/drive/root/children",
            "/sites?search=a",
            "/users",
        ] {
            let answer = graph(&sim, &token, path).await;

            let found = answer.json()["value"].as_array().map_or(0, Vec::len);
            assert!(found > 0, "{upn} {path}: {}", answer.text);
        }
    }
}

#[tokio::test]
async fn nobody_sees_another_tenants_directory_mail_teams_and_sites() {
    let sim = Sim::start().await;
    let ours = sim.issue_token(MIRA, EVERYTHING);
    let theirs = sim.issue_token(MEI, EVERYTHING);
    let id = |answer: &Answer| answer.json()["value"][0]["id"].as_str().unwrap().to_owned();
    let (message, chat) =
        (graph(&sim, &ours, "/me/messages").await, graph(&sim, &ours, "/me/chats").await);
    let (team, drive) =
        (graph(&sim, &ours, "/me/joinedTeams").await, graph(&sim, &ours, "/me/drives").await);
    let site = graph(&sim, &ours, "/sites?search=Finance").await;

    for path in [
        format!("/users/{MIRA}"),
        format!("/users/{}", user(&sim, "fjordlight.example", "mira").oid),
        format!("/me/messages/{}", id(&message)),
        format!("/me/chats/{}", id(&chat)),
        format!("/teams/{}", id(&team)),
        format!("/drives/{}", id(&drive)),
        format!("/sites/{}", id(&site)),
    ] {
        let answer = graph(&sim, &theirs, &path).await;

        assert!((400..500).contains(&answer.status), "{path}: {}", answer.text);
    }
    let users = graph(&sim, &theirs, "/users").await.text;
    assert!(users.contains("Tidewater") || users.contains(MEI));
    assert!(!users.contains("fjordlight") && !users.contains("northwind"), "{users}");
}

/// Searches as Tidewater's fleet manager.
async fn search(sim: &Sim, kind: &str, words: &str) -> Answer {
    let request = json!({"requests": [{
        "entityTypes": [kind], "query": {"queryString": words}, "from": 0, "size": 25,
    }]});
    let address = format!("{}/v1.0/search/query", sim.graph_endpoint());
    let asked = http().post(address).bearer_auth(sim.issue_token(MEI, EVERYTHING));
    Answer::of(asked.header("content-type", "application/json").body(request.to_string())).await
}

#[tokio::test]
async fn a_search_finds_what_is_the_tenants_own() {
    let sim = Sim::start().await;
    for (kind, own) in [
        ("message", "Plover"),
        ("driveItem", "Plover"),
        ("chatMessage", "Tern"),
        ("event", "Plover"),
        ("site", "Fleet"),
    ] {
        let theirs = search(&sim, kind, "budget").await;
        let ours = search(&sim, kind, own).await;

        let total = &ours.json()["value"][0]["hitsContainers"][0]["total"];
        assert_eq!((theirs.status, ours.status), (200, 200), "{kind}: {}", theirs.text);
        assert!(!theirs.text.to_lowercase().contains("fjordlight"), "{kind}: {}", theirs.text);
        assert!(total.as_u64() > Some(0), "{kind}: {}", ours.text);
    }
}

#[tokio::test]
async fn a_mailbox_has_its_owners_canary_and_nobody_elses() {
    let sim = Sim::start().await;
    let everyone: Vec<_> = sim.tenants().flat_map(Tenant::users).collect();
    for own in everyone.iter().filter(|user| user.tenant != sim.tenant_id()) {
        if own.home_tenant != own.tenant {
            continue;
        }
        let token = sim.caller_token(&own.oid).for_graph("Mail.Read Calendars.Read").issue();

        let messages = graph(&sim, &token, "/me/messages?$top=50").await.text;
        let events = graph(&sim, &token, "/me/events?$top=50").await.text;

        for user in &everyone {
            let is_own = user.oid == own.oid;
            assert_eq!(messages.contains(&user.canary()), is_own, "{}", user.upn);
            assert_eq!(events.contains(&user.canary()), is_own, "{}", user.upn);
        }
    }
}

#[tokio::test]
async fn a_crowd_is_there_on_demand_and_its_tenants_use_the_connector() {
    let sim = Sim::builder().crowd(3, 5).start().await.unwrap();
    let upn = "user5@crowd3.example";
    let crowd = named(&sim, "crowd3.example");
    let params = exchange(&sim, &sim.caller_token(upn).issue());

    let answer = at_token_of(&sim, crowd.id(), &params).await.json();

    let token = answer["access_token"].as_str().unwrap();
    let messages = graph(&sim, token, "/me/messages").await.text;
    assert_eq!(sim.tenants().count(), 6);
    assert_eq!(crowd.users().len(), 5);
    assert!(messages.contains(&user(&sim, "crowd3.example", "user5").canary()), "{messages}");
}
