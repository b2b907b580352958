// What Outlay is for, as a person does it: sign up, bring in bank files, work without a network, find the same
// numbers on a second device and from the REST API.
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, secondContext, type Server, startServer } from './harness.ts';

const SAMPLES = fileURLToPath(new URL('../../server/tests/importing/samples/', import.meta.url));
const SHARED = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const EMAIL = 'robin@example.com';
const PASSWORD = 'nine quiet otters';

let server: Server;
let browser: Browser;
let phone: BrowserContext;
let page: Page;
const errors: string[] = [];

beforeAll(async () => {
  server = await startServer();
  browser = await launchBrowser();
  phone = await device();
  page = await phone.newPage();
  watch(page);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const device = () => secondContext(browser, { serviceWorkers: 'allow', viewport: { width: 390, height: 844 }, hasTouch: true, locale: 'en-GB' });

/** Errors of the page; those of the network are what these tests are about. */
function watch(watched: Page): void {
  watched.on('pageerror', (error) => errors.push(String(error)));
  watched.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource|ERR_|Failed to fetch/.test(message.text())) errors.push(message.text());
  });
}

const button = (name: string | RegExp, root: Page | Locator = page) => root.getByRole('button', { name }).first();

/** The words of the sync state on the home screen. */
const says = (words: RegExp, on: Page = page) => on.getByText(words).filter({ visible: true }).first().waitFor();

async function home(on: Page = page): Promise<void> {
  await on.getByRole('link', { name: 'Home' }).first().click();
}

async function accounts(on: Page = page): Promise<void> {
  await on.getByRole('link', { name: 'Accounts' }).first().click();
  await on.getByRole('heading', { name: 'Accounts' }).first().waitFor();
}

/** Opens the sheet, types digits on the keypad, and leaves the rest to `fill`. */
async function add(digits: string, fill: (sheet: Locator) => Promise<void>): Promise<void> {
  await page.getByRole('button', { name: 'New transaction' }).or(page.getByRole('link', { name: 'New transaction' })).first().click();
  const sheet = page.getByRole('dialog').last();
  await sheet.waitFor();
  for (const digit of digits) await sheet.getByRole('button', { name: digit === '.' ? /decimal/i : digit, exact: digit !== '.' }).first().click();
  await fill(sheet);
  await sheet.getByRole('button', { name: /^Save/ }).first().click();
  await sheet.waitFor({ state: 'detached' });
}

/** Every account's name, currency and balance as REST says them. */
async function rest<T>(path: string): Promise<T> {
  const signed = await fetch(`${server.url}/api/v1/auth/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: EMAIL, password: PASSWORD })
  });
  const { access_token } = (await signed.json()) as { access_token: string };
  const answer = await fetch(`${server.url}/api/v1/${path}`, { headers: { authorization: `Bearer ${access_token}` } });
  expect(answer.status).toBe(200);
  return (await answer.json()) as T;
}

interface Balance {
  name: string;
  currency: string;
  balance_minor: number;
}

async function balances(): Promise<Balance[]> {
  return (await rest<{ items: Balance[] }>('accounts')).items;
}

/** One file through the import screen: questions answered, everything taken in. */
async function bringIn(path: string, answers: Record<string, string> = {}): Promise<void> {
  await page.goto(`${server.url}/settings/import`);
  await page.locator('input[type=file]').setInputFiles(path);
  const commit = page.getByRole('button', { name: /^Import \d+ transaction/ });
  await page.getByText(basename(path)).first().waitFor();
  const open = page.locator('select').filter({ has: page.locator('option[value=""]:checked') });
  await expect.poll(async () => (await open.count()) > 0 || (await commit.isEnabled())).toBe(true);
  for (let left = await open.count(); left > 0; left = await open.count()) {
    const offered = await open.first().locator('option').evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value));
    const choice = offered.find((value) => Object.values(answers).includes(value)) ?? (offered.includes('new') ? 'new' : offered[1]);
    await open.first().selectOption(choice ?? '');
    await expect.poll(() => open.count(), { timeout: 60_000 }).toBeLessThan(left);
  }
  await commit.click();
  await page.getByText(/\d+ transactions? imported/).first().waitFor();
}

function expected(file: string): { n: number; sum: number; currency: string }[] {
  const rows = readFileSync(`${SHARED}EXPECTED.csv`, 'utf8').split('\n').map((line) => line.split(','));
  return rows
    .filter(([name, account]) => name === file && account !== '(all)')
    .map((row) => ({ n: Number(row[2]), sum: Number(row[3]), currency: row[4] ?? '' }));
}

test('signing up', async () => {
  await page.goto(server.url);
  await page.getByRole('link', { name: 'Create account' }).or(page.getByRole('button', { name: 'Create account' })).first().click();
  await page.getByLabel('Your name').fill('Robin');
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.locator('input[type=password]').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await says(/Up to date/);
});

test('bank files come in, and coming again adds nothing', async () => {
  await bringIn(`${SAMPLES}three_accounts.ofx`);
  const first = await balances();
  expect(first.length).toBeGreaterThanOrEqual(3);
  await page.goto(`${server.url}/settings/import`);
  await page.locator('input[type=file]').setInputFiles(`${SAMPLES}three_accounts.ofx`);
  await page.getByText(/already there/).first().waitFor();
  await expect.poll(() => page.getByRole('button', { name: /^Import/ }).last().isDisabled()).toBe(true);
  expect(await balances()).toEqual(first);
});

test('the totals of real banks’ files are as expected', async (context) => {
  if (!existsSync(SHARED)) context.skip('../shared/data is not beside the checkout');
  const files: [string, Record<string, string>][] = [
    ['ofx/ofxparse__bank_medium.ofx', {}],
    ['ofx/jgnash__comptes.ofx', {}],
    ['csv-bank/ynap__n26-csv-transactions-2021.csv', { currency: 'EUR' }]
  ];
  for (const [file, answers] of files) {
    const before = new Map((await balances()).map((account) => [account.name, account.balance_minor]));
    await bringIn(SHARED + file, answers);
    const moved = (await balances()).filter((account) => before.get(account.name) !== account.balance_minor);
    const sums = moved.map((account) => account.balance_minor - (before.get(account.name) ?? 0));
    expect(sums, file).toEqual(expected(file).map(({ sum }) => Math.round(sum * 100)));
  }
});

test('without a network: add, split, transfer, edit, delete, undo, and a reload', async () => {
  await accounts();
  await button('Add account').click();
  await page.getByLabel('Name', { exact: true }).fill('Piggy bank');
  await page.getByRole('button', { name: 'Save', exact: true }).last().click();
  await page.getByText('Piggy bank').first().waitFor();
  await home();
  await says(/Up to date/);
  await page.evaluate(async () => navigator.serviceWorker.ready);
  await server.kill();

  await add('4.50', (sheet) => sheet.getByRole('button', { name: 'Groceries' }).first().click());
  await add('30', async (sheet) => {
    await button(/Split/, sheet).click();
    const parts = sheet.locator('input[inputmode=decimal]:not([aria-label=Amount])');
    await parts.first().fill('10');
    await sheet.getByRole('button', { name: /left$/ }).click();
  });
  await add('12', async (sheet) => {
    await sheet.getByText('Transfer', { exact: true }).first().click();
    const to = sheet.locator('select').nth(1);
    const piggy = await to.locator('option', { hasText: 'Piggy bank' }).getAttribute('value');
    await to.selectOption(piggy ?? '');
  });
  await says(/3 changes/);

  await page.getByRole('link', { name: 'Transactions' }).first().click();
  await page.getByText('−£4.50').first().click();
  const sheet = page.getByRole('dialog').last();
  await sheet.getByLabel('Note').fill('with oat milk');
  await sheet.getByRole('button', { name: /^Save/ }).first().click();
  await sheet.waitFor({ state: 'detached' });

  await page.reload();
  await page.getByText('with oat milk').first().waitFor();
  await page.getByText('with oat milk').first().click();
  await page.getByRole('dialog').last().getByRole('button', { name: 'Delete' }).first().click();
  await page.getByText('with oat milk').first().waitFor({ state: 'detached' });
  await button('Undo').click();
  await page.getByText('with oat milk').first().waitFor();
});

test('back on the network: the second device and REST have the same', async () => {
  await server.restart();
  await home();
  await says(/Up to date/);

  const tablet = await device();
  const other = await tablet.newPage();
  watch(other);
  await other.goto(`${server.url}/sign-in`);
  await other.getByLabel('E-mail').fill(EMAIL);
  await other.locator('input[type=password]').fill(PASSWORD);
  await other.keyboard.press('Enter');
  await says(/Up to date/, other);

  const words = async (on: Page) => (await on.locator('main').innerText()).replace(/Up to date.*/g, '');
  for (const screen of ['Accounts', 'Stats', 'Transactions', 'Home']) {
    for (const on of [page, other]) await on.getByRole('link', { name: screen, exact: true }).first().click();
    // Both are asked each time: either may still be drawing its rows.
    const both = async () => ({ here: await words(page), there: await words(other) });
    await expect.poll(both, { timeout: 60_000 }).toSatisfy(({ here, there }) => here === there);
  }

  await accounts(other);
  const shown = await other.locator('main').innerText();
  for (const account of await balances()) {
    const digits = new Intl.NumberFormat('en-GB', { style: 'currency', currency: account.currency }).resolvedOptions().maximumFractionDigits ?? 2;
    const amount = (Math.abs(account.balance_minor) / 10 ** digits).toLocaleString('en-GB', { minimumFractionDigits: digits });
    expect(shown).toContain(amount);
  }
  await tablet.close();
});

test('nothing went wrong on the way', () => {
  expect(errors).toEqual([]);
});
