// The ways of `saponify demo`: each is tried by clicking in the page about its front.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const require = createRequire(`${process.env.PAGE_MODULES}/`);
const { parse } = require('yaml');
const samples = new URL('../../samples/', import.meta.url);

/** `{ way, url, json, user, secret, expect }` of each way; `services` are those of the ready file. */
export async function ways(services) {
  const systems = parse(await readFile(new URL('demo.yaml', samples), 'utf8'));
  const all = [];
  for (const { name, backend, fronts } of services) {
    const system = systems.find((known) => known.name === name);
    const value = (ending) => Object.entries(system.variables).find(([key]) => key.endsWith(ending))?.[1] ?? '';
    const contract = await readFile(new URL(`${name}/request.json`, samples), 'utf8');
    const json = fronts.find(({ kind }) => kind === 'json');
    const soap = fronts.find(({ kind }) => kind === 'soap');
    const request = withPath(name, system.json.line, contract);
    if (json) all.push({ way: `${name}: JSON to ${backend}`, url: json.url.slice(0, json.url.lastIndexOf('/')), json: request, ...ofJson(name, value), expect: system.json.expect });
    if (soap) all.push({ way: `${name}: SOAP to ${backend}`, url: soap.url, json: request, user: value('USERNAME'), secret: value('PASSWORD'), expect: system.soap.expect });
  }
  return all;
}

/** The request with the fields that the system's own clients have in the path, and without who calls: the page asks for that. */
function withPath(name, line, json) {
  const own = {
    finzly: /customers\/(?<customerUID>\d+)\/accounts\/(?<accountUID>\d+)/,
    tabapay: /clients\/(?<clientId>.{22})_(?<subClientId>\d+)\/accounts\/(?<accountId>[^/]+)/,
  }[name]?.exec(line);
  const { authentication, ...request } = JSON.parse(json);
  return JSON.stringify({ ...own?.groups, ...request }, null, 2);
}

/** Who calls the JSON front of a system. */
function ofJson(name, value) {
  if (name === 'bancbox') return { user: value('USERNAME'), secret: value('PASSWORD') };
  if (name === 'helix') return { user: value('API_KEY'), secret: value('API_SECRET') };
  return { user: '', secret: value('TOKEN') };
}
