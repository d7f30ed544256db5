// One updateClient call through node-soap. What the environment means is told in ../../README.md.
'use strict';
const crypto = require('crypto');
const fs = require('fs');
const soap = require('soap');

const env = process.env;

async function main() {
  const expected = env.EXPECT || 'success';
  const client = await connect();
  try {
    const [answer] = await client.updateClientAsync({ updateClientRequest: sample() }, { timeout: 15000 });
    const checks = { success: checkSuccess, 'business-failure': checkFailure };
    (checks[expected] || refuse)(lists(answer.return));
  } catch (error) {
    checkFault(expected, error, client.lastResponse);
  }
}

async function connect() {
  const client = await soap.createClientAsync(env.WSDL_URL, { forceSoap12Headers: env.SOAP_VERSION === '1.2' });
  const passwordType = env.MODE === 'digest' ? 'PasswordDigest' : 'PasswordText';
  const there = { hasTimeStamp: Boolean(env.TIMESTAMP), hasNonce: Boolean(env.NONCE) };
  const options = { passwordType, mustUnderstand: true, ...there };
  client.setSecurity(new soap.WSSecurity(env.SOAP_USER, env.SOAP_PASSWORD, options));
  if (env.ADDRESSING) client.addSoapHeader(properties(client));
  return client;
}

// node-soap has no properties of its own: an application writes the header blocks.
function properties(client) {
  const [service] = Object.values(client.wsdl.definitions.services);
  const [port] = Object.values(service.ports);
  const action = port.binding.methods.updateClient.soapAction;
  const block = (name, text) => `<wsa:${name} xmlns:wsa="${WSA}" soapenv:mustUnderstand="1" xmlns:soapenv="${ENVELOPES[env.SOAP_VERSION] || ENVELOPES['1.1']}">${text}</wsa:${name}>`;
  return block('Action', action) + block('To', port.location) + block('MessageID', `urn:uuid:${crypto.randomUUID()}`)
    + block('ReplyTo', `<wsa:Address>${WSA}/anonymous</wsa:Address>`);
}

function sample() {
  return JSON.parse(fs.readFileSync(env.SAMPLE, 'utf8'));
}

// Of an RPC/literal answer node-soap reads no types: each value is a text, and a list of one is its only item.
function lists(answer) {
  return { ...answer, errors: [].concat(answer.errors || []), warnings: [].concat(answer.warnings || []) };
}

function checkSuccess(answer) {
  need(String(answer.status) === '1', 'status is 1', answer.status);
  need(/^\d{13}$/.test(answer.requestId), 'requestId has 13 digits', answer.requestId);
  need(!env.EXPECT_REQUEST_ID || answer.requestId === env.EXPECT_REQUEST_ID, 'requestId is exact', answer.requestId);
  need(answer.clientStatus === 'ACTIVE', 'clientStatus is ACTIVE', answer.clientStatus);
  need(answer.errors.length === 0, 'no errors', answer.errors);
  const texts = answer.warnings.map((warning) => warning.message);
  need(!env.EXPECT_ECHO || (texts.length === 1 && texts[0] === env.EXPECT_ECHO), 'the last name comes back', texts);
}

function checkFailure(answer) {
  need(String(answer.status) === '0', 'status is 0', answer.status);
  need(/^\d{13}$/.test(answer.requestId), 'requestId has 13 digits', answer.requestId);
  need(answer.clientStatus === undefined, 'no clientStatus', answer.clientStatus);
  need(answer.errors.length >= Number(env.EXPECT_ERRORS || 1), 'errors are listed', answer.errors);
  need(answer.errors.every((error) => error.code && error.message), 'each error has code and message', answer.errors);
}

function checkFault(expected, error, wire) {
  if (error instanceof Mismatch) throw error;
  const fault = error.root && error.root.Envelope.Body.Fault;
  if (!fault) throw error;
  need(expected === 'auth-fault', `${expected} was expected`, wire);
  // SOAP 1.1 has the code in faultcode, SOAP 1.2 in a Subcode.
  const node = fault.faultcode || (fault.Code.Subcode || fault.Code).Value;
  const code = typeof node === 'string' ? node : node.$value;
  const [prefix, name] = code.split(':');
  need(wire.includes(`xmlns:${prefix}="${WSSE}"`), 'the fault code is in the wsse namespace', wire);
  need(['FailedAuthentication', 'InvalidSecurityToken'].includes(name), 'the code says failed authentication', name);
}

function refuse(answer) {
  need(false, 'a wsse fault was expected', answer);
}

function need(condition, what, seen) {
  if (!condition) throw new Mismatch(`not so: ${what}; seen: ${JSON.stringify(seen)}`);
}

class Mismatch extends Error {}

const WSA = 'http://www.w3.org/2005/08/addressing';
const ENVELOPES = { 1.1: 'http://schemas.xmlsoap.org/soap/envelope/', 1.2: 'http://www.w3.org/2003/05/soap-envelope' };
const WSSE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
