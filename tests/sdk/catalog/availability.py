"""`find_meeting_availability` and `outlook_find_available_time`, beside what getSchedule says of everybody."""

import json
import urllib.request
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from .bench import moment
from .calendar import ZONES

TOOL, OWN = "find_meeting_availability", "outlook_find_available_time"
ME = "mira.solberg@fjordlight.example"
ADELE, JONAS = "adele.vance@fjordlight.example", "jonas.lindqvist@fjordlight.example"


def busy(graph, addresses, after, before):
    """The times at which nobody can be asked to come, by address."""
    at = lambda it: {"dateTime": it.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S"), "timeZone": "UTC"}
    body = {"schedules": addresses, "startTime": at(after), "endTime": at(before), "availabilityViewInterval": 30}
    headers = {"Authorization": f"Bearer {graph.token}", "Content-Type": "application/json"}
    # Days float: they are midnights of the zone that is asked for.
    headers["Prefer"] = 'outlook.timezone="W. Europe Standard Time"'
    request = urllib.request.Request(f"{graph.root}/me/calendar/getSchedule", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        schedules = json.load(answer)["value"]
    read = lambda side: datetime.fromisoformat(side["dateTime"][:19]).replace(tzinfo=ZoneInfo("Europe/Oslo"))
    taken = lambda item: item["status"].lower() in ("busy", "oof")
    return {
        it["scheduleId"]: [(read(item["start"]), read(item["end"])) for item in it["scheduleItems"] or [] if taken(item)]
        for it in schedules
    }


def free(times, start, end):
    return all(end <= begins or start >= ends for begins, ends in times)


async def check(bench):
    after = datetime.now(timezone.utc).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    before = after + timedelta(days=10)
    window = {"afterDateTime": after.isoformat(), "beforeDateTime": before.isoformat()}
    taken = busy(bench.graph, [ME, ADELE, JONAS], after, before)

    for people in ([ADELE], [JONAS], [ADELE, JONAS], ["Adele Vance", "Jonas Lindqvist"]):
        for minutes in (30, 60, 90):
            for hours in (True, False):
                answer = await bench.call(TOOL, participants=people, durationMinutes=minutes, workingHoursOnly=hours,
                                          minimumAttendeePercentage=100, maxCandidates=50, **window)
                await slots(answer, taken, minutes, people, hours, after, before)

    some = await bench.call(TOOL, participants=[ADELE, JONAS], minimumAttendeePercentage=50, maxCandidates=50,
                            workingHoursOnly=False, **window)
    ranks = [it["confidence"] for it in some["suggestions"]]
    assert ranks == sorted(ranks, reverse=True) and ranks[-1] >= 50, ranks
    again = await bench.call(TOOL, participants=[ADELE, JONAS], minimumAttendeePercentage=50, maxCandidates=50,
                             workingHoursOnly=False, **window)
    assert some["suggestions"] == again["suggestions"], "not deterministic"
    alias = await bench.call(TOOL, attendees=[ADELE], duration=30, after=window["afterDateTime"], before=window["beforeDateTime"])
    assert alias["suggestions"]

    for zone in ZONES:
        answer = await bench.call(TOOL, participants=[JONAS], timeZone=zone, workingHoursOnly=False, **window)
        assert answer["timeZone"] == zone
        for it in answer["suggestions"]:
            assert it["start"] == moment(it["start"]).astimezone(ZoneInfo(zone)).isoformat(), (zone, it)
    default = await bench.call(TOOL, participants=[JONAS])
    assert default["interval"], default

    own = await bench.call(OWN, durationMinutes=30, **window)
    for it in own["availableTimes"]:
        assert free(taken[ME], moment(it["start"]), moment(it["end"])), it
    unknown = await bench.call(TOOL, participants=["nobody@fjordlight.example", JONAS], **window)
    assert any("nobody@" in str(it) for it in unknown["unavailableParticipants"]), unknown

    await bench.refusal(TOOL, "VALIDATION_ERROR", "durationMinutes", participants=[ADELE], durationMinutes=0)
    await bench.refusal(TOOL, "VALIDATION_ERROR", "minimumAttendeePercentage", participants=[ADELE], minimumAttendeePercentage=101)
    await bench.refusal(TOOL, "NOT_FOUND", "Adele Vance", participants=["Adele Vanse"])
    await bench.refusal(TOOL, "VALIDATION_ERROR", "participants", participants=ADELE)


async def slots(answer, taken, minutes, people, hours, after, before):
    asked = [ADELE if "adele" in it.lower() else JONAS for it in people]
    if not answer["suggestions"]:
        assert answer["emptySuggestionsReason"], answer
        return
    for it in answer["suggestions"]:
        start, end = moment(it["start"]), moment(it["end"])
        assert end - start == timedelta(minutes=minutes) and start >= after and end <= before, it
        for who in [ME, *asked]:
            assert free(taken[who], start, end), (who, people, minutes, it)
        there = moment(it["start"]).astimezone(ZoneInfo("Europe/Oslo"))
        assert not hours or there.weekday() < 5, it
        assert len(it["attendeeAvailability"]) >= len(asked), it
