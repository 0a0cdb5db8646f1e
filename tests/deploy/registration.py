#!/usr/bin/env python3
"""Checks what `entra-app` prints with the programs that will read it: the shell script runs against a stand-in for the
Azure CLI, twice; Terraform's file is parsed; PowerShell's quotes and brackets close.

Usage: registration.py DIRECTORY-OF-THE-BINARIES. Needs python-hcl2 and jmespath.
"""

import io
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import hcl2

NAME = "it's \"$(touch reboot)\" `touch reboot` ${x} %{y} \\ ’"
FEDERATION = ["--credential", "federation", "--issuer", "https://issuer.example", "--subject", "it's $(touch reboot)"]
CASES = [
    ("m365-local", ["--broker", "--bundle-id", "com.example.app"]),
    ("m365-remote", ["--credential", "secret"]),
    ("m365-remote", ["--credential", "certificate", "--multi-tenant"]),
    ("m365-remote", [*FEDERATION, "--resource-url", "https://m365.example.com/mcp", "--redirect", "http://localhost/callback"]),
]


def printed(binaries, program, language, options):
    command = [str(binaries / program), "entra-app", language, "--name", NAME, *options]
    return subprocess.run(command, check=True, capture_output=True, text=True, env={}).stdout


def run_az(script, folder):
    """Runs the script in front of the stand-in and returns the directory that it leaves, and what it printed."""
    stand_in = Path(__file__).with_name("az.py")
    az = folder / "az"
    if not az.exists():
        az.write_text(f"#!/bin/sh\nexec {sys.executable} {stand_in.resolve()} \"$@\"\n")
        az.chmod(0o755)
    file = folder / "register.sh"
    file.write_text(script)
    subprocess.run(["sh", "-n", str(file)], check=True)
    environment = {"PATH": f"{folder}:{os.environ['PATH']}", "AZ_STATE": str(folder / "state.json"), "LANG": "C.UTF-8"}
    done = subprocess.run(["sh", str(file)], cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not (folder / "reboot").exists(), "text of the user ran as a command"
    return json.loads((folder / "state.json").read_text()), done.stdout


def check_az(script, program, options):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        state, first = run_az(script, folder)
        again, second = run_az(script, folder)
    assert again == state, "a second run changes something"
    apps = state["apps"]
    assert len(apps) == (1 if program == "m365-local" else 2)
    assert apps[0]["displayName"] == NAME
    assert f"/adminconsent?client_id={apps[0]['appId']}" in first
    assert all(app["isServicePrincipal"] for app in apps)
    if program == "m365-local":
        redirects = apps[0]["publicClient"]
        assert redirects[0] == "http://localhost"
        assert f"ms-appx-web://Microsoft.AAD.BrokerPlugin/{apps[0]['appId']}" in redirects
        return
    check_pair(*apps, options)
    assert ("Client secret" in first) == ("secret" in options)
    assert "Client secret" not in second


def check_pair(connector, desktop, options):
    scope = connector["api"]["oauth2PermissionScopes"][0]
    assert scope["value"] == "access_as_user"
    assert connector["requestedAccessTokenVersion"] == 2
    assert desktop["publicClient"][:2] == ["http://127.0.0.1/callback", "http://localhost"]
    assert connector["api"]["preAuthorizedApplications"] == [
        {"appId": desktop["appId"], "delegatedPermissionIds": [scope["id"]]}
    ]
    access = desktop["requiredResourceAccess"][0]
    assert access["resourceAppId"] == connector["appId"] and access["resourceAccess"][0]["id"] == scope["id"]
    names = [entry["id"] for entry in connector["requiredResourceAccess"][0]["resourceAccess"]]
    assert "id-of-Mail.Read" in names and "id-of-offline_access" not in names
    own = "https://m365.example.com/mcp" if "--resource-url" in options else f"api://{connector['appId']}"
    assert connector["identifierUris"] == [own]
    assert len(connector["credentials"]) == 1
    if "federation" in options:
        assert connector["credentials"][0]["subject"] == "it's $(touch reboot)"


def check_terraform(text):
    module = hcl2.load(io.StringIO(text))
    kinds = {kind.strip('"') for resource in module["resource"] for kind in resource}
    assert {"azuread_application_registration", "azuread_application_api_access", "azuread_service_principal"} <= kinds
    assert any("admin_consent_url" in key for output in module["output"] for key in output)
    # An escaped sign begins no template: what is left of them names resources alone.
    templates = [part.split("}")[0] for part in text.split("${")[1:]]
    assert all(part.startswith(("azuread_", "data.azuread_", "path.module")) for part in templates), templates
    assert "%{" not in text


def check_powershell(text):
    """Reads strings and comments as PowerShell does, and counts the brackets between them."""
    closing, open_brackets, at = {"(": ")", "{": "}", "[": "]"}, [], 0
    while at < len(text):
        character = text[at]
        if character == "#":
            at = text.index("\n", at)
        elif character in "'‘’‚‛":
            at += 1
            while text[at] not in "'‘’‚‛" or text[at + 1] in "'‘’‚‛":
                at += 2 if text[at] in "'‘’‚‛" else 1
        elif character == '"':
            at = text.index('"', at + 1)
        elif character in closing:
            open_brackets.append(closing[character])
        elif character in closing.values():
            assert open_brackets.pop() == character, text[max(0, at - 60) : at + 1]
        at += 1
    assert not open_brackets


def main():
    binaries = Path(sys.argv[1]).resolve()
    for program, options in CASES:
        check_az(printed(binaries, program, "az", options), program, options)
        check_terraform(printed(binaries, program, "terraform", options))
        check_powershell(printed(binaries, program, "powershell", options))
        document = json.loads(printed(binaries, program, "json", options))
        assert document["applications"][0]["body"]["displayName"] == NAME
        print(program, *options[:2], "fits")
    print("registration: ok")


if __name__ == "__main__":
    sys.exit(main())
