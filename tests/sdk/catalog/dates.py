"""Every form of a date, in three zones: the interval that the answer echoes is the one that a person means."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .bench import moment
from .calendar import ZONES, clock_changes

TOOL = "outlook_calendar_search"
MONDAY, FRIDAY = 0, 4


async def check(bench):
    for name in ZONES:
        zone = ZoneInfo(name)
        for text, after, before in phrases(zone):
            await echoes(bench, name, text, after, before)
        for day in (clock_changes(zone) or [date(2026, 3, 29)])[:2]:
            for text, after, before in written(zone, day):
                await echoes(bench, name, text, after, before)
    for text in ("someday", "2026-13-01", "2026-02-30", "25:00", "last blursday", "-1 days ago", "next"):
        await bench.refusal(TOOL, "VALIDATION_ERROR", "afterDateTime", afterDateTime=text)
    # An hour that a clock skips is not refused, and never gives an interval that is upside down.
    skipped = await bench.call(TOOL, afterDateTime="2026-03-29T02:30", beforeDateTime="2026-03-29T02:45", timeZone="Europe/Oslo")
    assert moment(skipped["interval"]["after"]) <= moment(skipped["interval"]["before"])


async def echoes(bench, zone, text, after, before):
    answer = await bench.call(TOOL, afterDateTime=text, beforeDateTime=text, timeZone=zone, limit=1)
    found = answer["interval"]
    near = lambda one, other: abs((moment(one) - other).total_seconds()) <= 60
    assert near(found["after"], after) and near(found["before"], before), (zone, text, found, after, before)


def span(zone, first, last):
    """From the start of one day to the end of another."""
    following = last + timedelta(days=1)
    return (
        datetime.combine(first, time(), zone), datetime.combine(following, time(), zone) - timedelta(seconds=1),
    )


def phrases(zone):
    now = datetime.now(zone)
    today = now.date()
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    month_end = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    last_monday = today - timedelta(days=(today.weekday() - MONDAY - 1) % 7 + 1)
    next_friday = today + timedelta(days=(FRIDAY - today.weekday() - 1) % 7 + 1)
    at_two = datetime.combine(next_friday, time(14), zone)
    days = [
        ("today", today, today), ("yesterday", today - timedelta(days=1), today - timedelta(days=1)),
        ("tomorrow", today + timedelta(days=1), today + timedelta(days=1)),
        ("3 days ago", today - timedelta(days=3), today - timedelta(days=3)),
        ("this week", monday, monday + timedelta(days=6)),
        ("last week", monday - timedelta(days=7), monday - timedelta(days=1)),
        ("next week", monday + timedelta(days=7), monday + timedelta(days=13)),
        ("this month", first, month_end),
        ("last monday", last_monday, last_monday), ("next friday", next_friday, next_friday),
        ("Today", today, today), ("LAST WEEK", monday - timedelta(days=7), monday - timedelta(days=1)),
    ]
    spans = [(text, *span(zone, first, last)) for text, first, last in days]
    return spans + [
        ("next friday 14:00", at_two, at_two + timedelta(seconds=59)),
        ("in 2 hours", now + timedelta(hours=2), now + timedelta(hours=2)),
    ]


def written(zone, day):
    """ISO 8601 on a day on which the clocks change."""
    nine = datetime.combine(day, time(9), zone)
    return [
        (day.isoformat(), *span(zone, day, day)),
        (f"{day}T09:00", nine, nine + timedelta(seconds=59)),
        (f"{day}T09:00:00Z", *[moment(f"{day}T09:00:00Z")] * 2),
        (f"{day}T09:00:00+05:30", *[moment(f"{day}T09:00:00+05:30")] * 2),
    ]
