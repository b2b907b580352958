// What the core does with the files of a device, over real database files.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { answer, minted } from './calls.ts';
import { rooms } from './composition.ts';
import { Core } from './core.ts';
import type { Surroundings } from './surroundings.ts';
import { NOBODY, type Profile } from './identity/profile.ts';
import type { Kept } from './identity/vault.ts';
import { uuid7 } from './kernel/ids.ts';
import { Lock } from './store/lock.ts';
import { openNode } from './store/node.ts';
import type { Call } from './sync/calls.ts';

const PIN = '482017';
const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));

let folder: string;
let profile: Profile | null;
let kept: Map<string, unknown>;
let running_ms: number;
/** The app is ended when it comes to this. */
let ends_at: 'file' | 'profile' | null;

class Ended extends Error {}

function core(others: Partial<Surroundings> = {}): Core {
  const values = {
    get: async <T>(name: string) => kept.get(name) as T | undefined,
    set: async (name: string, value: unknown) => void kept.set(name, value),
    remove: async (name: string) => void kept.delete(name),
    keys: async (prefix: string) => [...kept.keys()].filter((name) => name.startsWith(prefix)),
    change: async (entries: [string, unknown][]) => {
      for (const [name, value] of entries) if (value === undefined) kept.delete(name);
        else kept.set(name, value);
    }
  };
  return new Core(
    {
      server: 'http://127.0.0.1:9', vault: null, rooms, random, sync: false,
      fetch: () => Promise.reject(new TypeError('no network')),
      now_ms: () => Date.now(),
      profile: {
        load: async () => profile,
        save: async (next) => {
          if (ends_at === 'profile') throw new Ended();
          profile = next;
        }
      },
      files: {
        open: async (file) => openNode(join(folder, file)),
        remove: async (file) => {
          rmSync(join(folder, file), { force: true });
          if (ends_at === 'file') throw new Ended();
        }
      },
      lock: new Lock({ values: async () => values, running_ms: () => running_ms, rounds: 10 }),
      timers: { set: (run, ms) => setTimeout(run, ms), clear: (timer) => clearTimeout(timer as NodeJS.Timeout), random: Math.random },
      wait: async () => undefined,
      ...others
    },
    () => undefined
  );
}

async function started(others: Partial<Surroundings> = {}): Promise<Core> {
  const next = core(others);
  await next.start();
  return next;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outlay-core-'));
  [profile, kept, running_ms, ends_at] = [null, new Map(), 0, null];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it.each(['file', 'profile'] as const)('a wipe that ends at the %s leaves the lock on, and the next wrong try removes the rest', async (at) => {
  let app = await started();
  const mint = minted({ mid: uuid7(Date.now(), random(10)), now_ms: Date.now(), today: '2026-11-29', seed: 'seed' });
  await app.useWithoutAccount({ base_currency: 'EUR' }, mint);
  const file = join(folder, profile!.files[0]!.file);
  await app.changeLock('switchOn', { pin: PIN, after_s: null, wipe: true });
  app.lockNow();
  for (let n = 1; n < 10; n++) {
    expect(await app.unlock({ pin: '000000' })).toBe('wrong');
    running_ms += 900_000;
  }
  ends_at = at;
  await expect(app.unlock({ pin: '000000' })).rejects.toThrow(Ended);
  expect(existsSync(file)).toBe(false);

  ends_at = null;
  app = await started();
  expect(app.locked).toBe(true);
  running_ms += 900_000;
  expect(await app.unlock({ pin: '000000' })).toBe('wiped');
  expect([app.locked, profile!.files, [...kept.keys()]]).toEqual([false, [], []]);
});

it('what a page asked for while it showed another book is refused, and a draft stays with its own', async () => {
  const app = await started();
  let calls = 0;
  const call = (kind: Call['kind'], name: string, args: unknown, book?: string) =>
    answer(app, { tab: 'a', call: ++calls, kind, name, args, book, mid: uuid7(Date.now(), random(10)), now_ms: Date.now() + calls, today: '2026-11-29', seed: '00112233445566778899' });
  await call('identity', 'useWithoutAccount', { base_currency: 'EUR' });
  const { id } = app.status.book!;
  const account = { name: 'Cash', kind: 'cash', currency: 'EUR' };
  expect(await call('command', 'addAccount', account, 'another')).toMatchObject({ problem: { code: 'other_book' } });
  expect(await call('command', 'saveDraft', { key: 'add:1', value: 1 }, 'another')).toMatchObject({ problem: { code: 'other_book' } });
  expect(await call('sync', 'removeBook', {}, 'another')).toMatchObject({ problem: { code: 'other_book' } });
  expect(await call('query', 'drafts', { of: 'add' }, 'another')).toMatchObject({ data: [] });
  expect(await call('command', 'addAccount', account, id)).toMatchObject({ data: { id: expect.any(String) } });

  for (const key of ['add', 'add:1', 'add:2', 'adder', 'edit:add']) await call('command', 'saveDraft', { key, value: key }, id);
  expect(await call('query', 'drafts', { of: 'add' })).toMatchObject({ data: [{ value: 'add:2' }, { value: 'add:1' }, { value: 'add' }] });

  // what was added while the page went
  const value = { id: uuid7(Date.now(), random(10)) };
  await call('command', 'saveDraft', { key: 'add:3', value }, id);
  const { data: cash } = (await call('command', 'addAccount', account, id)) as { data: { id: string } };
  expect(await call('query', 'drafts', { of: 'add' })).toMatchObject({ data: [{ value }, {}, {}, {}] });
  await call('command', 'addTransaction', { ...value, kind: 'expense', account_id: cash.id, amount_minor: 900, day: '2026-11-29' }, id);
  expect(await call('query', 'drafts', { of: 'add' })).toMatchObject({ data: [{ value: 'add:2' }, { value: 'add:1' }, { value: 'add' }] });
  await call('command', 'saveDraft', { key: 'add:3', value }, id);
  expect(app.book.port.value('SELECT count(*) FROM draft')).toBe(5);
});

/** What lies in Keychain or Keystore, and what was sent to the server with it. */
function phone(held: Kept | null) {
  const sent: [path: string, body: unknown][] = [];
  const phone = { held, sent, broken: false };
  const parts: Partial<Surroundings> = {
    vault: {
      load: async () => phone.held,
      save: async (next) => {
        if (phone.broken) throw new Error('no room');
        phone.held = next;
      }
    },
    fetch: async (input, init) => {
      sent.push([new URL(String(input)).pathname, JSON.parse(String(init?.body))]);
      return new Response(null, { status: 204 });
    }
  };
  return { phone, parts };
}
const rested = () => new Promise((resolve) => setTimeout(resolve, 20));
const PERSON = { id: 'p1', email: 'robin@example.com', name: null };

it('a token that an older version left in the profile moves into the vault, and leaves the profile only then', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const old = { ...NOBODY, person: PERSON, refresh_token: 'old', refresh_attempt: 'in flight' };
  profile = old;
  const { phone: had, parts } = phone(null);
  had.broken = true;
  await started(parts);
  await rested();
  expect([profile, had.held]).toEqual([old, null]);
  expect(said).toHaveBeenCalled();
  had.broken = false;
  await started(parts);
  await rested();
  expect(had.held).toEqual({ token: 'old', attempt: 'in flight' });
  expect(profile).toEqual({ ...NOBODY, person: PERSON });
  expect(had.sent).toEqual([]);
  said.mockRestore();
});

it('a session that outlived the app in the vault is ended, and one of a person who is here is not', async () => {
  const { phone: had, parts } = phone({ token: 'of before', attempt: null });
  profile = { ...NOBODY, person: PERSON };
  await started(parts);
  await rested();
  expect(had.sent).toEqual([]);
  profile = null;
  await started(parts);
  await rested();
  expect([had.held, had.sent]).toEqual([null, [['/api/v1/auth/sign-out', { refresh_token: 'of before' }]]]);
});

it('reads ahead between calls what reports of all history add up, and ends', async () => {
  let pieces = 0;
  const now_ms = Date.parse('2026-11-29T12:00:00Z');
  const app = await started({
    sync: true, today: () => '2026-11-29', now_ms: () => now_ms,
    timers: { set: (run, ms) => setTimeout(run, ms / 50), clear: (timer) => clearTimeout(timer as NodeJS.Timeout), random: Math.random },
    files: {
      open: async (file) => {
        const port = openNode(join(folder, file));
        const { rows } = port;
        port.rows = (sql, params) => {
          // a month by itself is added up each time
          if (sql.includes('FROM rollup AS r') && params!['from_month'] !== params!['to_month']) pieces++;
          return rows.call(port, sql, params);
        };
        return port;
      },
      remove: async () => undefined
    }
  });
  const mint = () => minted({ mid: uuid7(now_ms, random(10)), now_ms, today: '2026-11-29', seed: uuid7(now_ms, random(10)).replaceAll('-', '').slice(-20) });
  await app.useWithoutAccount({ base_currency: 'EUR' }, mint());
  const [account] = app.query('accounts', {}, '2026-11-29').data as { id: string }[];
  for (const day of ['2024-03-10', '2025-07-10', '2026-10-10']) app.command('addTransaction', { kind: 'expense', account_id: account!.id, amount_minor: 100, day }, mint());
  await vi.waitFor(() => expect(pieces).toBeGreaterThan(3));
  await vi.waitFor(async () => {
    const before = pieces;
    await rested();
    expect(pieces).toBe(before);
  });
  const before = pieces;
  for (const name of ['annual', 'trend_by_type']) app.query('report', { name, params: { period: 'all', bucket: 'month' } }, '2026-11-29');
  expect(pieces).toBe(before);
  app.close();
});
