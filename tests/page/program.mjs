// The program that is looked at.

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PATIENCE = 60_000;

/** The program with `words`, once it has written its ready file. */
export async function started(binary, ...words) {
  const folder = await mkdtemp(join(tmpdir(), 'page-'));
  const file = join(folder, 'ready.json');
  const child = spawn(binary, [...words, '--ready-file', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text) => { said += text; });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  for (const begun = Date.now(); Date.now() - begun < PATIENCE;) {
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text) return { told: JSON.parse(text), stop };
    if (child.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await stop();
  throw new Error(`not ready: ${said}`);
}
