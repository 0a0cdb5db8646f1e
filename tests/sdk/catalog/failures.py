"""When Graph fails: each tool says so by the contract's code, and the next call works again."""

import json
import urllib.request

from .bench import Refused

FLAGS = ["--test-mode"]
CALLS = [
    ("outlook_email_search", {"query": "budget"}),
    ("outlook_calendar_search", {"query": "budget"}),
    ("chat_message_search", {"query": "budget"}),
    ("sharepoint_search", {"query": "budget"}),
    ("sharepoint_folder_search", {"name": "budget"}),
    ("read_resource", {"uri": "mail:///folders/inbox"}),
    ("teams_list_chats", {}),
    ("teams_list_teams", {}),
    ("search_people", {"query": "adele"}),
]


async def check(bench):
    for tool, arguments in CALLS:
        await bench.call(tool, **arguments)
        order(bench, {"host": "graph", "on": "/v1.0", "fault": {"kind": "status", "status": 500}})
        await fails(bench, "SERVICE_ERROR", tool, arguments)
        clear(bench)
        await bench.call(tool, **arguments)
    for tool, arguments in CALLS:
        order(bench, {"host": "graph", "on": "/v1.0", "fault": {"kind": "throttled", "seconds": 100}})
        refused = await fails(bench, "THROTTLED", tool, arguments)
        assert 0 < refused.details["retryAfterSeconds"] <= 100, (tool, refused.details)
        clear(bench)


async def fails(bench, code, tool, arguments):
    try:
        answer = await bench.call(tool, **arguments)
    except Refused as refused:
        assert refused.code == code, (tool, str(refused))
        return refused
    raise AssertionError(f"{tool} was answered while Graph failed: {str(answer)[:200]}")


def order(bench, body):
    send(bench, "POST", body)


def clear(bench):
    send(bench, "DELETE", None)


def send(bench, method, body):
    data = None if body is None else json.dumps(body).encode()
    urllib.request.urlopen(urllib.request.Request(f"{bench.login}/_sim/faults", data, method=method)).close()
