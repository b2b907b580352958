// Back closes what lies above a screen, in a browser and by the button of a phone, and loses nothing that was typed.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { go, launchBrowser, PATIENCE_MS, secondContext, type Server, signIn, startServer } from './harness.ts';
import { Phone, serveInside } from './phone.ts';
import { address, PASSWORD, Rest } from './tabs/tabs.ts';

let server: Server;
let inside: Awaited<ReturnType<typeof serveInside>>;
let browser: Browser;
let app: BrowserContext;
let page: Page;
let email: string;
const phone = new Phone();

beforeAll(async () => {
  inside = await serveInside();
  server = await startServer({ OUTLAY_ALLOWED_ORIGINS: inside.origin });
  browser = await launchBrowser();
  email = address();
  const rest = await new Rest(server.url).signUp(email);
  await rest.ask('POST', 'accounts', { name: 'Bank', kind: 'bank', currency: 'EUR', opening_minor: 0 });
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await inside?.stop();
});

const path = (on = page) => new URL(on.url()).pathname;
const sheets = (on = page) => on.locator('dialog[open]');
const add = (on = page) => on.getByRole('button', { name: 'New transaction' }).or(on.getByRole('link', { name: 'New transaction' })).filter({ visible: true }).first().click();
const amount = (on = page) => on.getByLabel('Amount', { exact: true });
const typed = (on = page) => on.getByRole('button', { name: 'Delete the last digit' });

async function type(digits: string, on = page): Promise<void> {
  await typed(on).waitFor();
  for (const digit of digits) await on.getByRole('dialog').getByRole('button', { name: digit, exact: true }).click();
}

test('in a browser: back closes the editor, stays on the screen, and what was typed is there again', async () => {
  const context = await secondContext(browser, { viewport: { width: 390, height: 844 }, hasTouch: true, locale: 'en-GB' });
  const tab = await context.newPage();
  await signIn(tab, server.url, { email, password: PASSWORD });
  await go(tab, '/transactions');
  await add(tab);
  await type('73', tab);
  // at once: what was typed last has not been kept by then
  await tab.goBack();
  await typed(tab).waitFor({ state: 'detached' });
  expect(path(tab)).toBe('/transactions');
  await add(tab);
  await tab.getByRole('button', { name: 'Start over' }).waitFor();
  expect(await amount(tab).inputValue()).toBe('73');
  await tab.goBack();
  await typed(tab).waitFor({ state: 'detached' });
  await tab.goBack();
  await expect.poll(() => path(tab)).toBe('/');
  await context.close();
});

test('the button of a phone closes a sheet, then the editor, then the screen, then the app', async () => {
  app = await phone.context(browser);
  page = await app.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(`${inside.origin}/sign-up`);
  await page.getByLabel('Address').fill(server.url);
  await page.getByRole('button', { name: 'Look for it' }).click();
  await page.getByRole('button', { name: 'Use this server' }).click();
  await page.getByLabel('Your name').waitFor();
  await signIn(page, inside.origin, { email, password: PASSWORD });

  // on a screen below another, with a sheet
  await go(page, '/settings');
  await go(page, '/settings/categories');
  await page.getByRole('button', { name: 'Order of categories' }).click();
  await expect.poll(() => sheets().count()).toBe(1);
  phone.back(true);
  await expect.poll(() => sheets().count()).toBe(0);
  expect(path()).toBe('/settings/categories');
  phone.back(true);
  await expect.poll(() => path()).toBe('/settings');
  phone.back(true);
  await expect.poll(() => path()).toBe('/');

  // the editor over home, and what was typed in it
  await add();
  await type('85');
  phone.back(true);
  await typed().waitFor({ state: 'detached' });
  expect(path()).toBe('/');
  expect(phone.minimized).toBe(0);
  await add();
  await page.getByRole('button', { name: 'Start over' }).waitFor();
  expect(await amount().inputValue()).toBe('85');
  phone.back(true);
  await typed().waitFor({ state: 'detached' });

  // home, with and without something before it
  phone.back(true);
  await expect.poll(() => phone.minimized).toBe(1);
  phone.back(false);
  await expect.poll(() => phone.minimized).toBe(2);
  expect(path()).toBe('/');
});
