use m365_auth::{Cloud, ScopeSet, TenantId};
use url::Url;

use super::{
    ConfigError, Environment,
    file::{Document, File},
    paths,
    setting::{Setting, Source},
};
use crate::cli::{EntraApp, Options};

/// What a configuration says of the registration, which comes before all the rest.
#[derive(Clone, Debug)]
pub(crate) struct Directory {
    pub(crate) cloud: Cloud,
    pub(crate) scopes: ScopeSet,
    pub(crate) tenant_id: Option<TenantId>,
    /// The Application ID URI, where it is an address.
    pub(crate) resource_url: Option<String>,
    pub(crate) login_endpoint: Option<Url>,
}

impl Directory {
    /// Reads flags, environment and, if one is named, the configuration file.
    pub(crate) fn resolve(
        wanted: &EntraApp,
        options: &Options,
        env: &Environment,
    ) -> Result<Self, ConfigError> {
        let document = paths::config_file(options, env);
        let document = document.map(|path| Document::read(&path)).transpose()?;
        let file = document.as_ref().map_or(Ok(File::default()), Document::parse)?;
        let source = Source { env, document: document.as_ref() };
        let flag =
            |name, value: &Option<String>| value.as_deref().map(|value| Setting::new(name, value));
        let key = ("entra.azure_cloud", file.entra.azure_cloud.as_ref());
        let cloud = source.setting(("--azure-cloud", &wanted.azure_cloud), "M365_AZURE_CLOUD", key);
        let scopes = flag("--scope", &wanted.scope);
        let login = ("--login-endpoint", &options.login_endpoint);
        let login_key = ("login_endpoint", file.login_endpoint.as_ref());
        Ok(Self {
            cloud: cloud.map_or(Ok(Cloud::Global), |it| it.accepted())?,
            scopes: scopes.map_or_else(|| super::scopes(source, &file), |it| it.accepted())?,
            tenant_id: flag("--tenant-id", &wanted.tenant_id)
                .map(|it| it.accepted())
                .transpose()?,
            resource_url: wanted.resource_url.clone().or_else(|| address(&file)),
            login_endpoint: super::endpoint(source, login, "M365_LOGIN_ENDPOINT", login_key)?,
        })
    }
}

fn address(file: &File) -> Option<String> {
    let uri = file.entra.application_id_uri.as_ref()?.get_ref();
    uri.starts_with("https://").then(|| uri.clone())
}
