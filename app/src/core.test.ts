// What the core does with the files of a device, over real database files.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { minted } from './calls.ts';
import { rooms } from './composition.ts';
import { Core } from './core.ts';
import type { Profile } from './identity/profile.ts';
import { uuid7 } from './kernel/ids.ts';
import { Lock } from './store/lock.ts';
import { openNode } from './store/node.ts';

const PIN = '482017';
const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));

let folder: string;
let profile: Profile | null;
let kept: Map<string, unknown>;
let running_ms: number;
/** The app is ended when it comes to this. */
let ends_at: 'file' | 'profile' | null;

class Ended extends Error {}

function core(): Core {
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
      server: 'http://127.0.0.1:9', native: false, rooms, random, sync: false,
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
      wait: async () => undefined
    },
    () => undefined
  );
}

async function started(): Promise<Core> {
  const next = core();
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
