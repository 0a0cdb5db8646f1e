"""Signs in through a real browser, as a person does, and looks at each page.

usage: browser.py TARGET_DIR [SCREENSHOTS_DIR]      needs Debian's chromium and npm; installs playwright from PyPI

Account picker, consent and landing page lead to a tool's answer; a wrong state changes nothing; a refused consent, a
cancelled sign-in and a user without assignment end on a page that says so; an unregistered redirect address
(AADSTS50011) never comes back, and the number stands on Entra ID's page.
"""

import contextlib
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import urllib.request

from looks import Looks, is_ours

try:
    from playwright.sync_api import sync_playwright
except ImportError:
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "playwright==1.64.1"], check=True)
    from playwright.sync_api import sync_playwright

TARGET = pathlib.Path(sys.argv[1])
SHOTS = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None
USER, OTHER = "mira.solberg@fjordlight.example", "tom.okafor@fjordlight.example"
GUIDE = "/docs/troubleshooting.md#"


class Tenant:
    """A running m365-sim, and m365-local's configuration for it."""

    def __init__(self, described, data):
        self.login = described["loginEndpoint"]
        self.users = described["users"]
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("M365_")} | {
            "M365_TENANT_ID": described["tenantId"],
            "M365_CLIENT_ID": described["localClientId"],
            "M365_LOGIN_ENDPOINT": described["loginEndpoint"],
            "M365_GRAPH_ENDPOINT": described["graphEndpoint"],
            "M365_DATA_DIR": data,
            "M365_TOKEN_STORE": "file",
        }

    def ask(self, route, **order):
        body = json.dumps(order).encode()
        urllib.request.urlopen(urllib.request.Request(f"{self.login}/_sim/{route}", body, method="POST")).close()

    def run(self, *arguments, expect=0):
        command = [str(TARGET / "m365-local"), *arguments]
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
        assert done.returncode == expect, (arguments, done)
        return done.stdout


class SignIn:
    """A running `m365-local sign-in` that has printed its address."""

    def __init__(self, tenant):
        self.process = subprocess.Popen(
            [str(TARGET / "m365-local"), "sign-in", "--no-browser"],
            env=tenant.env, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL,
        )
        for line in self.process.stderr:
            if found := re.search(r"https?://\S+/authorize\?\S+", line):
                self.url = found.group()
                self.port = re.search(r"redirect_uri=http%3A%2F%2Flocalhost%3A(\d+)", self.url).group(1)
                return
        raise AssertionError("no address was printed")

    def comes_back(self, page):
        """Waits for the page of the listener and returns its text."""
        page.wait_for_url(re.compile(rf"^http://localhost:{self.port}/"))
        assert "code=" not in page.url and "error=" not in page.url, "the answer stays in the address bar"
        return page.get_by_role("main").inner_text()

    def end(self, code, *words):
        out, err = self.process.communicate(timeout=30)
        assert self.process.returncode == code, (self.process.returncode, out + err)
        for word in words:
            assert word in out + err, (word, out + err)

    def stop(self):
        assert self.process.poll() is None, "the sign-in ended"
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)


def press(page, name):
    page.get_by_role("button", name=re.compile(name, re.I)).click()


def choose_account(page, user=USER):
    """With the keyboard alone."""
    page.get_by_role("button", name=re.compile(re.escape(user))).focus()
    page.keyboard.press("Enter")


def leads_to(page, row):
    link = page.get_by_role("link", name="What this means, and what to do").get_attribute("href")
    assert link.endswith(GUIDE + row), link


def signs_in_and_asks(page, tenant, looks):
    attempt = SignIn(tenant)
    page.goto(attempt.url)
    looks.at(page, "1-accounts")
    stray = page.context.new_page()
    is_ours(stray.goto(f"http://localhost:{attempt.port}/?code=stolen&state=wrong"))
    looks.at(stray, "2-wrong-state")
    leads_to(stray, "sign-in-not-expected")
    is_ours(stray.goto(f"http://localhost:{attempt.port}/elsewhere"))
    looks.at(stray, "3-not-found")
    assert attempt.process.poll() is None, "a wrong state ended the sign-in"

    tenant.ask("consent", do="withdraw", scope="Mail.Read")
    choose_account(page)
    looks.at(page, "4-consent")
    press(page, "accept")
    said = attempt.comes_back(page)
    looks.at(page, "5-landing")
    assert "Signed in" in said and USER in said, said
    attempt.end(0, USER)
    assert json.loads(tenant.run("status", "--json"))["account"]["username"] == USER
    assert "mail:///messages/" in tenant.run("call", "outlook_email_search", '{"query":"budget"}')


def refuses_consent(page, tenant, looks):
    attempt = SignIn(tenant)
    page.goto(re.sub(r"prompt=\w+", "prompt=consent", attempt.url))
    choose_account(page)
    press(page, "cancel")
    said = attempt.comes_back(page)
    looks.at(page, "6-refused")
    assert "AADSTS65004" in said, said
    leads_to(page, "aadsts65004")
    attempt.end(1, "AADSTS65004", GUIDE + "aadsts65004")


def cancels(page, tenant, looks):
    attempt = SignIn(tenant)
    page.goto(attempt.url)
    press(page, "cancel")
    said = attempt.comes_back(page)
    looks.at(page, "7-cancelled")
    assert "was cancelled" in said, said
    attempt.end(1, "cancelled")
    assert json.loads(tenant.run("status", "--json"))["account"]["username"] == USER, "the session before is gone"


def is_not_assigned(page, tenant, looks):
    tenant.ask("users", upn=OTHER, do="unassign")
    attempt = SignIn(tenant)
    page.goto(attempt.url)
    choose_account(page, OTHER)
    said = attempt.comes_back(page)
    looks.at(page, "8-not-assigned")
    correlation = re.search(r"client-request-id=([0-9a-f-]+)", attempt.url).group(1)
    assert "AADSTS50105" in said and correlation in said, said
    leads_to(page, "aadsts50105")
    page.get_by_text(correlation, exact=True).click()
    assert page.evaluate("getSelection().toString().trim()") == correlation, "one click does not select it"
    attempt.end(4, "AADSTS50105", correlation)


def is_told_of_an_unregistered_redirect(page, tenant, looks):
    attempt = SignIn(tenant)
    page.goto(attempt.url.replace("http%3A%2F%2Flocalhost", "http%3A%2F%2Fexample.org"))
    looks.at(page, "9-unregistered")
    assert "AADSTS50011" in page.content()
    attempt.stop()


@contextlib.contextmanager
def running_tenant():
    sim = subprocess.Popen([str(TARGET / "m365-sim"), "--test-mode"], stdout=subprocess.PIPE, text=True)
    try:
        with tempfile.TemporaryDirectory() as data:
            yield Tenant(json.loads(sim.stdout.readline()), data)
    finally:
        sim.terminate()
        assert sim.wait(20) == 0, "m365-sim saw a violation"


FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]
SCENES = (signs_in_and_asks, refuses_consent, cancels, is_not_assigned, is_told_of_an_unregistered_redirect)


def main():
    looks = Looks(SHOTS)
    with running_tenant() as tenant, sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for scene in SCENES:
            context = browser.new_context(viewport={"width": 1000, "height": 700})
            looks.watch(context)
            scene(context.new_page(), tenant, looks)
            context.close()
            print(f"browser, {scene.__name__}: ok", flush=True)
        browser.close()


main()
