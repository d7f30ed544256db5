// Messages as text: JSON without loss, for numbers keep their digits, and objects are maps, so that no key means anything to the language; SOAP;
// and the requests of this page, all of which go to its own origin.

/** A number as it is written. */
export class Digits {
  constructor(text) {
    this.text = text;
  }
}

/** What is no JSON, with the line on which that is seen. */
class NotJson extends Error {
  constructor(message, line) {
    super(`line ${line}: ${message}`);
  }
}

const TOKEN = /[ \t\r\n]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\.)*")|(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?![\w.])|(true|false|null)(?!\w)|$)/y;
const DEEPEST = 64;

/** The value that `text` is. Throws a `NotJson`. */
export function parse(text) {
  let at = 0;
  let token;
  const wrong = (message) => {
    const line = text.slice(0, at).split('\n').length;
    return new NotJson(message, line);
  };
  const next = () => {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (!found) throw wrong('a value, a key or a sign is malformed');
    at = TOKEN.lastIndex;
    token = { sign: found[1], string: found[2], number: found[3], word: found[4], end: at === text.length && !found[0].trim() };
  };
  const expect = (sign) => {
    if (token.sign !== sign) throw wrong(`expected ${sign}`);
    next();
  };
  const string = () => {
    let value;
    try {
      value = JSON.parse(token.string);
    } catch {
      throw wrong('a string is malformed');
    }
    next();
    return value;
  };
  const list = (close, item) => {
    next();
    if (token.sign === close) return next();
    for (;;) {
      item();
      if (token.sign === close) return next();
      expect(',');
    }
  };
  const value = (depth) => {
    if (depth > DEEPEST) throw wrong('nested too deep');
    if (token.sign === '{') {
      const object = new Map();
      list('}', () => {
        if (token.string === undefined) throw wrong('expected a key');
        const key = string();
        if (object.has(key)) throw wrong(`the key ${JSON.stringify(key)} is there twice`);
        expect(':');
        object.set(key, value(depth + 1));
      });
      return object;
    }
    if (token.sign === '[') {
      const array = [];
      list(']', () => array.push(value(depth + 1)));
      return array;
    }
    if (token.string !== undefined) return string();
    const { number, word } = token;
    if (number === undefined && word === undefined) throw wrong('expected a value');
    next();
    return number === undefined ? { true: true, false: false, null: null }[word] : new Digits(number);
  };
  next();
  const whole = value(0);
  if (!token.end) throw wrong('something follows the value');
  return whole;
}

/** `value` as text, indented by two spaces. */
export function write(value, indent = '') {
  const inner = `${indent}  `;
  if (value instanceof Digits) return value.text;
  if (Array.isArray(value)) {
    return value.length ? `[\n${value.map((item) => inner + write(item, inner)).join(',\n')}\n${indent}]` : '[]';
  }
  if (value instanceof Map) {
    const members = [...value].map(([key, member]) => `${inner}${JSON.stringify(key)}: ${write(member, inner)}`);
    return members.length ? `{\n${members.join(',\n')}\n${indent}}` : '{}';
  }
  return JSON.stringify(value);
}

/** The lines of `value`, each with the JSON Pointer of what stands on it: `{ depth, pointer, key, text }`. */
export function* lines(value, pointer = '', depth = 0, key = null, end = '') {
  const line = (text, of = key) => ({ depth, pointer, key: of, text });
  const entries = Array.isArray(value) ? value.map((item, at) => [at, item]) : value instanceof Map ? [...value] : null;
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  if (!entries) return yield line((value instanceof Digits ? value.text : JSON.stringify(value)) + end);
  if (!entries.length) return yield line(open + close + end);
  yield line(open);
  for (const [at, [name, member]] of entries.entries()) {
    const own = typeof name === 'string' ? name : null;
    yield* lines(member, `${pointer}/${escape(name)}`, depth + 1, own, at < entries.length - 1 ? ',' : '');
  }
  yield line(close + end, null);
}

/** A key or a place as a segment of a JSON Pointer. */
export function escape(segment) {
  return String(segment).replaceAll('~', '~0').replaceAll('/', '~1');
}

/** A copy of which nothing is shared. */
export function copy(value) {
  if (Array.isArray(value)) return value.map(copy);
  return value instanceof Map ? new Map([...value].map(([key, member]) => [key, copy(member)])) : value;
}

// SOAP: what is put into a message, and how one is shown.

/** `text` as character data. */
function escapeText(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** An XML document with a line for each tag; as it is where that is not what it looks like. */
export function indented(text) {
  const pieces = text.match(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<[^>]*>|[^<]+/g) ?? [];
  let out = '';
  let depth = 0;
  let leaf = false;
  for (const piece of pieces) {
    if (!piece.startsWith('<')) {
      if (piece.trim()) out += piece;
      continue;
    }
    const closes = piece.startsWith('</');
    if (closes) depth -= 1;
    const stays = (closes && leaf) || piece.startsWith('<![CDATA[');
    out += stays ? piece : `${out ? '\n' : ''}${'  '.repeat(Math.max(depth, 0))}${piece}`;
    leaf = !closes && !piece.endsWith('/>') && !piece.startsWith('<?') && !piece.startsWith('<!');
    if (leaf) depth += 1;
  }
  return out;
}

const WSSE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';
const WSU = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd';
const PROFILE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0';
const BASE64 = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary';

/** `envelope` with a UsernameToken (WSS UsernameToken Profile 1.1.1, section 3.1). */
async function secured(envelope, { name, secret, digest }) {
  // One that only says a name has none.
  const password = secret === undefined ? '' : digest ? await digested(secret) : `<wsse:Password Type="${PROFILE}#PasswordText">${escapeText(secret)}</wsse:Password>`;
  const token = `<wsse:Security xmlns:wsse="${WSSE}" xmlns:wsu="${WSU}" soapenv:mustUnderstand="1"><wsse:UsernameToken>`
    + `<wsse:Username>${escapeText(name)}</wsse:Username>${password}</wsse:UsernameToken></wsse:Security>`;
  return withBlocks(envelope, token);
}

/** `envelope` with `blocks` as the first ones of its Header. */
function withBlocks(envelope, blocks) {
  const header = '<soapenv:Header>';
  const at = envelope.indexOf(header);
  if (at >= 0) return envelope.slice(0, at + header.length) + blocks + envelope.slice(at + header.length);
  const body = envelope.indexOf('<soapenv:Body');
  return `${envelope.slice(0, body)}${header}${blocks}</soapenv:Header>${envelope.slice(body)}`;
}

/** `envelope` with the properties of WS-Addressing 1.0 of a request with this action. */
function addressed(envelope, action, to) {
  const digits = [...crypto.getRandomValues(new Uint8Array(16))].map((octet) => octet.toString(16).padStart(2, '0')).join('');
  const uuid = digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})/, '$1-$2-4$3-a$4-');
  const uri = 'http://www.w3.org/2005/08/addressing';
  const block = (name, text) => `<wsa:${name} xmlns:wsa="${uri}">${text}</wsa:${name}>`;
  return withBlocks(envelope, block('Action', escapeText(action)) + block('To', escapeText(to))
    + block('ReplyTo', `<wsa:Address>${uri}/anonymous</wsa:Address>`) + block('MessageID', `urn:uuid:${uuid}`));
}

async function digested(secret) {
  if (!crypto.subtle) throw new Error('a browser makes digests only for pages that came over https:// or from this machine');
  const nonce = crypto.getRandomValues(new Uint8Array(16));
  const created = new Date().toISOString();
  const rest = new TextEncoder().encode(created + secret);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-1', new Uint8Array([...nonce, ...rest])));
  const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
  return `<wsse:Password Type="${PROFILE}#PasswordDigest">${base64(digest)}</wsse:Password>`
    + `<wsse:Nonce EncodingType="${BASE64}">${base64(nonce)}</wsse:Nonce><wsu:Created>${created}</wsu:Created>`;
}

/** `envelope` with who calls in header blocks of its contract, where a text stands for it: `parts` are the names that lead there. */
function filled(envelope, parts, { name, secret }) {
  const texts = new Map(parts.map(({ names, named }) => [['Envelope', 'Header', ...names].join('/'), escapeText(named ? name : secret)]));
  const around = [];
  const put = (piece) => {
    if (!piece.startsWith('<')) return texts.get(around.join('/')) ?? piece;
    if (piece.startsWith('</')) around.pop();
    else if (!piece.endsWith('/>')) around.push(piece.match(/^<(?:[^\s:>]*:)?([^\s>]*)/)[1]);
    return piece;
  };
  return (envelope.match(/<[^>]*>|[^<]+/g) ?? []).map(put).join('');
}

// Requests: to the operations of the front of this page, and for dry runs.

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
