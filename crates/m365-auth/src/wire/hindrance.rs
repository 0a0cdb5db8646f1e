use std::{error::Error, io};

/// Says what stands between this device and Entra ID, where it is a certificate or a proxy and the
/// user has to hear of it.
pub(super) fn of(error: &(dyn Error + 'static)) -> Option<String> {
    let certificate = causes(error).find_map(|cause| match cause.downcast_ref() {
        Some(rustls::Error::InvalidCertificate(why)) => Some(format!(
            "Entra ID's certificate is not accepted ({why}). Where the organisation inspects TLS, add \
             its root certificate to the system's trust store, or name it with --ca-file"
        )),
        _ => None,
    });
    certificate.or_else(|| {
        // The refusal of a proxy has no type of its own.
        let refusal =
            causes(error).map(ToString::to_string).find(|text| text.starts_with(TUNNEL))?;
        let why = refusal.trim_start_matches(TUNNEL).trim_start_matches([':', ' ']);
        Some(format!(
            "The proxy lets nothing through to Entra ID ({why}). Check HTTPS_PROXY or the system's \
             proxy: its address, user name and password"
        ))
    })
}

const TUNNEL: &str = "tunnel error";

/// Follows the causes of an error; those inside of an [`io::Error`] are causes too.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |cause: &&'a (dyn Error + 'static)| {
        let cause: &'a (dyn Error + 'static) = *cause;
        let inner = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        inner.map(|inner| inner as &(dyn Error + 'static)).or_else(|| cause.source())
    })
}

#[cfg(test)]
mod tests {
    use rustls::CertificateError;

    use super::*;

    #[test]
    fn h18_a_certificate_and_a_proxy_are_told_from_the_network() {
        let certificate = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let certificate = io::Error::other(io::Error::other(certificate));
        let proxy = io::Error::other("tunnel error: proxy authorization required");

        let inspected = of(&certificate).unwrap();
        let refused = of(&proxy).unwrap();

        assert!(inspected.contains("--ca-file"), "{inspected}");
        assert!(refused.contains("(proxy authorization required)"), "{refused}");
        assert_eq!(of(&io::Error::from(io::ErrorKind::ConnectionRefused)), None);
    }
}
