//! Client id and secret in the header
//! ([RFC 6749 §2.3.1](https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1)).

use base64::{Engine as _, prelude::BASE64_STANDARD};
use http::header;
use percent_encoding::percent_decode_str;

use super::client;
use crate::{
    entra::{failure::Failure, params::Params},
    http::Request,
};

/// Adds what a header of the scheme Basic says to the parameters of a form.
///
/// # Errors
///
/// 7000218 for a header that cannot be read, 7000216 where the form proves who the client is too,
/// and 90013 where it names another client.
pub(super) fn added(mut params: Params, request: &Request) -> Result<Params, Failure> {
    let Some(sent) = request.header(header::AUTHORIZATION).and_then(basic) else {
        return Ok(params);
    };
    let (id, secret) = halves(sent).ok_or_else(client::nothing)?;
    if ["client_secret", "client_assertion"].iter().any(|name| params.get(name).is_some()) {
        return Err(client::twice());
    }
    match params.get("client_id") {
        None => params.add("client_id", id),
        Some(named) if named.eq_ignore_ascii_case(&id) => {}
        Some(_) => {
            let text = "Invalid input received from the user: 'client_id' differs between header \
                        and body.";
            return Err(Failure::new(90_013, text));
        }
    }
    params.add("client_secret", secret);
    Ok(params)
}

fn basic(header: &str) -> Option<&str> {
    let (scheme, rest) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("basic").then(|| rest.trim())
}

fn halves(sent: &str) -> Option<(String, String)> {
    let text = String::from_utf8(BASE64_STANDARD.decode(sent).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((decoded(id)?, decoded(secret)?))
}

fn decoded(text: &str) -> Option<String> {
    let text = text.replace('+', " ");
    let text = percent_decode_str(&text).decode_utf8().ok()?;
    Some(text.into_owned())
}
