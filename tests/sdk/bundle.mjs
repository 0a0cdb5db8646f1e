// Installs the bundle as a desktop host does, with the code of the hosts themselves (npm: @anthropic-ai/mcpb), and
// starts what comes out of it.
//
// usage: bundle.mjs NODE_MODULES TARGET_DIR      the folders of @anthropic-ai/mcpb, and of m365-local

import assert from "node:assert";
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import readline from "node:readline";
import { pathToFileURL } from "node:url";

const [modules, target] = process.argv.slice(2).map((folder) => path.resolve(folder));
const mcpb = await import(pathToFileURL(path.join(modules, "@anthropic-ai/mcpb/dist/node.js")));
const cli = path.join(modules, "@anthropic-ai/mcpb/dist/cli/cli.js");
const root = path.resolve(import.meta.dirname, "../..");
const work = fs.mkdtempSync(path.join(os.tmpdir(), "bundle-"));

const assemble = (out) =>
  execFileSync(path.join(root, "packaging/mcpb.sh"), [out, `linux=${target}/m365-local`], { stdio: "pipe" });

async function answers(config, requests) {
  const child = spawn(config.command, config.args, { env: config.env, stdio: ["pipe", "pipe", "inherit"] });
  const lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const found = [];
  for (const [index, [method, params]] of requests.entries()) {
    child.stdin.write(JSON.stringify({ jsonrpc: "2.0", id: index, method, params }) + "\n");
    found.push(JSON.parse((await lines.next()).value).result);
  }
  child.stdin.end();
  return found;
}

try {
  const [first, second] = ["first", "second"].map((name) => path.join(work, name));
  assemble(first);
  assemble(second);
  const bundle = path.join(first, "m365-local.mcpb");
  assert(fs.readFileSync(bundle).equals(fs.readFileSync(path.join(second, "m365-local.mcpb"))), "not reproducible");

  const folder = path.join(work, "installed");
  execFileSync(process.execPath, [cli, "unpack", bundle, folder], { stdio: "pipe" });
  const file = path.join(folder, "manifest.json");
  for (const manifest of [file, path.join(root, "packaging/mcpb/manifest.json")]) {
    execFileSync(process.execPath, [cli, "validate", manifest], { stdio: "pipe" });
  }

  const manifest = JSON.parse(fs.readFileSync(file));
  const id = "11111111-2222-4333-8444-555555555555";
  const config = await mcpb.getMcpConfigForManifest({
    manifest,
    extensionPath: folder,
    systemDirs: {},
    userConfig: { tenant_id: id, client_id: id },
    pathSeparator: path.sep,
  });
  assert(!JSON.stringify(config).includes("${"), JSON.stringify(config));
  config.env.M365_DATA_DIR = path.join(work, "data");
  const client = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "bundle", version: "0" } };
  const [hello, listed] = await answers(config, [["initialize", client], ["tools/list", {}]]);

  assert.equal(hello.serverInfo.version, manifest.version);
  const named = new Set(manifest.tools.map((tool) => tool.name));
  assert(listed.tools.length > 5 && listed.tools.every((tool) => named.has(tool.name)));
  console.log(`the bundle installs and answers: ${listed.tools.length} tools`);
} finally {
  fs.rmSync(work, { recursive: true });
}
