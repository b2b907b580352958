// Charts, accounts and rates as a person uses them; and the same numbers on the device and on the server whatever
// the book's currency and calendar are.
import { readFile } from 'node:fs/promises';
import type { Browser, Download, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { go, launchBrowser, secondContext, type Server, startServer } from './harness.ts';
import { PASSWORD, TestDevice, TODAY } from './sync/device.ts';

const EMAIL = 'kim@example.com';

let server: Server;
let browser: Browser;
let page: Page;
let token = '';
const ids: Record<string, string> = {};

async function ask<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T> {
  const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const answer = await fetch(`${server.url}/api/v1/${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

const now = new Date();
const two = (n: number) => String(n).padStart(2, '0');
const today = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
const year_ago = `${now.getFullYear() - 1}-${two(now.getMonth() + 1)}-05`;

beforeAll(async () => {
  server = await startServer();
  browser = await launchBrowser();
  token = String((await ask('POST', 'auth/sign-up', { email: EMAIL, password: PASSWORD, name: 'Kim', base_currency: 'EUR' }))['access_token']);
  const make = async (name: string, path: string, body: Record<string, unknown>) => (ids[name] = String((await ask('POST', path, { name, ...body }))['id']));
  await make('Bank', 'accounts', { kind: 'bank', currency: 'EUR', opening_minor: 100_000 });
  await make('Yen', 'accounts', { kind: 'cash', currency: 'JPY', opening_minor: 10_000 });
  await make('Pets', 'categories', { kind: 'expense' });
  await make('Vet', 'categories', { kind: 'expense', parent_id: ids['Pets'] });
  await make('Prizes', 'categories', { kind: 'income' });
  const spend = (day: string, amount_minor: number, more: Record<string, unknown> = {}) =>
    ask('POST', 'transactions', { kind: 'expense', account_id: ids['Bank'], category_id: ids['Vet'], amount_minor, day, ...more });
  await spend(today, 4_000);
  await spend(today, 1_000, { category_id: ids['Pets'] });
  await spend(today, 500, { account_id: ids['Yen'] });
  await spend(year_ago, 2_500);
  await spend(today, 9_000, { kind: 'income', category_id: ids['Prizes'] });
  const context = await secondContext(browser, { viewport: { width: 390, height: 844 }, hasTouch: true, locale: 'en-GB', acceptDownloads: true, reducedMotion: 'reduce' });
  page = await context.newPage();
  await page.goto(`${server.url}/sign-in`);
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.locator('input[type=password]').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByText(/Up to date/).filter({ visible: true }).first().waitFor();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const card = (title: string) => page.getByRole('region', { name: title, exact: true });
const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });

async function save(title: string, as: RegExp): Promise<Download> {
  await button(`Save ${title}`).click();
  const [file] = await Promise.all([page.waitForEvent('download'), button(as).click()]);
  return file;
}

test('the pie leads from a category into its parts and to their transactions', async () => {
  await page.goto(`${server.url}/stats`);
  const pie = card('Where money goes');
  await pie.getByText('€50.00 in all.').waitFor();
  await pie.getByRole('button', { name: /^Pets/ }).last().click();
  const inside = card('Pets');
  await inside.getByRole('link', { name: /Vet/ }).click();
  await page.getByText('2 transactions').waitFor();
  expect(new URL(page.url()).searchParams.get('category_id')).toBe(ids['Vet']);
  await page.goBack();
  await card('Where money goes').getByText('€50.00 in all.').waitFor();
});

test('a book without entries has no charts before there is one', async () => {
  const context = await secondContext(browser, { viewport: { width: 390, height: 844 }, locale: 'en-GB' });
  const blank = await context.newPage();
  await blank.goto(`${server.url}/start`);
  await blank.getByRole('button', { name: /A blank book/ }).click();
  await blank.getByText('Your book is ready').waitFor();
  await go(blank, '/stats');
  await blank.getByText('No transactions yet').waitFor();
  expect(await blank.locator('main [data-chart], main table').count()).toBe(0);
  await blank.locator('main').getByRole('button', { name: 'New transaction' }).click();
  await blank.getByRole('button', { name: '4', exact: true }).click();
  await blank.getByRole('button', { name: 'Save', exact: true }).click();
  await blank.getByRole('region', { name: 'Compared' }).getByText(/spent/).waitFor();
  await context.close();
});

test('a period stands beside the same one a year ago, in words and in numbers', async () => {
  const compared = card('Compared');
  await compared.getByRole('radio', { name: 'A year ago' }).check({ force: true });
  await compared.getByText(/€50\.00 spent, 100% more than/).waitFor();
  await compared.getByRole('link', { name: '−€25.00' }).first().waitFor();
});

test('a chart is also a table, a picture and a file', async () => {
  await button('Trend by type as a table').click();
  await card('Trend by type').getByRole('row').nth(12).getByRole('link').waitFor();
  await button('Trend by type as a chart').click();
  const table = await save('Money flow', /Save as a table/);
  const text = await readFile(await table.path(), 'utf8');
  expect(text).toContain('Prizes,Income,90.00,EUR');
  expect(text).toContain('Income,Pets,50.00,EUR');
  const picture = await save('Money flow', /Save as a picture/);
  const bytes = await readFile(await picture.path());
  expect(bytes.subarray(1, 4).toString()).toBe('PNG');
  expect(bytes.readUInt32BE(16)).toBeGreaterThanOrEqual(840);
});

test('the marks of a chart are walked by the keyboard and lead on', async () => {
  const flow = card('Money flow').locator('[data-mark]');
  await flow.first().focus();
  await page.keyboard.press('End');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toContain('Left over');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.searchParams.get('category_id') === ids['Pets']);
  await page.goBack();
});

test('a missing rate is named where a sum leaves something out, and entering it counts the entry', async () => {
  await page.goto(`${server.url}/stats`);
  await card('Compared').getByText('1 entry is not in these sums: no rate for JPY.').waitFor();
  await card('Compared').getByRole('button', { name: 'Enter a rate for JPY' }).click();
  await page.getByLabel('Rate of 1 JPY in EUR').fill('0.01');
  await page.getByText('Count 1 entry with it').waitFor();
  await button('Save').click();
  await page.getByText('1 entry counted').waitFor();
  await card('Where money goes').getByText('€55.00 in all.').waitFor();
  expect(await card('Compared').getByText('is not in these sums').count()).toBe(0);
});

test('a file of the European Central Bank is read here, and today’s rate changes the sums', async () => {
  await page.goto(`${server.url}/settings/rates`);
  const xml = `<?xml version="1.0"?><gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><Cube>
    <Cube time="${today}"><Cube currency="USD" rate="1.1"/><Cube currency="JPY" rate="50"/></Cube><Cube time="2000-01-03"><Cube currency="JPY" rate="102.75"/></Cube></Cube></gesmes:Envelope>`;
  await page.locator('input[type=file]').setInputFiles({ name: 'eurofxref.xml', mimeType: 'text/xml', buffer: Buffer.from(xml) });
  // Of the currencies of the book, from the day of its first entry on.
  await button('Bring in 2 rates').click();
  await page.getByText('2 rates brought in').waitFor();
  await page.getByText('1 EUR = 50 JPY').waitFor();
  await page.locator('input[type=file]').setInputFiles({ name: 'broken.csv', mimeType: 'text/csv', buffer: Buffer.from('Day;Rate\n1;2') });
  await page.getByText('This is no file of rates').waitFor();

  await page.goto(`${server.url}/stats`);
  await card('Where money goes').getByText('€55.00 in all.').waitFor();
  await page.getByRole('radio', { name: 'At today’s rate' }).check({ force: true });
  await card('Where money goes').getByText('€60.00 in all.').waitFor();
  await page.getByRole('radio', { name: 'As it was' }).check({ force: true });
});

test('accounts are put in order by dragging and by the keyboard', async () => {
  await page.goto(`${server.url}/accounts`);
  await button('Order of accounts').click();
  const names = () => page.locator('dialog ol li span').allTextContents();
  await expect.poll(names).toHaveLength(3);
  const before = await names();
  const from = (await page.locator('[data-handle]').first().boundingBox())!;
  await page.mouse.move(from.x + 20, from.y + 20);
  await page.mouse.down();
  await page.mouse.move(from.x + 20, from.y + 50, { steps: 4 });
  await page.mouse.move(from.x + 20, from.y + 75, { steps: 4 });
  await page.mouse.up();
  await expect.poll(names).toEqual([before[1], before[0], ...before.slice(2)]);
  await page.locator('[data-handle]').nth(1).focus();
  await page.keyboard.press('ArrowUp');
  await expect.poll(names).toEqual(before);
  await page.keyboard.press('Escape');
});

test('rows of an account are chosen and changed together', async () => {
  await page.goto(`${server.url}/accounts/${ids['Bank']}`);
  await button('Select').click();
  await page.locator('main li button', { hasText: '40.00' }).first().click();
  await page.locator('main li button', { hasText: '10.00' }).first().click();
  await page.getByText('2 selected').waitFor();
  await button('Select all 4').click();
  await page.getByText('4 selected').waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('4 selected').waitFor({ state: 'detached' });
});

test('an account is agreed with a statement, and what is agreed asks before it changes', async () => {
  await page.goto(`${server.url}/accounts/${ids['Bank']}`);
  await button('Reconcile').click();
  await page.getByText('4 open entries').waitFor();
  await page.getByLabel('Balance on the statement').fill('1015.00');
  await page.getByRole('button', { name: 'Tick all' }).click();
  await button('Finish').click();
  await page.getByText('4 entries reconciled').waitFor();
  await page.getByText(/^Reconciled to .*€1,015\.00/).first().waitFor();

  await page.goto(`${server.url}/transactions?kind=income`);
  await page.locator('main li button', { hasText: '90.00' }).first().click();
  await page.getByRole('button', { name: 'Save changes' }).waitFor();
  await page.getByRole('button', { name: 'Delete' }).filter({ visible: true }).first().click();
  await page.getByText('This entry is reconciled').waitFor();
  await button('Cancel').click();
  await page.getByRole('button', { name: 'Save changes' }).waitFor();
  await page.getByRole('button', { name: 'Delete' }).filter({ visible: true }).first().click();
  await button('Change it').click();
  await page.getByText('Transaction deleted').waitFor();
});

test('base currency, week, month and fiscal year change every report alike on device and server', async () => {
  const device = new TestDevice(server.url);
  await device.core.start();
  await device.core.signIn({ email: EMAIL, password: PASSWORD });
  await device.settle();
  const spend = (day: string, amount_minor: number, account = 'Bank') =>
    ask('POST', 'transactions', { kind: 'expense', account_id: ids[account], category_id: ids['Vet'], amount_minor, day });
  for (const [day, amount] of [['2026-11-22', 100], ['2026-11-16', 200], ['2026-10-24', 400], ['2026-10-25', 800], ['2026-03-31', 1600], ['2026-04-01', 3200], ['2025-11-24', 6400]] as const) {
    await spend(day, amount);
    await spend(day, amount, 'Yen');
  }
  const asked: [string, Record<string, string>][] = [];
  for (const mode of ['as_it_was', 'todays_rate']) {
    for (const period of ['week', 'month', 'year']) for (const name of ['totals', 'accounts', 'allocation', 'period']) asked.push([name, { period, mode }]);
    for (const name of ['trend_by_type', 'trend_by_category', 'balance_over_time']) for (const bucket of ['week', 'month']) asked.push([name, { period: 'year', bucket, mode }]);
    asked.push(['calendar', { mode }], ['daily', { period: 'month', mode }], ['monthly', { mode }], ['annual', { mode }]);
  }
  const seen = new Set<string>();
  for (const settings of [
    {},
    { first_day_of_week: 7 },
    { first_day_of_month: 25 },
    { first_month_of_year: 4 },
    { base_currency: 'JPY' },
    { base_currency: 'EUR', first_day_of_week: 1, first_day_of_month: 1, first_month_of_year: 1 }
  ]) {
    if (Object.keys(settings).length) await ask('PATCH', 'settings', settings);
    await device.settle();
    for (const [name, params] of asked) {
      const query = new URLSearchParams({ today: TODAY, ...params });
      const there = await ask('GET', `reports/${name}?${query}`);
      expect(device.query('report', { name, params: { today: TODAY, ...params } }), `${name} ${query} ${JSON.stringify(settings)}`).toEqual(there);
      if (name === 'totals' && params['mode'] === 'as_it_was') seen.add(JSON.stringify([params['period'], there['from_day'], there['base_currency']]));
    }
  }
  // It did change: three periods of a calendar, a Sunday week, pay-day months and the year of them, a fiscal year, yen.
  expect(seen.size).toBeGreaterThanOrEqual(8);
  await device.close();
});
