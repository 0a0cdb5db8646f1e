//! One app to register.

use serde_json::{Value, json};

use super::AppCredential;

/// Windows's broker comes back to this address with the app's own ID.
pub(super) const BROKER: &str = "ms-appx-web://Microsoft.AAD.BrokerPlugin/";

/// The permission that the connector exposes to hosts.
pub(super) const ACCESS: Access = Access {
    id: "b9d3c1de-6f0c-4c2a-9a57-2f6a1c8e4d35",
    value: "access_as_user",
    name: "Read Microsoft 365 as the signed-in user",
    description: "Lets the app ask the connector for what the signed-in user may read in Microsoft 365.",
};

/// One app to register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct App {
    pub(super) role: Role,
    pub(super) name: String,
    pub(super) is_multi_tenant: bool,
    pub(super) redirects: Vec<Redirect>,
    /// Delegated permissions of Microsoft Graph.
    pub(super) scopes: Vec<&'static str>,
    pub(super) api: Option<Api>,
}

/// What an app is for; also its name in scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The local connector: a program on the user's device.
    Local,
    /// The remote connector: the API that hosts call.
    Connector,
    /// A host on the user's device that calls the remote connector.
    Host,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Redirect {
    Fixed(String),
    /// The one of Windows's broker, which names the app's own ID.
    Broker,
}

/// What the connector app exposes, and with what it proves itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Api {
    /// The Application ID URI, where it is not `api://` and the client ID.
    pub(super) uri: Option<String>,
    pub(super) credential: AppCredential,
}

#[derive(Debug)]
pub(super) struct Access {
    pub(super) id: &'static str,
    pub(super) value: &'static str,
    pub(super) name: &'static str,
    pub(super) description: &'static str,
}

impl App {
    pub(super) fn new(role: Role, name: &str) -> Self {
        let name = name.to_owned();
        let (redirects, scopes) = (Vec::new(), Vec::new());
        Self { role, name, is_multi_tenant: false, redirects, scopes, api: None }
    }

    pub(super) const fn is_public(&self) -> bool {
        self.api.is_none()
    }

    pub(super) const fn audience(&self) -> &'static str {
        if self.is_multi_tenant { "AzureADMultipleOrgs" } else { "AzureADMyOrg" }
    }

    /// Writes the redirects in a language that quotes with `quote`, where the broker's is `broker`.
    pub(super) fn redirects(&self, quote: fn(&str) -> String, broker: &str) -> Vec<String> {
        let redirect = |it: &Redirect| match it {
            Redirect::Fixed(uri) => quote(uri),
            Redirect::Broker => broker.to_owned(),
        };
        self.redirects.iter().map(redirect).collect()
    }
}

impl Access {
    /// Writes the permission as Graph's `oauth2PermissionScopes` has it.
    pub(super) fn definition(&self) -> Value {
        json!({
            "id": self.id,
            "value": self.value,
            "type": "User",
            "isEnabled": true,
            "adminConsentDisplayName": self.name,
            "adminConsentDescription": self.description,
            "userConsentDisplayName": self.name,
            "userConsentDescription": self.description,
        })
    }
}

impl Role {
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Connector => "connector",
            Self::Host => "desktop",
        }
    }
}
