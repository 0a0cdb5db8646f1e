//! What the authorize endpoint checks, and how it answers.

use m365_sim::{Platform, Sim, SimCloud};

use super::browser::{Answer, MIRA, Params, REDIRECT, part, tenant};

/// Sends parameters that must end in a page, and returns the number that it shows.
async fn page_error(answer: Answer) -> String {
    assert_eq!(answer.status, 400, "{}", answer.text);
    assert_eq!(answer.header("location"), "");
    let start = answer.text.find("AADSTS").unwrap() + "AADSTS".len();
    answer.text[start..].chars().take_while(char::is_ascii_digit).collect()
}

/// Sends parameters that must end in a redirected error: its name and AADSTS number.
async fn redirected_error(tenant: &Sim, params: Params) -> (String, String) {
    let error = params.at_authorize(tenant).await.redirected();
    let number = error["error_description"].strip_prefix("AADSTS").unwrap();
    (error["error"].clone(), number.split(':').next().unwrap().to_owned())
}

#[tokio::test]
async fn a_code_goes_to_the_redirect_address_with_a_slash_and_the_state() {
    let tenant = tenant().await;

    let answer = Params::authorize(&tenant).at_authorize(&tenant).await;

    let sent = answer.redirected();
    assert_eq!(answer.status, 302);
    assert!(answer.header("location").starts_with("http://localhost:53124/?code=1.A"));
    assert!(sent["code"].len() > 1000);
    assert_eq!(sent["state"], "state-1");
    assert_eq!(sent["session_state"].len(), 36);
}

#[tokio::test]
async fn who_the_code_is_for_is_named_on_request() {
    let tenant = tenant().await;

    let plain = Params::authorize(&tenant).at_authorize(&tenant).await.redirected();
    let asked = Params::authorize(&tenant).and("client_info", "1").at_authorize(&tenant).await;

    let info = format!(".{}", asked.redirected()["client_info"]);
    assert!(!plain.contains_key("client_info"));
    assert_eq!(part(&info, 1)["utid"], tenant.tenant_id());
}

#[tokio::test]
async fn a_parameter_sent_twice_is_fatal() {
    let tenant = tenant().await;
    let params = Params::authorize(&tenant).and("state", "state-2");

    let answer = params.at_authorize(&tenant).await;

    assert!(answer.text.contains("&#39;state&#39;"));
    assert_eq!(page_error(answer).await, "9000411");
}

#[tokio::test]
async fn duplicates_are_refused_before_an_unknown_tenant_is() {
    let tenant = tenant().await;
    let unknown = "22222222-2222-4333-8444-555555555555";
    let twice = Params::authorize(&tenant).and("scope", "openid");

    let first = twice.authorize_at(&tenant, unknown).await;
    let second = Params::authorize(&tenant).authorize_at(&tenant, unknown).await;

    assert_eq!(page_error(first).await, "9000411");
    assert_eq!(page_error(second).await, "90002");
}

#[tokio::test]
async fn an_app_that_is_not_there_gets_a_page_and_no_redirect() {
    let tenant = tenant().await;
    let with = |id: &str| Params::authorize(&tenant).with("client_id", id);

    let unknown = with("aaaaaaaa-0000-4000-8000-0000000000ff").at_authorize(&tenant).await;
    let malformed = with("m365").at_authorize(&tenant).await;
    let missing = with("").at_authorize(&tenant).await;

    assert_eq!(page_error(unknown).await, "700016");
    assert_eq!(page_error(malformed).await, "90013");
    assert_eq!(page_error(missing).await, "900144");
}

#[tokio::test]
async fn a_single_tenant_app_is_refused_at_common() {
    let tenant = tenant().await;

    let answer = Params::authorize(&tenant).authorize_at(&tenant, "common").await;

    assert_eq!(page_error(answer).await, "50194");
}

#[tokio::test]
async fn a_domain_names_the_tenant_as_its_id_does() {
    let tenant = tenant().await;

    let answer = Params::authorize(&tenant).authorize_at(&tenant, "fjordlight.example").await;

    assert_eq!(answer.status, 302);
}

#[tokio::test]
async fn a_loopback_address_matches_with_any_port_but_nothing_else_different() {
    let tenant = tenant().await;
    let with = |uri: &str| Params::authorize(&tenant).with("redirect_uri", uri);

    let port = with("http://localhost:1").at_authorize(&tenant).await;
    assert_eq!(port.status, 302);

    for other in [
        "http://localhost:1/callback",
        "http://127.0.0.1:1",
        "https://localhost:1",
        "http://[::1]:1",
        "http://localhost.example",
        "http://localhost:1@elsewhere.example",
        "http://localhost:",
    ] {
        let answer = with(other).at_authorize(&tenant).await;
        assert_eq!(page_error(answer).await, "50011", "{other}");
    }
}

#[tokio::test]
async fn the_numeric_loopback_address_ignores_the_port_for_native_apps_only() {
    let uri = "http://127.0.0.1/callback";
    let start = |platform| Sim::builder().auto_sign_in(MIRA).redirect(platform, uri).start();
    let (native, web) = (start(Platform::MobileAndDesktop), start(Platform::Web));
    let (native, web) = (native.await.unwrap(), web.await.unwrap());
    let ask =
        |tenant| Params::authorize(tenant).with("redirect_uri", "http://127.0.0.1:9/callback");

    let native = ask(&native).at_authorize(&native).await;
    let web = ask(&web).at_authorize(&web).await;

    assert!(native.header("location").starts_with("http://127.0.0.1:9/callback?code="));
    assert_eq!(page_error(web).await, "50011");
}

#[tokio::test]
async fn what_is_wrong_beyond_the_redirect_address_is_told_to_the_app() {
    let tenant = tenant().await;
    let cases = [
        ("response_type", "", "invalid_request", "900144"),
        ("response_type", "id_token", "unsupported_response_type", "700054"),
        ("response_type", "none", "unsupported_response_type", "70007"),
        ("response_mode", "web_message", "unsupported_response_type", "70007"),
        ("prompt", "login consent", "invalid_request", "90023"),
        ("code_challenge", "short", "invalid_request", "501491"),
        ("code_challenge_method", "S512", "invalid_request", "50149"),
        ("scope", "", "invalid_request", "900144"),
        ("scope", "Mail.Reed", "invalid_client", "650053"),
        ("scope", "access_as_user", "invalid_client", "650053"),
        ("scope", ".default Mail.Read", "invalid_scope", "70011"),
        ("scope", "https://graph.microsoft.us/Mail.Read", "invalid_resource", "500011"),
        ("resource", "https://connector.example/mcp", "invalid_request", "9010010"),
        ("claims", "{", "invalid_request", "9002313"),
    ];

    for (name, value, error, number) in cases {
        let params = Params::authorize(&tenant).with(name, value);
        let expected = (error.to_owned(), number.to_owned());
        assert_eq!(redirected_error(&tenant, params).await, expected, "{name}={value}");
    }
}

#[tokio::test]
async fn each_cloud_has_scopes_of_its_own() {
    let start = |cloud| Sim::builder().auto_sign_in(MIRA).cloud(cloud).start();
    let high = start(SimCloud::UsGovHigh).await.unwrap();
    let ask = |scope| Params::authorize(&high).with("scope", scope);

    let own = ask("https://graph.microsoft.us/Mail.Read").at_authorize(&high).await;
    let other = ask("https://graph.microsoft.com/Mail.Read").at_authorize(&high).await;

    assert!(own.redirected().contains_key("code"));
    assert_eq!(other.redirected()["error"], "invalid_resource");
}

#[tokio::test]
async fn a_fragment_and_a_form_carry_the_code_when_asked() {
    let tenant = tenant().await;
    let with = |mode: &str| Params::authorize(&tenant).with("response_mode", mode);

    let fragment = with("fragment").at_authorize(&tenant).await;
    let form = with("form_post").at_authorize(&tenant).await;

    assert!(fragment.header("location").starts_with("http://localhost:53124/#code="));
    assert_eq!(form.status, 200);
    assert!(form.text.contains("action=\"http://localhost:53124/\""));
    assert!(form.text.contains("name=\"code\" value=\"1.A"));
    assert!(form.text.contains("name=\"state\" value=\"state-1\""));
}

#[tokio::test]
async fn an_error_carries_the_ids_that_the_client_sent() {
    let tenant = tenant().await;
    let id = "3d2f0a6e-5a55-4a0e-9a3c-0b0a1c2d3e4f";
    let params = Params::authorize(&tenant).with("prompt", "all").and("client-request-id", id);

    let error = params.at_authorize(&tenant).await.redirected();

    assert!(error["error_description"].contains(&format!("Correlation ID: {id}")));
    assert_eq!(error["error_uri"], "https://login.microsoftonline.com/error?code=90023");
    assert_eq!(error["state"], "state-1");
}

#[tokio::test]
async fn the_parameters_may_be_posted_as_well() {
    let tenant = tenant().await;
    let address =
        format!("{}/{}/oauth2/v2.0/authorize", tenant.login_endpoint(), tenant.tenant_id());
    let request = Params::authorize(&tenant).post_to(&address);

    let answer = Answer::of(request).await;

    assert!(answer.header("location").starts_with(REDIRECT));
}
