// Calls every tool of m365-remote with the official TypeScript client, which validates each structured answer
// against the tool's output schema.
//
// usage: with_remote.py TARGET_DIR node remote.mjs NODE_MODULES      the folder that holds @modelcontextprotocol
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const installed = createRequire(resolve(process.argv[2], 'x.js'));
const { Client, StreamableHTTPClientTransport } = await import(
    pathToFileURL(installed.resolve('@modelcontextprotocol/client')).href
);
const { M365_URL, M365_PROXY_TOKEN, M365_ASKED_TOOL } = process.env;

const ADELE = 'adele.vance@fjordlight.example';
const CALLS = {
    outlook_email_search: { query: 'budget', hasAttachments: true },
    outlook_calendar_search: { query: 'budget' },
    find_meeting_availability: { participants: [ADELE] },
    chat_message_search: { query: 'budget' },
    sharepoint_search: { query: 'budget' },
    sharepoint_folder_search: { name: 'budget' },
    read_resource: { uri: 'mail:///folders/inbox' },
    get_me: {},
    get_granted_scopes: {},
    outlook_find_available_time: {},
    teams_list_chats: {},
};

async function connected(mode, asked) {
    const requestInit = { headers: { Authorization: `Bearer ${M365_PROXY_TOKEN}` } };
    const client = new Client(
        { name: 'remote.mjs', version: '1' },
        { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode } },
    );
    client.setRequestHandler('elicitation/create', async (request) => {
        asked.push(request.params.message);
        return { action: 'accept', content: {} };
    });
    await client.connect(new StreamableHTTPClientTransport(new URL(M365_URL), { requestInit }));
    return client;
}

async function everyTool(client) {
    const { tools } = await client.listTools();
    assert.deepEqual(tools.map((tool) => tool.name).sort(), Object.keys(CALLS).sort());
    for (const { name, outputSchema } of tools.filter((tool) => tool.name !== M365_ASKED_TOOL)) {
        assert.ok(outputSchema, name);
        const answer = await client.callTool({ name, arguments: CALLS[name] });
        assert.ok(!answer.isError && answer.structuredContent, `${name}: ${JSON.stringify(answer.content)}`);
    }
}

async function resources(client) {
    const found = await client.callTool({ name: 'outlook_email_search', arguments: CALLS.outlook_email_search });
    const [{ uri }] = found.structuredContent.results;
    const { contents } = await client.readResource({ uri });
    assert.ok(contents[0].text.length > 0, uri);
    const { resourceTemplates } = await client.listResourceTemplates();
    assert.ok(resourceTemplates.some((template) => template.uriTemplate.startsWith('mail:')));
}

async function errors(client) {
    const refused = await client.callTool({ name: 'outlook_email_search', arguments: { colour: 'red' } });
    assert.ok(refused.isError);
    assert.equal(JSON.parse(refused.content[0].text).code, 'VALIDATION_ERROR');
    await assert.rejects(client.readResource({ uri: 'nothing:///of/ours' }));
}

/// A policy of ask reaches the user where the era lets a server without sessions ask.
async function policy(client, asked, mode) {
    const answer = await client.callTool({ name: M365_ASKED_TOOL, arguments: CALLS[M365_ASKED_TOOL] });
    if (mode === 'auto') {
        assert.ok(!answer.isError && asked.length === 1, JSON.stringify(answer.content));
    } else {
        assert.equal(JSON.parse(answer.content[0].text).code, 'FORBIDDEN');
    }
}

for (const mode of ['auto', 'legacy']) {
    const asked = [];
    const client = await connected(mode, asked);
    await everyTool(client);
    await resources(client);
    await errors(client);
    await policy(client, asked, mode);
    await client.close();
    console.log(`TypeScript client, ${mode}: ${Object.keys(CALLS).length} tools: ok`);
}

const stranger = new Client({ name: 'stranger', version: '1' }, { versionNegotiation: { mode: 'auto' } });
await assert.rejects(stranger.connect(new StreamableHTTPClientTransport(new URL(M365_URL))));
console.log('TypeScript client, without a token: refused: ok');
