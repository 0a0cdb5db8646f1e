"""With hardly any permission: each tool says which one is missing, and the catalog shows those that are always there."""

SCOPES = ["User.Read"]
CALLS = [
    ("outlook_email_search", {}, "Mail.Read"),
    ("outlook_calendar_search", {}, "Calendars.Read"),
    ("find_meeting_availability", {"participants": ["adele.vance@fjordlight.example"]}, "Calendars.Read"),
    ("chat_message_search", {"query": "budget"}, "Chat.Read"),
    ("sharepoint_search", {"query": "budget"}, "Files.Read.All"),
    ("sharepoint_folder_search", {"name": "budget"}, "Files.Read.All"),
    ("read_resource", {"uri": "mail:///folders/inbox"}, "Mail.Read"),
]


async def check(bench):
    listed = {tool.name for tool in (await bench.client.list_tools()).tools}
    assert listed == {name for name, *_ in CALLS} | {"get_me", "get_granted_scopes"}, listed
    for tool, arguments, scope in CALLS:
        refused = await bench.refusal(tool, "FORBIDDEN", "Missing scope", **arguments)
        scopes = (scope, "Sites.Read.All") if scope.startswith("Files") else (scope,)
        assert any(it in refused.message for it in scopes), (tool, refused.message)
    me = await bench.call("get_me")
    assert "mira.solberg@fjordlight.example" in str(me["results"]), me["results"]
    await bench.call("get_granted_scopes")
