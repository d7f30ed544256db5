// How long the page about a contract takes in Chromium: a WSDL that is given, each tab of some of its operations, and the longest pause.

import { launch, opened, ready, speed } from './browser.mjs';
import { started } from './program.mjs';

const [binary, , wsdl = 'wsdl/bancbox.wsdl', level = '100'] = process.argv.slice(2);
const OPERATIONS = 12;

const browser = await launch();
const serve = await started(binary, 'serve', wsdl, '--backend-url', 'http://127.0.0.1:9/', '--listen', '127.0.0.1:0', '--log-level', 'error');
const json = serve.told.fronts.find(({ kind }) => kind === 'json').url;
const url = json.slice(0, json.lastIndexOf('/'));
let longest = 0;
try {
  const { seen, shown, pause, bytes } = await speed(browser, url);
  longest = pause;
  console.log(`${serve.told.fronts.length - 1} operations: something is seen after ${seen} ms, all is shown after ${shown} ms, the longest pause until it is at rest ${pause} ms, ${bytes} bytes`);
  const { page, close } = await opened(browser, url);
  await ready(page);
  const links = await page.locator('nav a').all();
  const some = links.filter((_, at) => at % Math.ceil(links.length / OPERATIONS) === 0);
  await page.waitForTimeout(500);
  await page.evaluate(() => { window.longTasks.length = 0; });
  for (const link of some) {
    await link.click();
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click();
      await page.waitForTimeout(150);
    }
  }
  const pauses = await page.evaluate(() => window.longTasks);
  longest = Math.max(longest, ...pauses);
  console.log(`${some.length} operations with all tabs: ${pauses.length} pauses of over 50 ms, the longest ${Math.max(0, ...pauses)} ms`);
  await close();
} finally {
  await serve.stop();
  await browser.close();
}
process.exitCode = longest > Number(level) ? 1 : 0;
