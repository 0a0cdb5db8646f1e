"""Signs in through a real browser, as a person does, and looks at each page.

usage: browser.py TARGET_DIR [SCREENSHOTS_DIR]      needs Debian's chromium; installs playwright from PyPI

Account picker, consent and landing page lead to a signed-in `status`; a wrong state changes nothing, a refused
consent ends the sign-in, and an unregistered redirect address (AADSTS50011) never comes back.
"""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

try:
    from playwright.sync_api import sync_playwright
except ImportError:
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "playwright==1.64.1"], check=True)
    from playwright.sync_api import sync_playwright

TARGET = pathlib.Path(sys.argv[1])
SHOTS = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None
USER = "mira.solberg@fjordlight.example"


class SignIn:
    """A running `m365-local sign-in` that has printed its address."""

    def __init__(self, env):
        self.process = subprocess.Popen(
            [str(TARGET / "m365-local"), "sign-in", "--no-browser"],
            env=env, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL,
        )
        for line in self.process.stderr:
            if found := re.search(r"https?://\S+/authorize\?\S+", line):
                self.url = found.group()
                return
        raise AssertionError("no address was printed")

    def end(self):
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out + err


def shot(page, name):
    if SHOTS:
        SHOTS.mkdir(exist_ok=True)
        page.screenshot(path=str(SHOTS / f"{name}.png"))


def choose_account(page):
    page.get_by_text(USER, exact=False).first.click()


def signs_in(page, env):
    attempt = SignIn(env)
    page.goto(attempt.url)
    shot(page, "1-accounts")
    redirect = re.search(r"redirect_uri=([^&]+)", attempt.url).group(1)
    port = re.search(r"(?:%3A|:)(\d+)", redirect).group(1)

    stray = page.context.new_page()
    stray.goto(f"http://localhost:{port}/?code=stolen&state=wrong")
    shot(stray, "2-wrong-state")
    assert attempt.process.poll() is None, "a wrong state ended the sign-in"

    choose_account(page)
    if page.get_by_role("button", name=re.compile("accept", re.I)).count():
        shot(page, "3-consent")
        page.get_by_role("button", name=re.compile("accept", re.I)).click()
    page.wait_for_url(re.compile(rf"localhost:{port}"))
    shot(page, "4-landing")
    assert "code=" not in page.url, "the code stays in the address bar"
    code, printed = attempt.end()
    assert code == 0 and USER in printed, (code, printed)


def refuses_consent(page, env):
    attempt = SignIn(env)
    page.goto(attempt.url + "&prompt=consent" if "prompt=" not in attempt.url else attempt.url.replace("prompt=select_account", "prompt=consent"))
    if not page.get_by_role("button", name=re.compile("cancel", re.I)).count():
        choose_account(page)
    page.get_by_role("button", name=re.compile("cancel", re.I)).click()
    page.wait_for_url(re.compile("localhost"))
    shot(page, "5-refused")
    code, printed = attempt.end()
    assert code != 0 and "AADSTS65004" in printed, (code, printed)


def is_told_of_an_unregistered_redirect(page, env):
    attempt = SignIn(env)
    page.goto(attempt.url.replace("http%3A%2F%2Flocalhost", "http%3A%2F%2Fexample.org"))
    shot(page, "6-unregistered")
    assert "AADSTS50011" in page.content()
    assert attempt.process.poll() is None
    attempt.process.send_signal(signal.SIGTERM)
    attempt.process.wait(10)


def main():
    sim = subprocess.Popen([str(TARGET / "m365-sim")], stdout=subprocess.PIPE, text=True)
    try:
        tenant = json.loads(sim.stdout.readline())
        with tempfile.TemporaryDirectory() as data, sync_playwright() as play:
            env = dict(os.environ) | {
                "M365_TENANT_ID": tenant["tenantId"],
                "M365_CLIENT_ID": tenant["localClientId"],
                "M365_LOGIN_ENDPOINT": tenant["loginEndpoint"],
                "M365_GRAPH_ENDPOINT": tenant["graphEndpoint"],
                "M365_DATA_DIR": data,
            }
            browser = play.chromium.launch(
                executable_path="/usr/bin/chromium",
                args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
            )
            for scene in (signs_in, refuses_consent, is_told_of_an_unregistered_redirect):
                context = browser.new_context()
                scene(context.new_page(), env)
                context.close()
                print(f"browser, {scene.__name__}: ok", flush=True)
            browser.close()
            status = subprocess.run([str(TARGET / "m365-local"), "status", "--json"], env=env, capture_output=True)
            assert json.loads(status.stdout)["account"]["username"] == USER, status
    finally:
        sim.terminate()
        sim.wait(10)


main()
