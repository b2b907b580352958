// The worker, its tabs and the encrypted file in a real browser against the real server, without any screen.
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Device, openDevice, type Server, startServer } from './harness.ts';
import { type Pages, servePages } from './pages.ts';
import { PASSWORD, TODAY } from './sync/device.ts';

let server: Server;
let pages: Pages;
let device: Device;
let people = 0;

beforeAll(async () => {
  server = await startServer();
  pages = await servePages('core', server.url);
});

afterAll(async () => {
  await pages?.close();
  await server?.stop();
});

beforeEach(async () => {
  device = await openDevice();
});

afterEach(() => device?.close());

async function open(context: BrowserContext = device.context): Promise<Page> {
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error('page:', error));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load')) console.error('console:', message.text());
  });
  await page.goto(pages.url);
  await page.evaluate(() => window.outlay.ready);
  return page;
}

const useLocal = (page: Page) => page.evaluate(() => window.outlay.identity.useWithoutAccount({ base_currency: 'EUR' }));

/** An expense in the book's first account; the answer of the command. */
const spend = (page: Page, note: string, amount_minor = 1250) =>
  page.evaluate(
    async ([note, amount_minor, day]) => {
      const [account] = await window.outlay.query('accounts', {});
      return window.outlay.command('addTransaction', { kind: 'expense', account_id: account!.id, amount_minor, day, note });
    },
    [note, amount_minor, TODAY] as const
  );

const notes = (page: Page) =>
  page.evaluate(async () => (await window.outlay.query('transactions', { limit: 500 })).items.map(({ note }) => note).sort());

const until = (page: Page, test: string) => page.waitForFunction(test, undefined, { timeout: 60_000, polling: 50 });

it('keeps a book without an account over a restart of the browser, and only as noise on the disk', async () => {
  let page = await open();
  expect(await page.evaluate(() => window.appStatus().session)).toBe('none');
  await useLocal(page);
  await spend(page, 'Nussschnecke');
  await page.evaluate(() => window.outlay.command('saveDraft', { key: 'add:1', value: { amount: '12' } }));
  expect(await page.evaluate(() => window.appStatus())).toMatchObject({ session: 'local', sync: { state: 'saved_here' }, storage: { ready: true } });
  device = await device.reopen();
  page = await open();
  expect(await notes(page)).toEqual(['Nussschnecke']);
  expect(await page.evaluate(() => window.outlay.query('drafts', { of: 'add' }))).toMatchObject([{ key: 'add:1', value: { amount: '12' } }]);
  const { size, found } = await disk(page, ['SQLite format 3', 'CREATE TABLE', 'Nussschnecke', 'settings']);
  expect(size).toBeGreaterThan(100_000);
  expect(found).toEqual([]);
});

/** All bytes of the private file system, and which of these texts they hold. */
const disk = (page: Page, secrets: string[]) =>
  page.evaluate(async (secrets) => {
    const texts: string[] = [];
    const walk = async (folder: FileSystemDirectoryHandle): Promise<void> => {
      for await (const handle of (folder as unknown as { values(): AsyncIterable<FileSystemHandle> }).values()) {
        if (handle.kind === 'directory') await walk(handle as FileSystemDirectoryHandle);
        else texts.push(new TextDecoder('latin1').decode(await (await (handle as FileSystemFileHandle).getFile()).arrayBuffer()));
      }
    };
    await walk(await navigator.storage.getDirectory());
    const all = texts.join('');
    return { size: all.length, found: secrets.filter((secret) => all.includes(secret)) };
  }, secrets);

it('refreshes live queries in every tab, and hands over when the owner closes', async () => {
  const first = await open();
  await useLocal(first);
  const second = await open();
  expect(await second.evaluate(() => [window.appStatus().session, window.appStatus().leader])).toEqual(['local', false]);
  await second.evaluate(() => {
    const seen: number[] = [];
    Object.assign(window, { seen });
    window.outlay.live('transactions', { limit: 10 }).subscribe(({ data }) => data && seen.push(data.items.length));
  });
  await until(second, 'window.seen.length > 0');
  await spend(first, 'one');
  await until(second, 'window.seen.at(-1) === 1');
  await spend(second, 'two');
  await until(second, 'window.seen.at(-1) === 2');
  // the owner goes while a call of the other tab is on its way
  const adding = spend(second, 'three');
  await first.close();
  expect(await adding).toMatchObject({ mutation_id: expect.any(String) });
  await until(second, 'window.seen.at(-1) === 3');
  expect(await notes(second)).toEqual(['one', 'three', 'two']);
  expect(await second.evaluate(() => window.appStatus().leader)).toBe(true);
});

it('attaches an account, shows the book on a second device, and goes on without a network', async () => {
  const email = `browser-${process.pid}-${(people += 1)}@example.com`;
  const page = await open();
  await useLocal(page);
  await spend(page, 'before');
  await page.evaluate((input) => window.outlay.identity.attachAccount(input), { email, password: PASSWORD });
  await until(page, `window.appStatus().sync.state === 'up_to_date' && window.appStatus().sync.unsent === 0`);

  const other = await openDevice();
  const phone = await open(other.context);
  await phone.evaluate((input) => window.outlay.identity.signIn(input), { email, password: PASSWORD });
  await until(phone, `window.appStatus().sync.state === 'up_to_date'`);
  expect(await notes(phone)).toEqual(['before']);

  await device.context.setOffline(true);
  await spend(page, 'in a lift');
  await until(page, `window.appStatus().sync.state === 'offline' && window.appStatus().sync.unsent === 1`);
  expect(await notes(page)).toEqual(['before', 'in a lift']);
  const held = await page.evaluate(() => window.outlay.identity.signOut());
  expect(held).toEqual({ signed_out: false, unsent: 1 });
  await device.context.setOffline(false);
  await until(page, `window.appStatus().sync.unsent === 0`);
  await phone.waitForFunction(async () => (await window.outlay.query('transactions', {})).items.length === 2, undefined, { timeout: 60_000 });

  // a reload finds the person by the cookie
  await phone.reload();
  await phone.evaluate(() => window.outlay.ready);
  await until(phone, `window.appStatus().session === 'signed_in' && window.appStatus().sync.state === 'up_to_date'`);
  const answer = await phone.evaluate(() => window.outlay.remote.request('/users/me'));
  expect(answer).toMatchObject({ ok: true, status: 200, body: { email } });

  expect(await phone.evaluate(() => window.outlay.identity.signOut())).toEqual({ signed_out: true, unsent: 0 });
  expect(await phone.evaluate(() => window.appStatus().session)).toBe('none');
  await expect(phone.evaluate(() => window.outlay.query('accounts', {}))).rejects.toThrow();
  await other.close();
});

it('says that it is not whole when the database did not load, and goes on when it does', async () => {
  await device.context.route('**/*.wasm', (route) => route.abort());
  const page = await open();
  const failed = await useLocal(page).catch((error: Error) => error.message);
  expect(failed).toMatch(/could not be loaded/);
  expect(await page.evaluate(() => window.appStatus().storage.error?.code)).toBe('app_not_loaded');
  await device.context.unroute('**/*.wasm');
  await useLocal(page);
  await spend(page, 'after all');
  expect(await notes(page)).toEqual(['after all']);
  expect(await page.evaluate(() => window.appStatus().storage)).toMatchObject({ ready: true });
});

it('opens with an invented household', async () => {
  const page = await open();
  await page.evaluate(() => window.outlay.identity.useWithoutAccount({ base_currency: 'EUR', sample: true }));
  const { items } = await page.evaluate(() => window.outlay.query('transactions', { limit: 200 }));
  expect(items.length).toBeGreaterThan(100);
  const totals = await page.evaluate(() => window.outlay.query('report', { name: 'totals', params: {} }));
  expect(totals).toBeTruthy();
});

it('says in words what was wrong', async () => {
  const page = await open();
  const refused = await page.evaluate(() =>
    window.outlay.identity.signIn({ email: 'nobody@example.com', password: 'wrong' }).then(
      () => null,
      (error: { code: string; message: string }) => ({ code: error.code, message: error.message })
    )
  );
  expect(refused?.code).toBe('sign_in_failed');
  expect(refused?.message).toMatch(/\.$/);
});
