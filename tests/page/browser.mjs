// Chromium with pages that note whatever must not happen, and what is asked of each.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const require = createRequire(`${process.env.PAGE_MODULES}/`);
const { chromium } = require('playwright-core');
const AXE = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });

/** A page at `url` in a context of its own; `found` has what went wrong in it. */
export async function opened(browser, url, options = {}, origin = new URL(url).origin) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, ...options });
  const page = await context.newPage();
  const found = [];
  page.on('pageerror', (error) => found.push(`an error: ${error.message}`));
  page.on('console', (message) => message.type() === 'error' && !/status of [45]\d\d/.test(message.text()) && found.push(`the console: ${message.text()}`));
  page.on('dialog', (dialog) => {
    found.push(`a dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on('request', (request) => !request.url().startsWith(origin) && !request.url().startsWith('data:') && found.push(`a request for ${request.url()}`));
  await page.addInitScript(() => {
    window.longTasks = [];
    new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((task) => Math.round(task.duration)))).observe({ type: 'longtask', buffered: true });
    document.addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
  });
  await page.goto(url);
  return { page, found, close: () => context.close() };
}

/** What axe finds that is serious or critical, with the criteria of WCAG 2.2 A and AA. */
export async function axe(page) {
  await page.evaluate(`${AXE}; undefined`);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const { violations } = await page.evaluate((values) => window.axe.run(document, { runOnly: { type: 'tag', values } }), tags);
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return serious.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => `${node.target.join(' ')} ${node.any[0]?.message ?? ''}`).join('; ')}`);
}

/** Waits until the operation is shown, and its dry run. */
export async function ready(page) {
  await page.locator('h1').waitFor();
  await page.locator('.linked .lines').first().waitFor();
}

/** Milliseconds until something of the page is seen and until all of it is shown, the longest pause, and bytes: medians of several times, with
 * nothing in the cache. */
export async function speed(browser, url, times = 5) {
  const measured = [];
  for (let time = 0; time < times; time += 1) {
    const { page, close } = await opened(browser, url);
    await ready(page);
    await page.waitForTimeout(700);
    measured.push(await page.evaluate(() => ({
      seen: Math.round(performance.getEntriesByName('first-contentful-paint')[0].startTime),
      shown: Math.round(performance.getEntriesByName('shown')[0].startTime),
      pause: Math.max(0, ...window.longTasks),
      bytes: performance.getEntriesByType('resource').reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
    })));
    await close();
  }
  const middle = (of) => measured.sort((one, other) => one[of] - other[of])[Math.floor(times / 2)];
  return { ...middle('shown'), seen: middle('seen').seen };
}
