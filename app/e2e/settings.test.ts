// Settings as a person changes them: every row says what is set, and what is set changes every view and every report,
// on the device and on the server alike.
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { periodRange, type Calendar, type Kind } from '../src/kernel/periods.ts';
import { go, launchBrowser, secondContext, type Server, startServer } from './harness.ts';
import { PASSWORD, TestDevice } from './sync/device.ts';

const EMAIL = 'sasha@example.com';

let server: Server;
let browser: Browser;
let page: Page;
let device: TestDevice;
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
const calendar: Calendar = { first_day_of_week: 1, first_day_of_month: 1, first_month_of_year: 1 };

/** The days of a period as the screens write them; two builds of ICU put other blanks and dashes between them. */
function days(kind: Kind): RegExp {
  const [from, to] = periodRange(kind, today, calendar);
  const last = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(new Date(`${to}T00:00:00Z`));
  return new RegExp(`^\\s*${Number(from.slice(8))}\\D.*\\D?${last.replaceAll(' ', '\\s')}`);
}

beforeAll(async () => {
  server = await startServer();
  browser = await launchBrowser();
  token = String((await ask('POST', 'auth/sign-up', { email: EMAIL, password: PASSWORD, name: 'Sasha', base_currency: 'EUR' }))['access_token']);
  const make = async (name: string, path: string, body: Record<string, unknown>) => (ids[name] = String((await ask('POST', path, { name, ...body }))['id']));
  await make('Bank', 'accounts', { kind: 'bank', currency: 'EUR', opening_minor: 100_000 });
  await make('Pets', 'categories', { kind: 'expense' });
  await make('Vet', 'categories', { kind: 'expense', parent_id: ids['Pets'], position: 0 });
  await make('Food', 'categories', { kind: 'expense', parent_id: ids['Pets'], position: 1 });
  await ask('POST', 'rates', { day: '2020-01-01', from_currency: 'EUR', to_currency: 'JPY', rate: '100' });
  const spend = (day: string, amount_minor: number, more = {}) =>
    ask('POST', 'transactions', { kind: 'expense', account_id: ids['Bank'], category_id: ids['Vet'], amount_minor, day, ...more });
  ids['spent'] = String((await spend(today, 4_000, { payee: 'Dr Paw', tags: ['health'] }))['id']);
  for (const [back, amount] of [[3, 100], [9, 200], [20, 400], [35, 800], [200, 1600], [300, 3200]] as const) {
    const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() - back);
    await spend(`${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`, amount);
  }
  for (const period of ['week', 'month', 'quarter', 'year']) {
    await ask('POST', 'budgets', { period, currency: 'EUR', category_id: ids['Pets'], amount_minor: 50_000, from_day: '2025-01-01', carry_over: true });
  }
  const context = await secondContext(browser, { viewport: { width: 390, height: 844 }, hasTouch: true, locale: 'en-GB', acceptDownloads: true, reducedMotion: 'reduce' });
  page = await context.newPage();
  await page.goto(`${server.url}/sign-in`);
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.locator('input[type=password]').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByText(/Up to date/).filter({ visible: true }).first().waitFor();
  device = new TestDevice(server.url);
  await device.core.start();
  await device.core.signIn({ email: EMAIL, password: PASSWORD });
});

afterAll(async () => {
  await device?.close();
  await browser?.close();
  await server?.stop();
});

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
const dialog = () => page.getByRole('dialog');
const titled = (text: string | RegExp) => page.locator('button[title="Back to today"]', { hasText: text }).filter({ visible: true }).waitFor();

/** Opens a screen and, when its amounts are there, chooses the kind of period it looks at. */
async function look(path: string, kind?: string): Promise<void> {
  await go(page, path);
  await page.locator('main').getByText(/[€¥]\d/).filter({ visible: true }).first().waitFor();
  if (kind) await page.getByRole('radio', { name: kind, exact: true }).filter({ visible: true }).first().check({ force: true });
}

/** Changes a setting on its screen and waits until the server has it. */
async function choose(label: string, value: string, field: string): Promise<void> {
  await go(page, '/settings/defaults');
  await page.getByLabel(label, { exact: true }).selectOption(value);
  await expect.poll(async () => String((await ask('GET', 'settings'))[field])).toBe(value);
}

/** Every report of the other device is the server's, to the minor unit. */
async function alike(about: string): Promise<void> {
  await device.settle();
  const asked: [string, Record<string, string>][] = [];
  for (const mode of ['as_it_was', 'todays_rate']) {
    for (const period of ['week', 'month', 'year']) for (const name of ['totals', 'accounts', 'allocation', 'period']) asked.push([name, { period, mode }]);
    for (const name of ['trend_by_type', 'trend_by_category', 'balance_over_time']) for (const bucket of ['week', 'month']) asked.push([name, { period: 'year', bucket, mode }]);
    asked.push(['calendar', { mode }], ['daily', { period: 'month', mode }], ['monthly', { mode }], ['annual', { mode }]);
  }
  for (const [name, params] of asked) {
    const there = await ask('GET', `reports/${name}?${new URLSearchParams({ today, ...params })}`);
    expect(device.query('report', { name, params: { today, ...params } }), `${about}: ${name} ${JSON.stringify(params)}`).toEqual(there);
  }
  const { items } = await ask<{ items: { from_day: string }[] }>('GET', `reports/budgets?today=${today}&day=${today}`);
  const here = device.core.query('budgetStates', { day: today }, today).data;
  expect(here, `${about}: budgets`).toEqual(items);
  expect(new Set(items.map(({ from_day }) => from_day))).toEqual(new Set((['week', 'month', 'quarter', 'year'] as const).map((kind) => periodRange(kind, today, calendar)[0])));
}

test('every row says what is set', async () => {
  await go(page, '/settings');
  const rows = page.locator('main section a[href]').filter({ visible: true });
  await page.getByText('Not saved yet').waitFor();
  await expect.poll(async () => (await rows.evaluateAll((all) => all.map((row) => (row.querySelector('span.text-end')?.textContent ?? '').trim()))).filter((text) => text === '')).toEqual(['', '']);
  // Those without are the person, who says who it is, and their security, which only the server knows.
  await page.getByRole('link', { name: /Sasha/ }).waitFor();
});

/** A photo as a phone keeps it: lying on its side, red before blue, and a word that says to turn it (Exif 2.32, 4.6.4: 6). */
async function lying(): Promise<Buffer> {
  const plain = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(400, 200);
    const context = canvas.getContext('2d')!;
    context.fillStyle = '#f00';
    context.fillRect(0, 0, 200, 200);
    context.fillStyle = '#00f';
    context.fillRect(200, 0, 200, 200);
    return [...new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 1 })).arrayBuffer())];
  });
  const turn = Buffer.from('ffe1002245786966000049492a0008000000010012010300010000000600000000000000', 'hex');
  return Buffer.concat([Buffer.from(plain.slice(0, 2)), turn, Buffer.from(plain.slice(2))]);
}

test('a photo is turned upright, cut, seen, and removed', async () => {
  await go(page, '/settings/account');
  const chooser = page.locator('input[type=file]');
  await chooser.waitFor({ state: 'attached' });
  const choose = async () => chooser.setInputFiles({ name: 'me.jpg', mimeType: 'image/jpeg', buffer: await lying() });
  const square = dialog().getByRole('application');
  /** Which colours are seen above and below. */
  const seen = () => square.locator('canvas').evaluate((node: HTMLCanvasElement) => [100, 412].map((y) => {
    const [red = 0, , blue = 0] = node.getContext('2d')!.getImageData(256, y, 1, 1).data;
    return red > blue ? 'red' : 'blue';
  }));
  await choose();
  await expect.poll(seen).toEqual(['red', 'blue']);
  await square.focus();
  for (let step = 0; step < 13; step++) await page.keyboard.press('ArrowDown');
  await expect.poll(seen).toEqual(['blue', 'blue']);
  const box = (await square.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height - 5, { steps: 4 });
  await page.mouse.up();
  await expect.poll(seen).toEqual(['red', 'blue']);
  const size = dialog().getByRole('slider', { name: 'Size' });
  await page.mouse.wheel(0, -200);
  await expect.poll(async () => Number(await size.inputValue())).toBeGreaterThan(1.5);
  await size.fill('1');
  for (let step = 0; step < 26; step++) await square.press('ArrowUp');
  await expect.poll(seen).toEqual(['red', 'red']);
  await button('Use photo').click();
  await dialog().waitFor({ state: 'detached' });
  const photo = () => fetch(`${server.url}/api/v1/users/me/photo`, { headers: { authorization: `Bearer ${token}` } });
  const kept = Buffer.from(await (await photo()).arrayBuffer()).toString('base64');
  const colour = await page.evaluate(async (text) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }));
    const context = new OffscreenCanvas(1, 1).getContext('2d')!;
    context.drawImage(picture, 0, 0, 1, 1);
    return [picture.width, picture.height, ...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  }, kept);
  expect(colour.slice(0, 2)).toEqual([256, 256]);
  expect(colour[2]).toBeGreaterThan(200);
  expect(colour[4]).toBeLessThan(60);
  await page.getByRole('img', { name: 'Your photo' }).waitFor();
  await go(page, '/settings/household');
  await page.getByRole('region', { name: 'Members' }).locator('img').waitFor();
  // also where the way to Settings begins, and in a page that has to ask for it
  await page.goto(server.url);
  await page.getByRole('link', { name: 'Settings', exact: true }).locator('img').waitFor();
  await go(page, '/settings/account');
  await button('Remove photo').click();
  await page.getByText('Photo removed').waitFor();
  expect((await photo()).status).toBe(404);
  await button('Undo').click();
  await page.getByRole('img', { name: 'Your photo' }).waitFor();
  expect((await photo()).status).toBe(200);
  await chooser.setInputFiles({ name: 'me.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') });
  await page.getByText('This picture cannot be read here').waitFor();
  await page.context().setOffline(true);
  await button('Remove photo').click();
  await page.getByText('Your photo is on the server').waitFor();
  expect(await chooser.isDisabled()).toBe(true);
  await page.context().setOffline(false);
  await expect.poll(() => chooser.isDisabled()).toBe(false);
});

test('categories below one are ordered among themselves', async () => {
  await go(page, '/settings/categories');
  await button('Order of categories').click();
  await dialog().getByLabel('Which ones').selectOption({ label: 'Those of Pets' });
  const names = () => dialog().locator('ol li > span').allTextContents();
  await expect.poll(names).toEqual(['Vet', 'Food']);
  await dialog().getByRole('button', { name: 'Move Vet down' }).click();
  await expect.poll(names).toEqual(['Food', 'Vet']);
  await page.keyboard.press('Escape');
});

test('a tag is renamed, coloured, and deleted', async () => {
  await go(page, '/settings/tags');
  await button(/^health/).click();
  await dialog().getByLabel('Name', { exact: true }).fill('vet bills');
  await dialog().getByRole('radio', { name: 'Teal' }).check({ force: true });
  await dialog().getByRole('button', { name: 'Save', exact: true }).click();
  await button(/^vet bills/).waitFor();
  await expect.poll(async () => (await ask<{ items: { name: string; colour: string }[] }>('GET', 'tags')).items).toMatchObject([{ name: 'vet bills', colour: 'teal' }]);
  await button(/^vet bills/).click();
  await button('Delete tag').click();
  await page.getByText('No tags yet').waitFor();
  await button('Undo').click();
  await button(/^vet bills/).waitFor();
});

test('a backup brings back what was deleted, and nothing else', async () => {
  await go(page, '/settings/export');
  const [file] = await Promise.all([page.waitForEvent('download'), button(/^Save a backup/).click()]);
  const text = await readFile(await file.path(), 'utf8');
  expect(Object.keys(JSON.parse(text) as object)).toEqual(expect.arrayContaining(['settings', 'account', 'transaction', 'budget', 'budget_amount', 'schedule', 'rate', 'tag']));
  const chooser = page.locator('input[type=file]').first();
  const give = (name: string, content: string) => chooser.setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(content) });
  await give('other.json', '{"format":"something"}');
  await page.getByText('This is no backup of Outlay.').waitFor();
  const removed = await fetch(`${server.url}/api/v1/transactions/${ids['spent']}`, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } });
  expect(removed.status).toBe(204);
  await expect.poll(async () => {
    await give('backup.json', text);
    await page.getByText('is missing here and would come back').or(page.getByText('rows are missing here')).waitFor();
    const found = await page.getByText('1 row is missing here and would come back.').isVisible();
    if (!found) await button('Cancel').click();
    return found;
  }).toBe(true);
  await button('Bring back').click();
  await page.getByText('1 entry brought back').waitFor();
  await expect.poll(async () => (await ask('GET', `transactions/${ids['spent']}`))['amount_minor']).toBe(4_000);
});

test('weeks, months and years begin where they are told to, on every screen and in every report', async () => {
  await choose('First day of the week', '7', 'first_day_of_week');
  calendar.first_day_of_week = 7;
  await alike('Sunday');
  for (const path of ['/stats', '/budgets']) {
    await look(path, 'Week');
    await titled(days('week'));
  }

  await choose('First day of the month', '25', 'first_day_of_month');
  calendar.first_day_of_month = 25;
  await alike('the 25th');
  for (const [path, kind] of [['/transactions?view=daily'], ['/stats', 'Month'], [`/accounts/${ids['Bank']}`, 'Month'], ['/budgets', 'Month']] as const) {
    await look(path, kind);
    await titled(days('month'));
  }

  await choose('First day of the month', '1', 'first_day_of_month');
  calendar.first_day_of_month = 1;
  await choose('First month of the year', '4', 'first_month_of_year');
  calendar.first_month_of_year = 4;
  await alike('April');
  const year = Number(periodRange('year', today, calendar)[0].slice(0, 4));
  for (const path of ['/stats', '/budgets']) {
    await look(path, 'Year');
    await titled(`${year}/${year + 1}`);
  }
  await look('/budgets', 'Quarter');
  await titled(days('quarter'));
});

test('another base currency counts what was written before only when it is told to', async () => {
  await choose('Base currency', 'JPY', 'base_currency');
  await alike('yen, as it was');
  await go(page, '/accounts');
  await page.getByText('¥').first().waitFor();
  const spent = async () => (await ask<{ now: { expense: { base_minor: number } }; base_currency: string; missing: { other_base: number } }>('GET', `reports/totals?today=${today}&from_day=2000-01-01&to_day=2100-01-01`));
  const before = await spent();
  expect([before.base_currency, before.now.expense.base_minor, before.missing.other_base]).toEqual(['JPY', 0, 7]);
  await go(page, '/settings/defaults');
  await button(/^Count 7 entries in JPY, too/).click();
  await page.getByText('Saved').waitFor();
  await expect.poll(async () => { const { now: { expense }, missing } = await spent(); return [expense.base_minor, missing.other_base]; }).toEqual([10_300, 0]);
  await alike('yen, counted');
  await go(page, '/stats');
  await page.getByText('¥').first().waitFor();
  expect(await button(/^Count .* in JPY/).count()).toBe(0);
});
