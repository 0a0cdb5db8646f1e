"""Three replicas of m365-remote behind nginx, of which one is killed and one is drained while the suite runs.

usage: replicas.py TARGET_DIR      the folder that holds m365-remote and m365-sim; needs nginx

The proxy's part of the shipped configuration is included as it is. No call fails but those that the killed replica had in
hand. A page and a question that one replica has begun are taken by another.
"""

import asyncio
import contextlib
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import httpx2
from mcp import Client, types
from mcp.client.streamable_http import streamable_http_client

from connector import Remote, calling, free_port, host_token
from end_to_end import suite
from tenant import tenant

SHIPPED = pathlib.Path(__file__).resolve().parents[2] / "deploy/nginx/m365-remote-proxy.conf"
CALLERS = 4
BEFORE, BETWEEN, AFTER = 4, 4, 8
ASKED = "outlook_calendar_search"

# Without the shipped hash, which only saves exchanges: each request of a caller goes to another replica.
NGINX = """
daemon off; worker_processes 1; pid nginx.pid; error_log error.log;
events {{ }}
http {{
    access_log off;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
    upstream m365_remote {{ {servers} keepalive 64; }}
    server {{
        listen 127.0.0.1:{port};
        client_max_body_size 2m;
        location = /mcp {{ include {shipped}; }}
        location / {{ return 404; }}
    }}
}}
"""


class Counting(httpx2.AsyncHTTPTransport):
    """Notes each call that fails, with the time that it took."""

    def __init__(self, calls):
        super().__init__()
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
    """Callers that run the suite over and over."""

    def __init__(self, url, token):
        self.url, self.token, self.calls, self.runs, self.broken, self.stop = url, token, [], 0, [], False

    async def caller(self, mode):
        while not self.stop:
            start = time.monotonic()
            try:
                async with self.client(mode) as client:
                    await suite(client)
                self.runs += 1
            except BaseException as error:
                self.broken.append((start, time.monotonic(), error))
                if isinstance(error, asyncio.CancelledError):
                    raise

    @contextlib.asynccontextmanager
    async def client(self, mode):
        headers = {"Authorization": f"Bearer {self.token}"}
        async with httpx2.AsyncClient(headers=headers, timeout=60, transport=Counting(self.calls)) as http:
            async with Client(streamable_http_client(self.url, http_client=http), mode=mode) as client:
                yield client

    def check(self, killed):
        """Nothing failed but what was on its way when the replica was killed."""
        failed = [call for call in self.calls if not call[2]]
        others = [call for call in failed if not call[0] <= killed <= call[1]]
        assert not others, others
        assert len(self.broken) <= len(failed), self.broken
        print(f"{len(self.calls)} calls, {self.runs} runs of the suite, {len(failed)} failed in flight at the kill: ok")


@contextlib.contextmanager
def nginx(folder, port, replicas):
    servers = " ".join(f"server {replica.root.removeprefix('http://')} max_fails=1 fail_timeout=2s;" for replica in replicas)
    (folder / "nginx.conf").write_text(NGINX.format(servers=servers, port=port, shipped=SHIPPED))
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


async def a_question_is_answered_elsewhere(url, token, replicas):
    """The proxy takes the answer to another replica than the one that asked."""
    asked = []

    async def answer(_, params):
        asked.append(params.message)
        return types.ElicitResult(action="accept", content={})

    before = [len(replica.audit()) for replica in replicas]
    async with calling(url, token, elicitation_callback=answer) as client:
        found = await client.call_tool(ASKED, {"query": "budget"})
    assert not found.is_error and asked, (found.content, asked)
    events = [
        event | {"replica": index} for index, replica in enumerate(replicas)
        for event in replica.audit()[before[index]:] if event.get("tool") == ASKED
    ]
    assert len({event["replica"] for event in events}) == len(events) == 2, events
    print("a question of one replica, answered to another: ok")


async def drill(url, token, replicas):
    load = Load(url, token)
    callers = [asyncio.create_task(load.caller("auto" if index % 2 else "legacy")) for index in range(CALLERS)]
    await asyncio.sleep(BEFORE)
    killed = time.monotonic()
    replicas[0].kill()
    await asyncio.sleep(BETWEEN)
    replicas[1].process.send_signal(signal.SIGTERM)
    await asyncio.sleep(AFTER)
    ended = await asyncio.to_thread(replicas[1].process.wait, 60)
    assert ended == 0, f"the drained replica ended with {ended}"
    load.stop = True
    await asyncio.gather(*callers)
    load.check(killed)
    drained = replicas[1].audit()
    assert [event["event"] for event in drained][-1] == "server.stopped", drained[-3:]


async def main():
    with contextlib.ExitStack() as stack:
        described = stack.enter_context(tenant())
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        port, token = free_port(), host_token(described)
        top = {"public_url": f'"http://127.0.0.1:{port}"', "trusted_proxies": '["127.0.0.1/32"]'}
        limits = {"user_concurrency": 1000, "grace_seconds": 3}
        replicas = [
            stack.enter_context(Remote(described, folder / f"replica-{number}", top, limits, policy={ASKED: "ask"}))
            for number in range(3)
        ]
        stack.enter_context(nginx(folder, port, replicas))
        url = f"http://127.0.0.1:{port}/mcp"
        await a_page_goes_on_elsewhere(replicas, token)
        await a_question_is_answered_elsewhere(url, token, replicas)
        await drill(url, token, replicas)


asyncio.run(main())
