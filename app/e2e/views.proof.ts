// Transactions by month, by year, for any period and on a calendar: every sum that is read on the screen is the one REST
// gives, and each leads to what it is made of.
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, secondContext, type Server, signIn, startServer } from './harness.ts';
import { address, PASSWORD, Rest } from './tabs/tabs.ts';

interface Flows {
  from_day: string;
  to_day: string;
  income: { base_minor: number };
  expense: { base_minor: number };
  balance: { base_minor: number };
}

let server: Server;
let browser: Browser;
let page: Page;
let rest: Rest;

const now = new Date();
const two = (n: number) => String(n).padStart(2, '0');
const today = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
const last_year = now.getFullYear() - 1;

beforeAll(async () => {
  server = await startServer();
  browser = await launchBrowser();
  const email = address();
  rest = await new Rest(server.url).signUp(email);
  const make = async (path: string, body: unknown) => (await rest.ask<{ id: string }>('POST', path, body)).id;
  const bank = await make('accounts', { name: 'Bank', kind: 'bank', currency: 'EUR', opening_minor: 500_000 });
  const cash = await make('accounts', { name: 'Purse', kind: 'cash', currency: 'EUR', opening_minor: 0 });
  const yen = await make('accounts', { name: 'Yen', kind: 'cash', currency: 'JPY', opening_minor: 0 });
  await make('rates', { day: '2020-01-01', from_currency: 'EUR', to_currency: 'JPY', rate: '160' });
  const book = (day: string, kind: string, amount_minor: number, more = {}) => make('transactions', { kind, account_id: bank, amount_minor, day, ...more });
  // March ends and April begins within one week, in every year: both months have their part of it.
  for (const [day, amount] of [['02-28', 100], ['03-01', 250], ['03-09', 4_075], ['03-30', 1_201], ['03-31', 3_303], ['04-01', 707], ['04-02', 919], ['12-31', 8_800]] as const) {
    await book(`${last_year}-${day}`, 'expense', amount, { payee: `Shop of ${day}` });
  }
  await book(`${last_year}-03-31`, 'income', 250_000, { payee: 'Wages' });
  await book(`${last_year}-03-09`, 'expense', 1_600, { account_id: yen, payee: 'Tea in Kyoto' });
  await book(`${last_year}-03-09`, 'transfer', 20_000, { to_account_id: cash });
  await book(`${last_year - 2}-07-14`, 'income', 1_234_567);
  await book(`${last_year - 2}-07-15`, 'expense', 2_345_678);
  await book(today, 'expense', 1_999, { payee: 'Bakery' });
  await book(today, 'income', 45_000);
  const context = await secondContext(browser, { viewport: { width: 390, height: 844 }, hasTouch: true, locale: 'en-GB' });
  page = await context.newPage();
  await signIn(page, server.url, { email, password: PASSWORD });
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const reported = <T>(name: string, params: Record<string, string>) => rest.get<T>(`reports/${name}?${new URLSearchParams({ today, ...params })}`);
const three = ({ income, expense, balance }: Flows) => [income.base_minor, 0 - expense.base_minor, balance.base_minor];

/** The amounts that are read here, in minor units. */
const amounts = async (where: Locator) =>
  (await where.locator('bdi').allTextContents()).map((text) => Math.round(Number(text.replace('\u2212', '-').replace(/[^\d.-]/g, '')) * 100));
const totals = () => amounts(page.locator('main dl').first());
const rows = () => page.locator('main ul.group > li');
const title = () => page.locator('main button[aria-live]').textContent();

/** The three sums on top. */
async function show(expected: Flows): Promise<void> {
  await expect.poll(totals).toEqual(three(expected));
}

async function view(name: string): Promise<void> {
  await page.getByRole('radio', { name, exact: true }).check({ force: true });
}

test('by day: the sums of the month', async () => {
  await page.goto(`${server.url}/transactions`);
  const { now: flows } = await reported<{ now: Flows }>('totals', { period: 'month' });
  await show(flows);
  expect(three(flows)).toEqual([45_000, -1_999, 43_001]);
});

test('a year leads to its months, a month to its weeks, a week to its transactions, and back', async () => {
  await view('Annual');
  const annual = await reported<{ years: Flows[]; total: Flows }>('annual', { period: 'all' });
  await show(annual.total);
  const years = annual.years.toReversed();
  await expect.poll(() => rows().count()).toBe(years.length);
  for (const [at, year] of years.entries()) {
    expect(await rows().nth(at).textContent()).toContain(year.from_day.slice(0, 4));
    expect(await amounts(rows().nth(at))).toEqual(three(year));
  }
  expect(years.map(({ from_day }) => Number(from_day.slice(0, 4)))).toContain(last_year - 1);

  await rows().filter({ hasText: String(last_year) }).getByRole('button').click();
  await expect.poll(title).toContain(String(last_year));
  const monthly = await reported<{ months: { month: Flows; weeks: Flows[] }[]; total: Flows }>('monthly', { from_day: `${last_year}-01-01`, to_day: `${last_year}-12-31` });
  await show(monthly.total);
  const months = monthly.months.filter(({ month }) => month.income.base_minor || month.expense.base_minor).toReversed();
  expect(months).toHaveLength(4);
  await expect.poll(() => rows().count()).toBe(4);
  for (const [at, { month }] of months.entries()) expect(await amounts(rows().nth(at))).toEqual(three(month));

  const march = rows().filter({ hasText: 'March' });
  await march.getByRole('button', { name: /March/ }).click();
  await march.getByRole('button', { name: /March/, expanded: true }).waitFor();
  const { month, weeks } = months.find(({ month }) => month.from_day === `${last_year}-03-01`)!;
  const [, ...lines] = await march.getByRole('button').all();
  expect(lines).toHaveLength(weeks.length);
  let left = [0, 0];
  for (const [at, week] of weeks.toReversed().entries()) {
    const [income, expense] = await amounts(lines[at]!);
    expect([income, expense]).toEqual(three(week).slice(0, 2));
    left = [left[0]! + income!, left[1]! + expense!];
  }
  expect(left).toEqual(three(month).slice(0, 2));

  const week = weeks.at(-1)!;
  expect(week.to_day).toBe(`${last_year}-03-31`);
  await lines[0]!.click();
  await page.getByRole('radio', { name: 'Period', exact: true, checked: true }).waitFor({ state: 'attached' });
  const { total } = await reported<{ total: Flows }>('period', { from_day: week.from_day, to_day: week.to_day, bucket: 'year' });
  await show(total);
  expect(three(total)).toEqual(three(week));
  const { items } = await rest.get<{ items: { payee: string }[] }>(`transactions?from_day=${week.from_day}&to_day=${week.to_day}`);
  await expect.poll(() => page.locator('main [data-swipes]').count()).toBe(items.length);
  for (const { payee } of items) await page.getByRole('button', { name: payee }).first().waitFor();
  await page.getByRole('button', { name: /Wages/ }).click();
  await page.getByText('Save changes').waitFor();
  await page.goBack();
  await page.getByText('Save changes').waitFor({ state: 'detached' });
  await show(total);

  // from a part back to the whole that it was opened in
  await page.goBack();
  await expect.poll(title).toContain(String(last_year));
  await show(monthly.total);
  await page.goBack();
  await show(annual.total);
  await page.goForward();
  await show(monthly.total);
  await page.goForward();
  await show(total);

  // The year it was left in is the year that is seen again.
  await view('Monthly');
  await expect.poll(title).toContain(String(last_year));
  await show(monthly.total);
});

test('any two days: their sums and their transactions, and the same length of time after', async () => {
  await view('Period');
  await page.getByLabel('From', { exact: true }).fill(`${last_year}-03-09`);
  await page.getByLabel('To', { exact: true }).fill(`${last_year}-04-01`);
  const asked = (from_day: string, to_day: string) => reported<{ total: Flows }>('period', { from_day, to_day, bucket: 'year' });
  const { total } = await asked(`${last_year}-03-09`, `${last_year}-04-01`);
  await show(total);
  expect(three(total)).toEqual([250_000, -(4_075 + 1_000 + 1_201 + 3_303 + 707), 239_714]);
  await expect.poll(() => page.locator('main [data-swipes]').count()).toBe(7);
  await page.getByRole('button', { name: 'Later', exact: true }).click();
  await show((await asked(`${last_year}-04-02`, `${last_year}-04-25`)).total);
  await expect.poll(totals).toEqual([0, -919, -919]);
  expect(await page.getByLabel('From', { exact: true }).inputValue()).toBe(`${last_year}-04-02`);
});

test('on the calendar a day is tapped for what was on it', async () => {
  await page.goto(`${server.url}/transactions?view=calendar`);
  const month = (from_day: string, to_day: string) => reported<{ total: Flows }>('calendar', { from_day, to_day });
  const { now: flows } = await reported<{ now: Flows }>('totals', { period: 'month' });
  await show(flows);
  // back to March of last year
  for (let at = now.getMonth() + 12; at > 2; at -= 1) {
    const before = await title();
    await page.getByRole('button', { name: 'Earlier', exact: true }).click();
    await expect.poll(title).not.toBe(before);
  }
  await expect.poll(title).toBe(`March ${last_year}`);
  await show((await month(`${last_year}-03-01`, `${last_year}-03-31`)).total);
  const day = page.locator('.calendar').getByRole('button', { name: new RegExp(` 31 March ${last_year}`) });
  await day.tap();
  expect(await day.getAttribute('aria-pressed')).toBe('true');
  await page.getByRole('heading', { name: /31 March$/ }).waitFor();
  await expect.poll(() => page.locator('main [data-swipes]').count()).toBe(2);
  expect(await day.textContent()).toMatch(/\+2,500.*\u221233/);
  expect(await page.locator('.calendar .truncate').evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent))).toEqual([]);
  await page.locator('.calendar').getByRole('button', { name: new RegExp(` 9 March ${last_year}`) }).tap();
  await page.getByRole('button', { name: /Tea in Kyoto/ }).waitFor();
  await expect.poll(() => page.locator('main [data-swipes]').count()).toBe(3);
  await page.locator('.calendar').getByRole('button', { name: new RegExp(` 10 March ${last_year}`) }).tap();
  await page.getByText(/Nothing/).waitFor();
  // what is added here is of that day
  await page.locator('main section').getByRole('button', { name: 'Add' }).tap();
  const editor = page.getByRole('dialog');
  await editor.getByRole('button', { name: '7', exact: true }).click();
  await editor.getByRole('button', { name: 'Groceries' }).first().click();
  await editor.getByRole('button', { name: /^Save/ }).click();
  await editor.waitFor({ state: 'detached' });
  await expect.poll(async () => (await rest.get<{ items: { amount_minor: number }[] }>(`transactions?from_day=${last_year}-03-10&to_day=${last_year}-03-10`)).items.map(({ amount_minor }) => amount_minor)).toEqual([700]);
  await expect.poll(() => page.locator('main [data-swipes]').count()).toBe(1);
  await show((await month(`${last_year}-03-01`, `${last_year}-03-31`)).total);
});
