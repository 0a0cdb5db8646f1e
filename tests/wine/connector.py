"""m365-local.exe under Wine, against the demo tenant outside of it: what a person, a host and device management see.

usage: connector.py M365_LOCAL_EXE M365_SIM PREFIX      PREFIX is a folder of Wine that is this run's alone
"""

import concurrent.futures
import contextlib
import json
import subprocess
import sys
import urllib.request

from desktop import Desktop, Host, answer, visit

USER = "mira.solberg@fjordlight.example"
OTHER = "99999999-2222-4333-8444-555555555555"
POLICY = r"HKLM\SOFTWARE\Policies\m365-local"
DOCUMENTS = {"Construction plan.docx": "turbine", "Ground investigation.pdf": "drilled"}
PROCESSES = 6
NO_NETWORK = 6
LOG_SIZE = 5 << 20


@contextlib.contextmanager
def tenant(program):
    """The demo tenant as the variables of the connector, and its description."""
    with subprocess.Popen([program, "--test-mode", "--auto-sign-in", USER], stdout=subprocess.PIPE) as process:
        try:
            described = json.loads(process.stdout.readline())
            yield {
                "M365_TENANT_ID": described["tenantId"], "M365_CLIENT_ID": described["localClientId"],
                "M365_LOGIN_ENDPOINT": described["loginEndpoint"], "M365_GRAPH_ENDPOINT": described["graphEndpoint"],
            }
        finally:
            process.terminate()
    assert process.returncode == 0, "the tenant saw what the product must never do"


def sim(home, order=None, method="POST"):
    """Asks the tenant for a fault, or for an end of all."""
    body = order and json.dumps(order).encode()
    request = urllib.request.Request(f"{home['M365_LOGIN_ENDPOINT']}/_sim/faults", body, method=method)
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request).close()


def sign_in(desktop, *options, **variables):
    """Signs in through the address that is printed; returns what was said."""
    process = desktop.start("sign-in", "--no-browser", *options, **variables)
    said = ""
    for line in process.stderr:
        said += line
        if "/authorize?" in line:
            page = visit(line[line.index("http"):].strip())
            assert "signed in" in page.lower(), page
    out = process.stdout.read()
    assert process.wait() == 0 and USER in out, said + out
    return said


def without_a_broker(desktop):
    """Windows' broker is asked and is not there; nothing but the way to Entra ID stops the browser, which has no network."""
    real = {"M365_TENANT_ID": OTHER, "M365_CLIENT_ID": OTHER, "M365_TOKEN_STORE": "memory"}
    doctor = desktop.json("doctor", "--json", code=NO_NETWORK, **real)
    (said,) = [check["detail"] for check in doctor["checks"] if check["id"] == "broker"]
    assert "Web Account Manager" in said and "sign-in uses the browser" in said, doctor
    _, errors = desktop.run("sign-in", "--no-browser", code=NO_NETWORK, **real)
    assert "window" not in errors, errors
    return f"broker: {said}"


def in_the_credential_manager(desktop, home):
    before = desktop.credentials()
    said = sign_in(desktop, **home)
    assert "operating system's key store" in said, said
    tokens = desktop.folder("Local/m365-local")
    kept = sorted(file.suffix for file in tokens.iterdir())
    assert ".tokens" in kept and ".key" not in kept, kept
    assert desktop.credentials() == before + 1, "no key is in the Credential Manager"
    desktop.restart()
    status = desktop.json("status", "--json", **home)
    assert status["signedIn"] and status["tokenStore"].startswith("os"), status
    return "signed in; the key is in the Credential Manager, and there after a restart"


def for_a_person(desktop, home):
    found, _ = desktop.run("call", "outlook_email_search", '{"query":"budget"}', **home)
    assert "budget" in found.lower(), found
    doctor = desktop.json("doctor", "--json", **home)
    bad = [check for check in doctor["checks"] if check["status"] == "failed"]
    assert not bad, bad
    return f"call: {found.count('uri:')} hits; doctor: {len(doctor['checks'])} checks, none failed"


def documents(desktop, home):
    """Each is read by the program itself, started anew."""
    read = []
    for name, word in DOCUMENTS.items():
        found = desktop.json("call", "sharepoint_search", json.dumps({"query": name.rsplit(".")[0]}), "--json", **home)
        first = next(hit for hit in found["structuredContent"]["results"] if hit["name"] == name)
        text = answer(desktop.json("call", "read_resource", json.dumps({"uri": first["uri"]}), "--json", **home))
        assert word in text.lower(), text[:500]
        read.append(f"{name} ({len(text)} characters)")
    return "read in a child process: " + ", ".join(read)


def for_a_host(desktop, home):
    host = Host(desktop.start("serve", **home))
    tools = host.request("tools/list")["tools"]
    found = host.call("outlook_email_search", query="budget")
    assert "budget" in found.lower(), found
    code, took = host.close()
    assert code == 0 and took < 2, f"ended with {code} after {took:.1f} s"
    return f"serve: {len(tools)} tools, a call; over {took:.2f} s after stdin"


def logged(desktop, home):
    """A full log file makes room while another server still holds it."""
    log = desktop.folder("Local/m365-local/logs") / "mcp-server-m365-local.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_bytes(b"a line\n" * (LOG_SIZE // 7 + 1))
    hosts = [Host(desktop.start("serve", "--log-level", "info", **home)) for _ in range(2)]
    for host in hosts:
        host.call("outlook_email_search", query="budget")
        host.close()
    said = "".join(host.process.stderr.read() for host in hosts)
    assert "cannot be written" not in said, said
    files = {file.name: file.stat().st_size for file in log.parent.iterdir()}
    assert files[log.name + ".1"] > LOG_SIZE and 0 < files[log.name] < LOG_SIZE, files
    return "log: in AppData\\Local\\m365-local\\logs, rotated"


def interrupted(desktop, home):
    host = Host(desktop.start("serve", **home))
    host.call("outlook_email_search", query="budget")
    code, took = host.interrupt()
    assert code == 0 and took < 2, f"ended with {code} after {took:.1f} s"
    return f"Ctrl-C: over after {took:.2f} s"


def at_one_store(desktop, home):
    """No access token lasts, so each process renews or takes what another has renewed."""
    sim(home, {"host": "entra", "on": "/", "fault": {"kind": "token", "set": {"expires_in": 60}}})
    sign_in(desktop, **home)

    def call(_):
        desktop.run("call", "outlook_email_search", "{}", **home)

    with concurrent.futures.ThreadPoolExecutor(PROCESSES) as pool:
        list(pool.map(call, range(PROCESSES)))
    sim(home, method="DELETE")
    assert desktop.json("status", "--json", **home)["signedIn"]
    return f"{PROCESSES} processes at one store, none of whose tokens lasts: all answered"


def in_a_key_file(desktop, home):
    _, said = desktop.run("status", "--token-store", "file", **home)
    files = {file.suffix for file in desktop.folder("Local/m365-local").iterdir()}
    assert ".key" in files and desktop.credentials() == 0, (files, said)
    desktop.run("status", "--token-store", "os", **home)
    files = {file.suffix for file in desktop.folder("Local/m365-local").iterdir()}
    assert ".key" not in files and desktop.credentials() == 1, files
    return "the key goes to a file and back"


def signed_out(desktop, home):
    desktop.run("sign-out", **home)
    left = [file.name for file in desktop.folder("Local/m365-local").iterdir() if file.suffix == ".tokens"]
    assert not left and desktop.credentials() == 0, left
    desktop.run("status", code=3, **home)
    return "sign-out: tokens and key are gone"


def managed(desktop):
    entry = {"name": "Managed", "server": "microsoft365", "tenantId": OTHER, "clientId": OTHER, "scope": "Mail.Read"}
    _, said = desktop.run("status", "--managed", code=2)
    assert r"HKLM\SOFTWARE\Policies\m365-local" in said, said
    desktop.set(POLICY, "managedMcpServers", json.dumps([entry]))
    status = desktop.json("status", "--managed", "--json", code=3)
    assert (status["tenantId"], status["entry"]) == (OTHER, "Managed"), status
    desktop.set(POLICY, "managedMcpServers", "1", "REG_DWORD")
    _, said = desktop.run("status", "--managed", code=2)
    assert "REG_SZ" in said, said
    return "managed: read from the registry; refused where it is no text"


def set_up(desktop, home):
    """The files of hosts are where those look on Windows, and start the server as they are."""
    where = {"claude-desktop": "Roaming/Claude/claude_desktop_config.json", "vscode": "Roaming/Code/User/mcp.json"}
    for host, file in where.items():
        desktop.run("setup", host, "--write", **home)
        written = json.loads(desktop.folder(file).read_text(encoding="utf-8"))
        (server,) = (written.get("mcpServers") or written["servers"]).values()
        started = [server["command"], *server["args"]]
        assert started[0].endswith("m365-local.exe") and started[0][1:3] == ":\\", started
    twin = Desktop(started[0], desktop.prefix)
    found = Host(twin.start(*started[1:]))
    assert found.request("tools/list")["tools"]
    assert found.close()[0] == 0
    return "setup: claude-desktop and vscode in AppData\\Roaming; started as written there"


def main(program, sim, prefix):
    desktop = Desktop(program, prefix)
    with tenant(sim) as home:
        print(without_a_broker(desktop), flush=True)
        print(in_the_credential_manager(desktop, home), flush=True)
        for check in [for_a_person, documents, for_a_host, logged, interrupted, at_one_store, in_a_key_file, set_up, signed_out]:
            print(check(desktop, home), flush=True)
        print(managed(desktop), flush=True)


main(*sys.argv[1:])
