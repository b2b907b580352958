// People with two devices, and what must hold between them.
import { expect } from 'vitest';
import type { TransactionInput, UseWithoutAccount } from '../../src/api.ts';
import { localDigest } from '../../src/sync/machine.ts';
import type { Op } from '../../src/sync/wire.ts';
import { confirmed, derived, mint, PASSWORD, TestDevice, TODAY, type Options } from './device.ts';

export interface Pair {
  a: TestDevice;
  b: TestDevice;
  /** An account of the book. */
  account: string;
  address: string;
}

export class People {
  readonly #server: string;
  readonly #settle: (device: TestDevice) => Promise<void>;

  constructor(server: string, settle = (device: TestDevice) => device.settle()) {
    this.#server = server;
    this.#settle = settle;
  }

  address(): string {
    return `person-${process.pid}-${crypto.randomUUID().slice(0, 8)}@example.com`;
  }

  /** Two devices of one person: the first was used without an account before. */
  async pair(first: Options = {}, second: Options = {}, book: Partial<UseWithoutAccount> = {}): Promise<Pair> {
    const address = this.address();
    const a = new TestDevice(this.#server, first);
    await a.core.start();
    await a.core.useWithoutAccount({ base_currency: 'EUR', ...book }, mint());
    const { id } = a.command('addAccount', { name: 'Current', kind: 'bank', currency: 'EUR' });
    await a.core.attachAccount({ email: address, password: PASSWORD });
    await this.#settle(a);
    return { a, b: await this.another(address, second), account: id!, address };
  }

  async another(address: string, options: Options = {}): Promise<TestDevice> {
    const device = new TestDevice(this.#server, options);
    await device.core.start();
    await device.core.signIn({ email: address, password: PASSWORD });
    await this.#settle(device);
    return device;
  }
}

export const expense = (account_id: string, amount_minor: number, note: string): TransactionInput => ({
  kind: 'expense', account_id, amount_minor, day: TODAY, note
});

export async function settleAll(...devices: TestDevice[]): Promise<void> {
  for (let round = 0; round < 2; round++) for (const device of devices) await device.settle();
}

/** What was written here and waits for the server is seen here (I4). Only where nothing else may delete it. */
export function expectOwnSeen(device: TestDevice): void {
  const waiting = device.port.rows(`SELECT ops FROM outbox WHERE state = 'pending' ORDER BY seq`).flatMap(([ops]) => JSON.parse(String(ops)) as Op[]);
  const notes = new Map<string, unknown>();
  for (const { e, id, k, f } of waiting) {
    if (e !== 'transaction') continue;
    if (k === 'delete') notes.set(id, undefined);
    else if (f && 'note' in f) notes.set(id, f['note']);
  }
  for (const [id, note] of notes) {
    const row = device.port.one<{ note: string; deleted: number }>('SELECT note, deleted FROM "transaction" WHERE id = :id', { id });
    if (note === undefined) expect(row?.deleted ?? 1).toBe(1);
    else if (row && !row.deleted) expect(row.note).toBe(note);
    else expect(k(waiting, id)).not.toBe('create');
  }
}

/** The kind of the first waiting operation on a row. */
const k = (ops: readonly Op[], id: string) => ops.find((op) => op.id === id)?.k;

/** The same rows, lines and rollups. */
export function expectSame(...devices: TestDevice[]): void {
  for (const device of devices.slice(1)) {
    expect(confirmed(device)).toEqual(confirmed(devices[0]!));
    expect(derived(device)).toEqual(derived(devices[0]!));
  }
}

export async function expectServerAgrees(device: TestDevice): Promise<void> {
  const response = await device.core.session.request(`/sync/digest?book=${device.core.book.meta.book_id}`);
  const { tables } = (await response.json()) as { tables: Record<string, { count: number; xor: string }> };
  expect(await localDigest(device.port)).toMatchObject(tables);
}
