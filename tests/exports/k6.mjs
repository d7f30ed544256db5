// Runs a script of k6 in Node.js: `node --experimental-vm-modules k6.mjs SCRIPT`. Its modules are played here as k6 documents them,
// as far as exports use them; requests are sent by curl, since those of k6 do not return before the answer is there.

import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import vm from 'node:vm';

const checks = [];

const http = {
  request(method, url, body, { headers }) {
    const words = ['-sS', '-X', method, '-w', '\n%{http_code}', '--noproxy', '*', url];
    for (const [name, value] of Object.entries(headers)) words.push('-H', `${name}: ${value}`);
    if (body !== null) words.push('--data-binary', '@-');
    const done = spawnSync('curl', words, { input: body ?? '', encoding: 'utf8' });
    if (done.status !== 0) throw new Error(done.stderr);
    const [, text, status] = /^([^]*)\n(\d+)$/.exec(done.stdout);
    return { status: Number(status), body: text, json: () => JSON.parse(text) };
  },
};

function check(answer, conditions) {
  for (const [name, holds] of Object.entries(conditions)) checks.push([name, Boolean(holds(answer))]);
  return checks.every(([, holds]) => holds);
}

const buffer = (octets) => octets.buffer.slice(octets.byteOffset, octets.byteOffset + octets.byteLength);
const modules = {
  k6: { check },
  'k6/http': { default: http },
  'k6/crypto': {
    default: {
      randomBytes: (length) => buffer(randomBytes(length)),
      createHash(kind) {
        const hash = createHash(kind);
        return {
          update: (data) => void hash.update(typeof data === 'string' ? data : new Uint8Array(data)),
          digest: (form) => hash.digest(form),
        };
      },
    },
  },
  'k6/encoding': {
    default: { b64encode: (data) => Buffer.from(typeof data === 'string' ? data : new Uint8Array(data)).toString('base64') },
  },
};

const context = vm.createContext({ __ENV: { ...process.env }, console, URL });
const script = new vm.SourceTextModule(readFileSync(process.argv[2], 'utf8'), { context });
await script.link((name) => {
  const values = modules[name];
  if (values === undefined) throw new Error(`k6 has no module ${name} here`);
  return new vm.SyntheticModule(Object.keys(values), function () {
    for (const [key, value] of Object.entries(values)) this.setExport(key, value);
  }, { context });
});
await script.evaluate();
const { options, default: iteration } = script.namespace;
if (options.thresholds.checks[0] !== 'rate==1') throw new Error('nothing makes a failed check a failure');
iteration();
const failed = checks.filter(([, holds]) => !holds);
for (const [name] of failed) console.log(`failed: ${name}`);
console.log(`${checks.length - failed.length} of ${checks.length} checks`);
process.exit(failed.length > 0 || checks.length === 0 ? 1 : 0);
