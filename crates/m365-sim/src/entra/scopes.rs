//! Scopes: which resource they belong to, and who may consent to them.

use std::collections::{BTreeMap, BTreeSet};

use super::{apps, failure::Failure};
use crate::{cloud::SimCloud, state::State};

/// An API that tokens are issued for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Resource {
    /// Microsoft Graph.
    Graph,
    /// The remote connector.
    Connector,
}

/// Graph's application id, the same in each cloud.
pub(crate) const GRAPH_APP: &str = "00000003-0000-0000-c000-000000000000";

/// What the administrator consented to for everyone.
pub(crate) const DEFAULT_CONSENT: &[&str] = &[
    "Calendars.Read",
    "Calendars.Read.Shared",
    "Chat.Read",
    "Files.Read.All",
    "Mail.Read",
    "Mail.Read.Shared",
    "OnlineMeetings.Read",
    "Sites.Read.All",
    "User.Read",
];

const OIDC: &[&str] = &["email", "offline_access", "openid", "profile"];

/// Delegated permissions of Graph, and whether only an administrator may consent.
const GRAPH_SCOPES: &[(&str, bool)] = &[
    ("Calendars.Read", false),
    ("Calendars.Read.Shared", false),
    ("Calendars.ReadBasic", true),
    ("CallTranscripts.Read.All", true),
    ("Channel.ReadBasic.All", false),
    ("ChannelMember.Read.All", true),
    ("ChannelMessage.Read.All", true),
    ("Chat.Read", false),
    ("Chat.ReadBasic", false),
    ("ChatMember.Read", true),
    ("ChatMessage.Read", false),
    ("Directory.Read.All", true),
    ("ExternalItem.Read.All", true),
    ("Files.Read", false),
    ("Files.Read.All", false),
    ("Files.Read.Selected", false),
    ("Files.ReadWrite", false),
    ("Group.Read.All", true),
    ("Mail.Read", false),
    ("Mail.Read.Shared", false),
    ("Mail.ReadBasic", false),
    ("MailboxFolder.Read", true),
    ("MailboxItem.Read", true),
    ("MailboxSettings.Read", false),
    ("OnlineMeetingAiInsight.Read.All", true),
    ("OnlineMeetingArtifact.Read.All", false),
    ("OnlineMeetingRecording.Read.All", true),
    ("OnlineMeetingTranscript.Read.All", true),
    ("OnlineMeetings.Read", false),
    ("People.Read", false),
    ("Sites.Read.All", false),
    ("Sites.Selected", false),
    ("Team.ReadBasic.All", false),
    ("User.Read", false),
    ("User.Read.All", true),
    ("User.ReadBasic.All", false),
];

/// Returns the delegated permissions of Graph by their short names.
pub(crate) fn graph_scopes() -> impl Iterator<Item = &'static str> {
    GRAPH_SCOPES.iter().map(|(name, _)| *name)
}

impl Resource {
    /// Returns the prefix of this resource's scopes, without the slash.
    pub(crate) fn prefix(self, cloud: SimCloud) -> String {
        match self {
            Self::Graph => cloud.graph_root().to_owned(),
            Self::Connector => format!("api://{}", apps::CONNECTOR),
        }
    }

    /// Returns the permission's own spelling.
    fn scope(self, name: &str) -> Option<&'static str> {
        let same = |known: &&str| known.eq_ignore_ascii_case(name);
        match self {
            Self::Graph => GRAPH_SCOPES.iter().map(|(known, _)| *known).find(same),
            Self::Connector => Some("access_as_user").filter(same),
        }
    }

    /// Returns whether this is an App ID URI of the resource, to the letter.
    pub(crate) fn is_named(self, uri: &str, state: &State) -> bool {
        let other = state.connector_uri.as_deref().filter(|_| self == Self::Connector);
        self.prefix(state.cloud) == uri || other == Some(uri)
    }

    fn of_prefix(prefix: &str, state: &State) -> Option<Self> {
        let prefix = prefix.to_ascii_lowercase();
        if prefix == state.cloud.graph_root() || prefix == GRAPH_APP {
            return Some(Self::Graph);
        }
        let connector = prefix == apps::CONNECTOR || Self::Connector.is_named(&prefix, state);
        connector.then_some(Self::Connector)
    }
}

/// Returns whether only an administrator may consent to a scope.
pub(crate) fn needs_admin(resource: Resource, name: &str) -> bool {
    let listed = |(known, admin): &(&str, bool)| *known == name && *admin;
    resource == Resource::Graph && GRAPH_SCOPES.iter().any(listed)
}

/// The scopes that a request asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// `openid`, `profile`, `email`, `offline_access`.
    pub(crate) oidc: BTreeSet<String>,
    /// Short names by resource; empty for `.default`.
    pub(crate) resources: BTreeMap<Resource, BTreeSet<String>>,
}

impl Asked {
    /// Reads a `scope` parameter.
    ///
    /// # Errors
    ///
    /// 70011 for a malformed list, 500011 for an unknown resource, 650053 for an unknown scope.
    pub(crate) fn parse(text: &str, state: &State) -> Result<Self, Failure> {
        let mut asked = Self::default();
        let mut defaults = BTreeSet::new();
        for scope in text.split(' ').filter(|scope| !scope.is_empty()) {
            asked.add(scope, state, &mut defaults)?;
        }
        let mixed =
            |resource: &Resource| asked.resources.get(resource).is_some_and(|s| !s.is_empty());
        if defaults.iter().any(mixed) {
            return Err(invalid(text, "'.default' can not be combined with named scopes"));
        }
        Ok(asked)
    }

    /// Returns the resource of a token request; without any it is Graph.
    ///
    /// # Errors
    ///
    /// 70011 when several are named.
    pub(crate) fn one_resource(&self) -> Result<Resource, Failure> {
        if self.resources.len() > 1 {
            let text = "The provided value for the input parameter 'scope' is not valid because \
                        it contains more than one resource.";
            return Err(Failure::new(70_011, text));
        }
        Ok(self.resources.keys().next().copied().unwrap_or(Resource::Graph))
    }

    /// Returns whether each permission that `other` names is asked for here too; `.default`, which is
    /// an empty set, covers all of its resource.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        other.resources.iter().all(|(resource, names)| {
            let own = self.resources.get(resource);
            own.is_some_and(|own| own.is_empty() || names.is_subset(own))
        })
    }

    /// Returns the short names of the permissions.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.resources.values().flatten().map(String::as_str)
    }

    fn add(
        &mut self,
        scope: &str,
        state: &State,
        defaults: &mut BTreeSet<Resource>,
    ) -> Result<(), Failure> {
        if OIDC.contains(&scope) {
            self.oidc.insert(scope.to_owned());
            return Ok(());
        }
        let (prefix, name) = scope.rsplit_once('/').unwrap_or((state.cloud.graph_root(), scope));
        let resource = Resource::of_prefix(prefix, state).ok_or_else(|| absent(prefix))?;
        let names = self.resources.entry(resource).or_default();
        if name == ".default" {
            defaults.insert(resource);
        } else {
            let known = resource.scope(name).ok_or_else(|| unknown(name, resource, state.cloud))?;
            names.insert(known.to_owned());
        }
        Ok(())
    }
}

fn invalid(text: &str, why: &str) -> Failure {
    let text = format!(
        "The provided value for the input parameter 'scope' is not valid: {why}: '{text}'."
    );
    Failure::new(70_011, text)
}

fn absent(prefix: &str) -> Failure {
    let text = format!("The resource principal named {prefix} was not found in the tenant.");
    Failure::new(500_011, text)
}

fn unknown(name: &str, resource: Resource, cloud: SimCloud) -> Failure {
    let resource = resource.prefix(cloud);
    let text = format!("The scope '{name}' doesn't exist on the resource '{resource}'.");
    Failure::new(650_053, text)
}
