use super::{Fault, number_in};

impl Fault {
    /// Reads the parameters of a redirect.
    pub(crate) fn from_redirect(parameters: &[(String, String)], client_request_id: &str) -> Self {
        let find = |name: &str| parameters.iter().find(|(present, _)| present == name);
        let value = |name| find(name).map(|(_, value)| value.clone());
        let description = value("error_description");
        Self {
            error: value("error").unwrap_or_default(),
            suberror: value("error_subcode").or_else(|| value("suberror")),
            aadsts: description.as_deref().and_then(number_in),
            description,
            claims: value("claims"),
            correlation_id: Some(client_request_id.to_owned()),
            ..Self::default()
        }
    }

    /// Tells whether the user gave up at the sign-in page.
    pub(crate) fn is_cancellation(&self) -> bool {
        let cancelled = self.suberror.as_deref() == Some("cancel");
        self.error == "access_denied"
            && (cancelled || self.aadsts.is_none_or(|code| code == 65_004))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn giving_up_and_declining_are_cancellations_and_a_policy_is_not() {
        let redirect = |pairs: &[(&str, &str)]| {
            let pairs: Vec<_> = pairs.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect();
            Fault::from_redirect(&pairs, "id")
        };
        let denied = ("error", "access_denied");

        assert!(redirect(&[denied, ("error_subcode", "cancel")]).is_cancellation());
        assert!(redirect(&[denied, ("error_description", "AADSTS65004: no")]).is_cancellation());
        assert!(!redirect(&[denied, ("error_description", "AADSTS53003: no")]).is_cancellation());
    }
}
