"""Runs a command beside m365-remote, in front of a demo tenant, and ends with its exit code.

usage: with_remote.py TARGET_DIR COMMAND [ARGUMENT…]      the folder that holds m365-remote and m365-sim

The command finds the server's address in M365_URL, a caller's token in M365_PROXY_TOKEN, and the one tool that its policy
asks the user about in M365_ASKED_TOOL. Pages of the server's own origin may call.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

from connector import Remote, free_port, host_token
from tenant import tenant

ASKED = "get_granted_scopes"


def main():
    with tenant() as described, tempfile.TemporaryDirectory() as folder:
        port = free_port()
        top = {"allowed_origins": f'["http://127.0.0.1:{port}"]'}
        with Remote(described, pathlib.Path(folder), top, policy={ASKED: "ask"}, port=port) as remote:
            told = {"M365_URL": remote.url, "M365_PROXY_TOKEN": host_token(described), "M365_ASKED_TOOL": ASKED}
            return subprocess.run(sys.argv[2:], env=os.environ | told).returncode


sys.exit(main())
