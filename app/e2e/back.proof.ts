// Back closes what lies above a screen, in a browser and by the button of a phone, and loses nothing that was typed.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { go, launchBrowser, PATIENCE_MS, secondContext, type Server, signIn, startServer } from './harness.ts';
import { Phone, serveInside } from './phone.ts';
import { say, sheetsOf } from './sheets.ts';
import { address, PASSWORD, Rest, TODAY } from './tabs/tabs.ts';

let server: Server;
let inside: Awaited<ReturnType<typeof serveInside>>;
let browser: Browser;
let app: BrowserContext;
let page: Page;
let email: string;
let bank: string;
const phone = new Phone();

beforeAll(async () => {
  inside = await serveInside();
  server = await startServer({ OUTLAY_ALLOWED_ORIGINS: inside.origin });
  browser = await launchBrowser();
  email = address();
  const rest = await new Rest(server.url).signUp(email);
  ({ id: bank } = await rest.ask<{ id: string }>('POST', 'accounts', { name: 'Bank', kind: 'bank', currency: 'EUR', opening_minor: 0 }));
  await rest.ask('POST', 'transactions', { kind: 'expense', account_id: bank, amount_minor: 1250, day: TODAY, payee: 'Corner shop' });
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

test('in a browser: back closes whichever sheet is on top, and forward brings no old one back', async () => {
  const context = await secondContext(browser, { viewport: { width: 390, height: 844 }, hasTouch: true, locale: 'en-GB' });
  const tab = await context.newPage();
  const press = (name: string | RegExp) => tab.getByRole('button', { name, exact: typeof name === 'string' }).filter({ visible: true }).first().click();
  const open = (count: number) => expect.poll(() => sheets(tab).count()).toBe(count);
  /** Where one step back leads. */
  const back = async (to: string) => {
    await tab.goBack();
    await expect.poll(() => path(tab)).toBe(to);
  };
  await signIn(tab, server.url, { email, password: PASSWORD });

  for (const { path: screen, button, places } of sheetsOf(bank)) {
    const name = say('en', button, places);
    await go(tab, '/settings');
    await go(tab, screen);
    await press(name);
    await open(1);
    await tab.goBack();
    await open(0);
    expect(path(tab), screen).toBe(screen);
    // there is nothing to go forward to, and one step back is one screen
    await tab.evaluate(() => history.forward());
    await press(name);
    await open(1);
    await tab.keyboard.press('Escape');
    await open(0);
    await back('/settings');
  }

  // one above another
  await go(tab, '/transactions');
  await add(tab);
  await type('41', tab);
  await press('All');
  await open(2);
  await tab.goBack();
  await open(1);
  await press('All');
  await open(2);
  // the search of a sheet in the editor: neither key is the editor's
  await tab.getByRole('dialog').last().getByRole('searchbox').press('Enter');
  await tab.keyboard.press('Escape');
  await open(1);
  expect(await amount(tab).inputValue()).toBe('41');
  await tab.keyboard.press('Escape');
  await open(0);
  expect(path(tab)).toBe('/transactions');
  await back('/settings');

  // a sheet that leads to another screen: the way back passes it over, and the way forward too
  await go(tab, '/settings/payees');
  await press(/^Corner shop/);
  await open(1);
  await tab.getByRole('link', { name: 'Show transactions' }).click();
  await expect.poll(() => path(tab)).toBe('/transactions');
  await back('/settings/payees');
  await open(0);
  await tab.goForward();
  await expect.poll(() => path(tab)).toBe('/transactions');
  await back('/settings/payees');
  await back('/settings');

  // what a sheet changes of its screen is no step of its own
  await go(tab, '/transactions');
  await press('Filter');
  await tab.getByRole('dialog').getByRole('radio', { name: 'Expense' }).check({ force: true });
  await press(/^Show \d/);
  await expect.poll(() => new URL(tab.url()).search).toBe('?kind=expense');
  await open(0);
  await back('/settings');
  await context.close();
});

test('in a browser: another page is asked for right after a sheet was closed; the way out of a book stands in its place', async () => {
  const context = await secondContext(browser, { viewport: { width: 390, height: 844 }, locale: 'en-GB' });
  const tab = await context.newPage();
  await signIn(tab, server.url, { email, password: PASSWORD });
  const sheet = async () => {
    await go(tab, '/settings');
    await go(tab, '/settings/categories');
    await tab.getByRole('button', { name: 'Order of categories' }).click();
    await expect.poll(() => sheets(tab).count()).toBe(1);
  };
  for (let times = 0; times < 12; times++) {
    await sheet();
    await tab.keyboard.press('Escape');
    await tab.goto(`${server.url}/stats`);
    await add(tab);
    await typed(tab).waitFor();
    await tab.keyboard.press('Escape');
    await tab.goto(`${server.url}/budgets`);
    expect(path(tab)).toBe('/budgets');
  }

  await sheet();
  const step = () => tab.evaluate(() => (window as unknown as { navigation: { currentEntry: { index: number } } }).navigation.currentEntry.index);
  const below = (await step()) - 1;
  await tab.evaluate(() => {
    const back = history.go.bind(history);
    history.go = (by) => addEventListener('release', () => back(by), { once: true });
  });
  await tab.keyboard.press('Escape');
  await expect.poll(() => sheets(tab).count()).toBe(0);
  const other = await context.newPage();
  await other.goto(`${server.url}/settings/account`);
  await other.getByRole('button', { name: 'Log out' }).click();
  await expect.poll(() => path(other)).toBe('/welcome');
  expect(path(tab)).toBe('/settings/categories');
  await tab.evaluate(() => void dispatchEvent(new Event('release')));
  await expect.poll(() => path(tab)).toBe('/welcome');
  expect(await step()).toBe(below);
  await context.close();
});

test('from 900 px: the palette and the help are closed by going back, and what the palette opens is one step', async () => {
  const context = await secondContext(browser, { viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  const tab = await context.newPage();
  const open = (count: number) => expect.poll(() => sheets(tab).count()).toBe(count);
  await signIn(tab, server.url, { email, password: PASSWORD });
  await go(tab, '/stats');
  for (const key of ['Control+K', '?']) {
    await tab.keyboard.press(key);
    await open(1);
    await tab.goBack();
    await open(0);
    expect(path(tab)).toBe('/stats');
  }
  await tab.keyboard.press('Control+K');
  await tab.getByRole('combobox', { name: 'Commands and search' }).fill('Budgets');
  await tab.getByRole('option', { selected: true, name: 'Budgets' }).waitFor();
  await tab.keyboard.press('Enter');
  await expect.poll(() => path(tab)).toBe('/budgets');
  await tab.goBack();
  await expect.poll(() => path(tab)).toBe('/stats');
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
