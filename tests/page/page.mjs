// The page for people in Chromium: each way of `demo` by clicking, attack strings in every field, the keyboard alone, light and dark, axe, and
// how long it takes. Screenshots are in the folder that is given. It says what it found, and ends with 1 where something is wrong.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { axe, launch, opened, ready, speed } from './browser.mjs';
import { started } from './program.mjs';
import { ways } from './ways.mjs';

const [binary, pictures] = process.argv.slice(2);
await mkdir(pictures, { recursive: true });
const wrong = [];
let checks = 0;

/** Something that holds, or is told at the end. */
function holds(is, what) {
  checks += 1;
  if (!is) wrong.push(what);
  console.log(`${is ? 'ok' : 'WRONG'}  ${what}`);
}

const picture = (page, name) => page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
const problems = (name, found) => holds(found.length === 0, `${name}: nothing went wrong${found.length ? `: ${found.join(' | ')}` : ''}`);

/** The index, which leads to a page of each service. */
async function theIndex(browser, told) {
  const { page, found, close } = await opened(browser, told.page);
  const links = await page.locator('main a').count();
  holds(links === told.services.length, `the index leads to ${told.services.length} pages`);
  holds((await axe(page)).length === 0, 'index: axe finds nothing serious');
  await picture(page, 'index');
  await page.locator('main a').first().click().catch(() => {});
  await page.locator('h1').waitFor();
  problems('index', found.filter((what) => !what.startsWith('a request for')));
  await close();
}

/** One way of the demonstration: what is typed is sent, and the answer is right. */
async function oneWay(browser, { way, url, json, user, secret, expect }) {
  const { page, found, close } = await opened(browser, url);
  await ready(page);
  if (user && await page.getByRole('group', { name: 'Who calls' }).getByRole('textbox').count() > 1) {
    await page.getByRole('group', { name: 'Who calls' }).getByRole('textbox').first().fill(user);
  }
  await page.locator('.caller input[type=password]').fill(secret);
  await page.getByRole('textbox', { name: 'JSON', exact: true }).fill(json);
  await page.locator('.linked [role=option]').first().waitFor();
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('.answer strong').waitFor();
  const [status, body] = [await page.locator('.answer strong').innerText(), await page.locator('.answer pre').innerText().catch(() => '')];
  const plain = (text) => text.replace(/\s+/g, '');
  holds(status.startsWith('HTTP 20') && plain(body).includes(plain(expect)), `${way}: ${status}, the answer has ${expect}${plain(body).includes(plain(expect)) ? '' : `: ${body}`}`);
  const shown = await page.locator('.linked').innerText();
  holds(!secret || !shown.includes(secret), `${way}: the dry run shows no secret`);
  const kept = await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie]);
  holds(kept.every((amount) => !amount), `${way}: nothing is kept in the browser`);
  problems(way, found);
  await picture(page, way.replace(/\W+/g, '-'));
  await close();
}

/** A front that takes digests alone gets one, which the bridge verifies; and the form begins anew. */
async function digests(browser, { url, json, user, secret }) {
  const { page, found, close } = await opened(browser, 'about:blank', {}, new URL(url).origin);
  await page.route('**/page/data.json', async (route) => {
    const answer = await route.fetch();
    const data = JSON.parse(await answer.text());
    await route.fulfill({ response: answer, body: JSON.stringify({ ...data, auth: { ...data.auth, digest: true } }) });
  });
  let sent = '';
  page.on('request', (request) => { if (request.url() === url) sent = request.postData() ?? sent; });
  await page.goto(url);
  await ready(page);
  await page.locator('.caller input').first().fill(user);
  await page.locator('.caller input[type=password]').fill(secret);
  await page.getByRole('textbox', { name: 'JSON', exact: true }).fill(json);
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('.answer strong').waitFor();
  holds(await page.locator('.answer strong').innerText() === 'HTTP 200' && sent.includes('#PasswordDigest') && !sent.includes(secret), 'a digest is sent, and verified');
  await page.getByRole('button', { name: 'Empty' }).click();
  await page.getByRole('button', { name: '+ addresses' }).click();
  await page.keyboard.press('Enter');
  const value = JSON.parse(await page.getByRole('textbox', { name: 'JSON', exact: true }).inputValue());
  holds(value.addresses.length === 1, 'what is added in the form is in the JSON, and has the focus');
  problems('digests', found);
  await close();
}

/** A key and its element light up together, from either side and from the form, with the place and the rule. */
async function linked(browser, url, json) {
  const { page, found, close } = await opened(browser, url);
  await ready(page);
  await page.getByRole('textbox', { name: 'JSON', exact: true }).fill(json);
  await page.waitForFunction(() => document.querySelector('.linked .lines')?.textContent.includes('364951'));
  const [left, right] = [page.locator('.linked .lines').first(), page.locator('.linked .lines').last()];
  await left.locator('[role=option]', { hasText: '"bancBoxId"' }).hover();
  holds((await right.locator('.lit').allInnerTexts()).join() === '<bancBoxId>364951</bancBoxId>', 'a key lights up its element');
  const about = await page.locator('.about').innerText();
  holds(/\/clientId\/bancBoxId declared at bancbox\.(xsd|wsdl):\d+/.test(about), `with the place of its declaration: ${about}`);
  await right.locator('[role=option]', { hasText: '<subscriberReferenceId>' }).hover();
  holds((await left.locator('.lit').allInnerTexts()).join() === '"subscriberReferenceId": "CL-0042"', 'an element lights up its key');
  await page.locator('.form [data-pointer="/address/city"]').focus();
  holds((await right.locator('.lit').allInnerTexts()).join() === '<city>***</city>', 'a field of the form lights up both');
  holds(!(await page.locator('.linked').innerText()).includes('078-05-1120'), 'what `mask` names is masked');
  await page.locator('.form [data-pointer="/firstName"]').fill('Bea');
  const text = await page.getByRole('textbox', { name: 'JSON', exact: true }).inputValue();
  holds(JSON.parse(text).firstName === 'Bea', 'what is typed into the form is in the JSON');
  await page.getByRole('textbox', { name: 'JSON', exact: true }).fill(text.replace('Bea', 'Cleo'));
  holds(await page.locator('.form [data-pointer="/firstName"]').inputValue() === 'Cleo', 'and the other way round');
  await page.getByRole('textbox', { name: 'JSON', exact: true }).fill(text.replace('364951', '36495100000000000001').replace('"Bea"', '1.10'));
  await page.locator('.problem').first().waitFor();
  holds(await page.locator('[aria-invalid]').count() > 0, 'what breaks the contract is told at its field');
  problems('linked', found);
  await picture(page, 'linked');
  await close();
}

const ATTACKS = ['<img src=x onerror=alert(1)>', '"><script>alert(1)</script>', '</textarea><svg onload=alert(1)>', 'javascript:alert(1)', '{{7*7}}${alert(1)}', '\u202e\u0000<b>', "'; alert(1);//", '__proto__', '%E0%A4%A'];

/** Attack strings in every field, in the JSON, in the credentials and in the address: they are text, and nothing more. */
async function attacked(browser, url, json, attack) {
  const { page, found, close } = await opened(browser, `${url}#${attack.startsWith('%') ? attack : encodeURIComponent(attack)}`);
  await ready(page);
  const value = JSON.parse(json, (_, of) => (typeof of === 'string' ? attack : of));
  await page.getByRole('textbox', { name: 'JSON', exact: true }).fill(JSON.stringify(value));
  await page.waitForTimeout(400);
  for (const field of await page.locator('.form input').all()) await field.fill(attack);
  for (const field of await page.locator('.caller input').all()) await field.fill(attack.replace(/[^\x20-\x7e]/g, ''));
  await page.getByRole('textbox', { name: 'JSON', exact: true }).fill(`{${JSON.stringify(attack)}: ${JSON.stringify(attack)}}`);
  await page.waitForTimeout(400);
  await page.getByRole('button', { name: 'Send' }).click();
  await page.waitForFunction(() => document.querySelector('.answer strong, .answer .problem'));
  await page.route('**/updateClient', (route) => route.fulfill(answerOf(attack)));
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('.answer strong', { hasText: '418' }).waitFor();
  const strange = await page.evaluate(() => [document.querySelectorAll('#page img, #page svg, #page script, #page iframe, #page b').length, {}.polluted === undefined]);
  holds(strange[0] === 0 && strange[1], `${JSON.stringify(attack)} is text`);
  problems(JSON.stringify(attack), found);
  await close();
}

/** What a front would say if all of it were an attack. */
function answerOf(attack) {
  const error = { code: attack, message: attack, pointer: attack };
  const headers = { 'content-type': 'application/json', warning: attack.replace(/[^\x20-\x7e]/g, '') };
  return { status: 418, headers, body: JSON.stringify({ [attack]: attack, errors: [error, { ...error, pointer: '/firstName' }] }) };
}

/** A contract whose words, types and places are attacks. */
async function described(browser, url, attack) {
  const worded = (key, of) => (['text', 'description', 'service', 'port', 'pattern', 'native', 'action', 'place', 'meaning'].includes(key) && typeof of === 'string' ? attack : of);
  const { page, found, close } = await opened(browser, 'about:blank', {}, new URL(url).origin);
  const changed = async (route, also = (data) => data) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: JSON.stringify(also(JSON.parse(await answer.text(), worded))) });
  };
  await page.route('**/page/data.json', (route) => changed(route, (data) => ({ ...data, path: attack, unserved: [{ name: attack, reason: attack }] })));
  await page.route('**/page/dry-run?**', (route) => changed(route));
  await page.goto(url);
  await ready(page);
  for (const tab of await page.getByRole('tab').all()) await tab.click();
  const strange = await page.evaluate(() => document.querySelectorAll('#page img, #page svg, #page script, #page iframe, #page b').length);
  holds(strange === 0, `${JSON.stringify(attack)} in a contract is text`);
  problems(`${JSON.stringify(attack)} in a contract`, found);
  await close();
}

/** From the address to the answer without a mouse. */
async function keyboard(browser, { url, json, user, secret }) {
  const { page, found, close } = await opened(browser, url);
  await ready(page);
  const seen = [];
  const to = async (is, key = 'Tab') => {
    for (let step = 0; step < 200; step += 1) {
      await page.keyboard.press(key);
      const at = await page.evaluate(() => {
        const of = document.activeElement;
        const { outlineStyle, outlineWidth } = getComputedStyle(of);
        return { name: of.getAttribute('aria-label') ?? of.labels?.[0]?.textContent ?? of.textContent.slice(0, 40), tag: of.tagName, ring: outlineStyle !== 'none' && outlineWidth !== '0px' };
      });
      seen.push(at);
      if (is(at)) return true;
    }
    return false;
  };
  holds(await to(({ name }) => name === 'To the operation'), 'keyboard: the first stop leads to the operation');
  await page.keyboard.press('Enter');
  holds(await to(({ name }) => name === 'apiKey'), 'keyboard: who calls');
  await page.keyboard.type(user);
  await page.keyboard.press('Tab');
  await page.keyboard.type(secret);
  holds(await to(({ name, tag }) => tag === 'TEXTAREA' && name === 'JSON'), 'keyboard: the JSON');
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(json);
  holds(await to(({ name }) => name === 'Send'), 'keyboard: send');
  await page.keyboard.press('Enter');
  await page.locator('.answer strong').waitFor();
  holds((await page.locator('.answer strong').innerText()) === 'HTTP 200', 'keyboard: answered');
  holds(await to(({ name }) => name.startsWith('JSON, with')), 'keyboard: the linked JSON');
  for (let step = 0; step < 5; step += 1) await page.keyboard.press('ArrowDown');
  holds(await page.locator('.linked .lines').last().locator('.lit').count() > 0, 'keyboard: arrow keys light up elements');
  holds(seen.every(({ ring }) => ring), `keyboard: each stop is seen: ${JSON.stringify(seen.find(({ ring }) => !ring) ?? '')}`);
  problems('keyboard', found);
  await close();
}

/** Axe at each tab, in one scheme of colours and one width. */
async function looks(browser, url, name, colorScheme, width) {
  const { page, found, close } = await opened(browser, url, { colorScheme, viewport: { width, height: 900 } });
  await ready(page);
  await page.waitForTimeout(500);
  for (const tab of await page.getByRole('tab').all()) {
    await tab.click();
    const label = `${name} ${colorScheme} ${width} ${await tab.innerText()}`;
    for (const summary of await page.locator('[role=tabpanel] summary:visible').all()) await summary.click();
    const serious = await axe(page);
    holds(serious.length === 0, `${label}: axe finds nothing serious${serious.length ? `: ${serious.join(' | ')}` : ''}`);
    await picture(page, label.replace(/\W+/g, '-'));
  }
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  holds(wide <= 0, `${name} ${colorScheme} ${width}: nothing is wider than the window`);
  problems(`${name} ${colorScheme} ${width}`, found);
  await close();
}

const begun = Date.now();
const browser = await launch();
const demo = await started(binary, 'demo');
try {
  const all = await ways(demo.told.services);
  const bancbox = all.find(({ way }) => way === 'bancbox: JSON to soap');
  const stonex = all.find(({ way }) => way === 'stonex: SOAP to json');
  const tasks = [
    ...['light', 'dark'].flatMap((scheme) => [() => looks(browser, bancbox.url, 'bancbox', scheme, 1360), () => looks(browser, stonex.url, 'stonex-soap', scheme, 1360)]),
    () => looks(browser, stonex.url, 'stonex-soap', 'light', 420),
    () => keyboard(browser, bancbox),
    () => digests(browser, all.find(({ way }) => way === 'helix: SOAP to json')),
    () => linked(browser, bancbox.url, bancbox.json),
    () => theIndex(browser, demo.told),
    ...ATTACKS.map((attack) => () => attacked(browser, bancbox.url, bancbox.json, attack)),
    ...ATTACKS.slice(0, 3).map((attack) => () => described(browser, bancbox.url, attack)),
    ...all.map((way) => () => oneWay(browser, way)),
  ];
  // Most of the time each waits for something.
  const work = async () => {
    for (let task = tasks.shift(); task; task = tasks.shift()) await task();
  };
  await Promise.all([work(), work(), work(), work()]);
  const { seen, shown, pause, bytes } = await speed(browser, bancbox.url);
  console.log(`\nSomething of BancBox is seen after ${seen} ms, all is shown after ${shown} ms; the longest pause is ${pause} ms; ${bytes} bytes`);
} finally {
  await demo.stop();
  await browser.close();
}
await writeFile(join(pictures, 'wrong.txt'), wrong.join('\n'));
console.log(`\n${checks} checks in ${Math.round((Date.now() - begun) / 1000)} s, ${wrong.length} wrong${wrong.length ? `:\n${wrong.join('\n')}` : ''}`);
process.exitCode = wrong.length ? 1 : 0;
