#!/usr/bin/env bash
# @modelcontextprotocol/sdk 1.32.2 of npm: a client checks the structured content of a failed call (`isError`) by the output schema of the tool too,
# and throws: what the tool says went wrong, also in `content`, never reaches the caller. Without structured content the same result arrives.
# Needs node and npm with a package registry. Seen:
#   text alone: isError, sold out
#   text and object: thrown, code -32602
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" @modelcontextprotocol/sdk@1.32.2 >/dev/null
cat >"$folder/finding.mjs" <<'JS'
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';

const server = new Server({ name: 'shop', version: '1' }, { capabilities: { tools: {} } });
const outputSchema = { type: 'object', properties: { price: { type: 'string' } }, required: ['price'] };
server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [{ name: 'quote', inputSchema: { type: 'object' }, outputSchema }] }));
server.setRequestHandler(CallToolRequestSchema, ({ params }) => ({
  content: [{ type: 'text', text: 'sold out' }],
  ...(params.arguments.object ? { structuredContent: { error: 'sold out' } } : {}),
  isError: true,
}));
const [one, other] = InMemoryTransport.createLinkedPair();
const client = new Client({ name: 'caller', version: '1' });
await Promise.all([server.connect(one), client.connect(other)]);
await client.listTools();
for (const [name, object] of [['text alone', false], ['text and object', true]]) {
  try {
    const { isError, content } = await client.callTool({ name: 'quote', arguments: { object } });
    console.log(`${name}: ${isError ? 'isError' : 'a result'}, ${content[0].text}`);
  } catch (error) {
    console.log(`${name}: thrown, code ${error.code}`);
  }
}
JS
seen=$(cd "$folder" && node finding.mjs 2>errors || true)
expected='text alone: isError, sold out
text and object: thrown, code -32602'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { cat "$folder/errors"; echo "changed: expected"; printf '%s\n' "$expected"; exit 1; }
