use m365_auth::{Account, Browser, SignInOptions, Timeouts};
use url::Url;

use crate::{
    config::{self, Config, Target},
    failure::Failure,
    output,
    session::Session,
    store,
};

mod waiting;

/// Signs in with the broker or else the browser, and keeps the tokens.
pub(crate) async fn run(config: &Config) -> Result<(), Failure> {
    let session = Session::open(config).await?;
    if matches!(config.target, Target::Demo) {
        session.settle().await?;
        return Ok(output::line("The demo tenant is always signed in; nothing is kept.")?);
    }
    let account = match with_broker(config, &session).await? {
        Some(account) => account,
        None => in_browser(config, &session).await?,
    };
    output::line(&format!("Signed in as {account}."))?;
    let notices = session.client.status().await.notices;
    super::tell(config, &notices);
    match store::protection(config) {
        _ if !store::holds_sign_in(config) => {
            eprintln!("It is not kept, so it has ended with this command.");
        }
        Some(protection) => eprintln!("{protection}"),
        None => {}
    }
    Ok(())
}

async fn with_broker(config: &Config, session: &Session) -> Result<Option<Account>, Failure> {
    let Some(broker) = session.client.broker().await else { return Ok(None) };
    eprintln!("Signing in to {}.", who(config, session).await);
    eprintln!("A window of {broker} opens if it has to ask you something; finish there.");
    let options = SignInOptions::new();
    let sign_in = session.client.sign_in_with_broker(&options);
    waiting::for_user("the window", Timeouts::default().sign_in, sign_in).await
}

async fn in_browser(config: &Config, session: &Session) -> Result<Account, Failure> {
    let sign_in = session.client.begin_sign_in(&SignInOptions::new()).await?;
    eprintln!("Signing in to {}.", who(config, session).await);
    show(config, sign_in.url());
    waiting::for_user("the browser", sign_in.time_left(), sign_in.finish()).await
}

/// Names the tenant, and the account that is expected or was the last.
pub(super) async fn who(config: &Config, session: &Session) -> String {
    let tenant = session.client.authority().tenant();
    let expected = match &config.account {
        Some(account) => Some(account.clone()),
        None => session.client.status().await.account.map(|last| last.username().to_owned()),
    };
    match expected {
        Some(account) => format!("tenant {tenant} as {account}"),
        None => format!("tenant {tenant}"),
    }
}

/// Opens the address, or prints it where nothing can be opened.
pub(super) fn show(config: &Config, url: &Url) {
    match open(config, url) {
        Ok(true) => eprintln!("Your browser opens; finish there."),
        Ok(false) => eprintln!("Open this address in a browser on this machine:\n{url}"),
        Err(error) => eprintln!(
            "No browser could be started ({error}). Open this address on this machine:\n{url}"
        ),
    }
}

/// Opens `url` in the configured browser; `false` when it is to be printed instead.
fn open(config: &Config, url: &Url) -> std::io::Result<bool> {
    let browser = match &config.browser {
        config::Browser::Print => return Ok(false),
        config::Browser::System => Browser::new(),
        config::Browser::Command(command) => Browser::new().with_command(command),
    };
    browser.open(url).map(|()| true)
}
