use serde_json::{Value, json};

use crate::{BrokerAccount, BrokerRequest};

/// What the app's registration calls a sign-in without a listener.
const REDIRECT: &str = "https://login.microsoftonline.com/common/oauth2/nativeclient";
/// `authorizationType` of a token that the broker has or renews.
const CACHED_REFRESH_TOKEN: u8 = 1;
/// `uxContextHandle` of a program without a window of its own.
const NO_WINDOW: i8 = -1;

/// A request in the broker's words, which nobody has written down: each is in one place here.
pub(super) struct Question<'a>(&'a BrokerRequest);

/// A body with the number that joins it with Entra ID's log.
pub(super) struct Body {
    pub(super) correlation_id: String,
    pub(super) json: Value,
}

impl<'a> Question<'a> {
    pub(super) const fn of(request: &'a BrokerRequest) -> Self {
        Self(request)
    }

    pub(super) fn silent(&self) -> Body {
        let mut parameters = self.parameters();
        parameters["authorizationType"] = CACHED_REFRESH_TOKEN.into();
        self.with_account(parameters)
    }

    pub(super) fn interactive(&self) -> Body {
        let mut parameters = self.parameters();
        if let Some(prompt) = self.0.prompt {
            let query = json!({"prompt": prompt.parameter()});
            parameters["additionalQueryParametersForAuthorization"] = query;
        }
        self.with_account(parameters)
    }

    pub(super) fn cancellation(&self) -> Body {
        self.body(json!({"clientId": self.0.client_id.as_str()}))
    }

    pub(super) fn removal(&self) -> Body {
        self.body(json!({
            "account": self.account(),
            "clientId": self.0.client_id.as_str(),
            "redirectUri": REDIRECT,
        }))
    }

    fn parameters(&self) -> Value {
        let mut parameters = json!({
            "additionalQueryParametersForAuthorization": {},
            "authority": self.0.authority.as_str().trim_end_matches('/'),
            "clientId": self.0.client_id.as_str(),
            "redirectUri": REDIRECT,
            "requestedScopes": self.0.scopes,
            "uxContextHandle": NO_WINDOW,
        });
        if let Some(name) = self.username() {
            parameters["username"] = name.into();
        }
        if let Some(claims) = &self.0.claims {
            // Public programs send it empty; that it takes the claims as JSON text is a guess.
            parameters["decodedClaims"] = claims.as_str().into();
        }
        parameters
    }

    /// Older brokers look for the account beside the parameters, newer ones among them.
    fn with_account(&self, mut parameters: Value) -> Body {
        let Some(account) = self.account() else {
            return self.body(json!({"authParameters": parameters}));
        };
        parameters["account"] = account.clone();
        self.body(json!({"account": account, "authParameters": parameters}))
    }

    fn username(&self) -> Option<&str> {
        let known = self.0.account.as_ref().map(|account| account.username.as_str());
        known.or(self.0.login_hint.as_deref())
    }

    fn account(&self) -> Option<Value> {
        let BrokerAccount { id, oid, tid, username } = self.0.account.as_ref()?;
        Some(json!({
            "homeAccountId": id,
            "environment": self.0.authority.host_str(),
            "realm": tid,
            "localAccountId": oid,
            "username": username,
        }))
    }

    fn body(&self, json: Value) -> Body {
        Body { correlation_id: self.0.correlation_id.clone(), json }
    }
}
