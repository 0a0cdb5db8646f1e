//! The IDs of Graph's delegated permissions: the same in every cloud, but known to scripts by name
//! alone. See the [permissions reference](https://learn.microsoft.com/graph/permissions-reference).

const IDS: &[(&str, &str)] = &[
    ("Calendars.Read", "465a38f9-76ea-45b9-9f34-9e8b0d4b0b42"),
    ("Calendars.Read.Shared", "2b9c4092-424d-4249-948d-b43879977640"),
    ("Channel.ReadBasic.All", "9d8982ae-4365-4f57-95e9-d6032a4c0b87"),
    ("ChannelMessage.Read.All", "767156cb-16ae-4d10-8f8b-41b657c8c8c8"),
    ("Chat.Read", "f501c180-9344-439a-bca0-6cbf209fd270"),
    ("Chat.ReadBasic", "9547fcb5-d03f-419d-9948-5928bbf71b0f"),
    ("ChatMember.Read", "c5a9e2b1-faf6-41d4-8875-d381aa549b24"),
    ("ChatMessage.Read", "cdcdac3a-fd45-410d-83ef-554db620e5c7"),
    ("Files.Read", "10465720-29dd-4523-a11a-6a75c743c9d9"),
    ("Files.Read.All", "df85f4d6-205c-4ac5-a5ea-6bf408dba283"),
    ("Mail.Read", "570282fd-fa5c-430d-a7fd-fc8dc98a9dca"),
    ("Mail.Read.Shared", "7b9103a5-4610-446b-9670-80643382c1fa"),
    ("Mail.ReadBasic", "a4b8392a-d8d1-4954-a029-8e668a39a170"),
    ("OnlineMeetingArtifact.Read.All", "110e5abb-a10c-4b59-8b55-9b4daa4ef743"),
    ("OnlineMeetingRecording.Read.All", "190c2bb6-1fdd-4fec-9aa2-7d571b5e1fe3"),
    ("OnlineMeetingTranscript.Read.All", "30b87d18-ebb1-45db-97f8-82ccb1f0190c"),
    ("OnlineMeetings.Read", "9be106e1-f4e3-4df5-bdff-e4bc531cbe43"),
    ("People.Read", "ba47897c-39ec-4d83-8086-ee8256fa737d"),
    ("Sites.Read.All", "205e70e5-aba6-4c52-a976-6d2d46c48043"),
    ("Sites.Selected", "f89c84ef-20d0-4b54-87e9-02e856d66d53"),
    ("Team.ReadBasic.All", "485be79e-c497-4b35-9400-0e3fa7f2a5d4"),
    ("User.Read", "e1fe6dd8-ba31-4d61-89e7-88639da4683d"),
    ("User.ReadBasic.All", "b340eb25-3456-403f-be2f-af7a0d370277"),
    ("offline_access", "7427e0e9-2fba-42fe-b0c0-848c9e6a8182"),
];

/// Returns the ID of the permission `name`, where it is known for certain.
pub(super) fn id(name: &str) -> Option<&'static str> {
    IDS.iter().find(|(known, _)| *known == name).map(|(_, id)| *id)
}

/// Returns those of `names` whose ID is not known.
pub(super) fn unknown<'a>(names: &'a [&'static str]) -> impl Iterator<Item = &'static str> + 'a {
    names.iter().copied().filter(|name| id(name).is_none())
}
