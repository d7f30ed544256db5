// One call through node-soap with octets beside the envelope, or with answers that have some: `store` by MTOM or not, `keep` and `refer` by SOAP with
// Attachments. node-soap sends and gets parts; the program writes the references to them, and follows those that come.
'use strict';
const crypto = require('crypto');
const soap = require('soap');

const env = process.env;
const OCTETS = crypto.randomBytes(50000);
const SCAN = Buffer.from([1, 2, 3]);

async function main() {
  const options = { forceSoap12Headers: env.SOAP_VERSION === '1.2', parseResponseAttachments: true };
  const client = await soap.createClientAsync(env.WSDL_URL, options);
  await ({ keep, refer }[env.OPERATION] || store)(client);
}

async function store(client) {
  const data = env.MTOM ? { 'xop:Include': { attributes: { 'xmlns:xop': XOP, href: 'cid:octets@example.com' } } } : OCTETS.toString('base64');
  const [answer] = await client.storeAsync({ name: 'a', data }, attaching(env.MTOM ? [part('octets@example.com', 'application/octet-stream', OCTETS)] : []));
  same(typeof answer.data === 'string' ? Buffer.from(answer.data, 'base64') : referred(client, answer.data.Include.attributes.href).body, OCTETS);
}

async function keep(client) {
  const parts = [part('photo=1@example.com', 'application/octet-stream', OCTETS), part('scan=2@example.com', 'image/png', SCAN)];
  await client.keepAsync({ _xml: '<keep xmlns="urn:bound">a</keep>' }, attaching(parts));
  same(beside(client, '<photo=').body, OCTETS);
  const scan = beside(client, '<scan=');
  same(scan.body, SCAN);
  if (scan.headers['content-type'] !== 'image/png') throw new Error(`not so: the media type is the one that was sent; seen: ${scan.headers['content-type']}`);
}

async function refer(client) {
  const [answer] = await client.referAsync({ name: 'a', document: 'cid:octets@example.com' }, attaching([part('octets@example.com', 'image/png', OCTETS)]));
  same(referred(client, answer.document).body, OCTETS);
}

function attaching(attachments) {
  return { timeout: 15000, attachments, forceMTOM: Boolean(env.FORCED) };
}

function part(contentId, mimetype, body) {
  return { mimetype, contentId, name: 'octets', body };
}

function referred(client, reference) {
  return beside(client, `<${reference.slice('cid:'.length)}>`);
}

function beside(client, begin) {
  return client.lastResponseAttachments.parts.find((one) => one.headers['content-id'].startsWith(begin));
}

function same(seen, sent) {
  if (!sent.equals(seen)) throw new Error(`not so: the octets are those that were sent; seen: ${seen.length}`);
}

const XOP = 'http://www.w3.org/2004/08/xop/include';

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
