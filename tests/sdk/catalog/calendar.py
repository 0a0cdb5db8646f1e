"""`outlook_calendar_search`: each parameter alone, pairs, zones and the days on which clocks change."""

import unicodedata
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from .bench import moment

TOOL = "outlook_calendar_search"
FIELDS = (
    "id,subject,bodyPreview,start,end,isAllDay,isCancelled,location,locations,organizer,attendees,showAs,type,"
    "isOnlineMeeting,onlineMeeting"
)
ZONES = ["Europe/Oslo", "America/Los_Angeles", "Asia/Tokyo"]


def uri(event):
    return f"calendar:///events/{event['id']}"


def folded(text):
    split = unicodedata.normalize("NFKD", text or "").casefold()
    return "".join(letter for letter in split if not unicodedata.combining(letter))


def stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def address(person):
    return (((person or {}).get("emailAddress") or {}).get("address") or "").lower()


def people(event):
    return {address(it) for it in event.get("attendees") or []}


def times(event):
    read = lambda side: datetime.fromisoformat(event[side]["dateTime"][:19]).replace(tzinfo=timezone.utc)
    return read("start"), read("end")


def view(bench, after, before, whose="/me"):
    window = f"startDateTime={stamp(after)}&endDateTime={stamp(before)}"
    return bench.graph.all(f"{whose}/calendarView?{window}&$select={FIELDS}&$top=100")


def timed(events, after, before):
    """Those with a time of day that are in the interval."""
    inside = lambda it: times(it)[0] < before and times(it)[1] > after
    return [it for it in events if not it["isAllDay"] and not it["isCancelled"] and inside(it)]


async def check(bench):
    now = datetime.now(timezone.utc).replace(microsecond=0)
    after, before = now - timedelta(days=20), now + timedelta(days=60)
    window = {"afterDateTime": stamp(after), "beforeDateTime": stamp(before)}
    events = view(bench, after - timedelta(days=2), before + timedelta(days=2))
    adele, lukas = "adele.vance@fjordlight.example", "lukas.brandt@fjordlight.example"

    table = [
        ({}, lambda it: True),
        ({"query": "*"}, lambda it: True),
        ({"query": "budget"}, None),
        ({"organizer": adele}, lambda it: address(it["organizer"]) == adele),
        ({"attendee": lukas}, lambda it: lukas in people(it)),
        ({"location": "Fram"}, lambda it: "fram" in folded((it.get("location") or {}).get("displayName"))),
        ({"organizer": adele, "attendee": lukas, "location": "Fram"},
         lambda it: address(it["organizer"]) == adele and lukas in people(it) and "fram" in folded((it.get("location") or {}).get("displayName"))),
    ]
    for arguments, fits in table:
        hits, _ = await bench.every(TOOL, limit=50, **window, **arguments)
        small, _ = await bench.every(TOOL, limit=7, **window, **arguments)
        assert [it["uri"] for it in hits] == [it["uri"] for it in small], (arguments, "pages of 7 and of 50 differ")
        assert hits, arguments
        if fits:
            found = {it["uri"] for it in hits if not it.get("isAllDay")}
            truth = {uri(it) for it in timed(events, after, before) if fits(it)}
            assert found == truth, (arguments, {"missing": len(truth - found), "too many": len(found - truth)})
        starts = [it["start"] if len(it["start"]) > 10 else it["start"] + "T00:00:00+00:00" for it in hits]
        exact = [moment(it) for it, hit in zip(starts, hits) if not hit.get("isAllDay")]
        assert exact == sorted(exact), (arguments, "not oldest first")

    newest, _ = await bench.every(TOOL, limit=7, order="newest", **window)
    oldest, _ = await bench.every(TOOL, limit=50, **window)
    assert {it["uri"] for it in newest} == {it["uri"] for it in oldest}
    exact = [moment(it["start"]) for it in newest if not it.get("isAllDay")]
    assert exact == sorted(exact, reverse=True), "not newest first"

    with_cancelled, _ = await bench.every(TOOL, limit=50, includeCancelled=True, **window)
    assert {it["uri"] for it in oldest} < {it["uri"] for it in with_cancelled}, "cancelled meetings are not added"

    await zones(bench)
    await others(bench)
    await refusals(bench)


async def zones(bench):
    """A day means the user's day, also where it has 23 or 25 hours; times are told in the zone asked for."""
    for zone in ZONES:
        for day in clock_changes(ZoneInfo(zone)) or [date(datetime.now().year, 3, 29)]:
            start = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
            following = day + timedelta(days=1)
            end = datetime(following.year, following.month, following.day, tzinfo=ZoneInfo(zone))
            after, before = start.astimezone(timezone.utc), end.astimezone(timezone.utc)
            events = view(bench, after - timedelta(days=2), before + timedelta(days=2))
            arguments = {"afterDateTime": day.isoformat(), "beforeDateTime": day.isoformat(), "timeZone": zone}
            hits, _ = await bench.every(TOOL, limit=50, **arguments)
            found = {it["uri"] for it in hits if not it.get("isAllDay")}
            truth = {uri(it) for it in timed(events, after, before)}
            assert found == truth, (zone, day, len(truth - found), len(found - truth))
            answer = await bench.call(TOOL, **arguments)
            assert answer["timeZone"] == zone, answer["timeZone"]
            assert moment(answer["interval"]["after"]) == after, (zone, day, answer["interval"], after)
            for hit in hits:
                if not hit.get("isAllDay"):
                    there = moment(hit["start"]).astimezone(ZoneInfo(zone))
                    assert hit["start"] == there.isoformat(), (zone, hit["start"])


def clock_changes(zone):
    """The days of last, this and next year on which the clocks of a zone change."""
    year = datetime.now().year
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    offset = lambda day: datetime(day.year, day.month, day.day, tzinfo=zone).utcoffset()
    return [day for day in days if offset(day) != offset(day + timedelta(days=1))]


async def others(bench):
    """Calendars of other people: shared, free or busy only, and not at all."""
    jonas = "jonas.lindqvist@fjordlight.example"
    now = datetime.now(timezone.utc).replace(microsecond=0)
    after, before = now - timedelta(days=7), now + timedelta(days=14)
    window = {"afterDateTime": stamp(after), "beforeDateTime": stamp(before)}
    hits, _ = await bench.every(TOOL, limit=7, calendarOwnerEmail=jonas, **window)
    truth = timed(view(bench, after, before, f"/users/{jonas}"), after, before)
    found = {it["uri"] for it in hits if not it.get("isAllDay")}
    assert found == {f"{uri(it)}?owner={jonas}" for it in truth}, (len(found), len(truth))
    busy = await bench.call(TOOL, calendarOwnerEmail="lukas.brandt@fjordlight.example", **window)
    assert busy["results"] and any("not free" in it for it in busy["notices"]), busy.get("notices")
    travel, _ = await bench.every(TOOL, limit=50, calendarName="travel")
    assert travel and all(it["calendarName"] == "Travel" for it in travel)


async def refusals(bench):
    await bench.refusal(TOOL, "VALIDATION_ERROR", "timeZone", timeZone="Mars/Olympus")
    await bench.refusal(TOOL, "VALIDATION_ERROR", "before", afterDateTime="2026-05-02", beforeDateTime="2026-05-01")
    await bench.refusal(TOOL, "VALIDATION_ERROR", "order", order="random")
    await bench.refusal(TOOL, "VALIDATION_ERROR", "limit", limit=0)
    await bench.refusal(TOOL, "NOT_FOUND", "Travel", calendarName="Travels")
    await bench.refusal(TOOL, "NOT_FOUND", "group", calendarOwnerEmail="apollo@fjordlight.example")
    lowered = await bench.call(TOOL, limit=500)
    assert len(lowered["results"]) == 50 and any("50" in it for it in lowered["notices"]), lowered["notices"]
