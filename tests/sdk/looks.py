"""What a page must be whatever it says: readable in light and dark, at twice the size, with a keyboard and a screen
reader, and loaded from this machine alone. Accessibility is axe-core's opinion, from npm."""

import pathlib
import subprocess
import urllib.parse

AXE_VERSION = "4.14.1"
TOOLS = pathlib.Path(__file__).resolve().parents[2] / "target/ci"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOPBACK = {"localhost", "127.0.0.1"}


def axe():
    script = TOOLS / "node_modules/axe-core/axe.min.js"
    if not script.exists():
        packages = ["npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix", str(TOOLS)]
        subprocess.run([*packages, f"axe-core@{AXE_VERSION}"], check=True)
    return script.read_text()


class Looks:
    """Judges pages, and keeps pictures of them where it is told."""

    def __init__(self, shots):
        self.axe, self.shots = axe(), shots
        if shots:
            shots.mkdir(parents=True, exist_ok=True)

    def watch(self, context):
        """Fails for what a page of ours or of the demo tenant loads from elsewhere."""

        def requested(request):
            host = urllib.parse.urlsplit(request.url).hostname
            assert host in LOOPBACK, f"{request.frame.url} loads {request.url}"

        context.on("request", requested)

    def at(self, page, name):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            self._picture(page, f"{name}-{scheme}")
            self._accessible(page, f"{name}, {scheme}")
        self._small(page, name)
        page.emulate_media(color_scheme="light")

    def _picture(self, page, name):
        if self.shots:
            page.screenshot(path=str(self.shots / f"{name}.png"), full_page=True)

    def _accessible(self, page, name):
        page.evaluate(self.axe)
        found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)["violations"]
        told = [(one["id"], one["help"], [node["html"] for node in one["nodes"]]) for one in found]
        assert not told, (name, told)

    def _small(self, page, name):
        """400 % of a window 1280 wide is one 320 wide: WCAG's reflow."""
        usual = page.viewport_size
        page.set_viewport_size({"width": 320, "height": 256})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} has to be scrolled sideways"
        page.set_viewport_size(usual)


def is_ours(response):
    """Checks the header fields of a page of the sign-in's listener."""
    fields = response.headers
    policy = fields["content-security-policy"]
    for part in ("default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"):
        assert part in policy, policy
    assert "script-src" not in policy, policy
    assert fields["cache-control"] == "no-store" and fields["referrer-policy"] == "no-referrer", fields
