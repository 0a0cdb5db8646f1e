use super::BrokerAccount;
use crate::{
    Account,
    wire::id_token::{IdToken, home_account},
};

/// What is known of the account of a token; brokers name it in several places, none of them sure.
#[derive(Debug, Default)]
pub(super) struct Whose {
    pub(super) id: Option<String>,
    pub(super) oid: Option<String>,
    pub(super) tid: Option<String>,
    pub(super) username: Option<String>,
}

impl Whose {
    /// Fills gaps from an ID token, which the broker vouches for.
    pub(super) fn or_id_token(self, token: Option<&str>) -> Self {
        let account = token.and_then(|token| IdToken::parse(token).ok());
        match account.map(|token| token.into_account(None)) {
            Some(Account { oid, tid, username, .. }) => self.or(None, oid, tid, username),
            None => self,
        }
    }

    /// Fills gaps from the `client_info` of a token answer, which names the home account.
    pub(super) fn or_client_info(self, client_info: Option<&str>) -> Self {
        let home = client_info.and_then(home_account);
        match home.as_deref().and_then(|home| home.split_once('.')) {
            Some((oid, tid)) => {
                let name = self.username.clone().unwrap_or_else(|| oid.to_owned());
                self.or(home.clone(), oid.to_owned(), tid.to_owned(), name)
            }
            None => self,
        }
    }

    /// Fills gaps from the account that was asked for.
    #[cfg(any(target_os = "linux", test))]
    pub(super) fn or_known(self, known: Option<&BrokerAccount>) -> Self {
        match known.cloned() {
            Some(BrokerAccount { id, oid, tid, username }) => self.or(Some(id), oid, tid, username),
            None => self,
        }
    }

    /// Returns the account if enough is known of it.
    pub(super) fn account(self) -> Option<BrokerAccount> {
        let (oid, tid) = (filled(self.oid)?, filled(self.tid)?);
        let id = filled(self.id).unwrap_or_else(|| format!("{oid}.{tid}"));
        let username = filled(self.username).unwrap_or_else(|| oid.clone());
        Some(BrokerAccount { id, oid, tid, username })
    }

    fn or(self, id: Option<String>, oid: String, tid: String, username: String) -> Self {
        Self {
            id: filled(self.id).or(id),
            oid: filled(self.oid).or(Some(oid)),
            tid: filled(self.tid).or(Some(tid)),
            username: filled(self.username).or(Some(username)),
        }
    }
}

fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use serde_json::json;

    use super::*;

    fn id_token() -> String {
        let claims = json!({
            "aud": "c", "iss": "i", "exp": 1, "tid": "tenant", "oid": "user",
            "preferred_username": "mira@fjordlight.example",
        });
        format!("h.{}.s", URL_SAFE_NO_PAD.encode(claims.to_string()))
    }

    #[test]
    fn gaps_are_filled_from_the_id_token() {
        let named = Whose { id: Some("web-account".to_owned()), ..Whose::default() };

        let account = named.or_id_token(Some(&id_token())).account().unwrap();

        let expected = ("web-account", "user", "tenant", "mira@fjordlight.example");
        assert_eq!((&*account.id, &*account.oid, &*account.tid, &*account.username), expected);
    }

    #[test]
    fn what_the_broker_names_itself_wins() {
        let named = Whose { oid: Some("other".to_owned()), ..Whose::default() };

        let account = named.or_id_token(Some(&id_token())).account().unwrap();

        assert_eq!(account.oid, "other");
    }

    #[test]
    fn client_info_names_the_home_account() {
        let info = URL_SAFE_NO_PAD.encode(r#"{"uid":"user","utid":"tenant"}"#);

        let account = Whose::default().or_client_info(Some(&info)).account().unwrap();

        assert_eq!((account.id.as_str(), account.oid.as_str()), ("user.tenant", "user"));
    }

    #[test]
    fn nobody_is_named_by_nothing() {
        let nothing = Whose { oid: Some(String::new()), ..Whose::default() };

        assert_eq!(nothing.or_id_token(Some("no token")).or_known(None).account(), None);
    }
}
