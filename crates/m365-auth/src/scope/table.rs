use super::Scope;

/// Scopes of OpenID Connect, which ride along and need not be configured.
pub(super) const OPENID: &[&str] = &["openid", "profile", "email"];

/// Names that the security guide gives and Graph's metadata does not have.
pub(super) const SHORT_FORMS: &[(&str, &str)] =
    &[("OnlineMeetingAiInsight.Read", "OnlineMeetingAiInsight.Read.All")];

pub(super) const DEFAULT: &[&str] = &[
    "Calendars.Read",
    "Calendars.Read.Shared",
    "Chat.Read",
    "Files.Read.All",
    "Mail.Read",
    "Mail.Read.Shared",
    "OnlineMeetings.Read",
    "Sites.Read.All",
    "User.Read",
    "offline_access",
];

pub(super) const SCOPES: &[Scope] = &[
    user("Calendars.Read", "Read the user's calendars"),
    user("Calendars.Read.Shared", "Read calendars that others share with the user"),
    user("Channel.ReadBasic.All", "Read names and descriptions of channels"),
    admin("ChannelMessage.Read.All", "Read messages of the user's channels"),
    user("Chat.Read", "Read the user's chats"),
    user("Chat.ReadBasic", "Read names and members of the user's chats"),
    admin("ChatMember.Read", "Read the members of the user's chats"),
    user("ChatMessage.Read", "Read the messages of the user's chats"),
    user("Files.Read", "Read the user's files"),
    user("Files.Read.All", "Read all files that the user can open"),
    user("Mail.Read", "Read the user's mail"),
    user("Mail.Read.Shared", "Read mail that others share with the user"),
    user("Mail.ReadBasic", "Read the user's mail without bodies and attachments"),
    admin("MailboxFolder.Read", "Read the user's mailbox folders"),
    admin("MailboxItem.Read", "Read the items of the user's mailbox"),
    admin("OnlineMeetingAiInsight.Read.All", "Read AI insights of the user's meetings"),
    user("OnlineMeetingArtifact.Read.All", "Read attendance reports of the user's meetings"),
    admin("OnlineMeetingRecording.Read.All", "Read recordings of the user's meetings"),
    admin("OnlineMeetingTranscript.Read.All", "Read transcripts of the user's meetings"),
    user("OnlineMeetings.Read", "Read the user's online meetings"),
    user("People.Read", "Read people that matter to the user"),
    user("Sites.Read.All", "Read all sites that the user can open"),
    user("Sites.Selected", "Read sites that were granted to the app one by one"),
    user("Team.ReadBasic.All", "Read names and descriptions of the user's teams"),
    user("User.Read", "Sign in and read the user's profile"),
    user("User.ReadBasic.All", "Read names and addresses of all users"),
    user("offline_access", "Stay signed in"),
];

const fn user(name: &'static str, description: &'static str) -> Scope {
    Scope { name, needs_admin: false, description }
}

const fn admin(name: &'static str, description: &'static str) -> Scope {
    Scope { name, needs_admin: true, description }
}
