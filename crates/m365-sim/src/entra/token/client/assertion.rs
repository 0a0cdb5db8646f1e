//! Assertions by which an app proves who it is: signed with its certificate, or by another issuer.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    digest,
    signature::{
        RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, UnparsedPublicKey,
        VerificationAlgorithm,
    },
};
use x509_parser::{certificate::X509Certificate, prelude::FromDer, time::ASN1Time};

use crate::{
    entra::{
        apps::{App, Federation, Proof},
        failure::Failure,
        mint::after,
        params::Params,
        tenant::Authority,
        token::jwt::Jwt,
    },
    state::State,
};

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How far an app's clock may be ahead.
const SKEW: Duration = Duration::from_secs(300);

/// An assertion, and where it was sent.
struct Sent<'a> {
    state: &'a State,
    app: &'a App,
    token: Jwt<'a>,
    authority: &'a Authority,
}

/// Checks an app's assertion.
///
/// # Errors
///
/// 50027 for what is no token. With a certificate: 5002730 for an algorithm that does not fit,
/// 700027 for a certificate that is not registered or did not sign, 1000502 for one that is not
/// valid now, 700021 and 700023 for another app or endpoint. With another issuer: 700211, 700213
/// and 700212 for another issuer, subject or audience. 700024 outside its time.
pub(super) fn check(
    state: &State,
    app: &App,
    params: &Params,
    assertion: &str,
    authority: &Authority,
) -> Result<Proof, Failure> {
    let name = "client_assertion_type";
    let kind = params.get(name).ok_or_else(|| Failure::missing(name))?;
    if kind != TYPE {
        let text = format!("The value '{kind}' of '{name}' is not supported.");
        return Err(Failure::new(90_023, text));
    }
    let token = Jwt::read(assertion).ok_or_else(|| {
        Failure::new(50_027, "JWT token is invalid or malformed: the client assertion.")
    })?;
    let own = token.text("iss").is_some_and(|issuer| issuer.eq_ignore_ascii_case(&app.client_id));
    let sent = Sent { state, app, token, authority };
    if own {
        sent.by_certificate()?
    } else {
        sent.by_another_issuer()?
    }
    Ok(Proof::Assertion)
}

impl Sent<'_> {
    fn by_certificate(&self) -> Result<(), Failure> {
        let algorithm = self.algorithm()?;
        let der = self.certificate()?;
        let (_, certificate) = X509Certificate::from_der(der).map_err(|_| bad_certificate())?;
        self.check_validity(&certificate)?;
        let key = &certificate.public_key().subject_public_key.data;
        self.verify(algorithm, key)?;
        let subject = self.token.text("sub").unwrap_or_default();
        if !subject.eq_ignore_ascii_case(&self.app.client_id) {
            let text = "Client assertion application identifier doesn't match 'client_id' \
                        parameter.";
            return Err(Failure::new(700_021, text));
        }
        self.check_endpoint()?;
        self.check_times()
    }

    fn by_another_issuer(&self) -> Result<(), Failure> {
        let federation = self.federation()?;
        let audience = self.state.cloud.token_exchange();
        if self.token.text("aud") != Some(audience) {
            let text = format!(
                "No matching federated identity record found for presented assertion audience \
                 '{}'. The audience must be '{audience}'.",
                self.token.text("aud").unwrap_or_default()
            );
            return Err(Failure::new(700_212, text));
        }
        if self.token.header("alg") != Some("RS256") || self.token.header("kid").is_none() {
            return Err(wrong_algorithm());
        }
        self.verify(&RSA_PKCS1_2048_8192_SHA256, &federation.key)?;
        self.check_times()
    }

    fn federation(&self) -> Result<&Federation, Failure> {
        let (issuer, subject) = (self.token.text("iss"), self.token.text("sub"));
        let known = &self.app.credentials.federations;
        let mut of_issuer = known.iter().filter(|known| issuer == Some(known.issuer.as_str()));
        if of_issuer.clone().next().is_none() {
            return Err(no_record(700_211, "issuer", issuer));
        }
        let found = of_issuer.find(|known| subject == Some(known.subject.as_str()));
        found.ok_or_else(|| no_record(700_213, "subject", subject))
    }

    /// Reads the algorithm, of which certificates allow two.
    fn algorithm(&self) -> Result<&'static dyn VerificationAlgorithm, Failure> {
        match self.token.header("alg") {
            Some("PS256") => Ok(&RSA_PSS_2048_8192_SHA256),
            Some("RS256") => Ok(&RSA_PKCS1_2048_8192_SHA256),
            _ => Err(wrong_algorithm()),
        }
    }

    /// Finds the certificate that the header names by its thumbprint.
    fn certificate(&self) -> Result<&Vec<u8>, Failure> {
        let named = |der: &&Vec<u8>| {
            let has = |name, algorithm| {
                let thumbprint = digest::digest(algorithm, der);
                let own = URL_SAFE_NO_PAD.encode(thumbprint);
                // Microsoft's own libraries leave the padding on.
                self.token.header(name).map(|sent| sent.trim_end_matches('=') == own)
            };
            let modern = has("x5t#S256", &digest::SHA256);
            let thumbprint = modern.or_else(|| has("x5t", &digest::SHA1_FOR_LEGACY_USE_ONLY));
            thumbprint.unwrap_or(false)
        };
        let found = self.app.credentials.certificates.iter().find(named);
        found.ok_or_else(|| {
            let text = "The certificate with identifier used to sign the client assertion is not \
                        registered on application.";
            Failure::new(700_027, text)
        })
    }

    fn check_validity(&self, certificate: &X509Certificate<'_>) -> Result<(), Failure> {
        let now = ASN1Time::from_timestamp(self.state.clock.now().as_second());
        if now.is_ok_and(|now| certificate.validity().is_valid_at(now)) {
            return Ok(());
        }
        Err(Failure::new(1_000_502, "The provided certificate is not within its validity period."))
    }

    fn verify(
        &self,
        algorithm: &'static dyn VerificationAlgorithm,
        key: &[u8],
    ) -> Result<(), Failure> {
        let Jwt { signed, signature, .. } = &self.token;
        let key = UnparsedPublicKey::new(algorithm, key);
        key.verify(signed.as_bytes(), signature).map_err(|_| {
            let text = "Client assertion failed signature validation: the key was not expected.";
            Failure::new(700_027, text)
        })
    }

    /// The audience is the endpoint that was called, or the issuer of the tenant's tokens.
    fn check_endpoint(&self) -> Result<(), Failure> {
        let real = format!("https://{}", self.state.cloud.login_host());
        let roots = [self.state.origins.login.as_str(), &real];
        let audience = self.token.text("aud").unwrap_or_default();
        let paths = roots.iter().filter_map(|root| audience.strip_prefix(root)?.strip_prefix('/'));
        if paths.filter_map(|path| path.split_once('/')).any(|path| self.is_own(path)) {
            return Ok(());
        }
        let text = format!(
            "Client assertion audience claim does not match Realm issuer. The audience \
             '{audience}' is not this token endpoint."
        );
        Err(Failure::new(700_023, text))
    }

    /// Returns whether a path, cut behind the tenant, is that of the endpoint or of the issuer.
    fn is_own(&self, (tenant, rest): (&str, &str)) -> bool {
        let named = self.authority.tenant().is_some_and(|own| own.directory.is_named(tenant));
        named && matches!(rest, "oauth2/v2.0/token" | "v2.0")
    }

    fn check_times(&self) -> Result<(), Failure> {
        let now = self.state.clock.now();
        let begun = self.token.time("nbf").is_none_or(|begin| begin <= after(now, SKEW));
        let ended = self.token.time("exp").is_none_or(|end| end <= now);
        if begun && !ended {
            return Ok(());
        }
        let text = format!(
            "Client assertion is not within its valid time range. Current time: {now}. Check \
             the clock of the machine that made it."
        );
        Err(Failure::new(700_024, text))
    }
}

fn wrong_algorithm() -> Failure {
    Failure::new(5_002_730, "Invalid JWT token. Unsupported key for the signing algorithm.")
}

fn bad_certificate() -> Failure {
    Failure::new(700_030, "Invalid certificate registered on application.")
}

fn no_record(code: u32, what: &str, sent: Option<&str>) -> Failure {
    let sent = sent.unwrap_or_default();
    let text = format!(
        "No matching federated identity record found for presented assertion {what} '{sent}'."
    );
    Failure::new(code, text)
}
