use m365_auth::{Browser, SignInOptions};
use url::Url;

use crate::{
    config::{self, Config, Target},
    failure::Failure,
    output,
    session::Session,
    store,
};

mod waiting;

/// Signs in with the browser and keeps the tokens.
pub(crate) async fn run(config: &Config) -> Result<(), Failure> {
    let session = Session::open(config).await?;
    if matches!(config.target, Target::Demo) {
        session.settle().await?;
        return Ok(output::line("The demo tenant is always signed in; nothing is kept.")?);
    }
    let sign_in = session.client.begin_sign_in(&SignInOptions::new()).await?;
    eprintln!("Signing in to {}.", who(config, &session));
    show(config, sign_in.url());
    let account = waiting::for_user(sign_in.time_left(), sign_in.finish()).await?;
    output::line(&format!("Signed in as {account}."))?;
    let notices = session.client.status().await.notices;
    if let Some(protection) = store::protection(config).filter(|_| notices.is_empty()) {
        eprintln!("{protection}");
    }
    for notice in notices {
        eprintln!("{notice}");
    }
    Ok(())
}

/// Names the account that is expected and the tenant.
pub(super) fn who(config: &Config, session: &Session) -> String {
    let tenant = session.client.authority().tenant();
    match &config.account {
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
