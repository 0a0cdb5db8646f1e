"""What the scripts beside this one share: m365-sim as its own process, an account of m365-local in it, and Graph
itself to compare answers with."""

import base64
import contextlib
import hashlib
import json
import os
import pathlib
import stat
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

TARGET = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "target/debug").resolve()
LOCAL = str(TARGET / "m365-local")
SIM = str(TARGET / "m365-sim")
USER = "mira.solberg@fjordlight.example"

# A browser that follows redirects, as a user who is signed in already sees it.
BROWSER = """#!{python}
import sys, urllib.request
page = urllib.request.urlopen(sys.argv[1], timeout=20).read().decode()
assert "<html" in page.lower(), page
"""


@contextlib.contextmanager
def tenant(*flags):
    """Runs m365-sim, and fails if it saw the client do what the product must never do."""
    sim = subprocess.Popen([SIM, "--auto-sign-in", USER, *flags], stdout=subprocess.PIPE, text=True)
    try:
        yield json.loads(sim.stdout.readline())
    finally:
        sim.terminate()
        ended = sim.wait(20)
    assert ended == 0, "m365-sim saw a violation, or did not end in order"


class Account:
    """m365-local with one entry's configuration against a tenant of its own."""

    def __init__(self, described, folder, scopes=()):
        browser = folder / "browser"
        browser.write_text(BROWSER.format(python=sys.executable))
        browser.chmod(browser.stat().st_mode | stat.S_IXUSR)
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("M365_")} | {
            "BROWSER": str(browser),
            "M365_TENANT_ID": described["tenantId"],
            "M365_CLIENT_ID": described["localClientId"],
            "M365_LOGIN_ENDPOINT": described["loginEndpoint"],
            "M365_GRAPH_ENDPOINT": described["graphEndpoint"],
            "M365_DATA_DIR": str(folder / "data"),
            "M365_TOKEN_STORE": "file",
        }
        if scopes:
            self.env["M365_SCOPE"] = " ".join(scopes)

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


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def token(described, scopes):
    """A Graph token for the desktop connector."""
    return signed_in(described, described["localClientId"], [f"https://graph.microsoft.com/{scope}" for scope in scopes])


def signed_in(described, client, scopes):
    """An access token by the authorization code flow with PKCE, by hand: the tenant signs the user in by itself."""
    root = f"{described['loginEndpoint']}/{described['tenantId']}/oauth2/v2.0"
    verifier = base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    names = [*scopes, "openid", "profile", "offline_access"]
    common = {"client_id": client, "redirect_uri": "http://localhost", "scope": " ".join(names)}
    ask = common | {
        "response_type": "code", "state": "s", "nonce": "n", "code_challenge": challenge, "code_challenge_method": "S256",
    }
    try:
        urllib.request.build_opener(_Stay).open(f"{root}/authorize?{urllib.parse.urlencode(ask)}")
        raise AssertionError("the tenant showed a page instead of signing in")
    except urllib.error.HTTPError as redirect:
        answer = urllib.parse.parse_qs(urllib.parse.urlsplit(redirect.headers["Location"]).query)
    assert "code" in answer, answer
    form = common | {"grant_type": "authorization_code", "code": answer["code"][0], "code_verifier": verifier}
    with urllib.request.urlopen(f"{root}/token", urllib.parse.urlencode(form).encode()) as tokens:
        return json.load(tokens)["access_token"]


class Graph:
    """Graph without us: what is really there."""

    def __init__(self, described, scopes):
        self.root = f"{described['graphEndpoint']}/v1.0"
        self.token = token(described, scopes)

    def get(self, path, headers=()):
        url = path if path.startswith("http") else self.root + urllib.parse.quote(path, safe="/?&=$(),':@!*%")
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {self.token}", **dict(headers)})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def all(self, path, headers=()):
        """Every item of a collection."""
        items, link = [], path
        while link:
            page = self.get(link, headers)
            items += page["value"]
            link = page.get("@odata.nextLink")
        return items
