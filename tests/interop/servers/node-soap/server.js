// A BancBox backend on node-soap's server. What it must do is told in ../../README.md.
'use strict';
const crypto = require('crypto');
const fs = require('fs');
const http = require('http');
const soap = require('soap');

const env = process.env;
const contract = fs.readFileSync(env.CONTRACT, 'utf8');
const is12 = env.SOAP_VERSION === '1.2';
const seen = new Set();

function main() {
  const server = http.createServer((_, response) => response.writeHead(404).end());
  server.listen(0, '127.0.0.1', () => serve(server, server.address().port));
}

function serve(server, port) {
  const xml = contract.replace('http://localhost/', `http://127.0.0.1:${port}/`);
  const services = { BBXPortService: { BBXPort: { updateClient } } };
  // A long is a text here: a JavaScript number would round it.
  const customDeserializer = { long: (text) => text };
  const options = { customDeserializer, suppressStack: true, forceSoap12Headers: is12 };
  const listener = soap.listen(server, { path: '/BBXPort', services, xml, ...options });
  listener.authenticate = authenticate;
  if (!env.AS_SHIPPED) listener.on('response', mend);
  console.log(`port ${port}`);
}

function updateClient({ updateClientRequest: request }) {
  const requestId = (1700000000000n + (BigInt(request.subscriberId) % 1000n)).toString();
  if (request.firstName === 'Fail') return { return: { requestId, status: 0, errors: ERRORS } };
  const warnings = [{ code: 'W-ECHO', message: request.lastName }];
  return { return: { requestId, status: 1, warnings, clientStatus: 'ACTIVE', cipStatus: 'UNVERIFIED' } };
}

// node-soap qualifies the part accessor of an answer; Basic Profile 1.1, R2735 says that it has no namespace.
function mend(response) {
  response.result = response.result.replace(/(<\/?)sch:return>/g, '$1return>');
}

function authenticate(security) {
  const token = (security && security.UsernameToken) || {};
  const { Username, Password = {}, Nonce = '', Created = '' } = token;
  const type = ((Password.attributes || {}).Type || '').split('#')[1];
  if (!same(text(Username), env.SOAP_USER) || type !== TYPES[env.MODE]) throw refusal();
  if ((type === 'PasswordDigest' || text(Nonce)) && !fresh(text(Nonce), text(Created))) throw refusal();
  const secret = type === 'PasswordDigest' ? digest(text(Nonce), text(Created)) : env.SOAP_PASSWORD;
  if (!same(text(Password), secret) || (env.TIMESTAMP && !current(security.Timestamp))) throw refusal();
  return true;
}

// node-soap reads a Timestamp, and leaves it to the program.
function current({ Created, Expires } = {}) {
  const [created, expires] = [Created, Expires].map((time) => Date.parse(text(time)));
  return created < Date.now() + 60000 && expires > Date.now() && expires > created;
}

function fresh(nonce, created) {
  const known = nonce === '' || seen.has(nonce);
  seen.add(nonce);
  return !known && Math.abs(Date.now() - Date.parse(created)) < 300000;
}

function digest(nonce, created) {
  const bytes = Buffer.concat([Buffer.from(nonce, 'base64'), Buffer.from(created + env.SOAP_PASSWORD)]);
  return crypto.createHash('sha1').update(bytes).digest('base64');
}

function refusal() {
  const faultcode = { attributes: { 'xmlns:wsse': WSSE }, $value: 'wsse:FailedAuthentication' };
  const faultstring = 'The security token could not be authenticated or authorized';
  if (!is12) return { Fault: { faultcode, faultstring, statusCode: 500 } };
  const Text = { attributes: { 'xml:lang': 'en' }, $value: faultstring };
  return { Fault: { Code: { Value: 'soap:Sender', Subcode: { Value: faultcode } }, Reason: { Text }, statusCode: 400 } };
}

function text(node) {
  return String((node && node.$value) || node || '');
}

function same(left, right) {
  return left.length > 0 && left === right;
}

const WSSE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';
const TYPES = { digest: 'PasswordDigest', text: 'PasswordText' };
const ERRORS = [
  { code: 'E-EXAMPLE-1', message: 'first sample error' },
  { code: 'E-EXAMPLE-2', message: 'second & last' },
];

main();
