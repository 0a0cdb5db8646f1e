"""`chat_message_search` without `ChannelMessage.Read.All`: a scan of the chats, exact, and honest about channels."""

from datetime import datetime, timedelta, timezone

from .bench import moment
from .teams import TOOL, Truth, chat_uri, sender, spoken, text

SCOPES = "User.Read Calendars.Read Chat.Read".split()
CHANNELS = "Channel messages were not searched: Missing scope 'ChannelMessage.Read.All'"


async def check(bench):
    truth = Truth(bench.graph)
    week = datetime.now(timezone.utc).replace(microsecond=0) - timedelta(days=14)
    since = week.strftime("%Y-%m-%dT%H:%M:%SZ")
    seen = [(chat, it) for chat, it in truth.in_chats if spoken(it)]
    recent = lambda it: moment(it["createdDateTime"]) >= week
    table = [
        ({"afterDateTime": since}, lambda it: recent(it)),
        ({"afterDateTime": since, "query": "*"}, lambda it: recent(it)),
        ({"query": "crane", "afterDateTime": since}, lambda it: "crane" in text(it) and recent(it)),
        ({"sender": "Jonas Lindqvist", "afterDateTime": since}, lambda it: sender(it) == "Jonas Lindqvist" and recent(it)),
    ]
    for arguments, fits in table:
        found, notices = await bench.every(TOOL, limit=25, **arguments)
        assert any(it.startswith(CHANNELS) for it in notices), notices
        wanted = {chat_uri(chat, it) for chat, it in seen if fits(it)}
        got = {it["uri"] for it in found}
        assert wanted <= got, (arguments, len(wanted - got), "messages were missed")
        assert len(got - wanted) <= len(got) // 4, (arguments, len(got - wanted), "messages too many")
    await bench.refusal(TOOL, "FORBIDDEN", "Missing scope", teamName="Finance")
