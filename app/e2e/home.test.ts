// Home as a person uses it: cards in their order on two devices, what is due and what is unusual, and the way from every
// number to what it is made of.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, secondContext, type Server, startServer } from './harness.ts';
import { PASSWORD } from './sync/device.ts';

const EMAIL = 'robin@example.com';

let server: Server;
let browser: Browser;
let phone: Page;
let desk: Page;
let token = '';
const ids: Record<string, string> = {};

async function ask<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T> {
  const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const answer = await fetch(`${server.url}/api/v1/${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** Days before today, in the calendar of this machine. */
function ago(days: number): string {
  const now = new Date();
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() - days);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

async function open(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${server.url}/sign-in`);
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.locator('input[type=password]').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByText(/Up to date/).filter({ visible: true }).first().waitFor();
  await page.goto(server.url);
  return page;
}

beforeAll(async () => {
  server = await startServer();
  browser = await launchBrowser();
  token = String((await ask('POST', 'auth/sign-up', { email: EMAIL, password: PASSWORD, name: 'Robin', base_currency: 'EUR' }))['access_token']);
  const make = async (name: string, path: string, body: Record<string, unknown>) => (ids[name] = String((await ask('POST', path, { name, ...body }))['id']));
  await make('Bank', 'accounts', { kind: 'bank', currency: 'EUR', opening_minor: 100_000 });
  await make('Pets', 'categories', { kind: 'expense' });
  await make('Prizes', 'categories', { kind: 'income' });
  const spend = async (payee: string, days: number, amount_minor: number) =>
    String((await ask('POST', 'transactions', { kind: 'expense', account_id: ids['Bank'], category_id: ids['Pets'], payee, amount_minor, day: ago(days) }))['id']);
  for (const [at, amount] of [4000, 4200, 4300, 4100, 4500].entries()) await spend('Happy Paws', 6 + at * 7, amount);
  ids['far'] = await spend('Happy Paws', 0, 18_000);
  for (const days of [99, 69, 39]) await spend('Kennel Club', days, 2500);
  await ask('POST', 'transactions', { kind: 'income', account_id: ids['Bank'], category_id: ids['Prizes'], amount_minor: 90_000, day: ago(0) });
  const round = { kind: 'expense', account_id: ids['Bank'], category_id: ids['Pets'], amount_minor: 3000, rule: 'FREQ=WEEKLY', mode: 'ask' };
  await make('Vet plan', 'schedules', { ...round, start_day: ago(8) });
  await make('Cat club', 'schedules', { ...round, start_day: ago(0), rule: 'FREQ=YEARLY' });
  await ask('POST', 'budgets', { category_id: ids['Pets'], period: 'month', currency: 'EUR', amount_minor: 1_000_000, from_day: ago(0) });
  phone = await open(await secondContext(browser, { viewport: { width: 390, height: 844 }, hasTouch: true, locale: 'en-GB', reducedMotion: 'reduce' }));
  desk = await open(await secondContext(browser, { viewport: { width: 1280, height: 800 }, locale: 'en-GB', reducedMotion: 'reduce' }));
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const cards = (page: Page) => page.locator('.cards a .caption').allTextContents();
const group = (page: Page, title: string) => page.getByRole('region', { name: title, exact: true });

test('it greets by name and says how the book stands', async () => {
  await phone.getByText(/^Good (morning|afternoon|evening), Robin$/).waitFor();
  await phone.getByText(/Up to date/).filter({ visible: true }).first().waitFor();
});

test('cards are hidden, shown and put in order, and the other device has it so', async () => {
  await expect.poll(() => cards(desk)).toHaveLength(6);
  await phone.getByRole('button', { name: 'Arrange cards' }).click();
  await phone.getByRole('button', { name: 'Hide Earned this month' }).click();
  await phone.getByRole('button', { name: 'Show Saved of income' }).click();
  const names = () => phone.locator('dialog ol li span').allTextContents();
  await expect.poll(async () => (await names()).at(-1)).toBe('Saved of income');
  const before = await names();
  // By the keyboard the last one up; by the pointer the first one down.
  await phone.locator('[data-handle=savings]').focus();
  await phone.keyboard.press('ArrowUp');
  await expect.poll(names).toEqual([...before.slice(0, -2), before.at(-1), before.at(-2)]);
  const handle = (await phone.locator('[data-handle=expense]').boundingBox())!;
  await phone.mouse.move(handle.x + 20, handle.y + 20);
  await phone.mouse.down();
  await phone.mouse.move(handle.x + 20, handle.y + 50, { steps: 4 });
  await phone.mouse.move(handle.x + 20, handle.y + 75, { steps: 4 });
  await phone.mouse.up();
  const wanted = ['Left this month', 'Spent this month', 'Net worth', 'Top category', 'Saved of income', 'Largest change'];
  await expect.poll(names).toEqual(wanted);
  await phone.keyboard.press('Escape');
  await expect.poll(() => cards(phone)).toEqual(wanted);
  await expect.poll(() => cards(desk)).toEqual(wanted);
});

test('what is due is confirmed, with another amount if need be, or skipped, right here', async () => {
  const here = group(phone, 'Upcoming');
  const names = async () => (await here.locator('[dir=auto].font-medium').allTextContents()).map((name) => name.trim());
  // Two weeks of the one and today's of the other wait; after them comes what is next.
  await expect.poll(async () => (await names()).slice(0, 4)).toEqual(['Vet plan', 'Vet plan', 'Cat club', 'Vet plan']);
  await here.getByRole('button', { name: 'Confirm' }).first().click();
  await expect.poll(() => here.getByRole('button', { name: 'Confirm' }).count()).toBe(2);
  await here.getByRole('button', { name: 'Skip' }).first().click();
  await expect.poll(() => here.getByRole('button', { name: 'Confirm' }).count()).toBe(1);
  await here.getByRole('button', { name: 'Other amount' }).click();
  await phone.getByLabel('Amount', { exact: true }).fill('35');
  await phone.getByRole('button', { name: 'Add it now' }).click();
  await expect.poll(() => group(desk, 'Upcoming').getByRole('button', { name: 'Confirm' }).count()).toBe(0);
  const { items } = await ask<{ items: { amount_minor: number; day: string }[] }>('GET', 'transactions?limit=20');
  expect(items.filter(({ day }) => day === ago(0)).map((one) => one.amount_minor)).toContain(3500);
  expect(items.filter(({ day }) => day === ago(8)).map((one) => one.amount_minor)).toContain(3000);
  expect(items.filter(({ day }) => day === ago(1))).toEqual([]);
  await here.getByRole('link', { name: 'Show all' }).click();
  await phone.waitForURL(/\/schedules$/);
  await phone.goto(server.url);
});

test('a card leads to what it is made of', async () => {
  await desk.getByRole('link', { name: /^Top category/ }).click();
  await desk.waitForURL((url) => url.searchParams.get('category_id') === ids['Pets']);
  await desk.goBack();
  await desk.getByRole('link', { name: /^Largest change/ }).click();
  await desk.waitForURL((url) => url.searchParams.get('to_day') === ago(0));
  await desk.goBack();
  await desk.getByRole('button', { name: 'Arrange cards' }).click();
  await desk.getByRole('button', { name: 'Show Tightest budget' }).click();
  await desk.keyboard.press('Escape');
  await desk.getByRole('link', { name: /^Tightest budget.*Pets: left of €10,000\.00/ }).click();
  await desk.waitForURL(/\/budgets$/);
  await desk.goBack();
  await desk.locator('[data-mark]').last().focus();
  await desk.keyboard.press('Enter');
  await desk.waitForURL(/\/stats\?day=/);
  await desk.goto(server.url);
});

test('an unusual amount says why and leads to its entry; a missing bill to its payee', async () => {
  const unusual = group(phone, 'Unusual');
  await unusual.getByText(/^Usually about €42, this time €180\.00$/).waitFor();
  await unusual.getByRole('link', { name: /Kennel Club Comes every month, about €25\./ }).click();
  await phone.getByText('3 transactions').waitFor();
  await phone.goto(server.url);
  await unusual.getByRole('button', { name: /^Happy Paws/ }).click();
  await expect.poll(() => phone.getByLabel('Amount', { exact: true }).inputValue()).toBe('180');
  await phone.goto(server.url);
});

test('what is dismissed is gone on both devices, and can be taken back', async () => {
  await group(desk, 'Unusual').getByText(/this time €180/).waitFor();
  await phone.getByRole('button', { name: 'Dismiss Happy Paws' }).click();
  await expect.poll(() => group(phone, 'Unusual').getByText(/this time/).count()).toBe(0);
  await expect.poll(() => group(desk, 'Unusual').getByText(/this time/).count()).toBe(0);
  await phone.getByRole('button', { name: 'Undo' }).click();
  await group(desk, 'Unusual').getByText(/this time €180/).waitFor();
});
