"""A Windows desktop of Wine: a prefix of its own, in which m365-local.exe runs as a person or a host starts it."""

import json
import os
import pathlib
import re
import signal
import subprocess
import time
import urllib.request

DEADLINE = 120


class Desktop:
    """One user of a fresh Windows."""

    def __init__(self, program, prefix):
        self.program, self.prefix = program, pathlib.Path(prefix)
        # Nothing of the user who runs this but the path; and no name leads out of this machine.
        self.environment = {name: os.environ[name] for name in ("PATH", "USER") if name in os.environ} | {
            "HOME": str(self.prefix / "home"), "WINEPREFIX": str(self.prefix),
            "WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree,mshtml=",
            "HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": "localhost,127.0.0.1",
        }

    def run(self, *arguments, code=0, **variables):
        """Runs a command to its end; returns what it printed. `code` is how it has to end."""
        ended = self.ended([self.program, *arguments], **variables)
        said = ended.stdout + ended.stderr
        assert ended.returncode == code, f"{arguments} ended with {ended.returncode} instead of {code}: {said}"
        return ended.stdout, ended.stderr

    def ended(self, command, **variables):
        return subprocess.run(["wine", *command], env=self.environment | variables, capture_output=True,
                              timeout=DEADLINE, stdin=subprocess.DEVNULL, encoding="utf-8", errors="replace")

    def json(self, *arguments, **more):
        return json.loads(self.run(*arguments, **more)[0])

    def start(self, *arguments, **variables):
        """Starts a command whose three streams are pipes."""
        pipe = subprocess.PIPE
        return subprocess.Popen(["wine", self.program, *arguments], env=self.environment | variables, stdin=pipe,
                                stdout=pipe, stderr=pipe, encoding="utf-8")

    def set(self, key, value, data, kind="REG_SZ"):
        """Sets a value of the registry, as an administrator does."""
        self.ended(["reg", "add", key, "/v", value, "/t", kind, "/d", data, "/f"]).check_returncode()

    def credentials(self):
        """Counts our keys in the Credential Manager, which Wine keeps in the registry."""
        stored = self.ended(["reg", "query", r"HKCU\Software\Wine\Credential Manager", "/s"]).stdout
        return len(re.findall("^HKEY.*m365-connector", stored, re.MULTILINE))

    def restart(self):
        """Ends all that runs, as a restart of the device does."""
        subprocess.run(["wineserver", "-k"], env=self.environment, check=False)
        subprocess.run(["wineserver", "-w"], env=self.environment, check=True, timeout=DEADLINE)

    def folder(self, name):
        """Returns a folder below AppData, e.g. `Local/m365-local`."""
        (home,) = [user for user in (self.prefix / "drive_c/users").iterdir() if user.name != "Public"]
        return home / "AppData" / name


class Host:
    """A server on pipes, spoken to in JSON lines as a host does."""

    def __init__(self, process):
        self.process, self.last = process, 0
        self.request("initialize", protocolVersion="2025-11-25", capabilities={},
                     clientInfo={"name": "wine", "version": "0"})
        self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def send(self, message):
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def request(self, method, **params):
        """Sends a request and returns its result."""
        self.last += 1
        self.send({"jsonrpc": "2.0", "id": self.last, "method": method, "params": params})
        while line := self.process.stdout.readline():
            message = json.loads(line)
            if message.get("id") == self.last and "method" not in message:
                return message["result"]
        raise AssertionError(f"the server is gone: {self.process.stderr.read()}")

    def call(self, tool, **arguments):
        return answer(self.request("tools/call", name=tool, arguments=arguments))

    def close(self):
        """Closes stdin."""
        self.process.stdin.close()
        return self.ended()

    def interrupt(self):
        """Presses Ctrl-C: Wine makes it of this signal."""
        self.process.send_signal(signal.SIGINT)
        return self.ended()

    def ended(self):
        """Waits for the end; returns the exit code and how long that took."""
        begun = time.monotonic()
        return self.process.wait(DEADLINE), time.monotonic() - begun


def answer(result):
    """Returns the texts of a tool's result, which must be none of an error."""
    text = "\n".join(part.get("text") or part.get("resource", {}).get("text", "") for part in result["content"])
    assert not result.get("isError"), text
    return text


def visit(address):
    """Follows an address as a browser does that is signed in already; returns the page on which it ends."""
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(address, timeout=DEADLINE) as page:
        return page.read().decode()
