// `node e2e/words.ts ar-EG de-DE`: the main screens on a phone in other languages, with the sample book, as pictures in
// WORDS_DIR (a temporary folder when there is none); names what is cut off and what is wider than the window.
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, secondContext, startServer } from './harness.ts';

const SCREENS = ['', 'transactions', 'stats', 'accounts', 'settings', 'settings/language', 'settings/categories', 'settings/defaults', 'add'];
const SETTLE_MS = 1200;

const folder = process.env['WORDS_DIR'] ?? (await mkdtemp(join(tmpdir(), 'outlay-words-')));
await mkdir(folder, { recursive: true });

const faults = (page: Page) =>
  page.evaluate(() => {
    const seen = [...document.querySelectorAll<HTMLElement>('body *')].filter((one) => !one.closest('[class*="sr-only"], [class*="overflow-x-auto"]') && one.innerText?.trim());
    const wide = seen.filter((one) => one.getBoundingClientRect().right > innerWidth + 1 || one.getBoundingClientRect().left < -1);
    const cut = seen.filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).textOverflow === 'ellipsis');
    return [...wide.map((one) => `too wide: ${one.innerText.slice(0, 60)}`), ...cut.map((one) => `cut off: ${one.innerText.slice(0, 60)}`)];
  });

async function look(browser: Browser, url: string, locale: string): Promise<void> {
  const context = await secondContext(browser, { viewport: { width: 390, height: 844 }, locale, hasTouch: true, reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.on('pageerror', ({ message }) => console.error(`${locale}: ${message}`));
  const shot = async (path: string) => {
    await page.goto(`${url}/${path}`);
    await page.locator('main h1, main h2, dialog h2').filter({ visible: true }).first().waitFor();
    await page.waitForTimeout(SETTLE_MS);
    const name = `${locale}-${path.replaceAll('/', '-') || 'home'}`;
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: path !== 'add' });
    for (const fault of new Set(await faults(page))) console.log(`${name}: ${fault}`);
  };
  for (const path of ['welcome', 'sign-up', 'start']) await shot(path);
  await page.locator('main button').first().click();
  await page.waitForURL(`${url}/`);
  await page.locator('[data-swipes]').first().waitFor();
  for (const path of SCREENS) await shot(path);
  await context.close();
}

const server = await startServer();
const browser = await launchBrowser();
try {
  for (const locale of process.argv.slice(2)) await look(browser, server.url, locale);
  console.log(`pictures in ${folder}`);
} finally {
  await browser.close();
  await server.stop();
}
