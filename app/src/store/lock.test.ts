// The wrapping of keys, over the Web Crypto of Node: the same that browsers have.
import { beforeEach, describe, expect, it } from 'vitest';
import type { KeyValue } from './idb.ts';
import { fileKey } from './key.ts';
import { Lock, ROUNDS, type Proof } from './lock.ts';

const PIN = '482017';
const CHOICES = { after_s: 60, wipe: false };
const FILE = 'robin.book.db';
const bytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));

let kept: Map<string, unknown>;
let values: KeyValue;
let running_ms: number;
let lock: Lock;
let key: string;

function over(map: Map<string, unknown>): KeyValue {
  return {
    get: async <T>(name: string) => map.get(name) as T | undefined,
    set: async (name, value) => void map.set(name, value),
    remove: async (name) => void map.delete(name),
    keys: async (prefix) => [...map.keys()].filter((name) => name.startsWith(prefix)),
    change: async (entries) => {
      for (const [name, value] of entries) if (value === undefined) map.delete(name);
        else map.set(name, value);
    }
  };
}

/** The app ended and started again: what is stored is all there is. */
async function restarted(map = kept, rounds = 1000): Promise<Lock> {
  running_ms = 5;
  const next = new Lock({ values: async () => over(map), running_ms: () => running_ms, rounds });
  await next.load();
  return next;
}

const pin = (text: string): Proof => ({ pin: text });
const opened = (by: Lock) => fileKey(values, FILE, by.key);

beforeEach(async () => {
  kept = new Map();
  values = over(kept);
  running_ms = 0;
  lock = await restarted();
  key = await fileKey(values, FILE);
});

describe('the PIN', () => {
  it('is all that gives the file’s key back', async () => {
    await lock.switchOn(PIN, CHOICES);
    expect(await opened(lock)).toBe(key);
    lock = await restarted();
    expect(lock.locked).toBe(true);
    await expect(opened(lock)).rejects.toThrow('the app is locked');
    expect(await lock.unlock(pin('482018'))).toBe('wrong');
    await expect(opened(lock)).rejects.toThrow('the app is locked');
    expect(await lock.unlock(pin('٤٨٢٠١٧'))).toBe('open');
    expect(await opened(lock)).toBe(key);
    lock.close();
    await expect(opened(lock)).rejects.toThrow('the app is locked');
  });

  it('can be changed by who knows it, and the old one opens nothing', async () => {
    await lock.switchOn(PIN, CHOICES);
    expect(await lock.changePin(pin('000001'), 'a longer passphrase')).toBe('wrong');
    expect(await lock.changePin(pin(PIN), 'a longer passphrase')).toBe('open');
    lock = await restarted();
    expect(lock.view).toMatchObject({ pin: 'text', locked: true });
    expect(await lock.unlock(pin(PIN))).toBe('wrong');
    expect(await lock.unlock(pin('a longer passphrase'))).toBe('open');
    expect(await opened(lock)).toBe(key);
  });

  it('switches off, and the file opens without anybody', async () => {
    await lock.switchOn(PIN, CHOICES);
    expect(await lock.switchOff(pin('482018'))).toBe('wrong');
    expect(lock.on).toBe(true);
    expect(await lock.switchOff(pin(PIN))).toBe('open');
    lock = await restarted();
    expect([lock.on, lock.view]).toEqual([false, null]);
    expect(await fileKey(values, FILE)).toBe(key);
  });

  it('wraps the key of a file that comes later too', async () => {
    await lock.switchOn(PIN, CHOICES);
    const second = await fileKey(values, 'second.db', lock.key);
    lock = await restarted();
    await expect(fileKey(values, 'second.db')).rejects.toThrow('the app is locked');
    await lock.unlock(pin(PIN));
    expect(await fileKey(values, 'second.db', lock.key)).toBe(second);
  });
});

describe('a passkey', () => {
  it('opens the same lock beside the PIN, until it is taken away', async () => {
    const prf = bytes(32);
    await lock.switchOn(PIN, CHOICES);
    expect(await lock.addPasskey(pin('482018'), { id: bytes(16), salt: bytes(32) }, prf)).toBe('wrong');
    expect(await lock.addPasskey(pin(PIN), { id: bytes(16), salt: bytes(32) }, prf)).toBe('open');
    lock = await restarted();
    expect(await lock.unlock({ prf: bytes(32) })).toBe('wrong');
    expect(await lock.unlock({ prf })).toBe('open');
    expect(await opened(lock)).toBe(key);
    await lock.removePasskey();
    lock = await restarted();
    expect(await lock.unlock({ prf })).toBe('wrong');
    expect(await lock.unlock(pin(PIN))).toBe('open');
  });
});

describe('wrong tries', () => {
  const fail = async (times: number) => {
    for (let n = 0; n < times; n++) expect(await lock.unlock(pin('482018'))).toBe('wrong');
  };

  it('slow down, over a restart too, and only time while it runs ends a wait', async () => {
    await lock.switchOn(PIN, CHOICES);
    lock = await restarted();
    await fail(3);
    lock = await restarted();
    await fail(2);
    expect(lock.view).toMatchObject({ wait_ms: 30_000 });
    expect(await lock.unlock(pin(PIN))).toBe('wait');
    running_ms += 12_000;
    await lock.tick();
    lock = await restarted();
    expect(lock.view).toMatchObject({ wait_ms: 18_000 });
    running_ms += 17_999;
    expect(await lock.unlock(pin(PIN))).toBe('wait');
    running_ms += 1;
    await fail(1);
    expect(lock.view).toMatchObject({ wait_ms: 60_000 });
    running_ms += 60_000;
    expect(await lock.unlock(pin(PIN))).toBe('open');
    lock.close();
    await fail(4);
    expect(lock.view).toMatchObject({ wait_ms: 0 });
  });

  it('are counted before they are made, also when many are made at once', async () => {
    await lock.switchOn(PIN, CHOICES);
    lock = await restarted();
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => lock.unlock(pin('482018'))));
    expect(outcomes.filter((outcome) => outcome === 'wrong')).toHaveLength(5);
    expect(outcomes.filter((outcome) => outcome === 'wait')).toHaveLength(3);
  });

  it('remove everything after ten, where that was chosen', async () => {
    await lock.switchOn(PIN, { ...CHOICES, wipe: true });
    for (let n = 1; n < 10; n++) {
      expect(await lock.unlock(pin('482018'))).toBe('wrong');
      expect(lock.view).toMatchObject({ tries_left: 10 - n });
      running_ms += 900_000;
    }
    expect(await lock.unlock(pin('482018'))).toBe('wiped');
    await lock.drop();
    expect([...kept.keys()]).toEqual([]);
  });
});

describe('a copy of what is stored', () => {
  it('without this browser’s key opens by no PIN, not even the right one', async () => {
    lock = await restarted(kept, ROUNDS);
    await lock.switchOn(PIN, CHOICES);
    const record = kept.get('lock') as { pin: { salt: Uint8Array<ArrayBuffer>; rounds: number } };
    expect(record.pin.rounds).toBe(ROUNDS);
    await expect(crypto.subtle.exportKey('raw', kept.get('lock-device-key') as CryptoKey)).rejects.toThrow();
    const stolen = new Map(kept);
    stolen.set('lock-device-key', await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']));
    const elsewhere = await restarted(stolen);
    expect(await elsewhere.unlock(pin(PIN))).toBe('wrong');
    expect(kept.has('wrapping-key')).toBe(false);
  });

  it('says how many changes are only here, and nothing else of them', async () => {
    await lock.switchOn(PIN, CHOICES);
    lock.note(FILE, 3);
    lock.note('second.db', 2);
    lock.note('second.db', 0);
    await lock.set({ after_s: null, wipe: true });
    expect(kept.get('unsent')).toEqual({ [FILE]: 3 });
    expect((await restarted()).view).toMatchObject({ unsent: 3, after_s: null, wipe: true });
  });
});
