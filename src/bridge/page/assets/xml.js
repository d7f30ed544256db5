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
  const password = digest ? await digested(secret) : `<wsse:Password Type="${PROFILE}#PasswordText">${escapeText(secret)}</wsse:Password>`;
  const token = `<wsse:Security xmlns:wsse="${WSSE}" xmlns:wsu="${WSU}" soapenv:mustUnderstand="1"><wsse:UsernameToken>`
    + `<wsse:Username>${escapeText(name)}</wsse:Username>${password}</wsse:UsernameToken></wsse:Security>`;
  const header = '<soapenv:Header>';
  const at = envelope.indexOf(header);
  if (at >= 0) return envelope.slice(0, at + header.length) + token + envelope.slice(at + header.length);
  const body = envelope.indexOf('<soapenv:Body');
  return `${envelope.slice(0, body)}${header}${token}</soapenv:Header>${envelope.slice(body)}`;
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

/** `envelope` with who calls in header blocks of its contract, where it has them: `parts` are the names that lead there. */
export function filled(envelope, parts, { name, secret }) {
  const document = new DOMParser().parseFromString(envelope, 'application/xml');
  const below = (around, local) => around && [...around.children].find((child) => child.localName === local);
  for (const { names, named } of parts) {
    const end = ['Header', ...names].reduce(below, document.documentElement);
    if (end) end.textContent = named ? name : secret;
  }
  return new XMLSerializer().serializeToString(document);
}
