#[cfg(feature = "client")]
use url::Url;
use url::form_urlencoded;

/// Parameters of a request, each at most once: Entra ID refuses doubled ones (AADSTS9000411).
#[derive(Clone, Default)]
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Sets a parameter; an earlier value is replaced.
    pub(crate) fn set(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.retain(|(present, _)| present != name);
        self.0.push((name.to_owned(), value.into()));
        self
    }

    #[cfg(feature = "client")]
    pub(crate) fn set_if(self, name: &str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.set(name, value),
            None => self,
        }
    }

    /// Returns the body of a POST.
    pub(crate) fn body(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }

    /// Returns `endpoint` with these parameters, which replace those that it has already.
    #[cfg(feature = "client")]
    pub(crate) fn address(self, endpoint: &Url) -> Url {
        let present = endpoint.query_pairs().into_owned();
        let all =
            present.chain(self.0).fold(Self::new(), |form, (name, value)| form.set(&name, value));
        let mut url = endpoint.clone();
        url.query_pairs_mut().clear().extend_pairs(&all.0);
        url
    }
}

#[cfg(all(test, feature = "client"))]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_of_the_endpoint_is_replaced_and_not_doubled() {
        let endpoint = Url::parse("https://login.example/authorize?prompt=login&x=1&x=2").unwrap();

        let url =
            Form::new().set("prompt", "select_account").set("state", "a b").address(&endpoint);

        assert_eq!(url.query(), Some("x=2&prompt=select_account&state=a+b"));
    }

    #[test]
    fn a_parameter_set_twice_is_sent_once() {
        let form = Form::new().set("scope", "a").set("scope", "b").set_if("claims", None::<String>);

        assert_eq!(form.body(), "scope=b");
    }
}
