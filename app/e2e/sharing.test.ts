// A household: invited by a link, looking on, writing, let go; and what a person may ask about their data.
import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, secondContext, type Server, startServer } from './harness.ts';
import { png } from './pictures.ts';

/** A folder for pictures of the screens, to be looked at. */
const SHOTS = process.env['SHOTS'];
const PASSWORD = 'nine quiet otters';

let server: Server;
let browser: Browser;
let anas: BrowserContext;
let bos: BrowserContext;
let ana: Page;
let bo: Page;
const errors: string[] = [];

beforeAll(async () => {
  server = await startServer();
  browser = await launchBrowser();
  [anas, ana] = await device();
  [bos, bo] = await device();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

async function device(): Promise<[BrowserContext, Page]> {
  const context = await secondContext(browser, { serviceWorkers: 'allow', viewport: { width: 390, height: 844 }, locale: 'en-GB', acceptDownloads: true });
  const page = await context.newPage();
  page.on('pageerror', (error) => errors.push(String(error)));
  return [context, page];
}

const button = (on: Page, name: string | RegExp) => on.getByRole('button', { name }).first();
const says = (on: Page, words: string | RegExp) => on.getByText(words).filter({ visible: true }).first().waitFor();

async function signUp(on: Page, name: string): Promise<void> {
  await on.getByLabel('Your name').fill(name);
  await on.getByLabel('E-mail').fill(`${name.toLowerCase()}@example.com`);
  await on.locator('input[type=password]').fill(PASSWORD);
  await on.keyboard.press('Enter');
}

/** A link that lets somebody in, made on the household's screen. */
async function invite(role: string): Promise<string> {
  await ana.goto(`${server.url}/settings/household`);
  await button(ana, 'Invite somebody').click();
  await ana.getByRole('dialog').getByText(role, { exact: true }).click();
  await ana.getByLabel('E-mail (may stay empty)').fill('bo@example.com');
  await button(ana, 'Make a link').click();
  await says(ana, 'It was also sent to bo@example.com.');
  const link = await ana.getByRole('textbox', { name: 'Invitation link' }).inputValue();
  await button(ana, 'Close').click();
  return link;
}

async function add(on: Page, digits: string): Promise<void> {
  await on.getByRole('button', { name: 'New transaction' }).or(on.getByRole('link', { name: 'New transaction' })).first().click();
  const sheet = on.getByRole('dialog').last();
  for (const digit of digits) await sheet.getByRole('button', { name: digit, exact: true }).first().click();
  await sheet.getByRole('button', { name: 'Groceries' }).first().click();
  await sheet.getByRole('button', { name: /^Save/ }).first().click();
}

test('somebody new joins by a link, and only looks', async () => {
  await ana.goto(`${server.url}/sign-up`);
  await signUp(ana, 'Ana');
  await says(ana, /Up to date/);
  const link = await invite('Viewer');
  await bo.goto(link);
  await says(bo, 'Ana invites you to');
  if (SHOTS) await bo.screenshot({ path: `${SHOTS}/join.png` });
  await button(bo, 'Create account').or(bo.getByRole('link', { name: 'Create account' })).first().click();
  await signUp(bo, 'Bo');
  await button(bo, 'Join').click();
  await says(bo, /Up to date/);
  await ana.goto(`${server.url}/settings/household`);
  await ana.getByRole('button', { name: /^Bo/ }).waitFor();
  if (SHOTS) await ana.screenshot({ path: `${SHOTS}/household.png` });
  await add(bo, '7');
  await says(bo, /look|viewer/i);
  await bo.goto(`${server.url}/`);
});

test('made an editor, they write without a network, and their name stands beside it', async () => {
  await ana.getByRole('button', { name: /^Bo/ }).click();
  await ana.getByRole('dialog').getByText('Editor', { exact: true }).click();
  await button(ana, 'Save').click();
  await says(ana, 'Saved');
  await bo.goto(`${server.url}/settings/household`);
  await expect.poll(() => bo.getByText('Editor').count()).toBeGreaterThan(0);
  await bo.getByRole('link', { name: 'Home' }).first().click();
  await says(bo, /Up to date/);
  await bo.evaluate(async () => navigator.serviceWorker.ready);
  await bos.setOffline(true);
  await add(bo, '8');
  await says(bo, /1 change/);
  await bos.setOffline(false);
  await says(bo, /Up to date/);
  await ana.getByRole('link', { name: 'Transactions' }).first().click();
  await says(ana, /8\.00/);
});

test('their photo stands beside what they changed', async () => {
  await bo.goto(`${server.url}/settings/account`);
  await bo.locator('input[type=file]').setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer: png(300, 400, 1) });
  await button(bo, 'Use photo').click();
  await bo.getByRole('img', { name: 'Your photo' }).waitFor();
  await bo.getByRole('link', { name: 'Home' }).first().click();
  await ana.locator('main li button').filter({ hasText: /8\.00/ }).first().click();
  await button(ana, 'History').click();
  await ana.locator('main li').filter({ hasText: 'Bo' }).locator('img').waitFor();
  if (SHOTS) await ana.screenshot({ path: `${SHOTS}/history.png` });
});

test('let go, they are told, and what they wrote stays', async () => {
  await ana.goto(`${server.url}/settings/household`);
  await ana.getByRole('button', { name: /^Bo/ }).click();
  await button(ana, 'Remove from this book').click();
  await ana.getByRole('dialog').getByRole('button', { name: 'Remove from this book' }).click();
  await says(ana, 'Bo is no longer in this book');
  await says(bo, /no longer|access/i);
  await ana.getByRole('link', { name: 'Transactions' }).first().click();
  await says(ana, /8\.00/);
});

test('a copy of everything is made and downloaded once', async () => {
  await ana.goto(`${server.url}/settings/privacy`);
  await button(ana, 'Make a copy').click();
  const [saved] = await Promise.all([ana.waitForEvent('download'), button(ana, 'Download').click()]);
  const bytes = readFileSync(await saved.path());
  expect(saved.suggestedFilename()).toBe('outlay-copy.zip');
  expect(bytes.subarray(0, 2).toString()).toBe('PK');
  expect(bytes.includes('person.json')).toBe(true);
  if (SHOTS) await ana.screenshot({ path: `${SHOTS}/privacy.png` });
});

test('an account is marked for deletion, and kept by signing in again', async () => {
  await button(ana, 'Delete account').click();
  await says(ana, 'After 14 days everything is deleted');
  await ana.getByLabel('Type “delete” to go on').fill('delete');
  await ana.getByRole('dialog').getByRole('button', { name: 'Delete account' }).click();
  await says(ana, 'Your account is marked for deletion');
  await button(ana, 'Close').click();
  await ana.getByRole('link', { name: 'Sign in' }).first().click();
  await ana.getByLabel('E-mail').fill('ana@example.com');
  await ana.locator('input[type=password]').fill(PASSWORD);
  await ana.keyboard.press('Enter');
  await says(ana, /Your account will be deleted on/);
  await button(ana, 'Keep my account').click();
  await says(ana, 'Your account stays');
  await ana.getByRole('link', { name: 'Transactions' }).first().click();
  await says(ana, /8\.00/);
});

test('nothing went wrong on the way', () => {
  expect(errors).toEqual([]);
  expect(anas.pages().length + bos.pages().length).toBe(2);
});
