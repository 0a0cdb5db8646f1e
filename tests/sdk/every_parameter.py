"""Every parameter of every tool, through MCP, against what Graph itself says.

usage: every_parameter.py TARGET_DIR [SERVICE…]      the folder that holds m365-local and m365-sim

m365-sim runs as its own process, m365-local as a host starts it. Each module of `catalog/` is a table of calls and of
what must come out; the truth is read from Graph without us.
"""

import asyncio
import importlib
import pathlib
import sys
import tempfile

from mcp import Client, StdioServerParameters

from catalog.bench import Bench
from tenant import LOCAL, Account, Graph, tenant

SERVICES = ["mail", "calendar", "dates", "availability", "teams", "scan", "sharepoint", "resources", "rights", "failures"]
SCOPES = (
    "User.Read User.ReadBasic.All People.Read Mail.Read Mail.Read.Shared Calendars.Read Calendars.Read.Shared Chat.Read "
    "ChannelMessage.Read.All Team.ReadBasic.All Channel.ReadBasic.All Files.Read.All Sites.Read.All OnlineMeetings.Read "
    "OnlineMeetingTranscript.Read.All"
).split()


async def run(described, folder, service, module):
    scopes = getattr(module, "SCOPES", SCOPES)
    account = Account(described, folder, scopes)
    account.run("sign-in")
    server = StdioServerParameters(command=LOCAL, args=["serve"], env=account.env)
    async with Client(server, mode="auto") as client:
        bench = Bench(client, Graph(described, SCOPES), described["loginEndpoint"])
        await module.check(bench)
        print(f"{service}: {bench.checks} answers as Graph says: ok", flush=True)


async def main():
    for service in sys.argv[2:] or SERVICES:
        module = importlib.import_module(f"catalog.{service}")
        flags = getattr(module, "FLAGS", ())
        with tenant(*flags) as described, tempfile.TemporaryDirectory() as folder:
            await run(described, pathlib.Path(folder), service, module)


asyncio.run(main())
