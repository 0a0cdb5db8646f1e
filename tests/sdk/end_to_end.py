"""Drives the built connectors with a client that is not ours: the official Python MCP SDK.

usage: end_to_end.py TARGET_DIR      the folder that holds m365-local, m365-remote and m365-sim

Both protocol eras against each, beside a demo tenant; then the whole life of an account of m365-local
(sign-in through $BROWSER, a second process, sign-out) against m365-sim as its own process.
"""

import asyncio
import contextlib
import json
import pathlib
import re
import subprocess
import tempfile

from mcp import Client, StdioServerParameters
from mcp.types import ResourceTemplateReference

from connector import REMOTE, Remote, calling, host_token
from tenant import LOCAL, Account, tenant


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


@contextlib.asynccontextmanager
async def local(mode):
    async with Client(StdioServerParameters(command=LOCAL, args=["--demo", "serve"]), mode=mode) as client:
        yield client


@contextlib.asynccontextmanager
async def remote(mode):
    with tenant() as described, tempfile.TemporaryDirectory() as folder:
        with Remote(described, pathlib.Path(folder)) as server:
            async with calling(server.url, host_token(described), mode) as client:
                yield client


async def printed():
    """The command that `m365-remote --demo` prints works as it stands."""
    server = subprocess.Popen([REMOTE, "--demo"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        command = r'claude mcp add --transport http \S+ (\S+) --header "Authorization: Bearer (\S+)"'
        url, token = next(told for line in server.stderr if (told := re.search(command, line))).groups()
        async with calling(url, token) as client:
            hits, _ = await search(client, query="budget")
            assert hits
    finally:
        server.terminate()
        server.communicate(timeout=30)
    assert server.returncode == 0, server.returncode
    print("remote --demo: ok")


async def suite(client):
    """What every connector must do; returns the catalog."""
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

    await progress(client)
    folders = next(it.uri_template for it in templates.resource_templates if it.uri_template.startswith("mail:///folders/"))
    completed = await client.complete(ResourceTemplateReference(uri=folders), {"name": "folder", "value": "in"})
    assert "inbox" in [value.lower() for value in completed.completion.values], completed

    refused = await client.call_tool("outlook_email_search", {"colour": "red"})
    assert refused.is_error and refused.structured_content is None
    error = json.loads(refused.content[0].text)
    assert error["code"] == "VALIDATION_ERROR" and "colour" in error["message"], error
    return [tool.model_dump(mode="json") for tool in tools.values()]


async def progress(client):
    """A call that takes several requests says how far it is."""
    steps = []

    async def step(done, total, message):
        steps.append((done, total, message))

    found = await client.call_tool("chat_message_search", {"query": "budget"}, progress_callback=step)
    assert not found.is_error, found.content
    assert len(steps) > 1 and steps == sorted(steps, key=lambda it: it[0]) and all(it[2] for it in steps), steps


async def demo(connect, mode):
    async with connect(mode) as client:
        catalog = await suite(client)
        print(f"{connect.__name__}, {mode}: {client.protocol_version}, {len(catalog)} tools: ok")
        return catalog


async def account():
    with tenant() as described, tempfile.TemporaryDirectory() as folder:
        local = Account(described, pathlib.Path(folder))
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


async def main():
    for mode in ("auto", "legacy"):
        assert await demo(local, mode) == await demo(remote, mode), "the catalogs differ"
    await printed()
    await account()


if __name__ == "__main__":
    asyncio.run(main())
