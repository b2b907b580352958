// What a screen says when a part of it cannot be read, when its address leads nowhere, when its own files do not come,
// and while the book is only partly here: each on the real screen, and each with the way on.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axe } from './accessibility.ts';
import { breakQueries, holdHydration } from './breakage.ts';
import { launchBrowser, secondContext, type Server, startServer } from './harness.ts';
import { PASSWORD } from './sync/device.ts';

const EMAIL = 'faulty@example.com';

let server: Server;
let browser: Browser;
let token = '';

async function ask<T = { id: string }>(method: string, path: string, body?: unknown): Promise<T> {
  const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const answer = await fetch(`${server.url}/api/v1/${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

beforeAll(async () => {
  server = await startServer();
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const seen = (page: Page, text: string | RegExp) => page.getByText(text).filter({ visible: true }).first().waitFor();

async function sample(locale = 'en-IE'): Promise<{ context: BrowserContext; page: Page }> {
  const context = await secondContext(browser, { viewport: { width: 390, height: 844 }, locale });
  const page = await context.newPage();
  await breakQueries(page);
  await page.goto(`${server.url}/start`);
  await page.locator('button', { hasText: /Sample|Beispiel/ }).first().click();
  await page.locator('main svg [data-mark]').first().waitFor();
  return { context, page };
}

/** Where, what is broken there, and what is there again after another try. */
const SCREENS: [path: string, broken: string[], back: string | RegExp][] = [
  ['/', ['report'], 'Recent months'],
  ['/transactions', ['dayCounts'], 'Yesterday'],
  ['/transactions?view=annual', ['report'], /^2/],
  ['/transactions?kind=expense', ['dayCounts'], 'Save this filter'],
  ['/stats', ['report'], 'Trend by category'],
  ['/accounts', ['accounts'], 'Net worth'],
  ['/budgets', ['budgetStates'], /By category|No budgets yet/],
  ['/schedules', ['upcoming'], /In an average month|Nothing comes round yet/]
];

test('a screen that cannot read its data says so, calmly, and shows it after another try', async () => {
  const { context, page } = await sample();
  for (const [path, broken, back] of SCREENS) {
    await page.evaluate((names) => sessionStorage.setItem('broken', names.join()), broken);
    await page.goto(server.url + path);
    const said = page.getByRole('alert').filter({ hasText: 'This could not be read just now. Nothing was changed.' });
    await said.first().waitFor();
    expect(await axe(page), path).toEqual([]);
    await page.evaluate(() => sessionStorage.removeItem('broken'));
    // what stood in the way of another part shows that part, which has to be tried again too
    await expect.poll(async () => {
      if (await said.count()) await said.first().getByRole('button', { name: 'Try again' }).click({ timeout: 1_000 }).catch(() => undefined);
      return said.count();
    }).toBe(0);
    await seen(page, back);
  }
  await context.close();
});

test('a long list says where its rows cannot be read, there and further down, and goes on after another try', async () => {
  const { context, page } = await sample();
  const said = page.getByRole('alert').filter({ hasText: 'This could not be read just now. Nothing was changed.' });
  await page.evaluate(() => sessionStorage.setItem('broken', 'transactions'));
  await page.goto(`${server.url}/transactions`);
  await said.first().waitFor();
  expect(await axe(page)).toEqual([]);
  await page.evaluate(() => sessionStorage.removeItem('broken'));
  await said.first().getByRole('button', { name: 'Try again' }).click();
  const rows = page.locator('main li button').filter({ visible: true });
  await rows.first().waitFor();
  await expect.poll(() => said.count()).toBe(0);
  // by its end, whose rows are read only there
  await page.evaluate(() => sessionStorage.setItem('broken', 'transactions'));
  await page.evaluate(() => window.scrollTo({ top: document.documentElement.scrollHeight }));
  await expect.poll(() => said.last().evaluate((one) => { const { top, bottom } = one.getBoundingClientRect(); return top >= 0 && bottom <= innerHeight; }).catch(() => false)).toBe(true);
  await page.evaluate(() => sessionStorage.removeItem('broken'));
  await said.last().getByRole('button', { name: 'Try again' }).click();
  await rows.last().waitFor();
  await expect.poll(() => said.count()).toBe(0);
  await context.close();
});

test('sums of other days do not stay under the name of days that cannot be read', async () => {
  const { context, page } = await sample();
  await page.goto(`${server.url}/transactions?view=calendar`);
  const sums = page.locator('main dl');
  await page.getByRole('button', { name: 'Earlier' }).first().waitFor();
  await page.evaluate(() => sessionStorage.setItem('broken', 'report'));
  await page.getByRole('button', { name: 'Earlier' }).first().click();
  await page.getByRole('alert').first().waitFor();
  expect(await sums.count()).toBe(0);
  await context.close();
});

test('an address that leads nowhere says so in the language in use, and leads back', async () => {
  const { context, page } = await sample('de-DE');
  await page.goto(`${server.url}/gibt-es-nicht`);
  await page.getByRole('heading', { name: 'Hier ist nichts' }).waitFor();
  expect(await axe(page)).toEqual([]);
  await page.getByRole('link', { name: 'Zurück zum Anfang' }).click();
  await seen(page, 'Letzte Buchungen');
  await context.close();
});

test('a screen whose files do not come says so, and comes when they do', async () => {
  const { context, page } = await sample();
  let away = true;
  const stats = (await page.evaluate(async () => (await (await fetch('/')).text()).match(/[`"]?\/stats[`"]?:\[([^\]]*)\]/)?.[1] ?? '')).match(/nodes\/[\w.-]+\.js/)?.[0];
  expect(stats).toBeTruthy();
  await context.route(`**/${stats}`, (route) => (away ? route.abort() : route.fallback()));
  await page.getByRole('link', { name: 'Stats' }).filter({ visible: true }).click();
  await page.getByRole('heading', { name: 'This screen did not open' }).waitFor();
  expect(await axe(page)).toEqual([]);
  away = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await seen(page, 'Trend by category');
  await context.close();
});

test('while the book is still fetched its sums are the server’s, or are said to be of a part', async () => {
  const signed = await ask<{ access_token: string }>('POST', 'auth/sign-up', { name: 'Faye', email: EMAIL, password: PASSWORD, base_currency: 'EUR' });
  token = signed.access_token;
  const account = await ask('POST', 'accounts', { name: 'Wallet', kind: 'cash', currency: 'EUR' });
  const day = new Date().toISOString().slice(0, 10);
  const one = () => ask('POST', 'transactions', { kind: 'expense', account_id: account.id, day, amount_minor: 150, currency: 'EUR' });
  for (let at = 0; at < 80; at += 8) await Promise.all(Array.from({ length: 8 }, one));

  const context = await secondContext(browser, { viewport: { width: 390, height: 844 }, locale: 'en-IE' });
  const page = await context.newPage();
  const line = await holdHydration(context, 40);
  await page.goto(`${server.url}/sign-in`);
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.locator('input[type=password]').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await seen(page, 'Your book is still being fetched: the server worked these sums out.');
  await seen(page, /120\.00/);
  await page.getByRole('link', { name: 'Accounts' }).filter({ visible: true }).click();
  await seen(page, 'Your book is still being fetched: sums are not whole yet.');
  expect(await axe(page)).toEqual([]);

  // none of its entries is here yet, which is not to say that there is none
  await page.getByRole('link', { name: 'Transactions' }).filter({ visible: true }).click();
  await seen(page, /120\.00/);
  expect(await page.getByText('No transactions yet').count()).toBe(0);

  // without the server's answer the device's stands, and is not called whole
  await context.route('**/api/v1/reports/**', (route) => route.abort());
  await page.getByRole('link', { name: 'Stats' }).filter({ visible: true }).click();
  await seen(page, 'Your book is still being fetched: sums are not whole yet.');
  await line.release();
  await expect.poll(() => page.getByText('Your book is still being fetched').count()).toBe(0);
  await seen(page, /120\.00/);
  await context.close();
});
