"""`read_resource`: every form of a uri, pasted links, arrays, pages, and the occurrence of a transcript."""

import base64
import json
import re
from datetime import datetime, timedelta, timezone
from urllib.parse import quote

from .bench import moment
from .calendar import stamp

TOOL = "read_resource"
SITES = "https://fjordlight.sharepoint.com/sites/Finance"


async def one(bench, uri, **arguments):
    answer = await bench.call(TOOL, uri=uri, **arguments)
    [item] = answer["results"]
    assert item["uri"] and item["type"] and json.loads(answer["_blocks"][0])["uri"] == item["uri"], item
    return item


async def first(bench, tool, **arguments):
    answer = await bench.call(tool, **arguments)
    assert answer["results"], (tool, arguments)
    return answer["results"][0]


async def check(bench):
    await forms(bench)
    await links(bench)
    await listings(bench)
    await arrays(bench)
    await documents(bench)
    await transcripts(bench)
    await refusals(bench)


async def forms(bench):
    mail = await first(bench, "outlook_email_search", query="budget", hasAttachments=True)
    message = await one(bench, mail["uri"])
    assert message["text"] and message["attachments"], message
    await one(bench, message["attachments"][0]["uri"])
    assert len((await one(bench, f"mail:///conversations/{mail['conversationId']}"))["text"]) > 100
    event = await first(bench, "outlook_calendar_search", query="budget")
    found = await one(bench, event["uri"])
    assert found["attendees"] and found["organizer"] and "deck" in found["text"], found
    notes = await first(bench, "sharepoint_search", query="budget notes", fileType="md")
    assert "70 350" in (await one(bench, notes["uri"]))["text"]
    drive = notes["uri"].split("/")[3]
    assert "70 350" in (await one(bench, f"file:///{drive}/Budget/Budget notes.md".replace(" ", "%20")))["text"]
    site = bench.graph.get("/sites/fjordlight.sharepoint.com:/sites/Finance")
    assert (await one(bench, f"site:///{site['id']}"))["title"] == "Finance"
    assert (await one(bench, f"drive:///sites/{site['id']}"))["items"]
    page = await first(bench, "sharepoint_search", contentType="page", site="Finance")
    assert (await one(bench, page["uri"]))["text"]
    chat = await first(bench, "chat_message_search", query="budget")
    assert (await one(bench, chat["uri"]))["text"]


async def links(bench):
    """What people paste: resolved through Graph, to the same things."""
    notes = await first(bench, "sharepoint_search", query="budget notes", fileType="md")
    pasted = [
        notes["webUrl"], notes["webUrl"] + "?web=1",
        notes["webUrl"].replace("/sites/", "/:t:/r/sites/") + "?csf=1&web=1&e=abc",
    ]
    for link in pasted:
        assert "70 350" in (await one(bench, link))["text"], link
    assert (await one(bench, f"{SITES}/Shared%20Documents/Budget"))["items"]
    folder = quote("/sites/Finance/Shared Documents/Budget", safe="")
    assert (await one(bench, f"{SITES}/Shared%20Documents/Forms/AllItems.aspx?id={folder}"))["items"]
    assert (await one(bench, SITES))["title"] == "Finance"
    page = await first(bench, "sharepoint_search", contentType="page", site="Finance")
    assert (await one(bench, page["webUrl"]))["text"]
    mail = await first(bench, "outlook_email_search", query="budget")
    assert (await one(bench, mail["webLink"]))["uri"] == mail["uri"]
    budget = next(it for it in bench.graph.all("/me/chats") if it["topic"] == "Budget review")
    message = bench.graph.get(f"/chats/{quote(budget['id'])}/messages?$top=1")["value"][0]
    context = quote('{"contextType":"chat"}')
    link = f"https://teams.microsoft.com/l/message/{quote(budget['id'], safe='')}/{message['id']}?context={context}"
    assert (await one(bench, link))["uri"].endswith(f"/messages/{message['id']}")
    posts = await bench.call("teams_list_channel_messages", teamId="Finance", channelId="Budget", limit=1)
    web = next((it["webUrl"] for it in posts["results"] if it.get("webUrl")), None)
    if web:
        assert (await one(bench, web))["uri"] == posts["results"][0]["uri"]


async def listings(bench):
    seen, cursor = [], None
    while True:
        more = {"cursor": cursor} if cursor else {}
        answer = await bench.call(TOOL, uri="mail:///folders/inbox", **more)
        seen += [it["uri"] for it in answer["results"][0].get("items", [])]
        if not answer["moreResults"]:
            break
        cursor = answer["nextCursor"]
    truth = bench.graph.all("/me/mailFolders/inbox/messages?$select=id&$top=100")
    there = {f"mail:///messages/{it['id']}" for it in truth}
    assert there <= set(seen) and len(set(seen)) == len(seen), (len(there), len(seen))


async def arrays(bench):
    good = await first(bench, "outlook_email_search", query="budget")
    answer = await bench.call(TOOL, uri=[good["uri"], "mail:///messages/AAMkADgone=", "mail:///folders/inbox"])
    assert [("error" in it) for it in answer["results"]] == [False, True, False], answer["results"]
    await bench.refusal(TOOL, "VALIDATION_ERROR", "uri", uri=[good["uri"]] * 11)


async def documents(bench):
    """What is in files: slides, sheets and pages one by one, and the whole from answer to answer."""
    deck, book, plan, report = [
        await first(bench, "sharepoint_search", query=f'filename:"{name}"', fileType=kind)
        for name, kind in (
            ("Q3 budget deck", "pptx"), ("Q3 budget", "xlsx"), ("Construction plan", "docx"), ("Ground investigation", "pdf"),
        )
    ]
    slide = await one(bench, deck["uri"], startPage=4, endPage=4)
    assert "| Borealis | 12 150 |" in slide["text"] and "\n\n[page 4 of 7]\n" in slide["text"], slide["text"]
    assert slide["pages"] == {"from": 4, "to": 4, "total": 7}, slide["pages"]
    whole = (await one(bench, deck["uri"]))["text"]
    assert "**Notes:**" in whole and "*Hidden slide.*" in whole and whole.endswith("\n\n[pages 1–7 of 7]"), whole
    sheet = await one(bench, book["uri"], sheet="cash plan")
    assert "2026-08-14" in sheet["text"] and sheet["text"].endswith("[page 3 of 4]"), sheet["text"]
    await bench.refusal(TOOL, "VALIDATION_ERROR", "Cash plan", uri=book["uri"], sheet="Cash")
    text = (await one(bench, plan["uri"]))["text"]
    for part in ("[inserted by Mira Solberg:", "**Comment (Haruto Tanaka):**", "61 km²", "| A4 | 41 | 44 | 62 |"):
        assert part in text, (part, text)
    long = await one(bench, report["uri"])
    assert {"page": 5, "title": "Position A4"} in long["outline"] and long["pages"]["total"] == 12, long["outline"]
    mail = await first(bench, "outlook_email_search", subject="Q3 budget", sender="adele", query='attachment:memo')
    attached = (await one(bench, mail["uri"]))["attachments"]
    memo = next(it for it in attached if it["name"].endswith(".docx"))
    assert "| Borealis | 12 750 |" in (await one(bench, memo["uri"]))["text"]


async def transcripts(bench):
    """Each held occurrence of the budget review has its own transcript, found from its own hit."""
    now = datetime.now(timezone.utc)
    hits, _ = await bench.every(
        "outlook_calendar_search", query="budget review", organizer="adele.vance@fjordlight.example",
        afterDateTime=stamp(now - timedelta(days=60)), beforeDateTime=stamp(now), limit=50,
    )
    held = [hit for hit in hits if hit.get("meetingTranscriptUrl")]
    assert len(held) >= 4, [hit["subject"] for hit in hits]
    texts = {}
    for hit in held:
        found = await one(bench, hit["meetingTranscriptUrl"])
        day = moment(hit["start"]).date().isoformat()
        assert day in json.dumps(found), (hit["start"], {k: v for k, v in found.items() if k != "text"})
        texts[found["text"]] = hit["start"]
        raw = await one(bench, hit["meetingTranscriptUrl"], format="raw")
        assert raw["text"].lstrip().startswith("WEBVTT"), raw["text"][:40]
    assert len(texts) == len(held), "two occurrences gave the same transcript"
    meeting = bench.graph.get(f"/me/events/{held[0]['uri'].split('/')[-1]}?$select=onlineMeeting,isOnlineMeeting")
    join = meeting["onlineMeeting"]["joinUrl"]
    token = base64.urlsafe_b64encode(join.encode()).decode().rstrip("=")
    for form in (f"meeting-transcript:///events/{token}", f"meeting-transcript:///events/{quote(join, safe='')}", join):
        assert (await one(bench, form))["type"], form
    far = f"meeting-transcript:///events/{token}?start=2019-01-01T10:00:00Z&end=2019-01-01T11:00:00Z"
    await bench.refusal(TOOL, "NOT_FOUND", uri=far)


async def refusals(bench):
    evil = [
        "https://evil.example/sites/Finance/x.docx", "https://fjordlight.sharepoint.com.evil.example/x",
        "https://fjordlight.sharepoint.com@evil.example/x", "http://fjordlight.sharepoint.com/x", "https://127.0.0.1/x",
        "https://sharepoint.com.evil.example/", "file:///etc/passwd", "file://host/share", "ftp://x/y", "mail:///messages/..",
        "site:///..", "page:///sites/../pages/x", "teams:///chats/../x", "drive:///sites/a%2Fb",
        "meeting-transcript:///events/!!", "calendar:///events/a%2F..%2Fb", "",
    ]
    for uri in evil:
        await bench.refusal(TOOL, "VALIDATION_ERROR", "uri", uri=uri)
    await bench.refusal(TOOL, "VALIDATION_ERROR", "uri", uri="mail:///messages/AAMkADgone=")
    await bench.refusal(TOOL, "NOT_FOUND", uri=f"{SITES}/Shared%20Documents/no-such-file.docx")
    locked = await first(bench, "sharepoint_search", query='filename:"Salaries 2026"')
    refused = await bench.refusal(TOOL, "UNSUPPORTED_CONTENT", "password", uri=locked["uri"])
    assert locked["webUrl"] in json.dumps(refused.details), refused.details
    assert not re.search(r"tempauth|download\.aspx", refused.message)
