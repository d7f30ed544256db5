// The official SDKs of TypeScript take the steps: `typescript.mjs VERSION PLACE MODULES`, with the steps as JSON on standard input. The one
// of before takes those of 2025-11-25, the one of now those of 2026-07-28.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [version, given, modules] = process.argv.slice(2);
const place = JSON.parse(given);
const steps = JSON.parse(readFileSync(0, "utf8"));
const load = path => import(pathToFileURL(`${modules}/@modelcontextprotocol/${path}`).href);

async function of(version) {
    if (version === "2025-11-25") {
        const { Client } = await load("sdk/dist/esm/client/index.js");
        const { StreamableHTTPClientTransport } = await load("sdk/dist/esm/client/streamableHttp.js");
        const { StdioClientTransport } = await load("sdk/dist/esm/client/stdio.js");
        const client = new Client({ name: "test", version: "1" });
        return { client, StreamableHTTPClientTransport, StdioClientTransport, spoken: () => client.transport.protocolVersion ?? version };
    }
    const { Client, StreamableHTTPClientTransport } = await load("client/dist/index.mjs");
    const { StdioClientTransport } = await load("client/dist/stdio.mjs");
    const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode: version === "auto" ? "auto" : { pin: version } } });
    return { client, StreamableHTTPClientTransport, StdioClientTransport, spoken: () => client.getNegotiatedProtocolVersion() };
}

async function step(client, what) {
    try {
        if (what.do === "list") {
            const { tools } = await client.listTools();
            return { tools: tools.map(tool => tool.name).sort(), titles: tools.map(tool => tool.inputSchema.type) };
        }
        const result = await client.callTool({ name: what.tool, arguments: what.arguments });
        const text = result.content.filter(block => block.type === "text").map(block => block.text);
        return { error: result.isError === true, structured: result.structuredContent ?? null, text: JSON.parse(text[0]) };
    } catch (error) {
        return { code: error.code ?? String(error) };
    }
}

async function main() {
    const { client, StreamableHTTPClientTransport, StdioClientTransport, spoken } = await of(version);
    const transport = place.url
        ? new StreamableHTTPClientTransport(new URL(place.url), { requestInit: { headers: place.headers } })
        : new StdioClientTransport({ command: place.command, args: place.args, env: place.env, stderr: "ignore" });
    try {
        await client.connect(transport);
    } catch (error) {
        return { refused: error.constructor.name };
    }
    const taken = [];
    for (const what of steps) taken.push(await step(client, what));
    const told = { version: spoken(), steps: taken };
    await client.close();
    return told;
}

console.log(JSON.stringify(await main()));
process.exit(0);
