use super::{Check, Subject, about};
use crate::{
    config::{Config, Target},
    failure::Failure,
    session::Session,
};

fn subject() -> Subject {
    about("configuration", "Configuration")
}

/// Says whose configuration holds, and what is odd about it.
pub(super) fn accepted(config: &Config, session: &Session) -> Check {
    let detail = described(config, session);
    match config.warnings.as_slice() {
        [] => subject().ok(detail),
        warnings => subject().warning(
            format!("{detail}; {}", warnings.join("; ")),
            "Change it if that is not intended",
        ),
    }
}

/// Says why there is none.
pub(super) fn refused(failure: &Failure) -> Check {
    subject().failed(
        failure.code(),
        failure.message(),
        "Correct it, or look at `m365-local help options`; `m365-local --demo doctor` needs none",
    )
}

fn described(config: &Config, session: &Session) -> String {
    let entry = match &config.target {
        Target::Tenant(tenant) => {
            let of = config.document.as_ref().map(|place| format!(" of {place}"));
            format!("entry \"{}\"{}", tenant.entry, of.unwrap_or_default())
        }
        Target::Demo | Target::Missing(_) => "the demo tenant".to_owned(),
    };
    let client = &session.client;
    let (authority, app) = (client.authority(), client.client_id());
    format!(
        "{entry}: tenant {} ({}), app {app}, permissions {}",
        authority.tenant(),
        authority.cloud(),
        config.scopes
    )
}
