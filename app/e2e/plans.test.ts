// Budgets and what comes round, as a person plans with them on a phone; the server's figures are the device's.
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, secondContext, type Server, startServer } from './harness.ts';
import { PASSWORD } from './sync/device.ts';

const EMAIL = 'robin@example.com';

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
const dayOf = (date: Date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
const today = dayOf(now);
/** The 5th of a month that is `back` months ago. */
const fifth = (back: number) => dayOf(new Date(now.getFullYear(), now.getMonth() - back, 5));
const monthName = (ahead: number) => new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric' }).format(new Date(now.getFullYear(), now.getMonth() + ahead, 1));

beforeAll(async () => {
  server = await startServer();
  browser = await launchBrowser();
  token = String((await ask('POST', 'auth/sign-up', { email: EMAIL, password: PASSWORD, name: 'Robin', base_currency: 'EUR' }))['access_token']);
  const make = async (name: string, path: string, body: Record<string, unknown>) => (ids[name] = String((await ask('POST', path, { name, ...body }))['id']));
  await make('Bank', 'accounts', { kind: 'bank', currency: 'EUR' });
  await make('Yen', 'accounts', { kind: 'cash', currency: 'JPY' });
  await make('Pets', 'categories', { kind: 'expense' });
  await make('Vet', 'categories', { kind: 'expense', parent_id: ids['Pets'] });
  const spend = (day: string, amount_minor: number, more: Record<string, unknown> = {}) =>
    ask('POST', 'transactions', { kind: 'expense', account_id: ids['Bank'], category_id: ids['Vet'], amount_minor, day, ...more });
  await spend(fifth(1), 10_000);
  await spend(fifth(2), 20_000);
  ids['bill'] = String((await spend(today, 4_000, { payee: 'Dr Paw' }))['id']);
  await spend(today, 500, { account_id: ids['Yen'] });
  const context = await secondContext(browser, { viewport: { width: 390, height: 844 }, hasTouch: true, locale: 'en-GB', reducedMotion: 'reduce' });
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

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
const dialog = () => page.getByRole('dialog');
const save = async () => {
  await dialog().getByRole('button', { name: 'Save', exact: true }).click();
  await dialog().waitFor({ state: 'detached' });
};
interface State {
  planned_minor: number | null;
  spent_minor: number;
  left_minor: number | null;
}
const states = async (): Promise<State[]> => (await ask<{ items: State[] }>('GET', `reports/budgets?today=${today}`)).items;

test('a budget is made from what was spent, and says what is left', async () => {
  await page.goto(`${server.url}/stats`);
  await page.getByRole('link', { name: 'Budgets' }).filter({ visible: true }).click();
  await page.getByText('No budgets yet').waitFor();
  await button('New budget').last().click();
  await page.getByLabel('For', { exact: true }).selectOption(ids['Pets']!);
  // 100 and 200 in the two months before; nothing earlier, which is no month of spending
  await button('Average of 2: €150.00').click();
  expect(await page.getByLabel('Amount', { exact: true }).inputValue()).toBe('150');
  await save();
  await page.getByText('€110.00 left').first().waitFor();
  await page.getByText('€40.00 of €150.00 spent').first().waitFor();
  await page.getByText(/a day until/).waitFor();
  await expect.poll(states).toMatchObject([{ planned_minor: 15_000, spent_minor: 4_000, left_minor: 11_000 }]);
});

test('what has no rate is named where it is left out', async () => {
  await page.getByText('1 entry is not in these sums: no rate for JPY.').waitFor();
  await button('Enter a rate for JPY').waitFor();
});

test('an amount for one period leaves the others as they are', async () => {
  await button('Edit the budget for Pets').click();
  await dialog().getByLabel('Amount', { exact: true }).fill('30');
  await dialog().getByRole('radio', { name: 'This period only' }).check({ force: true });
  await page.getByText(`In ${monthName(0)} only.`).waitFor();
  await save();
  await page.getByText('€10.00 over').first().waitFor();
  await page.getByText('Over budget: Pets.').waitFor();
  await button('Later').click();
  await page.getByText(monthName(1)).waitFor();
  await page.getByText('€150.00 left').first().waitFor();
  await button('Earlier').click();
  await button('Earlier').click();
  await page.getByText(monthName(-1)).waitFor();
  await page.getByText('Nothing planned').waitFor();
  await button(monthName(-1)).click();
  await page.getByText('€10.00 over').first().waitFor();
});

async function saved(as: RegExp): Promise<Buffer> {
  await button('Save By category').click();
  const [file] = await Promise.all([page.waitForEvent('download'), button(as).click()]);
  return readFile(await file.path());
}

test('the list is also a table, a picture and a file, and a row leads to what was spent in its period', async () => {
  await button('By category as a table').click();
  await page.getByRole('row', { name: /Pets €30\.00 .*€40\.00 −€10\.00/ }).waitFor();
  await button('By category as a chart').click();
  const picture = await saved(/Save as a picture/);
  expect(picture.subarray(1, 4).toString()).toBe('PNG');
  expect(picture.readUInt32BE(16)).toBe(2 * (440 + 2 * 20));
  expect((await saved(/Save as a table/)).toString()).toContain('Pets,30.00,');
  await page.getByRole('link', { name: /^Pets/ }).click();
  await page.getByText('2 transactions').waitFor();
  expect(new URL(page.url()).searchParams.get('category_id')).toBe(ids['Pets']);
  await page.goBack();
  await page.getByText('€10.00 over').first().waitFor();
});

test('a budget is put away and deleted, and comes back', async () => {
  await button('Edit the budget for Pets').click();
  await dialog().getByLabel('Archived').check({ force: true });
  await save();
  await page.getByText('1 archived budget').click();
  await button(/^Pets/).click();
  await dialog().getByRole('button', { name: 'Delete budget' }).click();
  await page.getByText('Budget for Pets deleted').waitFor();
  await button('Undo').click();
  await page.getByText('1 archived budget').waitFor();
});

test('what comes round is made, confirmed with another amount, and skipped', async () => {
  await page.goto(`${server.url}/accounts`);
  await page.getByRole('link', { name: 'Recurring' }).filter({ visible: true }).click();
  await button('New recurring entry').last().click();
  await dialog().getByLabel('Amount', { exact: true }).fill('25');
  await dialog().getByLabel('Account', { exact: true }).selectOption({ label: 'Bank' });
  await dialog().getByLabel('Name', { exact: true }).fill('Pet club');
  await dialog().getByLabel('Category', { exact: true }).selectOption(ids['Pets']!);
  await dialog().getByLabel('First day').fill(fifth(2));
  await dialog().getByRole('radio', { name: 'After a number' }).check({ force: true });
  await dialog().getByLabel('How many times in all').fill('12');
  await dialog().getByRole('radio', { name: 'Ask me first' }).check({ force: true });
  await dialog().getByRole('switch', { name: /Add the \d that are past/ }).check({ force: true });
  await save();
  await page.getByText('Waiting for you').waitFor();
  await page.getByText('€25.00 goes out').waitFor();
  await page.getByText('Every month · On day 5 · 0 of 12 · Asks first').waitFor();

  await button('Confirm').first().click();
  await page.getByText('1 of 12').first().waitFor();
  await button('Other amount').first().click();
  await dialog().getByLabel('Amount', { exact: true }).fill('27.50');
  await dialog().getByRole('button', { name: 'Add it now' }).click();
  await page.getByText('Every month · On day 5 · 2 of 12 · Asks first').waitFor();
  const posted = async () => (await ask<{ items: { amount_minor: number; day: string }[] }>('GET', `transactions?category_id=${ids['Pets']}&limit=50`)).items;
  await expect.poll(async () => (await posted()).map(({ amount_minor }) => amount_minor)).toEqual(expect.arrayContaining([2500, 2750]));
  // The third is due or comes soon, as the day of the month has it.
  const third = page.getByRole('button', { name: /^Pet club/ }).first();
  await third.click();
  await dialog().getByRole('button', { name: 'Skip' }).click();
  await page.getByText('Pet club skipped').waitFor();
  await page.getByText('Every month · On day 5 · 3 of 12 · Asks first').waitFor();
});

test('what is paused comes on without making up for anything', async () => {
  await button(/^Pet club.*3 of 12 · Asks first/).click();
  await dialog().getByRole('button', { name: 'Pause' }).click();
  await page.getByText('Pet club is paused').waitFor();
  await button(/^Pet club.*Paused/).click();
  await dialog().getByRole('button', { name: 'Go on' }).click();
  await page.getByText('Pet club goes on').waitFor();
  await button(/^Pet club.*Next/).waitFor();
});

test('an entry comes round from its next day on: it is there already', async () => {
  await page.goto(`${server.url}/schedules?from=${ids['bill']}`);
  expect(await dialog().getByLabel('Amount', { exact: true }).inputValue()).toBe('40');
  await dialog().getByRole('radio', { name: 'Weekly' }).check({ force: true });
  await save();
  await page.getByText('Dr Paw comes round from now on').waitFor();
  const made = async () => (await ask<{ items: { name: string; done_through: string; month_minor: number }[] }>('GET', 'schedules')).items.find(({ name }) => name === 'Dr Paw');
  await expect.poll(made).toMatchObject({ done_through: today, month_minor: 17_393 });
});
