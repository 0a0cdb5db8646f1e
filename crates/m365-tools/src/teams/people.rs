//! Who takes part: the signed-in user, and the members of a chat.

use m365_graph::{ChatMember, ChatMessage};

pub(crate) use crate::words::{is_person, words};
use crate::{ToolContext, mail::fields::one_line, zones};

/// The addresses of the signed-in user, as far as they are known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Own(Vec<String>);

impl Own {
    /// Looks up the user's addresses, once in a while; without `User.Read` none is known, and the title
    /// of a chat has all names.
    pub(crate) async fn of(ctx: &ToolContext) -> Self {
        let known = zones::own_addresses(ctx).await;
        Self(known.map(|known| known.to_vec()).unwrap_or_default())
    }

    /// Tells whether `member` is the user.
    pub(crate) fn is(&self, member: &ChatMember) -> bool {
        let Some(email) = member.email.as_deref() else { return false };
        self.0.iter().any(|own| own.eq_ignore_ascii_case(email))
    }

    /// Tells whether `id` is the user's, who is one of `members`.
    pub(crate) fn has_id(&self, members: &[ChatMember], id: &str) -> bool {
        let own = members.iter().filter(|member| self.is(member));
        own.filter_map(|own| own.user_id.as_deref()).any(|own| undashed(own) == undashed(id))
    }
}

/// Writes an object id as a search knows it.
pub(crate) fn undashed(id: &str) -> String {
    id.replace('-', "").to_ascii_lowercase()
}

/// Returns the name of a member, or else the address; empty where neither is known.
pub(crate) fn name(member: &ChatMember) -> String {
    let known = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let name = known(&member.display_name).or_else(|| known(&member.email));
    name.map(|name| one_line(&name)).unwrap_or_default()
}

/// Finds the member who sent `message`.
pub(crate) fn sender<'a>(
    members: &'a [ChatMember],
    message: &ChatMessage,
) -> Option<&'a ChatMember> {
    let id = message.from.as_ref()?.user.as_ref()?.id.as_deref()?;
    members.iter().find(|member| member.user_id.as_deref() == Some(id))
}
