//! The pages that a person sees.

use m365_sim::Sim;

use super::browser::{Answer, MIRA, Params, tenant};
use crate::client::http;

const TOM: &str = "tom.okafor@fjordlight.example";

/// A browser: it keeps one cookie and submits forms.
struct Browser<'a> {
    tenant: &'a Sim,
    cookie: String,
}

impl<'a> Browser<'a> {
    fn new(tenant: &'a Sim) -> Self {
        Self { tenant, cookie: String::new() }
    }

    async fn open(&mut self, params: Params) -> Answer {
        let address = self.address("authorize");
        let query = params.encoded();
        self.send(http().get(format!("{address}?{query}"))).await
    }

    /// Presses a button of the page.
    async fn press(&mut self, page: &Answer, name: &str, value: &str) -> Answer {
        let start = page.text.find("name=\"ctx\" value=\"").unwrap() + 18;
        let context = page.text[start..].split('"').next().unwrap();
        let form = Params::of(&[("ctx", context), (name, value)]);
        let request = form.post_to(&self.address("login"));
        self.send(request).await
    }

    async fn send(&mut self, request: reqwest::RequestBuilder) -> Answer {
        let answer = Answer::of(request.header("cookie", &self.cookie)).await;
        if let Some(cookie) =
            answer.header("set-cookie").split(';').next().filter(|c| !c.is_empty())
        {
            self.cookie = cookie.to_owned();
        }
        answer
    }

    fn address(&self, page: &str) -> String {
        let (login, id) = (self.tenant.login_endpoint(), self.tenant.tenant_id());
        format!("{login}/{id}/oauth2/v2.0/{page}")
    }
}

#[tokio::test]
async fn a_person_picks_an_account_and_is_sent_back() {
    let tenant = Sim::start().await;
    let mut browser = Browser::new(&tenant);

    let page = browser.open(Params::authorize(&tenant)).await;
    let answer = browser.press(&page, "account", MIRA).await;

    assert!(page.text.contains("Adele Vance") && page.text.contains("<form method=\"post\""));
    assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
    assert!(answer.redirected().contains_key("code"));
}

#[tokio::test]
async fn cancel_goes_back_to_the_app() {
    let tenant = Sim::start().await;
    let mut browser = Browser::new(&tenant);

    let page = browser.open(Params::authorize(&tenant)).await;
    let answer = browser.press(&page, "action", "cancel").await;

    assert_eq!(answer.redirected()["error_subcode"], "cancel");
}

#[tokio::test]
async fn what_nobody_consented_to_is_asked_for_by_name() {
    let tenant = Sim::start().await;
    let mut browser = Browser::new(&tenant);
    let params = || Params::authorize(&tenant).with("scope", "openid People.Read");

    let page = browser.open(params()).await;
    let consent = browser.press(&page, "account", MIRA).await;
    let answer = browser.press(&consent, "action", "accept").await;
    let again = browser.open(params()).await;

    assert!(consent.text.contains("Permissions requested") && consent.text.contains("People.Read"));
    assert!(answer.redirected().contains_key("code"));
    assert!(again.redirected().contains_key("code"));
}

#[tokio::test]
async fn who_may_not_consent_is_told_so_before_being_asked() {
    let tenant = Sim::start().await;
    let mut browser = Browser::new(&tenant);
    let scope = "openid ChannelMessage.Read.All";

    let page = browser.open(Params::authorize(&tenant).with("scope", scope)).await;
    let answer = browser.press(&page, "account", MIRA).await;

    assert!(answer.redirected()["error_description"].starts_with("AADSTS90094"));
}

#[tokio::test]
async fn a_session_answers_without_a_page_and_prompt_none_needs_one() {
    let tenant = Sim::start().await;
    let mut browser = Browser::new(&tenant);
    let silent = || Params::authorize(&tenant).with("prompt", "none");

    let before = browser.open(silent()).await.redirected();
    let page = browser.open(Params::authorize(&tenant)).await;
    browser.press(&page, "account", MIRA).await;
    let after = browser.open(silent()).await.redirected();
    let sso = browser.open(Params::authorize(&tenant)).await.redirected();

    assert_eq!(before["error"], "login_required");
    assert!(after.contains_key("code"));
    assert!(sso.contains_key("code"));
}

#[tokio::test]
async fn two_sessions_need_a_choice_or_a_hint() {
    let tenant = Sim::start().await;
    let mut browser = Browser::new(&tenant);
    let pick = || Params::authorize(&tenant).with("prompt", "select_account");
    let silent = || Params::authorize(&tenant).with("prompt", "none");
    for upn in [MIRA, TOM] {
        let page = browser.open(pick()).await;
        browser.press(&page, "account", upn).await;
    }

    let unclear = browser.open(silent()).await.redirected();
    let hinted = browser.open(silent().with("login_hint", TOM)).await.redirected();

    assert_eq!(unclear["error"], "interaction_required");
    assert!(unclear["error_description"].starts_with("AADSTS16000"));
    assert!(hinted.contains_key("code"));
}

#[tokio::test]
async fn prompt_none_never_asks_for_consent_or_a_second_factor() {
    let tenant = Sim::start().await;
    let mut browser = Browser::new(&tenant);
    let page = browser.open(Params::authorize(&tenant)).await;
    browser.press(&page, "account", MIRA).await;
    let silent = || Params::authorize(&tenant).with("prompt", "none");

    let consent = browser.open(silent().with("scope", "openid People.Read")).await.redirected();
    tenant.require_mfa(MIRA);
    let factor = browser.open(silent()).await.redirected();

    assert_eq!(consent["error"], "consent_required");
    assert_eq!(factor["error"], "interaction_required");
}

#[tokio::test]
async fn a_second_factor_is_a_page_of_its_own() {
    let tenant = Sim::start().await;
    tenant.require_mfa(MIRA);
    let mut browser = Browser::new(&tenant);

    let page = browser.open(Params::authorize(&tenant)).await;
    let factor = browser.press(&page, "account", MIRA).await;
    let answer = browser.press(&factor, "action", "approve").await;

    assert!(factor.text.contains("Approve the sign-in request"));
    assert!(answer.redirected().contains_key("code"));
}

#[tokio::test]
async fn a_page_works_once() {
    let tenant = Sim::start().await;
    let mut browser = Browser::new(&tenant);
    let page = browser.open(Params::authorize(&tenant)).await;
    browser.press(&page, "account", MIRA).await;

    let again = browser.press(&page, "account", MIRA).await;

    assert_eq!(again.status, 400);
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let tenant = tenant().await;
    let mut browser = Browser::new(&tenant);
    browser.open(Params::authorize(&tenant)).await;

    let page = browser.send(http().get(browser.address("logout"))).await;
    let silent = browser.open(Params::authorize(&tenant).with("prompt", "none")).await;

    assert!(page.text.contains("You signed out"));
    assert_eq!(silent.redirected()["error"], "login_required");
}

#[tokio::test]
async fn what_is_shown_cannot_break_out_of_the_page() {
    let tenant = Sim::start().await;
    let script = "http://localhost/<script>alert(1)</script>";

    let answer =
        Params::authorize(&tenant).with("redirect_uri", script).at_authorize(&tenant).await;

    assert!(!answer.text.contains("<script>"));
    assert!(answer.text.contains("&lt;script&gt;"));
}
