"""Three replicas of m365-remote behind nginx, of which one is killed, one is drained and one comes back while the suite runs.

usage: replicas.py TARGET_DIR      the folder that holds m365-remote and m365-sim; needs nginx

The shipped configuration is used as it is, but for addresses and paths. No call fails but those that the killed replica had in
hand. A page and a question that one replica has begun are taken by another.
"""

import asyncio
import contextlib
import itertools
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time

import httpx2
from mcp import Client, types
from mcp.client.streamable_http import streamable_http_client

from certificate import Certificate
from connector import Remote, calling, free_port, host_token
from end_to_end import suite
from tenant import tenant

SHIPPED = pathlib.Path(__file__).resolve().parents[2] / "deploy/nginx"
CALLERS = 4
BEFORE, BETWEEN, BACK = 5, 4, 60
ASKED = "outlook_calendar_search"

NGINX = """
daemon off; worker_processes 1; pid nginx.pid; error_log error.log;
events { }
http {
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
    include m365-remote.conf;
}
"""


class Turning(httpx2.AsyncHTTPTransport):
    """Sends each request to another replica than the one before."""

    def __init__(self, replicas):
        super().__init__()
        self.turns = itertools.cycle(replica.url for replica in replicas)

    async def handle_async_request(self, request):
        request.url = httpx2.URL(next(self.turns))
        request.headers["Host"] = request.url.netloc.decode()
        return await super().handle_async_request(request)


class Counting(httpx2.AsyncHTTPTransport):
    """Notes each call that fails, with the time that it took."""

    def __init__(self, calls, tls):
        super().__init__(verify=tls)
        self.calls = calls

    async def handle_async_request(self, request):
        start = time.monotonic()
        response, failure = None, None
        try:
            response = await super().handle_async_request(request)
            await response.aread()
        except httpx2.HTTPError as error:
            failure = error
        status = response.status_code if response and not failure else 0
        # What a server without streams of its own answers to GET is no failure.
        self.calls.append((start, time.monotonic(), status in (200, 202) or request.method != "POST", status))
        if failure:
            raise failure
        return response


class Load:
    """Callers that run the suite over and over, each time with another token, which the proxy takes elsewhere."""

    def __init__(self, described, url, tls):
        self.described, self.url, self.tls = described, url, tls
        self.calls, self.runs, self.broken, self.stop = [], 0, [], False

    async def caller(self, mode):
        while not self.stop:
            try:
                token = await asyncio.to_thread(host_token, self.described)
                async with client(self.url, token, mode, Counting(self.calls, self.tls)) as caller:
                    await suite(caller)
                self.runs += 1
            except Exception as error:
                self.broken.append(error)

    def check(self, killed):
        """Nothing failed but what was on its way when the replica was killed."""
        failed = [call for call in self.calls if not call[2]]
        others = [call for call in failed if not call[0] <= killed <= call[1]]
        assert not others, others
        assert len(self.broken) <= len(failed), self.broken
        print(f"{len(self.calls)} calls, {self.runs} runs of the suite, {len(failed)} failed in flight at the kill: ok")


@contextlib.asynccontextmanager
async def client(url, token, mode, transport, **options):
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(headers=headers, timeout=60, transport=transport) as http:
        async with Client(streamable_http_client(url, http_client=http), mode=mode, **options) as it:
            yield it


@contextlib.contextmanager
def nginx(folder, port, replicas):
    shipped = (SHIPPED / "m365-remote.conf").read_text()
    changes = {"listen 443": f"listen 127.0.0.1:{port}", "/etc/nginx/": f"{folder}/", "/var/log/nginx/": f"{folder}/"}
    for number, replica in enumerate(replicas, 11):
        changes[f"10.0.0.{number}:8365"] = replica.root.removeprefix("http://")
    for there, here in changes.items():
        assert there in shipped, there
        shipped = shipped.replace(there, here)
    (folder / "m365-remote.conf").write_text(shipped)
    (folder / "m365-remote-proxy.conf").write_text((SHIPPED / "m365-remote-proxy.conf").read_text())
    (folder / "nginx.conf").write_text(NGINX)
    path = shutil.which("nginx") or "/usr/sbin/nginx"
    proxy = subprocess.Popen([path, "-p", folder, "-c", "nginx.conf", "-e", "error.log"])
    try:
        listening(port)
        yield
    finally:
        proxy.terminate()
        proxy.wait(20)


def listening(port):
    deadline = time.monotonic() + 20
    while True:
        with contextlib.suppress(OSError):
            return socket.create_connection(("127.0.0.1", port)).close()
        assert time.monotonic() < deadline, "nginx does not listen"
        time.sleep(0.05)


async def a_page_goes_on_elsewhere(replicas, token):
    """Each page is asked of the next replica; together they are what one replica lists."""
    for tool, arguments in (("outlook_email_search", {"folderName": "Inbox", "limit": 7}), ("chat_message_search", {"query": "budget", "limit": 2})):
        alone, together = await pages(replicas[:1], token, tool, arguments), await pages(replicas, token, tool, arguments)
        assert len(alone) > 2 * arguments["limit"] and alone == together, (tool, len(alone), len(together))
    print(f"pages of {len(replicas)} replicas: ok")


async def pages(replicas, token, tool, arguments):
    found, more = [], {}
    for turn in range(100):
        async with calling(replicas[turn % len(replicas)].url, token) as client:
            answer = await client.call_tool(tool, arguments | more)
        assert not answer.is_error, answer.content
        page = answer.structured_content
        found += [hit["uri"] for hit in page["results"]]
        if not page["moreResults"]:
            return found
        more = {name: page[given] for name, given in (("cursor", "nextCursor"), ("offset", "nextOffset")) if given in page}
    raise AssertionError("paging does not end")


async def a_question_is_answered_elsewhere(token, replicas):
    """The answer goes to another replica than the one that asked."""
    asked = []

    async def answer(_, params):
        asked.append(params.message)
        return types.ElicitResult(action="accept", content={})

    async with client(replicas[0].url, token, "auto", Turning(replicas), elicitation_callback=answer) as caller:
        found = await caller.call_tool(ASKED, {"query": "budget"})
    assert not found.is_error and asked, (found.content, asked)
    places = [
        index for index, replica in enumerate(replicas) for event in replica.audit() if event.get("tool") == ASKED
    ]
    assert len(places) == len(set(places)) == 2, places
    print("a question of one replica, answered to another: ok")


async def drill(load, replicas, restart):
    callers = [asyncio.create_task(load.caller("auto" if index % 2 else "legacy")) for index in range(CALLERS)]
    await asyncio.sleep(BEFORE)
    untouched, second, first = sorted(replicas, key=taken)
    killed = time.monotonic()
    first.kill()
    await asyncio.sleep(BETWEEN)
    second.process.send_signal(signal.SIGTERM)
    ended = await asyncio.to_thread(second.process.wait, 60)
    assert ended == 0, f"the drained replica ended with {ended}"
    back = await asyncio.to_thread(restart, first)
    deadline = time.monotonic() + BACK
    while not taken(back):
        assert time.monotonic() < deadline, "the proxy leaves out the replica that is back"
        await asyncio.sleep(0.5)
    load.stop = True
    await asyncio.gather(*callers)
    load.check(killed)
    assert second.audit()[-1]["event"] == "server.stopped", second.audit()[-3:]
    named = {"killed": first, "drained": second, "untouched": untouched, "back": back}
    print("calls of each: " + ", ".join(f"{name} {taken(replica)}" for name, replica in named.items()))


def taken(replica):
    """How many calls a replica has taken."""
    return sum(event["event"] == "tool.call" for event in replica.audit())


async def main():
    with contextlib.ExitStack() as stack:
        described = stack.enter_context(tenant())
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        port, token = free_port(), host_token(described)
        certificate, _ = Certificate().write(folder, "m365")
        tls = ssl.create_default_context(cafile=certificate)
        top = {"public_url": f'"https://127.0.0.1:{port}"', "trusted_proxies": '["127.0.0.1/32"]'}
        limits = {"user_concurrency": 1000, "grace_seconds": 3}

        def start(name, port=0):
            return stack.enter_context(Remote(described, folder / name, top, limits, policy={ASKED: "ask"}, port=port))

        replicas = [start(f"replica-{number}") for number in range(3)]
        stack.enter_context(nginx(folder, port, replicas))
        await a_page_goes_on_elsewhere(replicas, token)
        await a_question_is_answered_elsewhere(token, replicas)
        load = Load(described, f"https://127.0.0.1:{port}/mcp", tls)
        await drill(load, replicas, lambda old: start("replica-back", int(old.root.rpartition(":")[2])))


asyncio.run(main())
