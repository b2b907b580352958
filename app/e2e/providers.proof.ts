// Google, Apple, Facebook and X, each by its button in a real browser: against a local server that speaks their endpoints
// and shows a page as they do (server/tests/partners.py).
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, PYTHON, secondContext, type Server, startServer } from './harness.ts';
import { Phone, serveInside } from './phone.ts';

let folder: string;
let server: Server;
let partner: ChildProcess;
let browser: Browser;
/** A phone's own app. */
let inside: Awaited<ReturnType<typeof serveInside>>;

/** Starts the partner, whose addresses it writes into a file; the file. */
async function partners(): Promise<string> {
  const script = fileURLToPath(new URL('../../server/tests/partners.py', import.meta.url));
  partner = spawn(PYTHON, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: partner.stdout! })) return line;
  throw new Error('the partner did not start');
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outlay-partners-'));
  [inside, browser] = await Promise.all([serveInside(), launchBrowser()]);
  // all of it comes from one address, and on a quick machine within the minute that is counted
  server = await startServer({ OUTLAY_PROVIDERS: await partners(), OUTLAY_ALLOWED_ORIGINS: inside.origin, OUTLAY_RATE_LIMIT: 'false' });
});

afterAll(async () => {
  await browser?.close();
  partner?.kill();
  await server?.stop();
  await inside?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The sign-in screen on a device of its own, under a name that is another site than the partner's, as it is in life. */
async function device(): Promise<Page> {
  const context = await secondContext(browser, { viewport: { width: 390, height: 844 }, hasTouch: true, locale: 'en-GB' });
  const page = await context.newPage();
  await page.goto(`http://localhost:${server.port}/sign-in`);
  return page;
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const synced = (page: Page) => page.getByText(/Up to date/).filter({ visible: true }).first().waitFor();

interface Person {
  id: string;
  name: string;
  email: string | null;
}

/** There and back as somebody whom the provider knows; who that is here. */
async function signIn(page: Page, label: string, as: string): Promise<Person> {
  await press(page, `Continue with ${label}`);
  const exchanged = page.waitForResponse('**/providers/exchange');
  await press(page, `Continue as ${as}`);
  const { person } = (await (await exchanged).json()) as { person: Person };
  await synced(page);
  return person;
}

test.each([
  { label: 'Google', name: 'Robin Reed', email: 'robin@example.com' },
  // a form from its own page; says the name the first time only, and an address of its own for who hides theirs
  { label: 'Apple', name: 'Robin Reed', email: 'q7x2@privaterelay.appleid.com' },
  // says an address, but not that it was ever confirmed
  { label: 'Facebook', name: 'Robin Reed', email: null },
  { label: 'X', name: '@robin_reed', email: null }
])('$label: cancelled, then in, and in again to the same account', async ({ label, name, email }) => {
  const first = await device();
  await press(first, `Continue with ${label}`);
  await press(first, 'Cancel');
  await first.getByRole('alert').getByText('It was cancelled there. Nothing was changed.').waitFor();
  await first.getByRole('link', { name: 'Back to sign-in' }).click();
  const person = await signIn(first, label, 'Robin Reed');
  expect(person).toMatchObject({ name, email });
  expect(new URL(first.url()).pathname).toBe('/');
  await first.goto(`http://localhost:${server.port}/settings/account`);
  await expect.poll(() => first.getByRole('textbox', { name: 'Your name' }).inputValue()).toBe(name);

  const second = await device();
  expect(await signIn(second, label, 'Robin Reed')).toMatchObject({ id: person.id, name });
  await Promise.all([first.context().close(), second.context().close()]);
});

test('somebody adds a second one, comes by that, and takes it away', async () => {
  const page = await device();
  const { id } = await signIn(page, 'Google', 'Sam Stone');
  await page.goto(`http://localhost:${server.port}/settings/ways`);
  await press(page, 'X');
  await press(page, 'Cancel');
  await page.getByText('It was cancelled there. Nothing was changed.').waitFor();
  await press(page, 'X');
  await press(page, 'Continue as Sam Stone');
  await page.getByText('@sam_stone').waitFor();

  const other = await device();
  expect((await signIn(other, 'X', 'Sam Stone')).id).toBe(id);

  // what is somebody else's is not taken from them
  await press(page, 'Facebook');
  await press(page, 'Continue as Robin Reed');
  await page.getByText('belongs to another account').waitFor();

  await page.getByRole('button', { name: /^X @sam_stone/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect.poll(() => page.getByText('@sam_stone').count()).toBe(0);
  await page.getByText('sam@example.com · Last used').waitFor();
});

test('a phone’s own app sends its person to the system’s browser, and they come back by its own address', async () => {
  const phone = new Phone();
  const app = await phone.context(browser);
  const page = await app.newPage();
  await page.goto(`${inside.origin}/sign-in`);
  await page.getByLabel('Address').fill(server.url);
  await press(page, 'Look for it');
  await press(page, 'Use this server');
  const opened = app.waitForEvent('page');
  await press(page, 'Continue with Google');
  const outside = await opened;
  const back = outside.waitForResponse((answer) => answer.headers()['location']?.startsWith('outlay://') ?? false);
  await press(outside, 'Continue as Robin Reed');
  const address = (await back).headers()['location']!;
  expect(address).toMatch(/^outlay:\/\/signed-in\?code=/);
  phone.open(address);
  await synced(page);
  expect(await app.cookies(inside.origin)).toEqual([]);
  await app.close();
});
