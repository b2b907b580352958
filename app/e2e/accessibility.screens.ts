// Screens of a book with something in it: axe in both themes, twice as large text, a narrow window, the focus.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axe, cramped, unseenFocus } from './accessibility.ts';
import { launchBrowser, secondContext, type Server, startServer } from './harness.ts';

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 800 };

let server: Server;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  server = await startServer();
  browser = await launchBrowser();
  const context = await secondContext(browser, { viewport: PHONE, locale: 'en-IE', reducedMotion: 'reduce' });
  page = await context.newPage();
  await page.goto(`${server.url}/start`);
  await page.getByRole('button', { name: /sample/i }).first().click();
  await page.getByText('Last transactions').waitFor();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

async function show(path: string): Promise<void> {
  await page.goto(server.url + path);
  await page.locator('h1').filter({ visible: true }).first().waitFor();
  await expect.poll(() => page.locator('main [aria-busy=true]').count()).toBe(0);
}

/** A test of each; called by a test file. */
export const look = (screens: readonly string[]): void => test.each(screens)('%s', async (path) => {
  await show(path);
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    found.push(...(await axe(page)).map((what) => `${colorScheme}: ${what}`));
  }
  found.push(...(await cramped(page)), ...(await unseenFocus(page)));
  await page.setViewportSize(DESKTOP);
  await show(path);
  found.push(...[...(await axe(page)), ...(await unseenFocus(page))].map((what) => `desktop: ${what}`));
  await page.setViewportSize(PHONE);
  expect(found).toEqual([]);
});
