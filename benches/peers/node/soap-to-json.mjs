// SOAP to JSON with node-soap's server. What the environment means is told in ../run.
import cluster from 'node:cluster';
import { timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { json } from './http.mjs';
import soap from 'soap';

const { BACKEND, CONTRACT, PASSWORD, PORT, TOKEN_USER, WORKERS } = process.env;
const agent = new http.Agent({ keepAlive: true, maxSockets: 128 });
const text = (node) => String(node?.$value ?? node ?? '');

function same(left, right) {
  const [one, other] = [Buffer.from(left), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function authenticate(security) {
  const { Username, Password } = security?.UsernameToken ?? {};
  return same(text(Username), TOKEN_USER) && same(text(Password), PASSWORD);
}

function post(body) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const request = http.request(BACKEND, { agent, method: 'POST', headers }, (response) => resolve(json(response)));
    request.on('error', reject).end(body);
  });
}

async function updateClient({ updateClientRequest: { dob, ...rest } }) {
  const said = await post(JSON.stringify({ ...rest, dob: dob?.toISOString?.().slice(0, 10) ?? dob }));
  return { return: said };
}

function main() {
  const server = http.createServer((_, response) => response.writeHead(404).end());
  server.listen(Number(PORT), '127.0.0.1', () => {
    const services = { BBXPortService: { BBXPort: { updateClient } } };
    soap.listen(server, '/', services, readFileSync(CONTRACT, 'utf8')).authenticate = authenticate;
  });
}

if (cluster.isPrimary && WORKERS > 1) for (let n = 0; n < WORKERS; n++) cluster.fork();
else main();
