"""What the scripts beside this one share about m365-remote: the server as its own process behind a configuration file,
a host's token for it, and the official Python client that calls with that token."""

import base64
import contextlib
import json
import os
import re
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from tenant import TARGET, signed_in

REMOTE = str(TARGET / "m365-remote")
STATE_KEY = base64.b64encode(os.urandom(32)).decode()
SECRET, KEY = "TEST_CONNECTOR_SECRET", "TEST_STATE_KEY"
READY_WITHIN = 30

CONFIG = """
listen = "127.0.0.1:{port}"
admin_listen = "127.0.0.1:0"
login_endpoint = "{loginEndpoint}"
graph_endpoint = "{graphEndpoint}"
state_key_env = "{KEY}"
{top}
[entra]
client_id = "{connectorClientId}"
credential = {credential}
[audit]
sink = {{ file = "audit.jsonl" }}
[limits]
user_per_minute = 1000000
user_burst = 100000
tenant_per_minute = 1000000
{limits}
[[allow]]
tenant_id = "{tenantId}"
client_ids = ["{hostClientId}"]
tool_policy = {{ {policy} }}
{more}
"""


def environment(described):
    """Nothing of ours but the two secrets."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("M365_")}
    return kept | {SECRET: described["connectorSecret"], KEY: STATE_KEY}


class Remote:
    """A running m365-remote; `top` are more keys of its configuration, `limits` more of that table, `more` whole tables."""

    def __init__(self, described, folder, top=(), limits=(), policy=(), credential=None, port=0, more=""):
        self.folder, self.described, self.ends_with = folder, described, 0
        folder.mkdir(parents=True, exist_ok=True)
        top = dict(top)
        if "caFile" in described:
            top["ca_file"] = json.dumps(described["caFile"])
        toml = lambda keys: "\n".join(f"{key} = {value}" for key, value in dict(keys).items())
        (folder / "config.toml").write_text(CONFIG.format_map(described | {
            "KEY": KEY, "port": port, "more": more, "top": toml(top), "limits": toml(limits),
            "credential": credential or f'{{ client_secret_env = "{SECRET}" }}',
            "policy": ", ".join(f'"{tool}" = "{mode}"' for tool, mode in dict(policy).items()),
        }))

    def __enter__(self):
        command = [REMOTE, "serve", "--config", "config.toml", "--log-file", "log", "--log-level", "trace"]
        self.process = subprocess.Popen(
            command, cwd=self.folder, env=environment(self.described), stderr=subprocess.PIPE, text=True,
        )
        line = self.process.stderr.readline()
        found = re.fullmatch(r"listening on (\S+), admin on (\S+)\n", line)
        assert found, line + self.process.stderr.read()
        self.root, self.admin = found.groups()
        self.url = f"{self.root}/mcp"
        ready(self.admin)
        return self

    def __exit__(self, *failure):
        if self.process.poll() is None:
            self.process.terminate()
        assert self.process.wait(READY_WITHIN) == self.ends_with or any(failure), self.log()[-2000:]

    def kill(self):
        """As a machine that loses power ends it."""
        self.process.kill()
        self.ends_with = self.process.wait(READY_WITHIN)

    def log(self):
        return (self.folder / "log").read_text()

    def audit(self):
        return [json.loads(line) for line in (self.folder / "audit.jsonl").read_text().splitlines()]

    def shows_none_of(self, secrets):
        """Checks that no secret is in what the server wrote, at the level of log that says most."""
        written = self.log() + (self.folder / "audit.jsonl").read_text()
        for secret in secrets:
            assert secret not in written, f"{secret[:12]}… is in log or audit"


def ready(admin):
    """Waits until a server takes calls."""
    deadline = time.monotonic() + READY_WITHIN
    while True:
        with contextlib.suppress(OSError):
            return urllib.request.urlopen(f"{admin}/readyz").close()
        assert time.monotonic() < deadline, "the server is not ready"
        time.sleep(0.05)


def free_port():
    """A port that a server can be told to take."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def host_token(described):
    """What a desktop host has: its user's token for the connector."""
    return signed_in(described, described["hostClientId"], [scope(described)])


def scope(described):
    return f"api://{described['connectorClientId']}/access_as_user"


@contextlib.asynccontextmanager
async def calling(url, token, mode="auto", tls=True, **options):
    """The official Python client in front of a server."""
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(headers=headers, timeout=60, verify=tls) as http:
        async with Client(streamable_http_client(url, http_client=http), mode=mode, **options) as client:
            yield client


def order(described, route, body, method="POST"):
    """Tells a simulator in test mode what is to happen."""
    context = ssl.create_default_context(cafile=described.get("caFile"))
    request = urllib.request.Request(f"{described['loginEndpoint']}/_sim/{route}", json.dumps(body).encode(), method=method)
    try:
        with urllib.request.urlopen(request, context=context) as answer:
            text = answer.read()
    except urllib.error.HTTPError as refused:
        raise AssertionError((route, body, refused.read())) from None
    return json.loads(text) if text else None
