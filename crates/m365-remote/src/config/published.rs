use m365_auth::Cloud;
use url::Url;

use super::{AllowEntry, ConfigError, Environment, allow, listeners, setting::Source};
use crate::cli::Options;

/// What hosts must know of a deployment. It is no secret and takes none: whoever hands it out need not be
/// able to read what the server reads.
#[derive(Clone, Debug)]
pub(crate) struct Published {
    /// The server's address as callers reach it.
    pub(crate) url: Url,
    pub(crate) cloud: Cloud,
    /// The permission that a caller's token must carry, as a host asks for it.
    pub(crate) scope: String,
    pub(crate) allow: Vec<AllowEntry>,
}

impl Published {
    /// Reads flags, environment and file.
    pub(crate) fn resolve(options: &Options, env: &Environment) -> Result<Self, ConfigError> {
        let document = super::document(options, env)?;
        let file = document.parse()?;
        let source = Source { env, document: Some(&document) };
        let (cloud, _, uri) = super::registration(source, &file)?;
        let published = Self {
            url: listeners::reached_at(source, options, &file)?,
            cloud,
            scope: super::scope(&uri),
            allow: allow::read(source, &file.allow)?,
        };
        allow::refuse_nobody(source, &file.allow)?;
        Ok(published)
    }
}
