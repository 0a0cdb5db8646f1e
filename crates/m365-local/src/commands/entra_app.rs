use m365_auth::{InvalidSetting, Registration, RegistrationFormat};

use crate::{
    config::{Config, Setting},
    failure::{Failure, USAGE},
    output,
};

/// What the command's own options say.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) name: Option<String>,
    pub(crate) broker: bool,
    pub(crate) bundle_id: Option<String>,
}

/// Prints what registers the app that the configuration needs, and on stderr what to know besides.
pub(crate) fn run(config: &Config, format: &str, wanted: &Wanted) -> Result<(), Failure> {
    let formats = RegistrationFormat::ALL.map(|format| (format.name(), format));
    let format = Setting::new("entra-app", format).one_of(&formats)?;
    let registration = registration(config, wanted).map_err(|error| Failure::new(USAGE, error))?;
    output::line(registration.render(format).trim_end())?;
    for note in registration.notes(format) {
        eprintln!("{note}");
    }
    Ok(())
}

fn registration(config: &Config, wanted: &Wanted) -> Result<Registration, InvalidSetting> {
    let directory = &config.directory;
    let mut registration = Registration::local(directory.cloud, &config.scopes);
    if let Some(tenant) = &directory.tenant_id {
        registration = registration.with_tenant(tenant.clone());
    }
    if let Some(root) = &directory.login_endpoint {
        registration = registration.with_login_root(root.clone());
    }
    if let Some(name) = &wanted.name {
        registration = registration.with_name(name)?;
    }
    if wanted.broker {
        registration = registration.with_broker();
    }
    match &wanted.bundle_id {
        Some(bundle) => registration.with_bundle_id(bundle),
        None => Ok(registration),
    }
}
