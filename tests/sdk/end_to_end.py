"""Drives the built m365-local with a client that is not ours: the official Python MCP SDK.

usage: end_to_end.py TARGET_DIR      the folder that holds m365-local and m365-sim

Both protocol eras against the demo tenant inside the binary, then the whole life of an account
(sign-in through $BROWSER, a second process, sign-out) against m365-sim as its own process.
"""

import asyncio
import json
import os
import pathlib
import signal
import stat
import subprocess
import sys
import tempfile

from mcp import Client, StdioServerParameters

TARGET = pathlib.Path(sys.argv[1])
LOCAL = str(TARGET / "m365-local")
SIM = str(TARGET / "m365-sim")

# A browser that follows redirects, as a user who is signed in already sees it.
BROWSER = """#!{python}
import sys, urllib.request
page = urllib.request.urlopen(sys.argv[1], timeout=20).read().decode()
assert "<html" in page.lower(), page
"""


def blocks(result):
    return [json.loads(block.text) for block in result.content]


async def search(client, **arguments):
    result = await client.call_tool("outlook_email_search", arguments)
    assert not result.is_error, result.content[0].text
    *hits, trailer = blocks(result)
    assert result.structured_content["moreResults"] == trailer["moreResults"]
    assert len(result.structured_content["results"]) == len(hits)
    return hits, trailer


async def every_page(client, **arguments):
    """Follows nextCursor or nextOffset to the end and returns the hits' URIs."""
    seen = []
    for _ in range(100):
        hits, trailer = await search(client, **arguments)
        seen += [hit["uri"] for hit in hits]
        if not trailer["moreResults"]:
            return seen
        for given, key in (("nextCursor", "cursor"), ("nextOffset", "offset")):
            arguments.pop(key, None)
            if given in trailer:
                arguments[key] = trailer[given]
    raise AssertionError("paging does not end")


async def demo(mode):
    server = StdioServerParameters(command=LOCAL, args=["--demo", "serve"])
    async with Client(server, mode=mode) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert {"outlook_email_search", "read_resource"} <= set(tools), tools
        for tool in tools.values():
            notes = tool.annotations
            assert notes.read_only_hint and not notes.destructive_hint, tool.name
            assert notes.idempotent_hint and notes.open_world_hint, tool.name
            assert tool.output_schema and tool.title, tool.name

        for arguments in ({"query": "budget"}, {"folderName": "Inbox"}, {"unreadOnly": True}):
            few = await every_page(client, limit=7, **arguments)
            many = await every_page(client, limit=25, **arguments)
            assert few and few == many, (arguments, len(few), len(many))
            assert len(set(few)) == len(few), "a message came twice"

        hits, trailer = await search(client, query="budget", hasAttachments=True)
        assert trailer["timeZone"] and trailer["nowDateTime"], trailer
        message = await client.call_tool("read_resource", {"uri": hits[0]["uri"]})
        assert not message.is_error, message.content[0].text
        [found] = message.structured_content["results"]
        assert found["title"] and found["attachments"], found
        attached = found["attachments"][0]["uri"]
        attachment = await client.call_tool("read_resource", {"uri": attached})
        assert not attachment.is_error, attachment.content[0].text
        assert attachment.structured_content["results"][0]["text"].strip()

        templates = await client.list_resource_templates()
        assert any(it.uri_template.startswith("mail:") for it in templates.resource_templates)
        contents = (await client.read_resource(hits[0]["uri"])).contents
        assert contents and contents[0].text.strip()

        refused = await client.call_tool("outlook_email_search", {"colour": "red"})
        assert refused.is_error and refused.structured_content is None
        error = json.loads(refused.content[0].text)
        assert error["code"] == "VALIDATION_ERROR" and "colour" in error["message"], error
        print(f"{mode}: {client.protocol_version}, {len(tools)} tools: ok")


class Account:
    """m365-local with one entry's configuration against a tenant of its own."""

    def __init__(self, tenant, folder):
        browser = folder / "browser"
        browser.write_text(BROWSER.format(python=sys.executable))
        browser.chmod(browser.stat().st_mode | stat.S_IXUSR)
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("M365_")} | {
            "BROWSER": str(browser),
            "M365_TENANT_ID": tenant["tenantId"],
            "M365_CLIENT_ID": tenant["localClientId"],
            "M365_LOGIN_ENDPOINT": tenant["loginEndpoint"],
            "M365_GRAPH_ENDPOINT": tenant["graphEndpoint"],
            "M365_DATA_DIR": str(folder / "data"),
        }

    def run(self, *arguments, expect=0):
        done = subprocess.run(
            [LOCAL, *arguments], env=self.env, capture_output=True, text=True, timeout=60,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == expect, (arguments, done.returncode, done.stdout, done.stderr)
        return done.stdout

    def signed_in(self, expect):
        status = json.loads(self.run("status", "--json", expect=0 if expect else 3))
        assert bool(status.get("account")) == expect, status
        return status


async def account():
    sim = subprocess.Popen(
        [SIM, "--auto-sign-in", "mira.solberg@fjordlight.example"], stdout=subprocess.PIPE, text=True
    )
    try:
        tenant = json.loads(sim.stdout.readline())
        with tempfile.TemporaryDirectory() as folder:
            local = Account(tenant, pathlib.Path(folder))
            local.signed_in(False)
            local.run("call", "outlook_email_search", '{"query":"budget"}', expect=3)
            local.run("sign-in")
            status = local.signed_in(True)
            assert "Mail.Read" in status["grantedScopes"], status
            server = StdioServerParameters(command=LOCAL, args=["serve"], env=local.env)
            async with Client(server, mode="auto") as client:
                hits, _ = await search(client, query="budget")
                assert hits
            local.run("call", "outlook_email_search", '{"query":"budget"}')
            local.run("sign-out")
            local.signed_in(False)
            assert not list(pathlib.Path(folder).rglob("*.tokens")), "tokens are left"
        print("account: ok")
    finally:
        sim.send_signal(signal.SIGTERM)
        assert sim.wait(10) == 0, "m365-sim did not end in order"


async def main():
    for mode in ("auto", "legacy"):
        await demo(mode)
    await account()


asyncio.run(main())
