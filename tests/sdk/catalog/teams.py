"""`chat_message_search` by Graph's search, the lists of Teams, and reading what they find."""

import re
from datetime import datetime, timedelta, timezone
from html import unescape
from urllib.parse import quote

from .bench import moment

TOOL = "chat_message_search"


def text(message):
    plain = re.sub(r"<[^>]+>", " ", message["body"]["content"] or "")
    return unescape(plain).lower()


def spoken(message):
    return message["messageType"] == "message" and not message.get("deletedDateTime")


def sender(message):
    return ((message.get("from") or {}).get("user") or {}).get("displayName")


class Truth:
    """Every message that the user can see, with the place that it is in."""

    def __init__(self, graph):
        self.chats = graph.all("/me/chats?$expand=members&$top=25")
        self.in_chats = [(chat, it) for chat in self.chats for it in graph.all(f"/chats/{quote(chat['id'])}/messages?$top=50")]
        self.teams = graph.all("/me/joinedTeams")
        self.in_channels = []
        for team in self.teams:
            for channel in graph.all(f"/teams/{team['id']}/channels"):
                root = f"/teams/{team['id']}/channels/{quote(channel['id'])}/messages"
                for post in graph.all(f"{root}?$top=50"):
                    replies = graph.all(f"{root}/{post['id']}/replies?$top=50")
                    self.in_channels += [(team, channel, it) for it in [post, *replies]]


def key(hit):
    """Chat or channel, and the message: ids arrive encoded."""
    return hit["uri"]


def chat_uri(chat, message):
    return f"teams:///chats/{quote(chat['id'], safe='')}/messages/{message['id']}"


async def check(bench):
    truth = Truth(bench.graph)
    month = datetime.now(timezone.utc).replace(microsecond=0) - timedelta(days=30)
    since = month.strftime("%Y-%m-%dT%H:%M:%SZ")
    hits, notices = await bench.every(TOOL, limit=25, query="budget", afterDateTime=since)
    there = sum("budget" in text(it) for _, it in truth.in_chats if spoken(it) and moment(it["createdDateTime"]) >= month)
    there += sum("budget" in text(it) for *_, it in truth.in_channels if spoken(it) and moment(it["createdDateTime"]) >= month)
    assert len(hits) >= there > 0, (len(hits), there)
    assert not any("Missing scope" in it for it in notices), notices
    small, _ = await bench.every(TOOL, limit=7, query="budget", afterDateTime=since)
    assert [key(it) for it in small] == [key(it) for it in hits], "pages of 7 and of 25 differ"
    times = [moment(it["createdDateTime"]) for it in hits]
    assert times == sorted(times, reverse=True) and all(it >= month for it in times)

    await narrowed(bench, truth)
    await lists(bench, truth)
    await reads(bench, hits)
    await refusals(bench)


async def narrowed(bench, truth):
    for query in ({"query": "budget"}, {}):
        by_adele, _ = await bench.every(TOOL, limit=25, sender="Adele Vance", **query)
        assert by_adele and {it["from"].partition(" <")[0] if isinstance(it["from"], str) else it["from"]["name"] for it in by_adele} == {"Adele Vance"}
        in_chat, _ = await bench.every(TOOL, limit=25, chatName="Budget review", **query)
        assert in_chat and all(it["chat"] == "Budget review" for it in in_chat), in_chat[:1]
        in_team, _ = await bench.every(TOOL, limit=25, teamName="Finance", **query)
        assert in_team and all(it["team"] == "Finance" for it in in_team)
        in_channel, _ = await bench.every(TOOL, limit=25, teamName="Finance", channelName="Budget", **query)
        assert in_channel and all(it["channel"] == "Budget" for it in in_channel)
    chat = next(it for it in truth.chats if it["topic"] == "Budget review")
    own = [chat_uri(chat, it) for place, it in truth.in_chats if place is chat and spoken(it)]
    await bench.finds(TOOL, own, chatName="Budget review")


async def lists(bench, truth):
    chats, _ = await bench.every("teams_list_chats", limit=7)
    assert len(chats) == len(truth.chats), (len(chats), len(truth.chats))
    teams = await bench.call("teams_list_teams")
    assert {it["name"] for it in teams["results"]} == {it["displayName"] for it in truth.teams}
    for team in ("Finance", truth.teams[0]["id"]):
        channels = await bench.call("teams_list_channels", teamId=team)
        assert any(it["name"] == "General" for it in channels["results"]), channels["results"]
    posts, _ = await bench.every("teams_list_channel_messages", teamId="Finance", channelId="Budget", limit=3)
    roots = [it for team, channel, it in truth.in_channels
             if team["displayName"] == "Finance" and channel["displayName"] == "Budget" and not it.get("replyToId") and spoken(it)]
    assert len(posts) >= len(roots) > 0, (len(posts), len(roots))


async def reads(bench, hits):
    for hit in hits[:5]:
        answer = await bench.call("read_resource", uri=hit["uri"])
        assert answer["results"][0]["text"].strip(), hit["uri"]
    channel = next(hit["uri"] for hit in hits if "/channels/" in hit["uri"])
    listing = channel[: channel.index("/messages") + len("/messages")]
    answer = await bench.call("read_resource", uri=listing)
    assert answer["results"][0].get("items") or answer["results"][0].get("text")


async def refusals(bench):
    await bench.refusal(TOOL, "NOT_FOUND", "Finance", teamName="Finnance")
    await bench.refusal(TOOL, "NOT_FOUND", "Budget", teamName="Finance", channelName="Budgett")
    await bench.refusal(TOOL, "NOT_FOUND", "Budget review", chatName="Budget revue")
    await bench.refusal(TOOL, "VALIDATION_ERROR", "limit", limit=0)
    await bench.refusal(TOOL, "VALIDATION_ERROR", "query", query="(open")
    await bench.refusal("teams_list_channels", "NOT_FOUND", "Finance", teamId="Finnance")
    lowered = await bench.call(TOOL, limit=99)
    assert any("25" in it for it in lowered["notices"]), lowered["notices"]
