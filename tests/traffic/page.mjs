// The page of /traffic, as a person at a keyboard has it; and what must not happen in it.

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const require = createRequire(`${process.env.MODULES}/`);
const { chromium } = require('playwright-core');
const AXE = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');
const [binary, pictures] = process.argv.slice(2);
const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';
const ATTACKS = ['<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '"><svg onload=alert(1)>', '\u202etxt.exe', 'javascript:alert(1)', '</pre><iframe src=//evil.example>'];
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const wrong = [];
const check = (good, what) => good || wrong.push(what);

const backend = createServer((request, response) => {
  let heard = '';
  request.on('data', (data) => (heard += data)).on('end', () => {
    const tags = ATTACKS.map((text) => `<tag>${escaped(text)}</tag>`).join('');
    const body = heard.includes('fail') ? '<e:Fault><faultcode>e:Server</faultcode><faultstring>&lt;img src=x onerror=alert(1)></faultstring></e:Fault>'
      : `<getItemResponse xmlns="urn:example:shop"><code>a</code><price>12345678901234567890.10</price>${tags}</getItemResponse>`;
    response.writeHead(heard.includes('fail') ? 500 : 200, { 'content-type': 'text/xml' });
    response.end(`<e:Envelope xmlns:e="${SOAP}"><e:Body>${body}</e:Body></e:Envelope>`);
  });
});
await new Promise((done) => backend.listen(0, '127.0.0.1', done));

const folder = await mkdtemp(join(tmpdir(), 'traffic-'));
await writeFile(join(folder, 'service.yaml'), `version: 1
service: shop
contract: { wsdl: ${join(process.cwd(), 'tests/shop/shop.wsdl')} }
limits: { http: { drain_notice: 0 } }
fronts: { json: { path: /shop, auth: none }, soap: { path: /soap, auth: none } }
mask: { /note: hide }
backend: { soap: { url: 'http://127.0.0.1:${backend.address().port}/' } }
`);
const ready = join(folder, 'ready.json');
const program = spawn(binary, ['serve', '-c', join(folder, 'service.yaml'), '--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0', '--admin-token-env', 'TOKEN', '--traffic', '--ready-file', ready],
  { env: { ...process.env, TOKEN: 'the-admin-token' }, stdio: 'ignore' });
let said;
for (let time = 0; time < 500 && !said; time += 1) {
  await new Promise((done) => setTimeout(done, 20));
  said = await readFile(ready, 'utf8').then(JSON.parse, () => undefined);
}
const front = new URL(said.fronts[0].url).origin;

async function ask(path, body, headers) {
  await fetch(front + path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
}
for (let at = 0; at < 60; at += 1) await ask('/shop/getItem', JSON.stringify({ code: `c${at}`, note: 'canary-note' }), { 'x-request-id': `order-${at}` });
await ask('/shop/getItem', JSON.stringify({ code: 'fail' }));
for (const text of ATTACKS) await ask('/shop/getItem', JSON.stringify({ code: text, [text]: text }), { 'user-agent': text.replace(/[^ -~]/g, '') });
await ask('/soap', `<e:Envelope xmlns:e="${SOAP}"><e:Body><getItem xmlns="urn:example:shop"><code>${escaped(ATTACKS[0])}</code></getItem></e:Body></e:Envelope>`, { 'content-type': 'text/xml' });
await new Promise((done) => setTimeout(done, 500));

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const url = `${said.admin}/traffic/page`;

async function opened(colorScheme) {
  const context = await browser.newContext({ viewport: { width: 1300, height: 900 }, colorScheme, permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await context.newPage();
  page.on('pageerror', (error) => wrong.push(`an error: ${error.message}`));
  page.on('console', (message) => message.type() === 'error' && !/status of 4\d\d/.test(message.text()) && wrong.push(`the console: ${message.text()}`));
  page.on('dialog', (dialog) => { wrong.push(`a dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('request', (request) => !request.url().startsWith(said.admin) && !request.url().startsWith('blob:') && wrong.push(`a request for ${request.url()}`));
  await page.addInitScript(() => document.addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`)));
  await page.goto(url);
  return page;
}

async function axe(page, where) {
  await page.evaluate(`${AXE}; undefined`);
  const { violations } = await page.evaluate(() => window.axe.run(document));
  for (const { id, impact, nodes } of violations.filter(({ impact }) => ['serious', 'critical'].includes(impact))) {
    wrong.push(`axe, ${where}: ${impact} ${id} ${nodes.slice(0, 3).map((node) => node.target.join(' ')).join(', ')}`);
  }
}

for (const scheme of ['light', 'dark']) {
  const page = await opened(scheme);
  await page.locator('#login').waitFor({ state: 'visible' });
  await axe(page, `${scheme}, the token`);
  // The field has the focus: a person types.
  await page.keyboard.type('not-the-token');
  await page.keyboard.press('Enter');
  await page.getByText('That is not the admin token.').waitFor();
  await page.keyboard.type('the-admin-token');
  await page.keyboard.press('Enter');
  await page.locator('#list tbody tr').first().waitFor();
  check(await page.locator('#list tbody tr').count() === 50, `${scheme}: 50 rows`);
  await axe(page, `${scheme}, the list`);
  await page.screenshot({ path: join(pictures, `list-${scheme}.png`) });
  await page.locator('#older').focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelectorAll('#list tbody tr').length === 68);
  // One exchange, found by the keyboard alone.
  await page.getByLabel('Request id').focus();
  await page.keyboard.type('order-59');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelectorAll('#list tbody tr').length === 1);
  for (let presses = 0; presses < 12 && !await page.evaluate(() => document.activeElement.closest('tbody') !== null); presses += 1) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.locator('#one').waitFor({ state: 'visible' });
  const text = await page.locator('#one').innerText();
  check(text.includes('"price": 12345678901234567890.10') && text.includes('<price>12345678901234567890.10</price>'), `${scheme}: digits`);
  check(!text.includes('canary-note') && text.includes('***'), `${scheme}: what is masked`);
  check(ATTACKS.every((attack) => text.includes(escaped(attack).replace('\u202e', '\\u202e'))), `${scheme}: attack strings as text`);
  check(await page.locator('#bar i').count() >= 5, `${scheme}: the times of the phases`);
  await axe(page, `${scheme}, an exchange`);
  await page.locator('#curl').click();
  await page.locator('#command').waitFor({ state: 'visible' });
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  check(copied.includes('curl -sS') && copied === await page.locator('#command').textContent(), `${scheme}: the command is copied`);
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#har').click()]);
  const archive = JSON.parse(await readFile(await download.path(), 'utf8'));
  check(archive.log.entries.length === 2 && download.suggestedFilename() === 'traffic.har', `${scheme}: the archive`);
  await page.screenshot({ path: join(pictures, `one-${scheme}.png`), fullPage: true });
  // Every exchange with an attack in its request.
  await page.getByLabel('Request id').fill('');
  await page.getByLabel('Status').fill('4xx');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelectorAll('#list tbody tr').length === 6);
  for (const open of await page.locator('#list tbody button').all()) {
    await open.click();
    await page.waitForTimeout(50);
  }
  await page.getByLabel('Status').fill('9');
  await page.keyboard.press('Enter');
  await page.getByText('status: expected a status as 404').waitFor();
  check(await page.locator('iframe, img, main script, svg').count() === 0, `${scheme}: no element of a message`);
  await page.context().close();
}
const narrow = await opened('light');
await narrow.setViewportSize({ width: 400, height: 800 });
await narrow.screenshot({ path: join(pictures, 'narrow.png') });
const size = (await Promise.all(['', '.js', '.css'].map(async (end) => (await (await fetch(url + end)).arrayBuffer()).byteLength))).reduce((sum, bytes) => sum + bytes);
check(size < 20_000, `${size} bytes`);
await browser.close();
program.kill();
backend.close();
await rm(folder, { recursive: true });
wrong.forEach((what) => console.log(what));
console.log(`the page, ${size} bytes: ${wrong.length ? 'WRONG' : 'right'}; pictures in ${pictures}`);
process.exitCode = wrong.length ? 1 : 0;
