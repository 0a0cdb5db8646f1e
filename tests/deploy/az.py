"""A stand-in for the Azure CLI: as much of it as the script of `entra-app` uses, with its state in the file AZ_STATE.

It takes no option that the real one does not have, and reads `--query` with the real one's JMESPath.
"""

import json
import os
import sys
import uuid
from pathlib import Path

import jmespath

STATE = Path(os.environ["AZ_STATE"])
TENANT = "11111111-2222-4333-8444-555555555555"
LISTS = {"public-client-redirect-uris", "web-redirect-uris", "identifier-uris"}


def arguments(words):
    """Splits a command line into the command's words and its options, each with a list of values."""
    command, options, name = [], {}, None
    for word in words:
        if word.startswith("--"):
            name, _, value = word[2:].partition("=")
            options[name] = [value] if value else []
        elif name is None:
            command.append(word)
        else:
            options[name].append(word)
    return " ".join(command), options


def find(state, options):
    wanted = options["id"][0]
    for app in state["apps"]:
        if app["appId"] == wanted:
            return app
    sys.exit(3)


def create(state, options):
    app = {
        "appId": str(uuid.uuid4()),
        "displayName": options["display-name"][0],
        "api": {"oauth2PermissionScopes": [], "preAuthorizedApplications": []},
        "credentials": [],
        "isServicePrincipal": False,
    }
    state["apps"].append(app)
    return app


def update(state, options):
    app = find(state, options)
    names = {
        "public-client-redirect-uris": "publicClient",
        "web-redirect-uris": "web",
        "identifier-uris": "identifierUris",
        "sign-in-audience": "signInAudience",
        "is-fallback-public-client": "isFallbackPublicClient",
    }
    for option, values in options.items():
        if option == "required-resource-accesses":
            app["requiredResourceAccess"] = json.loads(values[0])
        elif option == "requested-access-token-version":
            app["requestedAccessTokenVersion"] = int(values[0])
        elif option != "id":
            app[names[option]] = values if option in LISTS else values[0]


def list_apps(state, options):
    text = options["filter"][0]
    before, after = "displayName eq '", "'"
    assert text.startswith(before) and text.endswith(after), text
    name = text[len(before) : -len(after)].replace("''", "'")
    return [app for app in state["apps"] if app["displayName"] == name]


def show_service_principal(state, options):
    if options["id"][0] == "00000003-0000-0000-c000-000000000000":
        value = options["query"][0].split("'")[1]
        return {"oauth2PermissionScopes": [{"value": value, "id": f"id-of-{value}"}]}
    return find(state, options) if find(state, options)["isServicePrincipal"] else sys.exit(3)


def patch(state, options):
    assert options["method"] == ["PATCH"] and options["headers"] == ["Content-Type=application/json"]
    url = options["url"][0]
    assert url.startswith(options["resource"][0] + "v1.0/applications(appId='"), url
    app = find(state, {"id": [url.split("'")[1]]})
    app["api"].update(json.loads(options["body"][0])["api"])


def reset(state, options):
    assert "append" in options
    app = find(state, options)
    if "cert" in options:
        file = Path(options["cert"][0].removeprefix("@"))
        assert "BEGIN CERTIFICATE" in file.read_text()
    app["credentials"].append({"keyId": "1", "cert": "cert" in options})
    return {"password": "made-by-entra"}


def add_federation(state, options):
    find(state, options)["credentials"].append(json.loads(options["parameters"][0]) | {"id": "1"})


def add_service_principal(state, options):
    find(state, options)["isServicePrincipal"] = True


def credentials(state, options):
    return [it for it in find(state, options)["credentials"] if it.get("cert") == ("cert" in options)]


COMMANDS = {
    "cloud show": lambda *_: {"endpoints": {"microsoftGraphResourceId": "https://graph.microsoft.com/"}},
    "account show": lambda *_: {"tenantId": TENANT},
    "ad app list": list_apps,
    "ad app show": find,
    "ad app create": create,
    "ad app update": update,
    "ad app credential list": credentials,
    "ad app credential reset": reset,
    "ad app federated-credential list": lambda state, options: find(state, options)["credentials"],
    "ad app federated-credential create": add_federation,
    "ad sp show": show_service_principal,
    "ad sp create": add_service_principal,
    "rest": patch,
}


def write(answer, output):
    if output == "tsv":
        for value in answer if isinstance(answer, list) else [answer]:
            print(value)
    elif output == "json":
        print(json.dumps(answer, indent=2))


def main():
    state = json.loads(STATE.read_text()) if STATE.exists() else {"apps": []}
    command, options = arguments(sys.argv[1:])
    output = options.pop("output", ["json"])[0]
    answer = COMMANDS[command](state, options)
    if "query" in options:
        answer = jmespath.search(options["query"][0], answer)
    write(answer, output)
    STATE.write_text(json.dumps(state))


if __name__ == "__main__":
    main()
