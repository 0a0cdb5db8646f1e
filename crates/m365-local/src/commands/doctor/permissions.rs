use m365_auth::Scope;
use m365_tools::Definition;

use super::{Check, Subject, about, account::Standing};
use crate::{
    commands::{sign_in_command, tools},
    config::Config,
    failure::PERMISSION,
    session::Session,
};

/// Stands for the tools where none can be looked at.
pub(super) fn subject() -> Subject {
    about("permissions", "Permissions of the tools")
}

/// Says of each tool whether it may read what it needs.
pub(super) fn checks(
    config: &Config,
    session: &Session,
    tools: &[&Definition],
    standing: &Standing,
) -> Vec<Check> {
    if standing.granted.is_empty() {
        return vec![subject().skipped("what is granted is known after the sign-in")];
    }
    let view = View { config, granted: &standing.granted };
    tools.iter().map(|tool| view.check(tool, session)).collect()
}

/// Says how consent is given.
pub(super) fn consent(session: &Session) -> String {
    let url = session.client.authority().admin_consent_url(session.client.client_id());
    format!("Let an administrator consent at {url}, then run {}", sign_in_command())
}

/// What is configured and what is granted.
struct View<'a> {
    config: &'a Config,
    granted: &'a [String],
}

impl View<'_> {
    fn is_granted(&self, scope: &str) -> bool {
        self.granted.iter().any(|one| one.eq_ignore_ascii_case(scope))
    }

    /// Tells whether a permission is configured and lacks consent.
    fn is_missing(&self, scope: &str) -> bool {
        self.config.scopes.contains(scope) && !self.is_granted(scope)
    }

    fn is_usable(&self, scope: &str) -> bool {
        self.config.scopes.contains(scope) && self.is_granted(scope)
    }

    fn check(&self, tool: &Definition, session: &Session) -> Check {
        let subject = about(format!("tool.{}", tool.name()), tool.name());
        let missing: Vec<_> =
            tool.scopes().iter().copied().filter(|scope| self.is_missing(scope)).collect();
        match (self.works(tool), missing.as_slice()) {
            (true, []) => subject.ok(self.usable(tool)),
            (true, missing) => subject.warning(
                format!("it works, but finds less without {}", described(missing)),
                self.fix(session, missing),
            ),
            (false, []) => subject.skipped(format!(
                "it needs {}, which is not configured; add it to `scope` for this tool",
                tools::spoken(tool.needs())
            )),
            (false, missing) => subject.failed(
                PERMISSION,
                format!("not granted: {}", described(missing)),
                self.fix(session, missing),
            ),
        }
    }

    fn works(&self, tool: &Definition) -> bool {
        let usable = |set: &&[&str]| set.iter().all(|scope| self.is_usable(scope));
        tool.needs().is_empty() || tool.needs().iter().any(usable)
    }

    fn usable(&self, tool: &Definition) -> String {
        let usable: Vec<_> =
            tool.scopes().iter().copied().filter(|scope| self.is_usable(scope)).collect();
        match usable.as_slice() {
            [] => "needs no permission".to_owned(),
            scopes => format!("granted: {}", scopes.join(", ")),
        }
    }

    fn fix(&self, session: &Session, missing: &[&str]) -> String {
        match missing.iter().any(|scope| needs_admin(scope)) {
            true => consent(session),
            false => format!("Run {} and consent", sign_in_command()),
        }
    }
}

fn needs_admin(scope: &str) -> bool {
    Scope::find(scope).is_some_and(Scope::needs_admin)
}

fn described(scopes: &[&str]) -> String {
    let kind = |scope: &&str| match needs_admin(scope) {
        true => format!("{scope} (an administrator's consent)"),
        false => format!("{scope} (the user's consent)"),
    };
    scopes.iter().map(kind).collect::<Vec<_>>().join(", ")
}
