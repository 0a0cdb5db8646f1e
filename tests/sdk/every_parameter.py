"""Every parameter of every tool, through MCP, against what Graph itself says.

usage: every_parameter.py TARGET_DIR [local|remote] [SERVICE…]      the folder that holds the connectors and m365-sim

m365-sim runs as its own process, m365-local as a host starts it, m365-remote as an organisation runs it. Each module of `catalog/` is a table of calls and of
what must come out; the truth is read from Graph without us.
"""

import asyncio
import contextlib
import importlib
import json
import pathlib
import sys
import tempfile

from mcp import Client, StdioServerParameters

from catalog.bench import Bench
from connector import Remote, calling, host_token
from tenant import LOCAL, Account, Graph, tenant

SERVICES = ["mail", "calendar", "dates", "availability", "teams", "scan", "sharepoint", "resources", "rights", "failures"]
SCOPES = (
    "User.Read User.ReadBasic.All People.Read Mail.Read Mail.Read.Shared Calendars.Read Calendars.Read.Shared Chat.Read "
    "ChannelMessage.Read.All Team.ReadBasic.All Channel.ReadBasic.All Files.Read.All Sites.Read.All OnlineMeetings.Read "
    "OnlineMeetingTranscript.Read.All"
).split()


@contextlib.asynccontextmanager
async def local(described, folder, scopes):
    account = Account(described, folder, scopes)
    account.run("sign-in")
    server = StdioServerParameters(command=LOCAL, args=["serve"], env=account.env)
    async with Client(server, mode="auto") as client:
        yield client


@contextlib.asynccontextmanager
async def remote(described, folder, scopes):
    with Remote(described, folder, {"scopes": json.dumps(scopes)}) as server:
        async with calling(server.url, host_token(described)) as client:
            yield client


CONNECTORS = {"local": local, "remote": remote}


async def run(described, folder, connector, service):
    module = importlib.import_module(f"catalog.{service}")
    async with CONNECTORS[connector](described, folder, getattr(module, "SCOPES", SCOPES)) as client:
        bench = Bench(client, Graph(described, SCOPES), described["loginEndpoint"])
        await module.check(bench)
        print(f"{connector}, {service}: {bench.checks} answers as Graph says: ok", flush=True)


async def main():
    asked = sys.argv[2:]
    connectors = [name for name in asked if name in CONNECTORS] or list(CONNECTORS)
    for service in [name for name in asked if name not in CONNECTORS] or SERVICES:
        flags = getattr(importlib.import_module(f"catalog.{service}"), "FLAGS", ())
        for connector in connectors:
            with tenant(*flags) as described, tempfile.TemporaryDirectory() as folder:
                await run(described, pathlib.Path(folder), connector, service)


asyncio.run(main())
