// SOAP as text: what is put into a message, and how one is shown.

/** `text` as character data. */
export function escapeText(text) {
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
export async function secured(envelope, { name, secret, digest }) {
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
export function addressed(envelope, action, to) {
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
export function filled(envelope, parts, { name, secret }) {
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
