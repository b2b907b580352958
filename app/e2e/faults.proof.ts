// What SYNC 2.10 lists, one by one, against the real server: clones, restored devices, lost sessions, closed books.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { categoryId } from '../src/ledger/defaults.ts';
import { writeMeta } from '../src/store/meta.ts';
import { beginHydration } from '../src/sync/inbox.ts';
import { type Asking, PYTHON, type Server, share, startServer } from './harness.ts';
import type { TransactionView } from '../src/api.ts';
import { mint, PASSWORD, TestDevice } from './sync/device.ts';
import { badLine, seeded } from './sync/line.ts';
import { expectTrue } from './sync/storm.ts';
import { expense, expectSame, expectServerAgrees, People, settleAll } from './sync/people.ts';

let server: Server;
let people: People;

beforeAll(async () => {
  server = await startServer();
  people = new People(server.url);
});

afterAll(() => server?.stop());

const signedIn = (device: TestDevice, email: string) => device.core.signIn({ email, password: PASSWORD });
const api = (device: TestDevice, path: string, method = 'GET', body?: unknown) =>
  device.core.session.request(path, {
    method, ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  });
const asking = (device: TestDevice): Asking => ({
  ask: async <T>(method: string, path: string, body?: unknown) => (await api(device, `/${path}`, method, body)).json() as T
});
const noteCount = (device: TestDevice, like: string) => device.port.value(`SELECT count(*) FROM "transaction" WHERE NOT deleted AND note LIKE '${like}'`);

it('a cloned device gets a name of its own and loses nothing', async () => {
  const { a, b, account, address } = await people.pair();
  a.command('addTransaction', expense(account, 100, 'before the clone'));
  const clone = a.copy(server.url);
  await clone.core.start();
  await signedIn(clone, address);
  const name = a.core.book.meta.device_id;
  expect(clone.core.book.meta.device_id).toBe(name);
  a.command('addTransaction', expense(account, 200, 'on the original'));
  clone.command('addTransaction', expense(account, 300, 'on the clone'));
  await settleAll(a, clone, b);
  await settleAll(a, clone, b);
  expect(clone.core.book.meta.device_id).not.toBe(a.core.book.meta.device_id);
  expectSame(a, b, clone);
  expect([noteCount(b, 'before the clone'), noteCount(b, 'on the %')]).toEqual([1, 2]);
  for (const device of [a, b, clone]) await device.close();
});

it('a device restored from its backup hears of changes it made and forgot', async () => {
  const { a, b, account, address } = await people.pair();
  const backup = a.copy(server.url);
  a.command('addTransaction', expense(account, 100, 'after the backup'));
  await a.settle();
  await a.close();
  await backup.core.start();
  await signedIn(backup, address);
  const name = backup.core.book.meta.device_id;
  backup.command('addTransaction', expense(account, 200, 'after the restore'));
  await settleAll(backup, b);
  expect(backup.core.book.meta.device_id).not.toBe(name);
  expectSame(backup, b);
  expect(noteCount(b, 'after the %')).toBe(2);
  await backup.close();
  await b.close();
});

it('a device restored in the middle of a pull keeps what it wrote under a number that is taken', async () => {
  const { a, b, account, address } = await people.pair({}, { pull_limit: 2 });
  for (let n = 0; n < 6; n++) a.command('addTransaction', expense(account, 100, `page ${n}`));
  await a.settle();
  await b.step();
  expect(b.core.book.meta.staged_to).not.toBeNull();
  const backup = b.copy(server.url, { pull_limit: 2 });
  b.command('addTransaction', expense(account, 200, 'lost with the disk'));
  await b.settle();
  await b.close();
  await backup.core.start();
  await signedIn(backup, address);
  backup.command('addTransaction', expense(account, 300, 'after the restore'));
  await settleAll(backup, a);
  expectSame(a, backup);
  expect([noteCount(a, 'lost with the disk'), noteCount(a, 'after the restore')]).toEqual([1, 1]);
  await a.close();
  await backup.close();
});

it('a device that was away too long fetches the book anew and keeps what it wrote', async () => {
  const { a, b, account } = await people.pair();
  const { id } = a.command('addTransaction', expense(account, 100, 'to be deleted'));
  await settleAll(a, b);
  a.command('deleteTransaction', { id: id! });
  await a.settle();
  b.command('addTransaction', expense(account, 500, 'written far away'));
  await collect(server.dataFolder, a.core.book.meta.book_id);
  await settleAll(b, a);
  expectSame(a, b);
  expect([noteCount(a, 'to be deleted'), noteCount(a, 'written far away')]).toEqual([0, 1]);
  await expectServerAgrees(b);
  await a.close();
  await b.close();
});

it('a change whose record went while that of a later one is still there is asked for under a new name', async () => {
  let deaf = false;
  const line: typeof fetch = async (input, init) => {
    const answer = await fetch(input, init);
    if (deaf) throw new TypeError('the answer was lost');
    return answer;
  };
  const { a, b, account } = await people.pair({ fetch: line, pull_limit: 1 });
  for (let n = 0; n < 3; n++) b.command('addTransaction', expense(account, 100, `of another ${n}`));
  await b.settle();
  a.command('addTransaction', expense(account, 200, 'long ago'));
  const mid = a.port.value<string>(`SELECT mid FROM outbox WHERE state = 'pending'`)!;
  deaf = true;
  await a.step();
  deaf = false;
  a.command('addTransaction', expense(account, 300, 'later'));
  await a.step();
  const { book_id, device_id, staged_to } = a.core.book.meta;
  expect(staged_to).not.toBeNull();
  await collect(server.dataFolder, book_id, mid);
  for (let n = 0; n < 100 && (await a.core.book.machine.step()).next !== 'idle'; n++);
  expect(a.core.status.sync.unsent).toBe(0);
  expect(a.core.book.meta.device_id).not.toBe(device_id);
  await settleAll(a, b);
  expectSame(a, b);
  expect([noteCount(b, 'long ago'), noteCount(b, 'later')]).toEqual([1, 1]);
  await expectServerAgrees(a);
  await a.close();
  await b.close();
});

/** The server forgets every tombstone and mutation there is, or what it knew of one, as if that was half a year ago. */
async function collect(folder: string, book_id: string, mid = ''): Promise<void> {
  await server.kill();
  const script = `
import asyncio, sys
from outlay.main import open_migrated
from outlay.settings import read_settings
from outlay.ledger.collect import collect

async def main():
    store = open_migrated(read_settings())
    def old(tx):
        tx.run("UPDATE mutation SET at_ms = 0 WHERE book_id = :book AND id = :mid", book=sys.argv[1], mid=sys.argv[2])
        return collect(tx, days=180 if sys.argv[2] else -1)
    print(await store.write(sys.argv[1], old))
    await store.close()

asyncio.run(main())`;
  await promisify(execFile)(PYTHON, ['-c', script, book_id, mid], { env: { ...process.env, OUTLAY_DATA_DIR: folder } });
  await server.restart();
}

it('takes entries while the book is still arriving', async () => {
  const { a, b, account, address } = await people.pair({}, {}, { sample: true });
  const late = new TestDevice(server.url, { snapshot_limit: 40, pull_limit: 20 });
  await late.core.start();
  await signedIn(late, address);
  for (let page = 0; page < 4; page++) await late.core.book.machine.step();
  expect(late.core.status.sync.state).toBe('hydrating');
  const { items } = a.query<{ items: TransactionView[] }>('transactions', { limit: 5 });
  const category = items.find(({ kind }) => kind === 'expense')!.lines[0]!.category_id!;
  late.command('addTransaction', { ...expense(account, 100, 'while it arrives'), category_id: category, payee: 'Corner Market' });
  late.command('deleteCategory', { id: category });
  a.command('editTransaction', { id: items[0]!.id, note: 'meanwhile elsewhere' });
  await a.settle();
  for (let page = 0; page < 2; page++) await late.core.book.machine.step();
  late.command('addAccount', { name: 'Made while it arrives', kind: 'cash', currency: 'EUR' });
  await settleAll(late, a, b);
  expectSame(a, b, late);
  expectTrue(late);
  expect([noteCount(b, 'while it arrives'), noteCount(late, 'meanwhile elsewhere')]).toEqual([1, 1]);
  await expectServerAgrees(late);
  for (const device of [a, b, late]) await device.close();
});

it('shows the newest transactions after the first page, and has each once in the end', async () => {
  const { a, b, address } = await people.pair({}, {}, { sample: true });
  const late = new TestDevice(server.url, { snapshot_limit: 120 });
  await late.core.start();
  await signedIn(late, address);
  await late.core.book.machine.step();
  const newest = (device: TestDevice) => device.query<{ items: TransactionView[] }>('transactions', { limit: 10 }).items;
  expect(late.core.status.sync.state).toBe('hydrating');
  expect(newest(late)).toEqual(newest(a));
  expect(newest(a)).toHaveLength(10);
  late.command('editTransaction', { id: newest(late)[0]!.id, note: 'changed while it arrives' });
  await settleAll(late, a, b);
  expectSame(a, b, late);
  expectTrue(late);
  // the same pages staged, because there is something to show
  late.port.tx(() => beginHydration(late.port));
  expect(late.core.book.meta.hydration!.fresh).toBe(false);
  await settleAll(late, a, b);
  expectSame(a, b, late);
  expectTrue(late);
  for (const device of [a, b, late]) await device.close();
});

it('does not take an older page of the snapshot for the next one', async () => {
  const { a, b, address } = await people.pair({}, {}, { sample: true });
  const pages: Response[] = [];
  const late = new TestDevice(server.url, {
    snapshot_limit: 40,
    fetch: async (input, init) => {
      const answer = await fetch(input, init);
      if (!String(input).includes('/sync/snapshot')) return answer;
      pages.push(answer.clone());
      return pages.length % 3 === 0 ? pages[0]!.clone() : answer;
    }
  });
  await late.core.start();
  await signedIn(late, address);
  await settleAll(late, a);
  expect(pages.length).toBeGreaterThan(6);
  expectSame(a, late);
  for (const device of [a, b, late]) await device.close();
});

it('goes on where a crash between two pages left it', async () => {
  const { a, b, account, address } = await people.pair({}, {}, { sample: true });
  const late = new TestDevice(server.url, { snapshot_limit: 40 });
  await late.core.start();
  await signedIn(late, address);
  for (let page = 0; page < 3; page++) await late.core.book.machine.step();
  late.command('addTransaction', expense(account, 100, 'before the crash'));
  const { done, total } = late.core.book.meta.hydration!;
  expect([done, total! > done]).toEqual([120, true]);
  const again = late.copy(server.url, { snapshot_limit: 40 });
  await late.close();
  await again.core.start();
  await signedIn(again, address);
  await again.core.book.machine.step();
  expect(again.core.book.meta.hydration!.done).toBe(160);
  await settleAll(again, a, b);
  expectSame(a, b, again);
  expectTrue(again);
  expect(noteCount(b, 'before the crash')).toBe(1);
  const found = again.query<{ items: TransactionView[] }>('search', { text: 'before crash' });
  expect(found.items.map(({ note }) => note)).toEqual(['before the crash']);
  await expectServerAgrees(again);
  for (const device of [a, b, again]) await device.close();
});

it('goes on without a session, and never sends with another person’s', async () => {
  const { a, b, account, address } = await people.pair();
  const { items } = (await (await api(b, '/auth/sessions')).json()) as { items: { id: string; current: boolean }[] };
  for (const { id, current } of items) if (!current) await api(b, `/auth/sessions/${id}`, 'DELETE');
  a.command('addTransaction', expense(account, 100, 'without a session'));
  expect((await a.core.book.machine.settle()).next).toBe('needs_auth');
  expect(a.core.status).toMatchObject({ session: 'needs_auth', sync: { unsent: 1 } });
  a.command('addTransaction', expense(account, 200, 'still without a session'));
  const mine = a.core.book.meta.book_id;

  const stranger = await people.pair();
  await signedIn(a, stranger.address);
  await a.settle();
  expect(a.core.book.meta.book_id).not.toBe(mine);
  expect(noteCount(a, '%without a session')).toBe(0);
  expectSame(a, stranger.b);

  await signedIn(a, address);
  expect(a.core.book.meta.book_id).toBe(mine);
  await settleAll(a, b);
  expect(noteCount(b, '%without a session')).toBe(2);
  expectSame(a, b);
  for (const device of [a, b, stranger.a, stranger.b]) await device.close();
});

it('a person who is no longer a member keeps what is here, and is told', async () => {
  const owner = await people.pair();
  const guest = await people.pair();
  const book = owner.a.core.book.meta.book_id;
  await share(book, asking(owner.a), asking(guest.b));
  await signedIn(guest.b, guest.address);
  await guest.b.core.openBook(book);
  await guest.b.settle();
  expectSame(owner.a, guest.b);
  guest.b.command('addTransaction', expense(owner.account, 100, 'by the guest'));
  await settleAll(guest.b, owner.a);
  expect(noteCount(owner.a, 'by the guest')).toBe(1);
  const { id } = guest.b.core.status.person!;
  await api(owner.a, `/books/${book}/members/${id}`, 'DELETE');
  guest.b.command('addTransaction', expense(owner.account, 200, 'too late'));
  expect(await guest.b.core.book.machine.settle()).toMatchObject({ next: 'stopped', why: 'revoked' });
  expect(guest.b.core.status.sync).toMatchObject({ state: 'revoked', unsent: 1 });
  expect(noteCount(guest.b, 'too late')).toBe(1);
  for (const device of [owner.a, owner.b, guest.a, guest.b]) await device.close();
});

it('a device that was revoked keeps what it had not sent; the file goes in once it begins anew, and nothing of it twice', async () => {
  const { a, b, account } = await people.pair();
  a.command('addTransaction', expense(account, 100, 'confirmed'));
  await settleAll(a, b);
  const { device_id, book_id } = a.core.book.meta;
  a.command('addTransaction', expense(account, 200, 'taken, and not heard of'));
  const whole = a.core.book.unsent();
  await a.settle();
  a.command('addTransaction', expense(account, 300, 'never sent'));
  expect((await api(b, `/sync/devices/${device_id}?book=${book_id}`, 'DELETE')).ok).toBe(true);
  expect(await a.core.book.machine.settle()).toMatchObject({ next: 'stopped', why: 'device_revoked' });
  await a.restart(true);
  await expect.poll(() => a.core.status.sync).toMatchObject({ state: 'device_revoked', unsent: 1 });
  expect(noteCount(a, 'never sent')).toBe(1);
  const file = a.core.book.unsent();
  await a.core.removeBook();
  await a.core.openBook(book_id);
  await a.restart();
  expect(a.core.book.meta.device_id).not.toBe(device_id);
  expect(a.core.takeUnsent({ ...file, mutations: [...whole.mutations, ...file.mutations] })).toEqual({ added: 2, known: 0 });
  await settleAll(a, b);
  expectSame(a, b);
  expect(['confirmed', 'taken, and not heard of', 'never sent'].map((note) => noteCount(b, note))).toEqual([1, 1, 1]);
  for (const device of [a, b]) await device.close();
});

it('a viewer reads on; what was written before waits for the right to write', async () => {
  const owner = await people.pair();
  const guest = await people.pair();
  const book = owner.a.core.book.meta.book_id;
  await share(book, asking(owner.a), asking(guest.b));
  await signedIn(guest.b, guest.address);
  await guest.b.core.openBook(book);
  await guest.b.settle();
  guest.b.command('addTransaction', expense(owner.account, 100, 'while an editor'));
  const role = (name: string) => api(owner.a, `/books/${book}/members/${guest.b.core.status.person!.id}`, 'PUT', { role: name });
  await role('viewer');
  owner.a.command('addTransaction', expense(owner.account, 50, 'by the owner'));
  await owner.a.settle();
  expect(await guest.b.core.book.machine.settle()).toMatchObject({ next: 'retry', problem: { code: 'forbidden' } });
  expect([noteCount(guest.b, 'by the owner'), noteCount(guest.b, 'while an editor')]).toEqual([1, 1]);
  await signedIn(guest.b, guest.address);
  expect(() => guest.b.command('addTransaction', expense(owner.account, 200, 'as a viewer'))).toThrow('forbidden');
  await role('editor');
  await settleAll(guest.b, owner.a);
  expectSame(owner.a, guest.b);
  expect(noteCount(owner.a, 'while an editor')).toBe(1);
  for (const device of [owner.a, owner.b, guest.a, guest.b]) await device.close();
});

it('a device too old for the server reads and writes on, and keeps its outbox', async () => {
  const old: typeof fetch = (input, init) => {
    const body = typeof init?.body === 'string' ? init.body.replace('"schema":1', '"schema":0') : init?.body;
    return fetch(String(input).replace('schema=1', 'schema=0'), { ...init, ...(body == null ? {} : { body }) });
  };
  const { a, b, account, address } = await people.pair();
  const aged = a.copy(server.url, { fetch: old });
  await aged.core.start();
  await signedIn(aged, address);
  aged.command('addTransaction', expense(account, 100, 'by an old app'));
  expect(await aged.core.book.machine.settle()).toMatchObject({ next: 'stopped', why: 'upgrade' });
  expect(aged.core.status.sync.unsent).toBe(1);
  expect(noteCount(aged, 'by an old app')).toBe(1);
  for (const device of [a, b, aged]) await device.close();
});

it('finds by the weekly digest that a row is not the server’s, and fetches the book anew', async () => {
  const { a, b, account } = await people.pair();
  const { id } = a.command('addTransaction', expense(account, 100, 'right'));
  await settleAll(a, b);
  expect(await b.core.book.machine.checkDigest()).toBe(false);
  b.port.run(`UPDATE "transaction" SET ver = ver - 1, note = 'wrong' WHERE id = :id`, { id });
  expect(await b.core.book.machine.checkDigest()).toBe(false);
  writeMeta(b.port, { last_digest_ms: Date.now() - 8 * 24 * 3600 * 1000 });
  expect(await b.core.book.machine.checkDigest()).toBe(true);
  await b.settle();
  expectSame(a, b);
  expect(noteCount(b, 'wrong')).toBe(0);
  await a.close();
  await b.close();
});

it('tells the server of a sign-out when it can be reached again', async () => {
  const random = seeded(1);
  const line = badLine(random, { drop: 0, duplicate: 0, stale: 0 });
  const { a, b } = await people.pair({ fetch: line.fetch });
  const sessions = async () => ((await (await api(b, '/auth/sessions')).json()) as { items: unknown[] }).items.length;
  expect(await sessions()).toBe(2);
  line.down = true;
  expect(await a.core.signOut()).toEqual({ signed_out: true, unsent: 0 });
  expect(a.core.status.session).toBe('none');
  line.down = false;
  expect(await sessions()).toBe(2);
  await a.core.start();
  for (let n = 0; n < 100 && (await sessions()) !== 1; n++) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await sessions()).toBe(1);
  await a.close();
  await b.close();
});

it('a sign-up that was cut off between server and device is completed by signing in', async () => {
  const { a, b, account } = await people.pair();
  await b.close();
  await a.core.signOut({ force: true });
  await a.core.useWithoutAccount({ base_currency: 'EUR' }, mint());
  const [cash] = a.query<{ id: string }[]>('accounts');
  a.command('addTransaction', expense(cash!.id, 700, 'only here'));
  const address = people.address();
  // the server heard it, the device never got the answer
  await fetch(`${server.url}/api/v1/auth/sign-up`, {
    method: 'POST', headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: address, password: PASSWORD, book_id: a.core.book.meta.book_id, client: 'native' })
  });
  await expect(a.core.attachAccount({ email: address, password: PASSWORD })).rejects.toMatchObject({ code: 'email_taken' });
  await signedIn(a, address);
  await a.settle();
  const c = await people.another(address);
  expectSame(a, c);
  expect(noteCount(c, 'only here')).toBe(1);
  expect(account).not.toBe(cash!.id);
  await a.close();
  await c.close();
});

it('a book whose only device was lost before it had sent anything can be set up on another, and takes in what that one brings after all', async () => {
  const a = new TestDevice(server.url);
  await a.core.start();
  await a.core.useWithoutAccount({ base_currency: 'EUR', language: 'de' }, mint());
  const [cash] = a.query<{ id: string }[]>('accounts');
  const food = categoryId(a.core.book.meta.book_id, 'food.groceries');
  a.command('addTransaction', { ...expense(cash!.id, 700, 'not sent'), category_id: food });
  a.command('editCategory', { id: categoryId(a.core.book.meta.book_id, 'food.restaurant'), name: 'Kantine' });
  const address = people.address();
  const { book_id } = a.core.book.meta;
  await fetch(`${server.url}/api/v1/auth/sign-up`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email: address, password: PASSWORD, book_id, client: 'native' })
  });

  const b = new TestDevice(server.url);
  await b.core.start();
  await signedIn(b, address);
  const settled = () => b.core.book.meta.last_sync_ms !== null;
  expect(settled()).toBe(false);
  // what may still be on its way is waited for
  expect(() => b.command('setUpBook', { base_currency: 'USD', language: 'en' })).toThrow('book_without_settings');
  await b.settle();
  expect(settled()).toBe(true);
  expect(() => b.query('settings')).toThrow('book_without_settings');
  b.command('setUpBook', { base_currency: 'USD', language: 'en' });
  b.command('setUpBook', { base_currency: 'CHF', language: 'en' });
  expect(b.query('settings')).toMatchObject({ base_currency: 'USD' });
  const [purse, ...others] = b.query<{ id: string }[]>('accounts');
  expect(others).toEqual([]);
  b.command('addTransaction', expense(purse!.id, 300, 'on the new one'));
  await b.settle();
  await expectServerAgrees(b);
  const c = await people.another(address);
  expectSame(b, c);
  expect(noteCount(c, 'on the new one')).toBe(1);

  await signedIn(a, address);
  await settleAll(a, b, c);
  expectSame(a, b, c);
  expectTrue(a);
  expect([noteCount(c, 'not sent'), noteCount(a, 'on the new one')]).toEqual([1, 1]);
  // what the book counts in was said twice, and how it is called; categories are called as where it was set up, or as a person said
  expect(a.port.rows('SELECT entity, unit FROM sync_conflict ORDER BY unit')).toEqual([['settings', 'base_currency'], ['settings', 'default_account_id'], ['settings', 'name']]);
  expect(a.port.rows(`SELECT name FROM category WHERE system_key IN ('food.groceries', 'food.restaurant') ORDER BY name`)).toEqual([['Groceries'], ['Kantine']]);
  await expectServerAgrees(a);
  for (const device of [a, b, c]) await device.close();
});
