"""`outlook_email_search`: each parameter alone, and the pairs that Graph makes hard."""

from datetime import datetime, timedelta, timezone

from .bench import moment

TOOL = "outlook_email_search"
FIELDS = "id,subject,from,toRecipients,ccRecipients,bccRecipients,receivedDateTime,isRead,hasAttachments,importance,parentFolderId"


def uri(message, owner=""):
    return f"mail:///messages/{message['id']}{owner}"


def people(message):
    lists = message["toRecipients"] + message["ccRecipients"] + message["bccRecipients"]
    return {it["emailAddress"].get("address", "").lower() for it in lists}


def sender(message):
    return ((message.get("from") or {}).get("emailAddress") or {}).get("address", "").lower()


def words(message):
    return (message.get("subject") or "").lower()


async def check(bench):
    everything = bench.graph.all(f"/me/messages?$select={FIELDS}&$top=100")
    inbox = bench.graph.all(f"/me/mailFolders/inbox/messages?$select={FIELDS}&$top=100")
    shared = bench.graph.all(f"/users/projects@fjordlight.example/messages?$select={FIELDS}&$top=100")
    adele, jonas = "adele.vance@fjordlight.example", "jonas.lindqvist@fjordlight.example"
    week = datetime.now(timezone.utc) - timedelta(days=30)
    since = week.strftime("%Y-%m-%dT%H:%M:%SZ")
    recent = lambda it: moment(it["receivedDateTime"]) >= week.replace(microsecond=0)

    table = [
        ({}, everything, lambda it: True),
        ({"query": "*"}, everything, lambda it: True),
        ({"unreadOnly": True}, everything, lambda it: not it["isRead"]),
        ({"hasAttachments": True}, everything, lambda it: it["hasAttachments"]),
        ({"importance": "high"}, everything, lambda it: it["importance"] == "high"),
        ({"sender": adele}, everything, lambda it: sender(it) == adele),
        ({"recipient": jonas}, everything, lambda it: jonas in people(it)),
        ({"subject": "budget"}, everything, lambda it: "budget" in words(it)),
        ({"folderName": "Inbox"}, inbox, lambda it: True),
        ({"afterDateTime": since}, everything, recent),
        ({"beforeDateTime": since}, everything, lambda it: moment(it["receivedDateTime"]) <= week.replace(microsecond=0)),
        ({"sender": adele, "afterDateTime": since, "folderName": "Inbox"}, inbox, lambda it: sender(it) == adele and recent(it)),
        ({"subject": "budget", "sender": adele, "afterDateTime": since, "folderName": "Inbox", "order": "oldest"}, inbox,
         lambda it: "budget" in words(it) and sender(it) == adele and recent(it)),
        ({"subject": "budget", "unreadOnly": True, "order": "relevance"}, everything, lambda it: "budget" in words(it) and not it["isRead"]),
    ]
    for arguments, source, fits in table:
        found = await bench.finds(TOOL, [uri(it) for it in source if fits(it)], **arguments)
        assert found or not any(map(fits, source)), arguments

    owner = "projects@fjordlight.example"
    own = [uri(it, f"?owner={owner}") for it in shared]
    await bench.finds(TOOL, own, mailboxOwnerEmail=owner)
    await bench.finds(TOOL, own, mailboxOwnerEmail=owner, order="oldest")

    for arguments in ({"order": "newest"}, {"order": "oldest"}, {"order": "oldest", "subject": "budget"}):
        hits, _ = await bench.every(TOOL, limit=25, **arguments)
        times = [moment(hit["receivedDateTime"]) for hit in hits]
        assert times == sorted(times, reverse=arguments["order"] == "newest"), arguments

    await bench.refusal(TOOL, "VALIDATION_ERROR", "limit", limit=0)
    await bench.refusal(TOOL, "VALIDATION_ERROR", "colour", colour="red")
    await bench.refusal(TOOL, "VALIDATION_ERROR", "after", after="someday")
    await bench.refusal(TOOL, "VALIDATION_ERROR", "sender", "from", sender=adele, **{"from": adele})
    await bench.refusal(TOOL, "NOT_FOUND", "Inbox", folderName="Inbux")
    await bench.refusal(TOOL, "VALIDATION_ERROR", "cursor", cursor="AAAA")
    lowered = await bench.call(TOOL, limit=99)
    assert len(lowered["results"]) == 25 and any("25" in notice for notice in lowered["notices"]), lowered["notices"]
