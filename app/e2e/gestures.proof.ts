// Gestures under a real finger: the browser gets touches, not events of ours, and makes of them what it makes of a
// person's (scrolling, capture, the click after them).
import type { Browser, BrowserContext, CDPSession, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { go, launchBrowser, secondContext, type Server, signIn, startServer } from './harness.ts';
import { address, PASSWORD, Rest } from './tabs/tabs.ts';

const STEPS = 8;
/** Longer than a press that stays (SwipeRow). */
const HOLD_MS = 700;
/** A finger that rests before it is lifted does not fling: within 300 ms of a fling the browser takes a tap for the one that stops it. */
const REST_MS = 150;

let server: Server;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let touch: CDPSession;
let rest: Rest;
let account: string;
let email: string;

const now = new Date();
const two = (n: number) => String(n).padStart(2, '0');
const today = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;

beforeAll(async () => {
  server = await startServer();
  browser = await launchBrowser();
  email = address();
  rest = await new Rest(server.url).signUp(email);
  account = (await rest.ask<{ id: string }>('POST', 'accounts', { name: 'Bank', kind: 'bank', currency: 'EUR', opening_minor: 0 })).id;
  for (let n = 1; n <= 9; n += 1) await spend(`Shop ${n}`, n * 100, `12:0${n}`);
  context = await secondContext(browser, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, locale: 'en-GB' });
  page = await context.newPage();
  touch = await context.newCDPSession(page);
  await signIn(page, server.url, { email, password: PASSWORD });
});

beforeEach(async () => {
  await go(page, '/transactions');
  await row('Shop 9').waitFor();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const spend = (payee: string, amount_minor: number, time = '11:00') =>
  rest.ask<{ id: string }>('POST', 'transactions', { kind: 'expense', account_id: account, amount_minor, day: today, time, payee });

const row = (name: string) => page.locator('main [data-swipes]').filter({ hasText: name }).first();
const title = () => page.locator('main button[aria-live]').textContent();

type Point = readonly [x: number, y: number];

async function down([x, y]: Point): Promise<void> {
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }] });
}

/** On from a point to another, as slowly as a frame is long. */
async function move([x, y]: Point, [to_x, to_y]: Point): Promise<void> {
  for (let step = 1; step <= STEPS; step += 1) {
    const part = step / STEPS;
    await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [{ x: x + (to_x - x) * part, y: y + (to_y - y) * part }] });
    await page.waitForTimeout(16);
  }
}

const up = () => touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });

async function drag(from: Point, to: Point, rest_ms = 0): Promise<void> {
  await down(from);
  await move(from, to);
  await page.waitForTimeout(rest_ms);
  await up();
}

async function middle(of: Locator): Promise<Point> {
  const box = (await of.boundingBox())!;
  return [box.x + box.width / 2, box.y + box.height / 2];
}

/** Sideways from the middle of something. */
async function swipe(of: Locator, by: number, rest_ms = 0): Promise<void> {
  const [x, y] = await middle(of);
  await drag([x - by / 2, y], [x + by / 2, y + 4], rest_ms);
}

test('pulling the page down asks the server: what was changed elsewhere is here', async () => {
  // the mark that turns while the server is asked
  const turns = await page.evaluateHandle(() => {
    const seen = { count: 0 };
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) for (const node of addedNodes) if (node instanceof Element && node.closest('.animate-spin, .fixed')?.querySelector('[role=status]')) seen.count += 1;
    }).observe(document.body, { subtree: true, childList: true });
    return seen;
  });
  await drag([195, 120], [195, 200]);
  await page.waitForTimeout(HOLD_MS);
  expect((await turns.jsonValue()).count).toBe(0);
  await spend('Made elsewhere', 4_242);
  await drag([195, 120], [195, 340]);
  await row('Made elsewhere').waitFor();
  await expect.poll(async () => (await turns.jsonValue()).count).toBeGreaterThan(0);
  expect(new URL(page.url()).pathname).toBe('/transactions');
});

test('a row pushed to the start is deleted, and comes back', async () => {
  await swipe(row('Shop 8'), -220, REST_MS);
  await page.getByText('Transaction deleted').waitFor();
  await row('Shop 8').waitFor({ state: 'detached' });
  const payees = async () => (await rest.get<{ items: { payee: string | null }[] }>('transactions')).items.map(({ payee }) => payee);
  await expect.poll(payees).not.toContain('Shop 8');
  await page.getByRole('button', { name: 'Undo' }).tap();
  await row('Shop 8').waitFor();
  await expect.poll(payees).toContain('Shop 8');
});

test('a row pushed to the end is opened; one pushed a little goes back, and no tap is made of it', async () => {
  await swipe(row('Shop 7'), 60);
  await expect.poll(async () => (await row('Shop 7').locator('> div').last().boundingBox())!.x).toBe((await row('Shop 7').boundingBox())!.x);
  expect(await page.getByRole('dialog').count()).toBe(0);
  await swipe(row('Shop 7'), 220);
  await page.getByText('Save changes').waitFor();
  expect(await page.getByRole('combobox', { name: 'Payee' }).inputValue()).toBe('Shop 7');
  await page.goBack();
  await page.getByText('Save changes').waitFor({ state: 'detached' });
});

test('a finger that moves down a row scrolls, and opens, deletes and chooses nothing', async () => {
  await page.setViewportSize({ width: 390, height: 500 });
  const [x, y] = await middle(row('Shop 5'));
  await drag([x, y], [x + 10, y - 180]);
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(60);
  expect(await page.getByRole('dialog').count()).toBe(0);
  expect(await page.getByText('1 selected').count()).toBe(0);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.evaluate(() => scrollTo(0, 0));
});

test('a press that stays begins choosing, the finger that is lifted is no tap, and taps go on', async () => {
  await down(await middle(row('Shop 8')));
  await page.waitForTimeout(HOLD_MS);
  await page.getByText('1 selected').waitFor();
  await up();
  await page.waitForTimeout(100);
  await page.getByText('1 selected').waitFor();
  expect(await page.getByRole('dialog').count()).toBe(0);
  // away from a message that may still stand below
  await down(await middle(row('Shop 9')));
  await up();
  await page.getByText('2 selected').waitFor();
  await page.getByRole('button', { name: 'Done selecting' }).tap();
  await page.getByText('2 selected').waitFor({ state: 'detached' });
});

test('the head pushed aside is the neighbour, by day, by month and on the calendar', async () => {
  const month = (by: number) => new Date(now.getFullYear(), now.getMonth() + by, 1).toLocaleDateString('en-GB', { month: 'long', year: 'numeric' });
  const head = page.locator('main dl').first();
  const sums = () => head.locator('bdi').allTextContents();
  await expect.poll(title).toBe(month(0));
  const here = await sums();
  // a month without rows is one, too
  await swipe(head, 240);
  await expect.poll(title).toBe(month(-1));
  await expect.poll(sums).toEqual(['€0.00', '€0.00', '€0.00']);
  // the browser has not taken it for the way back
  await page.waitForTimeout(HOLD_MS);
  expect(new URL(page.url()).pathname).toBe('/transactions');
  await swipe(head, 240);
  await expect.poll(title).toBe(month(-2));
  await swipe(head, -240);
  await expect.poll(title).toBe(month(-1));
  await swipe(head, -240);
  await expect.poll(title).toBe(month(0));
  await expect.poll(sums).toEqual(here);
  await row('Shop 9').waitFor();

  await page.getByRole('radio', { name: 'Monthly', exact: true }).check({ force: true });
  await expect.poll(title).toBe(String(now.getFullYear()));
  await swipe(head, 240);
  await expect.poll(title).toBe(String(now.getFullYear() - 1));
  await page.getByRole('radio', { name: 'Calendar', exact: true }).check({ force: true });
  await page.locator('.calendar').waitFor();
  await expect.poll(title).toBe(month(0));
  await swipe(page.locator('.calendar'), 240);
  await expect.poll(title).toBe(month(-1));
});
