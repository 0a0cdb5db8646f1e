//! `entra-app`: what registers the connector and a desktop host in Microsoft Entra ID.

use m365_auth::{AppCredential, InvalidSetting, Registration, RegistrationFormat};

use crate::{
    cli::{EntraApp, Options},
    config::{ConfigError, Directory, Environment, Setting},
    failure::{Failure, USAGE},
    output,
};

/// Prints the registration, and on stderr what to know besides.
pub(crate) fn run(wanted: &EntraApp, options: &Options, env: &Environment) -> Result<(), Failure> {
    let formats = RegistrationFormat::ALL.map(|format| (format.name(), format));
    let format = Setting::new("entra-app", &wanted.format).one_of(&formats)?;
    let directory = Directory::resolve(wanted, options, env)?;
    let credential = credential(wanted)?;
    let registration = registration(wanted, directory, credential);
    let registration = registration.map_err(|error| Failure::new(USAGE, error))?;
    output::line(registration.render(format).trim_end())?;
    for note in registration.notes(format) {
        eprintln!("{note}");
    }
    Ok(())
}

fn registration(
    wanted: &EntraApp,
    directory: Directory,
    credential: AppCredential,
) -> Result<Registration, InvalidSetting> {
    let mut it = Registration::remote(directory.cloud, &directory.scopes, credential);
    if let Some(tenant) = directory.tenant_id {
        it = it.with_tenant(tenant);
    }
    if let Some(root) = directory.login_endpoint {
        it = it.with_login_root(root);
    }
    if let Some(url) = directory.resource_url {
        it = it.with_resource_url(&url)?;
    }
    if let Some(name) = &wanted.name {
        it = it.with_name(name)?;
    }
    if wanted.multi_tenant {
        it = it.for_many_tenants();
    }
    wanted.redirect.iter().try_fold(it, |it, redirect| it.with_redirect(redirect))
}

/// How the connector app is to prove itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Secret,
    Certificate,
    Federation,
}

fn credential(wanted: &EntraApp) -> Result<AppCredential, ConfigError> {
    let kinds = [
        ("certificate", Kind::Certificate),
        ("secret", Kind::Secret),
        ("federation", Kind::Federation),
    ];
    let kind = wanted.credential.as_deref().map(|kind| Setting::new("--credential", kind));
    let kind = kind.map_or(Ok(Kind::Certificate), |kind| kind.one_of(&kinds))?;
    match (kind, &wanted.issuer, &wanted.subject) {
        (Kind::Federation, Some(issuer), Some(subject)) => {
            AppCredential::federation(issuer, subject)
                .map_err(|error| ConfigError::new(error.to_string()))
        }
        (Kind::Secret, None, None) => Ok(AppCredential::Secret),
        (Kind::Certificate, None, None) => Ok(AppCredential::Certificate),
        _ => Err(ConfigError::new(
            "--credential federation goes with --issuer and --subject, the other kinds with neither",
        )),
    }
}
