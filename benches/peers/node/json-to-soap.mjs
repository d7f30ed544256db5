// JSON to SOAP with node-soap's client. What the environment means is told in ../run.
import cluster from 'node:cluster';
import http from 'node:http';
import { json, send } from './http.mjs';
import soap from 'soap';

const { BACKEND, CONTRACT, PASSWORD, PORT, TOKEN_USER, WORKERS } = process.env;
// node-soap writes elements in the order of the keys.
const ORDER = ['subscriberId', 'clientId', 'firstName', 'lastName', 'middleInitial', 'ssn', 'dob', 'address', 'homePhone',
  'mobilePhone', 'workPhone', 'email', 'username'];
const list = (value) => (value === undefined ? [] : [].concat(value));

async function main() {
  const client = await soap.createClientAsync(CONTRACT, { endpoint: BACKEND });
  const token = { passwordType: 'PasswordDigest', hasTimeStamp: false, hasNonce: true, hasTokenCreated: true, mustUnderstand: true };
  client.setSecurity(new soap.WSSecurity(TOKEN_USER, PASSWORD, token));
  const options = { httpAgent: new http.Agent({ keepAlive: true, maxSockets: 128 }) };
  http.createServer(async (request, response) => {
    try {
      const given = await json(request);
      const updateClientRequest = Object.fromEntries(ORDER.filter((name) => name in given).map((name) => [name, given[name]]));
      const [{ return: said }] = await client.updateClientAsync({ updateClientRequest }, options);
      send(response, 200, { ...said, warnings: list(said.warnings), errors: list(said.errors) });
    } catch (error) {
      send(response, 502, { status: 0, errors: [{ message: String(error.message) }] });
    }
  }).listen(Number(PORT), '127.0.0.1');
}

if (cluster.isPrimary && WORKERS > 1) for (let n = 0; n < WORKERS; n++) cluster.fork();
else await main();
