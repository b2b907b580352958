// The endless list of a big book: few rows exist at a time, all of them pass by once and in order, and back leads
// to where one was.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, secondContext, type Server, startServer } from './harness.ts';

const EMAIL = 'robin@example.com';
const PASSWORD = 'nine quiet otters';
/** A day of several hundred rows among them, as an import without days makes one. */
const DAYS = 80;
const BIG_DAY = 50;
const PER_DAY = 6;
const ONE_DAY = 320;
const TOTAL = DAYS * PER_DAY + ONE_DAY;
const MOST_ROWS = 60;
/** The newest one's, longer than a line of large letters. */
const NOTE = 'Nordwind Supermarket Ltd';

let server: Server;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  server = await startServer();
  browser = await launchBrowser();
  await fill();
  const context = await secondContext(browser, { viewport: { width: 390, height: 844 }, hasTouch: true, locale: 'en-GB' });
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

/** Each amount once, so that a row can be told by it: 0.01 is the oldest. */
async function fill(): Promise<void> {
  const post = async (path: string, body: unknown, token = '') => {
    const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
    const answer = await fetch(`${server.url}/api/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.json()) as Record<string, unknown>;
  };
  const signed = await post('auth/sign-up', { email: EMAIL, password: PASSWORD, name: 'Robin', base_currency: 'EUR' });
  const token = String(signed['access_token']);
  const book = (signed['books'] as { id: string; epoch: string }[])[0];
  const hex = (n: number, length: number) => n.toString(16).padStart(length, '0');
  const id = (n: number) => `019c0000-${hex(n >> 16, 4)}-7${hex((n >> 4) & 0xfff, 3)}-8000-${hex(n, 12)}`;
  const account = id(1);
  const create = (e: string, row: string, f: Record<string, unknown>) => ({ e, id: row, k: 'create', f });
  const ops = [create('account', account, { name: 'Long account', kind: 'bank', currency: 'EUR', opening_minor: 0 })];
  for (let n = 1; n <= TOTAL; n += 1) {
    // One day holds many.
    const at = n <= BIG_DAY * PER_DAY ? Math.floor((n - 1) / PER_DAY) : Math.max(BIG_DAY - 1, Math.floor((n - ONE_DAY - 1) / PER_DAY));
    const day = new Date(Date.UTC(2026, 0, 1 + at)).toISOString().slice(0, 10);
    ops.push(
      create('transaction', id(n + 1), {
        kind: n % 2 ? 'expense' : 'income', account_id: account, amount_minor: n, currency: 'EUR', to_account_id: null, to_amount_minor: null,
        to_currency: null, lines: [{ category_id: null, amount_minor: n }], rate: '1', base_minor: n, base_currency: 'EUR', day, time: '12:00', utc_offset_min: 0, ...(n === TOTAL ? { note: NOTE } : {})
      })
    );
  }
  let seq = 0;
  for (let at = 0; at < ops.length; at += 500) {
    const mutations = [{ seq: (seq += 1), mid: id(900_000 + seq), base: 0, made_at: Date.now(), name: 'fill', ops: ops.slice(at, at + 500) }];
    const answer = await post(`sync/push?book=${book?.id}`, { epoch: book?.epoch, device: 'filler', schema: 1, sent_at: Date.now(), cursor: '0:~', last_ack: seq - 1, limit: 1, mutations }, token);
    expect((answer['results'] as { status: string }[])[0]?.status).toBe('ok');
  }
}

interface Row {
  amount: number;
  text: string;
}

/** The rows that exist, as the document orders them. */
const rows = (): Promise<Row[]> => page.evaluate(rowsHere);

function rowsHere(): Row[] {
  return [...document.querySelectorAll('main li')].map(({ textContent }) => {
    const text = textContent ?? '';
    return { text, amount: Math.round(Number(/[\u20ac]([\d,.]+)/.exec(text)?.[1]?.replace(/,/g, '')) * 100) };
  });
}

/**
 * Scrolls a window's height at a time to the end; every row that passed by, in the order it first did. Walks inside
 * the page, and looks when what stands there is the same in two frames: hundreds of steps by hand take a minute.
 */
async function through(): Promise<{ passed: Row[]; most: number }> {
  await page.evaluate(`globalThis.rowsHere = ${rowsHere}`);
  const { steps, ended } = await page.evaluate(async () => {
    const read = (globalThis as unknown as { rowsHere(): Row[] }).rowsHere;
    const frame = () => new Promise((then) => requestAnimationFrame(then));
    const below = () => document.documentElement.scrollHeight - scrollY - innerHeight;
    // Where a row should be there is one: below what stands above the list.
    const top = () => document.querySelector('main section.absolute')?.parentElement?.getBoundingClientRect().top ?? Infinity;
    const filled = () =>
      [300, 450, 600].every((y) => y < top() || below() < innerHeight || document.elementsFromPoint(195, y).some((node) => node.matches('li, h2') || (!node.closest('ul') && node.matches('section'))));
    const steps: Row[][] = [];
    for (let tries = 0; tries < 20_000; tries += 1) {
      const before = JSON.stringify(read());
      await frame();
      await frame();
      if (!filled() || JSON.stringify(read()) !== before) continue;
      steps.push(read());
      const y = scrollY;
      scrollBy(0, innerHeight * 0.8);
      if (scrollY === y) return { steps, ended: true };
    }
    return { steps, ended: false };
  });
  expect(ended).toBe(true);
  const passed = new Map<number, Row>();
  for (const now of steps) {
    expect(now.map(({ amount }) => amount)).toEqual(now.map(({ amount }) => amount).sort((a, b) => b - a));
    for (const row of now) if (!passed.has(row.amount)) passed.set(row.amount, row);
  }
  return { passed: [...passed.values()], most: Math.max(...steps.map((now) => now.length)) };
}

const all = Array.from({ length: TOTAL }, (_, at) => TOTAL - at);

test.each([
  ['of all days', '/transactions', all],
  ['of a filter', '/transactions?kind=expense', all.filter((n) => n % 2)]
])('the list %s', async (_, path, amounts) => {
  await page.goto(server.url + path);
  await page.locator('main li').first().waitFor();
  const { passed, most } = await through();
  expect(passed.map(({ amount }) => amount)).toEqual(amounts);
  expect(most).toBeLessThanOrEqual(MOST_ROWS);
});

test('with letters twice as large a row is higher: its name has two lines, nothing is cut, and the list is as long', async () => {
  await page.goto(`${server.url}/transactions`);
  await page.locator('main li').first().waitFor();
  const sizes = () => page.evaluate(() => [...document.querySelectorAll('main li')].slice(0, 6).map((row) => ({ high: row.getBoundingClientRect().height, inside: row.scrollHeight })));
  expect(new Set((await sizes()).map(({ high }) => high))).toEqual(new Set([60]));
  await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
  await expect.poll(async () => (await sizes())[0]?.high).toBeGreaterThan(120);
  for (const { high, inside } of await sizes()) expect(inside).toBeLessThanOrEqual(high);
  expect(await page.getByText(NOTE).evaluate((name) => name.scrollHeight < name.clientHeight * 1.2 && name.scrollWidth <= name.clientWidth)).toBe(true);
  const { passed, most } = await through();
  expect(passed.map(({ amount }) => amount)).toEqual(all);
  expect(most).toBeLessThanOrEqual(MOST_ROWS);
});

test('the list of an account, with the balance after each row', async () => {
  await page.goto(`${server.url}/accounts`);
  await page.getByRole('link', { name: /Long account/ }).filter({ visible: true }).first().click();
  await page.getByRole('button', { name: 'Reconcile' }).waitFor();
  await page.locator('section li').first().waitFor();
  const { passed, most } = await through();
  expect(passed.map(({ amount }) => amount)).toEqual(all);
  expect(most).toBeLessThanOrEqual(MOST_ROWS);
  for (const { amount, text } of passed) {
    let balance = 0;
    for (let n = 1; n <= amount; n += 1) balance += n % 2 ? -n : n;
    const words = Math.abs(balance / 100).toLocaleString('en-GB', { minimumFractionDigits: 2 });
    expect(text.endsWith(`${balance < 0 ? '\u2212' : ''}€${words}`), `${amount}: ${text} should end with ${words}`).toBe(true);
  }
});

test('back leads to the row one was at, and the arrows go from row to row', async () => {
  // A hint that is not put away yet comes after the rows are back, and moves them by its height.
  await page.evaluate(() => localStorage.setItem('outlay.hints', 'swipe period keys stats'));
  await page.goto(`${server.url}/transactions`);
  await page.locator('main li').first().waitFor();
  await page.evaluate(() => scrollTo(0, 20_000));
  await page.waitForFunction(() => document.elementsFromPoint(195, 500).some((node) => node.matches('button, h2')));
  await page.waitForTimeout(300);
  const seen = async () => (await rows()).map(({ amount }) => amount);
  const before = await seen();
  await page.getByRole('link', { name: 'Stats' }).first().click();
  await page.getByRole('heading', { name: 'Stats' }).waitFor();
  await page.goBack();
  await expect.poll(seen, { timeout: 10_000 }).toEqual(before);

  await page.locator('main li button').nth(3).focus();
  const focused = () => page.evaluate(() => document.activeElement?.closest('li')?.textContent ?? '');
  for (let step = 0; step < 20; step += 1) {
    const last = await focused();
    await page.keyboard.press('ArrowDown');
    await expect.poll(focused, { interval: 10 }).not.toBe(last);
  }
  expect(await focused()).toContain(`€${((before[3]! - 20) / 100).toLocaleString('en-GB', { minimumFractionDigits: 2 })}`);
});
