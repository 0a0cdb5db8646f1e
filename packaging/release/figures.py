"""What programs cost that speak MCP over stdio, the first of which has limits:

    figures.py PROGRAM [PROGRAM...]

Prints start (from the start of the process to the answer to `initialize`, the median of 50), memory after
`tools/list` (resident, and the most that it was) and size. Ends with an error where the first is over the limits.
Linux only.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

STARTS = 50
# Milliseconds and megabytes.
LIMITS = {"start": 10.0, "resident": 15.0, "peak": 15.0, "size": 23.0}
ID = "11111111-2222-4333-8444-555555555555"
INITIALIZE = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "figures", "version": "0"},
}


class Host:
    """A host that just started the program."""

    def __init__(self, program, folder):
        # Nothing of the user's own configuration counts, and nothing of theirs is written to.
        env = {"HOME": folder, "M365_DATA_DIR": folder, "M365_TENANT_ID": ID, "M365_CLIENT_ID": ID}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self.started = time.perf_counter()
        self.child = subprocess.Popen([program, "serve"], env=env, close_fds=False, **pipes)

    def send(self, **message):
        self.child.stdin.write(json.dumps({"jsonrpc": "2.0"} | message).encode() + b"\n")
        self.child.stdin.flush()

    def ask(self, number, method, **params):
        self.send(id=number, method=method, params=params)
        return json.loads(self.child.stdout.readline())["result"]

    def megabytes(self, key):
        status = pathlib.Path(f"/proc/{self.child.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith(key))
        return int(line.split()[1]) * 1024 / 1e6

    def end(self):
        self.child.stdin.close()
        self.child.wait(10)


def once(program, folder):
    host = Host(program, folder)
    host.ask(1, "initialize", **INITIALIZE)
    found = {"start": (time.perf_counter() - host.started) * 1e3}
    host.send(method="notifications/initialized")
    host.ask(2, "tools/list")
    found |= {"resident": host.megabytes("VmRSS"), "peak": host.megabytes("VmHWM")}
    host.end()
    return found


def measure(program):
    with tempfile.TemporaryDirectory() as folder:
        # The first start finds the program on the disk, and nothing where it keeps what it has.
        once(program, folder)
        runs = [once(program, folder) for _ in range(STARTS)]
    found = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
    return found | {"size": os.path.getsize(program) / 1e6}


def main(programs):
    if missing := [it for it in programs if not os.access(it, os.X_OK)]:
        sys.exit(f"no program: {', '.join(missing)}")
    print(f"{'':32} {'start':>10} {'resident':>10} {'peak':>10} {'size':>10}")
    every = []
    for program in programs:
        every.append(found := measure(os.path.abspath(program)))
        name = pathlib.Path(program).name
        print(f"{name:32} {found['start']:7.1f} ms", *(f"{found[it]:7.1f} MB" for it in ["resident", "peak", "size"]))
    if over := [key for key, limit in LIMITS.items() if every[0][key] > limit]:
        sys.exit(f"over the limit: {', '.join(f'{key} ({LIMITS[key]:g})' for key in over)}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1:])
