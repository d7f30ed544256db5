// Requests of this page: to the operations of its front, and for dry runs. All go to its own origin.

import { parse, write } from './json.js';
import { addressed, filled, secured } from './xml.js';

/** Who calls: kept in this module's memory, and nowhere else. */
export const caller = { name: '', secret: '' };

const here = new URL('./', import.meta.url);
const front = new URL('..', import.meta.url).href.replace(/\/$/, '');

/** What the page is about. */
export async function description() {
  // As the page asks for it beforehand: another mode would load it twice.
  const answer = await fetch(new URL('data.json', here));
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return answer.json();
}

/** The address of a front, or of an operation of it. */
export function address(operation, data) {
  return data.front === 'json' ? front + operation.path : front;
}

/** The SOAP that the JSON `text` becomes, or what is wrong with it: `{ ok, said }`. */
export async function dryRun(operation, text, signal) {
  const url = new URL(`dry-run?operation=${encodeURIComponent(operation.name)}`, here);
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: text, signal, credentials: 'omit', cache: 'no-store' });
  const said = await answer.json();
  // A failure of a system may have HTTP status 200.
  return { ok: answer.ok && !answer.headers.get('content-type').startsWith('application/problem+json'), said };
}

/** Calls `operation` with the JSON `text`: `{ status, headers, text, ms }`. */
export async function call(operation, text, data) {
  const request = data.front === 'json' ? ofJson(operation, text, data) : await ofSoap(operation, text, data);
  // A browser that keeps credentials must not send them for this page; certificates are all that it shows itself.
  const credentials = data.auth.kind === 'certificate' ? 'same-origin' : 'omit';
  const begun = performance.now();
  const answer = await fetch(address(operation, data), { method: 'POST', cache: 'no-store', credentials, redirect: 'error', ...request });
  const body = await answer.text();
  return { status: answer.status, headers: answer.headers, text: body, ms: performance.now() - begun };
}

function ofJson(operation, text, data) {
  const headers = { 'Content-Type': 'application/json', ...authorization(data, operation) };
  return { headers, body: withCredentials(operation, text) };
}

/** The JSON with who calls, where the operation wants that in its body and it is not there. */
function withCredentials({ credentials }, text) {
  if (!credentials?.used || (!caller.name && !caller.secret)) return text;
  const value = parse(text);
  if (!(value instanceof Map) || value.has(credentials.object)) return text;
  const own = new Map([[credentials.username, caller.name], [credentials.password, caller.secret]]);
  return write(new Map([[credentials.object, own], ...value]));
}

function authorization({ auth }, { credentials }) {
  if (!caller.secret || credentials?.used) return {};
  if (auth.kind === 'basic') {
    const bytes = new TextEncoder().encode(`${caller.name}:${caller.secret}`);
    return { Authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` };
  }
  if (auth.kind === 'bearer') return { Authorization: `Bearer ${caller.secret}` };
  return auth.kind === 'key' ? { [auth.header]: caller.secret } : {};
}

async function ofSoap(operation, text, data) {
  const { ok, said } = await dryRun(operation, text);
  if (!ok) throw new Refused(said);
  const { kind, digest, parts } = data.auth;
  let body = said.message;
  if (data.addressed) body = addressed(body, operation.addressing, address(operation, data));
  if (kind === 'parts') body = filled(body, parts, caller);
  else if (kind === 'token' && (caller.name || caller.secret)) body = await secured(body, { ...caller, digest });
  else if (kind === 'name' && caller.name) body = await secured(body, { name: caller.name });
  const action = operation.action;
  const type = operation.soap === '1.1'
    ? { 'Content-Type': 'text/xml; charset=utf-8', SOAPAction: `"${action}"` }
    : { 'Content-Type': `application/soap+xml; charset=utf-8; action="${action}"` };
  return { headers: { ...type, ...authorization(data, operation) }, body };
}

/** A message that breaks its contract, with what a front would say of it. */
export class Refused extends Error {
  constructor(said) {
    super('the message breaks the contract');
    this.said = said;
  }
}
