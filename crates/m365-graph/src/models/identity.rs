use serde::Deserialize;

/// Who did something: one of these is set, as a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct IdentitySet {
    /// A person.
    pub user: Option<Identity>,
    /// A group, e.g. that owns a team's site.
    pub group: Option<Identity>,
    /// An app, such as a bot, a connector, or one that uploads by itself.
    pub application: Option<Identity>,
    /// A device, such as a meeting room.
    pub device: Option<Identity>,
    /// A team or channel.
    pub conversation: Option<Identity>,
    /// A tag for several members of a team.
    pub tag: Option<Identity>,
}

impl IdentitySet {
    /// Returns the one that is set, a person before a group, an app and the rest.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        let kinds = [&self.user, &self.group, &self.application, &self.conversation, &self.tag];
        kinds.into_iter().flatten().next().or(self.device.as_ref())
    }
}

/// A person, a group, an app or a thing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Identity {
    /// The object id.
    pub id: Option<String>,
    /// The name to show; absent for guests and people who left.
    pub display_name: Option<String>,
    /// The address; often absent.
    pub email: Option<String>,
}
