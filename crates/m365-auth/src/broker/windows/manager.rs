use std::time::Duration;

use ::windows::{
    Security::{
        Authentication::Web::Core::{
            WebAuthenticationCoreManager, WebProviderError, WebTokenRequest,
            WebTokenRequestPromptType, WebTokenRequestResult, WebTokenResponse,
        },
        Credentials::{WebAccount, WebAccountProvider},
    },
    core::{Error, HSTRING, Result},
};
use async_trait::async_trait;
use secrecy::SecretString;

use super::{
    answer::{Answer, Granted},
    calls::{self, Window},
    codes,
    wish::{self, Wish},
    worker::{self, Line, Missed},
};
use crate::{
    Availability, Broker, BrokerOutcome, BrokerRequest, ParentWindow,
    broker::{
        stage::{Limits, Stage},
        verdict,
    },
};

/// The provider of work accounts, in every cloud.
const PROVIDER: &str = "https://login.microsoft.com";
/// The authority under which Windows knows it where it knows nothing of the tenant.
const ANY_TENANT: &str = "organizations";

/// Windows Web Account Manager, which signs in with the accounts of Windows.
///
/// Needs a desktop session: in a service there is no broker. Its redirect URI,
/// `ms-appx-web://Microsoft.AAD.BrokerPlugin/{client ID}`, must be registered under *Mobile and
/// desktop applications*.
#[derive(Clone, Debug, Default)]
pub struct WebAccountManager {
    limits: Limits,
}

impl WebAccountManager {
    /// Uses the accounts of the user who runs this process.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how long silence and an interaction may take; 10 s and 5 min without.
    #[must_use]
    pub const fn with_limits(mut self, silent: Duration, interactive: Duration) -> Self {
        self.limits.silent = silent;
        self.limits.interactive = interactive;
        self
    }

    async fn token(
        &self,
        stage: Stage,
        request: &BrokerRequest,
        parent: ParentWindow,
    ) -> BrokerOutcome {
        let limit = self.limits.of(stage);
        let request = request.clone();
        let work = move |line: &Line<'_>| match stage {
            Stage::Silent => silent(line, &request),
            Stage::Interactive => interactive(line, &request, parent),
        };
        match worker::run(limit, work).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(error)) => codes::outcome(stage, code(&error), &error.message()),
            Err(Missed::Late) => verdict::late(stage, limit),
            Err(Missed::Failed) => {
                codes::failure(stage, 0, "").fallback("its thread ended without an answer")
            }
        }
    }
}

#[async_trait]
impl Broker for WebAccountManager {
    fn name(&self) -> &'static str {
        "Windows Web Account Manager"
    }

    async fn availability(&self, request: &BrokerRequest) -> Availability {
        let authority = wish::authority(request);
        match worker::run(self.limits.brief, move |line| provider(line, &authority)).await {
            Ok(Some(_)) => Availability::Available,
            _ => Availability::Absent,
        }
    }

    async fn silent(&self, request: &BrokerRequest) -> BrokerOutcome {
        self.token(Stage::Silent, request, ParentWindow::default()).await
    }

    async fn interactive(&self, request: &BrokerRequest, parent: ParentWindow) -> BrokerOutcome {
        self.token(Stage::Interactive, request, parent).await
    }

    async fn sign_out(&self, request: &BrokerRequest) -> std::result::Result<(), String> {
        let request = request.clone();
        match worker::run(self.limits.brief, move |line| sign_out(line, &request)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(format!(
                "Windows answered 0x{:08X} when asked to forget the app's tokens",
                code(&error)
            )),
            Err(_) => {
                Err("Windows did not answer when asked to forget the app's tokens".to_owned())
            }
        }
    }
}

fn silent(line: &Line<'_>, request: &BrokerRequest) -> Result<BrokerOutcome> {
    let Some(provider) = provider(line, &wish::authority(request)) else {
        return Ok(BrokerOutcome::Unavailable);
    };
    let Some(account) = account(line, &provider, request)? else {
        let text = "Windows does not have the account any more";
        return Ok(codes::failure(Stage::Silent, 0, text).interaction());
    };
    let wish = Wish::new(request, Stage::Silent, true);
    Ok(ask(line, &token_request(&provider, &wish)?, Some(&account), None)?.outcome(Stage::Silent))
}

fn interactive(
    line: &Line<'_>,
    request: &BrokerRequest,
    parent: ParentWindow,
) -> Result<BrokerOutcome> {
    let Some(provider) = provider(line, &wish::authority(request)) else {
        return Ok(BrokerOutcome::Unavailable);
    };
    // Without an account the user chooses one.
    let account = match request.prompt {
        None => account(line, &provider, request)?,
        Some(_) => None,
    };
    let wish = Wish::new(request, Stage::Interactive, account.is_some());
    let window = Window::before(parent)?;
    let request = token_request(&provider, &wish)?;
    Ok(ask(line, &request, account.as_ref(), Some(&window))?.outcome(Stage::Interactive))
}

fn sign_out(line: &Line<'_>, request: &BrokerRequest) -> Result<()> {
    let Some(provider) = provider(line, &wish::authority(request)) else { return Ok(()) };
    let Some(account) = account(line, &provider, request)? else { return Ok(()) };
    let ending = account.SignOutWithClientIdAsync(&HSTRING::from(request.client_id.as_str()))?;
    line.wait(None, |done| ending.when(done), || ending.Cancel())
}

/// Finds the provider of the tenant; Windows answers with nothing, or fails, where there is none.
fn provider(line: &Line<'_>, authority: &str) -> Option<WebAccountProvider> {
    [authority, ANY_TENANT].into_iter().find_map(|authority| find_provider(line, authority).ok())
}

fn find_provider(line: &Line<'_>, authority: &str) -> Result<WebAccountProvider> {
    let search = WebAuthenticationCoreManager::FindAccountProviderWithAuthorityAsync(
        &HSTRING::from(PROVIDER),
        &HSTRING::from(authority),
    )?;
    line.wait(None, |done| search.when(done), || search.Cancel())
}

/// Finds the account that signed in before, or the one that the hint names.
fn account(
    line: &Line<'_>,
    provider: &WebAccountProvider,
    request: &BrokerRequest,
) -> Result<Option<WebAccount>> {
    let client_id = HSTRING::from(request.client_id.as_str());
    let search =
        WebAuthenticationCoreManager::FindAllAccountsWithClientIdAsync(provider, &client_id)?;
    let found = line.wait(None, |done| search.when(done), || search.Cancel())?;
    // A provider that does not tell its accounts has none for us.
    let Ok(accounts) = found.Accounts() else { return Ok(None) };
    Ok(accounts.into_iter().find(|account| is_meant(account, request)))
}

/// An account that was removed and added again may have another ID; whose a token is, is checked
/// when there is one.
fn is_meant(account: &WebAccount, request: &BrokerRequest) -> bool {
    let named =
        |name: &str| text(account.UserName()).is_some_and(|own| own.eq_ignore_ascii_case(name));
    match (&request.account, &request.login_hint) {
        (Some(known), _) => {
            text(account.Id()).is_some_and(|id| id == known.id) || named(&known.username)
        }
        (None, Some(hint)) => named(hint),
        (None, None) => false,
    }
}

fn token_request(provider: &WebAccountProvider, wish: &Wish) -> Result<WebTokenRequest> {
    let prompt = match wish.force {
        true => WebTokenRequestPromptType::ForceAuthentication,
        false => WebTokenRequestPromptType::Default,
    };
    let request = WebTokenRequest::CreateWithPromptType(
        provider,
        &HSTRING::from(&wish.scope),
        &HSTRING::from(&wish.client_id),
        prompt,
    )?;
    let properties = request.Properties()?;
    for (name, value) in &wish.properties {
        properties.Insert(&HSTRING::from(*name), &HSTRING::from(value))?;
    }
    // Windows before 10 1809 has no correlation IDs, and the request does without.
    let _ = request.SetCorrelationId(&HSTRING::from(&wish.correlation_id));
    Ok(request)
}

/// Asks for a token: before `window`, or silently for `account`.
fn ask(
    line: &Line<'_>,
    request: &WebTokenRequest,
    account: Option<&WebAccount>,
    window: Option<&Window>,
) -> Result<Answer> {
    let answering = match (window, account) {
        (Some(window), account) => calls::request_before(window, request, account)?,
        (None, Some(account)) => {
            WebAuthenticationCoreManager::GetTokenSilentlyWithWebAccountAsync(request, account)?
        }
        (None, None) => WebAuthenticationCoreManager::GetTokenSilentlyAsync(request)?,
    };
    let result = line.wait(window, |done| answering.when(done), || answering.Cancel())?;
    read(&result)
}

fn read(result: &WebTokenRequestResult) -> Result<Answer> {
    // Both are null where they do not apply, which reads as an error.
    let error = result.ResponseError().ok();
    let response = result.ResponseData().ok().and_then(|data| data.GetAt(0).ok());
    Ok(Answer {
        status: result.ResponseStatus()?.0,
        granted: response.as_ref().and_then(granted),
        code: error.as_ref().and_then(|error| error.ErrorCode().ok()).unwrap_or_default(),
        message: error.as_ref().and_then(|error| text(error.ErrorMessage())).unwrap_or_default(),
        claims: error.as_ref().and_then(claims),
    })
}

fn granted(response: &WebTokenResponse) -> Option<Granted> {
    let token = text(response.Token())?;
    let account = response.WebAccount().ok();
    let pairs = response.Properties().ok().into_iter().flatten();
    Some(Granted {
        token: SecretString::from(token),
        account_id: account.as_ref().and_then(|account| text(account.Id())),
        username: account.as_ref().and_then(|account| text(account.UserName())),
        properties: pairs
            .filter_map(|pair| Some((text(pair.Key())?, text(pair.Value())?)))
            .collect(),
    })
}

fn claims(error: &WebProviderError) -> Option<String> {
    text(error.Properties().ok()?.Lookup(&HSTRING::from("claims")))
}

fn text(value: Result<HSTRING>) -> Option<String> {
    value.ok().map(|text| text.to_string_lossy()).filter(|text| !text.is_empty())
}

fn code(error: &Error) -> u32 {
    error.code().0.cast_unsigned()
}
