// What a person sees of sync in the built app: the way out of a revoked book, history, a new build, an old one.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Device, openDevice, PYTHON, type Server, share, startServer } from '../harness.ts';
import { type Front, startFront } from './front.ts';
import { address, PASSWORD, Rest, TODAY } from './tabs.ts';

const BUILD = fileURLToPath(new URL('../../build/', import.meta.url));
const NEWER = fileURLToPath(new URL('newer_server.py', import.meta.url));

let server: Server;
let front: Front;
let device: Device;
let email: string;
let page: Page;
let rest: Rest;

beforeAll(async () => {
  server = await startServer();
});

afterAll(() => server?.stop());

beforeEach(async () => {
  front = await startFront(server.url);
  device = await openDevice({ viewport: { width: 390, height: 844 }, locale: 'en-GB' });
  email = address();
  rest = await new Rest(server.url).signUp(email);
  page = await device.context.newPage();
});

afterEach(async () => {
  await device?.close();
  await front?.close();
});

const says = (words: RegExp, on = page) => on.getByText(words).filter({ visible: true }).first().waitFor();

async function signIn(on = page): Promise<void> {
  await on.goto(`${front.url}/sign-in`);
  await on.getByLabel('E-mail').fill(email);
  await on.locator('input[type=password]').fill(PASSWORD);
  await on.keyboard.press('Enter');
  await says(/Up to date/, on);
}

async function add(digits: string, on = page): Promise<void> {
  await on.goto(front.url);
  await says(/book is ready|Last transactions/, on);
  const sheet = on.getByRole('dialog').last();
  await expect
    .poll(async () => {
      await on.getByRole('button', { name: 'New transaction' }).or(on.getByRole('link', { name: 'New transaction' })).first().click();
      return sheet.getByRole('button', { name: '1', exact: true }).waitFor({ timeout: 4000 }).then(() => true, () => false);
    })
    .toBe(true);
  for (const digit of digits) await sheet.getByRole('button', { name: digit, exact: true }).click();
  await sheet.getByRole('button', { name: 'Groceries' }).first().click();
  await sheet.getByRole('button', { name: /^Save/ }).first().click();
  await sheet.waitFor({ state: 'detached' });
}

const amounts = async (book?: string) => (await rest.transactions(book)).map(({ amount_minor }) => amount_minor).sort();

it('the history of a transaction says who, what and when, takes a change back, and says that it needs the network', async () => {
  await signIn();
  await add('12');
  await expect.poll(() => amounts()).toEqual([1200]);
  const [row] = await rest.transactions();
  await rest.ask('PATCH', `transactions/${row!.id}`, { note: 'by a program' });
  await page.goto(`${front.url}/history/${row!.id}`);
  await says(/You, by another program/);
  await says(/– → by a program/);
  await says(/You, on this device/);
  await says(/£12\.00|€12\.00/);
  await page.getByRole('button', { name: 'Take this back' }).first().click();
  await expect.poll(async () => (await rest.transactions())[0]!.note).toBeNull();
  await says(/by a program → –/);
  front.down = true;
  await page.reload();
  await says(/need the network/);
  await expect.poll(() => amounts()).toEqual([1200]);
});

it('without a network, and without a session, it says how many changes wait, and for what', async () => {
  await signIn();
  front.down = true;
  await add('12');
  await says(/Offline\. 1 change is saved here and waits for the network\./);
  await add('13');
  await says(/Offline\. 2 changes are saved here and wait for the network\./);
  await rest.endOthers();
  front.down = false;
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await says(/Sign in to sync 2 changes/);
  await page.reload();
  await says(/Sign in to sync 2 changes/);
  expect(await amounts()).toEqual([]);
  await signIn();
  await expect.poll(() => amounts()).toEqual([1200, 1300]);
});

it('a change that nobody can read stands under Attention, the others go on, and it goes when it is tried again', async () => {
  await signIn();
  front.unreadable = true;
  await add('12');
  await page.getByRole('link', { name: '1 thing needs your attention' }).filter({ visible: true }).first().click();
  const card = page.locator('article');
  await expect.poll(() => card.innerText()).toMatch(/Expense · [^]*12\.00[^]*The server did not take this/);
  front.unreadable = false;
  await add('13');
  await expect.poll(() => amounts()).toEqual([1300]);
  await page.goto(`${front.url}/attention`);
  await card.getByRole('button', { name: 'Try again', exact: true }).click();
  await says(/Will be sent again/);
  await says(/Nothing needs you/);
  await expect.poll(() => amounts()).toEqual([1200, 1300]);
});

it('a book that somebody took away: the words, the file, the way out, and the file again after a new invitation', async () => {
  const owner = address();
  const kim = await new Rest(server.url).signUp(owner);
  const book = kim.books[0]!.id;
  await share(book, kim, rest);
  await rest.ask('DELETE', `books/${rest.books[0]!.id}`);
  await signIn();
  front.down = true;
  await add('7');
  await kim.ask('DELETE', `books/${book}/members/${rest.person_id}`);
  front.down = false;
  await page.goto(`${front.url}/settings/devices`);
  await says(/no longer have access to this book\. 1 change/);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('Save 1 change as a file').click()]);
  const file = await readFile(await download.path(), 'utf8');
  await page.getByText('Remove this book from this device').click();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.waitForURL(/welcome/);
  await share(book, kim, rest);
  await signIn();
  await page.goto(`${front.url}/settings/devices`);
  for (const expected of [/1 change brought in/, /is there already/]) {
    await page.locator('input[type=file]').setInputFiles({ name: 'unsent.json', mimeType: 'application/json', buffer: Buffer.from(file) });
    await says(expected);
  }
  await expect.poll(() => amounts(book)).toEqual([700]);
});

/** The same app as another build: a service worker of another version, and a mark to tell it by. */
async function secondBuild(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'outlay-build-'));
  await cp(BUILD, folder, { recursive: true });
  const worker = join(folder, 'service-worker.js');
  const text = await readFile(worker, 'utf8');
  await writeFile(worker, text.replaceAll('outlay-app-', 'outlay-app-next-'));
  const index = join(folder, 'index.html');
  await writeFile(index, (await readFile(index, 'utf8')).replace('<head>', '<head><meta name="build" content="next">'));
  return folder;
}

it('a new build in mid-push: offered, taken when the person says so, in every tab, and nothing is lost', async () => {
  await signIn();
  const other = await device.context.newPage();
  await other.goto(`${front.url}/transactions`);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.reload();
  const folder = await secondBuild();
  const held = front.hold('/sync/push', 'answer');
  await add('5');
  await held.arrived;
  front.statics = folder;
  await page.evaluate(() => navigator.serviceWorker.getRegistration().then((registration) => registration!.update()).then(() => undefined));
  await says(/A new version is ready/);
  expect(await page.locator('meta[name=build]').count()).toBe(0);
  const loaded = Promise.all([page.waitForEvent('load'), other.waitForEvent('load')]);
  await page.getByRole('button', { name: 'Restart' }).click();
  await loaded;
  held.release();
  for (const tab of [page, other]) await expect.poll(() => tab.locator('meta[name=build]').count()).toBe(1);
  await add('6');
  await says(/Up to date/);
  await expect.poll(() => amounts()).toEqual([500, 600]);
  await rm(folder, { recursive: true, force: true });
});

it('an app two schemas old still syncs, and leaves what it does not know as it is; one that is older says so, keeps everything, and sends it when the server understands it', async () => {
  await signIn();
  await add('1');
  await expect.poll(() => amounts()).toEqual([100]);
  const two = await startServer({ OUTLAY_TEST_SCHEMA: '3' }, { command: [PYTHON, NEWER], dataFolder: server.dataFolder });
  front.onto(two.url);
  await add('2');
  await expect.poll(() => amounts()).toEqual([100, 200]);
  const { items: [account] } = await rest.get<{ items: { id: string }[] }>('accounts');
  const { id } = await rest.ask<{ id: string }>('POST', 'transactions', { kind: 'expense', account_id: account!.id, amount_minor: 4000, day: TODAY, time: '08:30', note: 'from afar' });
  await page.goto(`${front.url}/transactions`);
  await page.locator('main li button', { hasText: '40.00' }).click();
  expect(await page.getByRole('textbox', { name: 'Time' }).inputValue()).toBe('');
  await page.getByLabel('Note').fill('by an old app');
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect.poll(() => rest.get(`transactions/${id}`)).toMatchObject({ note: 'by an old app', time: '08:30' });
  await two.kill();
  const three = await startServer({ OUTLAY_TEST_SCHEMA: '4' }, { command: [PYTHON, NEWER], dataFolder: server.dataFolder });
  front.onto(three.url);
  await add('3');
  await says(/newer version of the app is needed to send 1 change/);
  await page.reload();
  await says(/newer version of the app is needed to send 1 change/);
  expect(await amounts()).toEqual([100, 200, 4000]);
  await three.kill();
  front.onto(server.url);
  await page.reload();
  await expect.poll(() => amounts()).toEqual([100, 200, 300, 4000]);
  await says(/Up to date/);
});
