// A BancBox backend on node-soap's server. What it must do is told in ../../README.md.
'use strict';
const crypto = require('crypto');
const fs = require('fs');
const http = require('http');
const soap = require('soap');

const env = process.env;
const contract = fs.readFileSync(env.CONTRACT, 'utf8');
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
  const listener = soap.listen(server, { path: '/BBXPort', services, xml, customDeserializer, suppressStack: true });
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
  const secret = type === 'PasswordDigest' ? digest(text(Nonce), text(Created)) : env.SOAP_PASSWORD;
  if (!same(text(Password), secret)) throw refusal();
  return true;
}

function digest(nonce, created) {
  const age = Math.abs(Date.now() - Date.parse(created));
  if (nonce === '' || seen.has(nonce) || !(age < 300000)) throw refusal();
  seen.add(nonce);
  const bytes = Buffer.concat([Buffer.from(nonce, 'base64'), Buffer.from(created + env.SOAP_PASSWORD)]);
  return crypto.createHash('sha1').update(bytes).digest('base64');
}

function refusal() {
  const faultcode = { attributes: { 'xmlns:wsse': WSSE }, $value: 'wsse:FailedAuthentication' };
  const faultstring = 'The security token could not be authenticated or authorized';
  return { Fault: { faultcode, faultstring, statusCode: 500 } };
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
