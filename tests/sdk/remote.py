"""Calls m365-remote as hosts do, with clients that are not ours: Microsoft's msal for tokens, the Python MCP SDK for tools.

usage: remote.py TARGET_DIR      the folder that holds m365-remote and m365-sim

msal signs the user in at the tenant that the server's metadata names, renews the token silently, and answers a claims
challenge. As the connector, it exchanges the user's token by secret and by certificate, and is refused what Entra refuses.
A second deployment ends TLS by itself, with callers' certificates, for two tenants.
"""

import asyncio
import base64
import json
import pathlib
import re
import ssl
import tempfile
import urllib.error
import urllib.parse
import urllib.request

import httpx2
import msal
import requests
from certificate import Certificate
from connector import Remote, calling, order, scope
from tenant import USER, tenant

GRAPH = ["https://graph.microsoft.com/.default"]
NOT_ALLOWED = {
    "error": "unauthorized_client", "error_description": "Client application is not authorized for this resource",
}
REDIRECT = "http://localhost:53682"


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Host:
    """A desktop host, as far as msal is one, and its user."""

    def __init__(self, described, scopes, tenant_id=None):
        self.described, self.scopes = described, scopes
        self.app = msal.PublicClientApplication(
            described["hostClientId"], authority=authority(described, tenant_id), instance_discovery=False,
            http_client=trusting(described), client_capabilities=["cp1"],
        )

    def sign_in(self, claims=None):
        """Authorization code with PKCE; the tenant signs the user in by itself."""
        flow = self.app.initiate_auth_code_flow(self.scopes, redirect_uri=REDIRECT, claims_challenge=claims)
        context = ssl.create_default_context(cafile=self.described["caFile"])
        opener = urllib.request.build_opener(Stay, urllib.request.HTTPSHandler(context=context))
        try:
            opener.open(flow["auth_uri"])
            raise AssertionError("the tenant showed a page instead of signing in")
        except urllib.error.HTTPError as redirect:
            query = urllib.parse.urlsplit(redirect.headers["Location"]).query
        return token(self.app.acquire_token_by_auth_code_flow(flow, dict(urllib.parse.parse_qsl(query))))

    def silently(self, **options):
        [account] = self.app.get_accounts()
        return self.app.acquire_token_silent_with_error(self.scopes, account, **options)


def trusting(described):
    """msal's `verify` alone gives way to the environment's own certificates."""
    session = requests.Session()
    session.trust_env, session.verify = False, described["caFile"]
    return session


def authority(described, tenant_id=None):
    return f"{described['loginEndpoint']}/{tenant_id or described['tenantId']}"


def token(answer):
    assert "access_token" in answer, answer
    return answer["access_token"]


def payload(jwt):
    return json.loads(base64.urlsafe_b64decode(jwt.split(".")[1] + "=="))


def discovered(remote):
    """What a host without configuration learns: refused, it follows the challenge to the metadata."""
    try:
        urllib.request.urlopen(urllib.request.Request(remote.url, b"{}", {"Content-Type": "application/json"}))
        raise AssertionError("the server answers strangers")
    except urllib.error.HTTPError as refused:
        assert refused.code == 401, refused.code
        challenge = refused.headers["WWW-Authenticate"]
    link = re.search(r'resource_metadata="([^"]+)"', challenge).group(1)
    with urllib.request.urlopen(link) as answer:
        metadata = json.load(answer)
    assert metadata["resource"] == remote.url, metadata
    assert metadata["scopes_supported"][0] in challenge, challenge
    return metadata


async def tools(url, bearer):
    """Several tools in both eras."""
    for mode in ("auto", "legacy"):
        async with calling(url, bearer, mode) as client:
            assert len((await client.list_tools()).tools) > 10
            found = await client.call_tool("outlook_email_search", {"query": "budget", "hasAttachments": True})
            assert not found.is_error, found.content
            mail = found.structured_content["results"][0]["uri"]
            read = await client.call_tool("read_resource", {"uri": mail})
            assert read.structured_content["results"][0]["attachments"], read.content
            assert (await client.read_resource(mail)).contents[0].text
            for tool, arguments in (
                ("outlook_calendar_search", {"query": "budget"}), ("chat_message_search", {"query": "budget"}),
                ("sharepoint_search", {"query": "budget"}), ("get_me", {}),
            ):
                answer = await client.call_tool(tool, arguments)
                assert not answer.is_error and answer.structured_content["results"], (tool, answer.content)
            print(f"msal and the Python client, {client.protocol_version}: ok")


def challenged(url, bearer):
    """Calls a tool with a token that no longer suffices; returns the claims that are asked for."""
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {"name": "outlook_email_search", "arguments": {"query": "budget"}}}
    headers = {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json",
               "Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-11-25"}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, json.dumps(call).encode(), headers)) as answer:
            raise AssertionError(f"nothing more was asked for: {answer.read(600)}")
    except urllib.error.HTTPError as refused:
        challenge = refused.headers["WWW-Authenticate"]
        assert refused.code == 401 and 'error="insufficient_claims"' in challenge, (refused.code, challenge)
    return base64.b64decode(re.search(r'claims="([^"]+)"', challenge).group(1)).decode()


async def step_up(described, remote, host):
    """A second factor is demanded of Graph: our 401 tells msal what to ask the user for."""
    order(described, "policies", {"control": "mfa", "app": "graph"})
    # The exchanged token of the one before is good still.
    bearer = token(host.silently(force_refresh=True))
    claims = challenged(remote.url, bearer)
    refused = host.silently(claims_challenge=claims)
    assert refused["error"] in ("interaction_required", "invalid_grant"), refused
    better = host.sign_in(claims)
    await tools(remote.url, better)
    assert refusal(exchange(described, bearer)) == 50076, "the token from before suffices still"
    token(exchange(described, better))
    order(described, "policies", {}, "DELETE")
    print("claims challenge, answered by msal: ok")


def exchange(described, assertion, credential=None):
    """On behalf of, by msal in the connector's place; no cache."""
    app = msal.ConfidentialClientApplication(
        described["connectorClientId"], authority=authority(described), instance_discovery=False,
        http_client=trusting(described), client_credential=credential or described["connectorSecret"],
    )
    return app.acquire_token_on_behalf_of(assertion, GRAPH)


def refusal(answer):
    assert "error" in answer, sorted(answer)
    return answer["error_codes"][0]


def minted(described, **options):
    return order(described, "token", {"upn": USER} | options)["token"]


def on_behalf_of(described, bearer):
    own, stranger = Certificate(), Certificate()
    order(described, "connector", {"do": "addCertificate", "der": base64.b64encode(own.der).decode()})
    for credential in (None, own.modern(), own.legacy()):
        token(exchange(described, bearer, credential))
    refused = {
        7000215: exchange(described, bearer, "not-the-secret"),
        700027: exchange(described, bearer, stranger.modern()),
        500131: exchange(described, minted(described, claims={"aud": "api://another-app"})),
        500133: exchange(described, minted(described, expiresIn=-600)),
        7000114: exchange(described, minted(described, appOnly=True)),
        50013: exchange(described, bearer[:-20] + ("A" * 20)),
        240002: exchange(described, minted(described, kind="id")),
        50027: exchange(described, "no.token"),
    }
    for code, answer in refused.items():
        assert refusal(answer) == code, (code, answer)
    print(f"on behalf of, by msal: 3 credentials, {len(refused)} refusals: ok")
    return own


async def another_deployment(described, folder, own, bearer):
    """For two tenants, over TLS that wants the caller's certificate, with the certificate that msal was taken with."""
    (chain, chain_key), (mine, mine_key) = Certificate().write(folder, "server"), Certificate().write(folder, "caller")
    certificate, key = own.write(folder, "connector")
    _, other, third = described["tenants"]
    more = f"""
        [[allow]]
        tenant_id = "{other["tenantId"]}"
        client_ids = ["{described["hostClientId"]}"]
        [tls]
        certificate_file = "{chain}"
        private_key_file = "{chain_key}"
        client_ca_file = "{mine}"
    """
    credential = f'{{ certificate_file = "{certificate}", private_key_file = "{key}" }}'
    tls = ssl.create_default_context(cafile=chain)
    with Remote(described, folder / "another", credential=credential, more=more) as remote:
        try:
            urllib.request.urlopen(remote.url, context=tls).close()
            raise AssertionError("callers without a certificate are answered")
        except OSError as refused:
            assert not isinstance(refused, urllib.error.HTTPError), refused
        tls.load_cert_chain(mine, mine_key)
        metadata = json.load(urllib.request.urlopen(f"{remote.root}/.well-known/oauth-protected-resource/mcp", context=tls))
        assert "organizations" in metadata["authorization_servers"][0], metadata
        guest = Host(described, metadata["scopes_supported"], other["tenantId"]).sign_in()
        assert payload(guest)["tid"] == other["tenantId"] != payload(bearer)["tid"], payload(guest)
        for caller, upn in ((bearer, USER), (guest, f"{USER.replace('@', '_')}#EXT#@{other['domain']}")):
            async with calling(remote.url, caller, tls=tls) as client:
                me = await client.call_tool("get_me", {})
            assert not me.is_error and upn in me.content[0].text, me.content
        stranger = minted(described, upn=third["users"][0]["upn"])
        refused = await httpx2.AsyncClient(verify=tls).post(remote.url, headers={"Authorization": f"Bearer {stranger}"})
        assert (refused.status_code, refused.json()) == (403, NOT_ALLOWED), refused.text
    print("certificates both ways, a guest, a stranger's tenant: ok")


async def without_consent(described, remote):
    """The administrator takes the consent back: msal and the tool are told which one is missing."""
    order(described, "connector", {"do": "withdrawConsent", "tenant": described["tenantId"]})
    bearer = minted(described)
    assert refusal(exchange(described, bearer)) == 65001
    async with calling(remote.url, bearer) as client:
        refused = await client.call_tool("outlook_email_search", {"query": "budget"})
    error = json.loads(refused.content[0].text)
    assert refused.is_error and error["code"] == "CONSENT_REQUIRED" and "adminconsent" in error["message"], error
    print("consent taken back: ok")


async def main():
    with tenant("--tls", "--test-mode") as described, tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        with Remote(described, folder / "remote") as remote:
            metadata = discovered(remote)
            assert metadata["scopes_supported"] == [scope(described)], metadata
            assert described["tenantId"] in metadata["authorization_servers"][0], metadata
            host = Host(described, metadata["scopes_supported"])
            first = host.sign_in()
            assert payload(first)["scp"] == "access_as_user", payload(first)
            bearer = token(host.silently(force_refresh=True))
            assert bearer != first and token(host.silently()) == bearer
            await tools(remote.url, bearer)
            own = on_behalf_of(described, bearer)
            await step_up(described, remote, host)
            await another_deployment(described, folder, own, token(host.silently()))
            await without_consent(described, remote)
            remote.shows_none_of([first, bearer, described["connectorSecret"], first.split(".")[2], bearer.split(".")[2]])
            outcomes = {event["outcome"] for event in remote.audit() if event["event"] == "tool.call"}
            assert outcomes == {"ok", "error"}, outcomes


asyncio.run(main())
