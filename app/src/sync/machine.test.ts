/** A change that a server cannot read stops nothing behind it. The server here is its envelope only: what it reads, it takes. */
import { beforeEach, expect, it } from 'vitest';
import type { AttentionItem } from '../api.ts';
import { uuid7 } from '../kernel/ids.ts';
import { plan } from '../ledger/plan.ts';
import { query } from '../ledger/queries.ts';
import { writeMeta } from '../store/meta.ts';
import { openNode } from '../store/node.ts';
import type { Port } from '../store/port.ts';
import { migrate } from '../store/schema.ts';
import { beginHydration } from './inbox.ts';
import { SyncMachine, type Answer, type Transport } from './machine.ts';
import { meta, newDevice, pendingCount, record } from './outbox.ts';
import { cursorAt, type Page, type PushRequest, type PushResponse } from './wire.ts';

const id = (n: number) => uuid7(1_700_000_000_000 + n, new Uint8Array(10));
const [BOOK, KIM] = [id(1), id(2)];
const BAD = 'unreadable';

let port: Port;
let machine: SyncMachine;
let taken: [seq: number, mid: string][];
let pushes: number;
/** What a push is refused with, even one without any change. */
let closed: Answer<never> | null;
let status: number;
let now_ms: number;

function page(asked: string, acks: Page['acks'], rows: Page['rows']): Page {
  return { epoch: 'e', from: asked, to: cursorAt(taken.length), head: taken.length, more: false, rows, acks, time: 0 };
}

const transport: Transport = {
  push: (_, { cursor, mutations }: PushRequest): Promise<Answer<PushResponse>> => {
    pushes += 1;
    if (closed) return Promise.resolve(closed);
    if (mutations.some(({ ops }) => ops[0]?.f?.['name'] === BAD)) {
      return Promise.resolve({ kind: 'problem', status, code: 'field_invalid', message: 'What is this?' });
    }
    for (const { seq, mid } of mutations) {
      expect(seq).toBe(taken.length + 1);
      taken.push([seq, mid]);
    }
    const acks = mutations.map(({ seq, mid }): Page['acks'][number] => [seq, mid, 'ok', seq, null]);
    const rows = mutations.map(({ seq, ops: [op] }): Page['rows'][number] => [op!.e, op!.id, seq, false, op!.f ?? {}]);
    return Promise.resolve({ kind: 'ok', body: { results: [], stop: null, page: page(cursor, acks, rows) } });
  },
  pull: (_, { cursor }) => Promise.resolve({ kind: 'ok', body: page(cursor, [], []) }),
  snapshot: () => Promise.reject(new Error('not asked')),
  digest: () => Promise.reject(new Error('not asked'))
};

const tag = (n: number, name: string) => {
  port.tx(() => record(port, { mid: id(100 + n), name: 'tag.add', ops: [{ e: 'tag', id: id(200 + n), k: 'create', f: { name } }], made_at: n }));
};
const attention = () => query('attention', port, BOOK, {}, '2026-01-20') as AttentionItem[];
const tags = () => port.rows('SELECT name FROM tag WHERE NOT deleted ORDER BY name').flat();
const resolve = (choice: 'retry' | 'discard' | 'keep') =>
  plan('resolveConflict', { port, book_id: BOOK, now_ms: 9, mint: () => id(900) }, { id: attention()[0]!.id, choice });

beforeEach(() => {
  port = openNode();
  migrate(port);
  writeMeta(port, { book_id: BOOK, device_id: id(3), person_id: KIM, epoch: 'e', cursor: '0:' });
  [taken, pushes, closed, status, now_ms] = [[], 0, null, 422, 10];
  machine = new SyncMachine({ port, transport, world: { now_ms: () => now_ms, newDeviceId: () => id(4) } });
});

it.each([422, 413])('a change that is refused alone with %i goes under Attention, and the queue goes on', async (refused) => {
  status = refused;
  for (let n = 1; n <= 9; n++) tag(n, n === 5 ? BAD : `tag ${n}`);
  expect((await machine.settle()).next).toBe('idle');
  expect(taken.map(([, mid]) => mid)).toEqual([1, 2, 3, 4, 6, 7, 8, 9].map((n) => id(100 + n)));
  expect([pendingCount(port), meta(port).next_seq, tags().length]).toEqual([0, 9, 8]);
  const [item, ...others] = attention();
  expect(others).toEqual([]);
  expect(item).toMatchObject({
    id: id(105), kind: 'rejected', entity: 'tag', row_id: id(205), code: 'field_invalid', row: null, choices: ['retry', 'discard'],
    lost: { name: 'tag.add', made_at: 5, ops: [{ f: { name: BAD } }] }
  });
  expect(port.value(`SELECT status FROM outbox WHERE mid = :mid`, { mid: id(105) })).toBe('rejected:field_invalid');
  const before = pushes;
  await machine.settle();
  expect(pushes).toBe(before);
  tag(10, 'tag 10');
  expect((await machine.settle()).next).toBe('idle');
  expect(tags()).toContain('tag 10');
});

it('it is tried again or let go, once', async () => {
  tag(1, BAD);
  await machine.settle();
  expect(() => resolve('keep')).toThrow('not_allowed');
  expect(resolve('retry').ops).toEqual([{ e: 'tag', id: id(201), k: 'create', f: { name: BAD } }]);
  expect(attention()).toEqual([]);
  tag(2, BAD);
  await machine.settle();
  expect(resolve('discard').ops).toEqual([]);
  expect([attention(), tags()]).toEqual([[], []]);
});

it('nothing is set aside when the server refuses every push', async () => {
  tag(1, 'fine');
  closed = { kind: 'problem', status: 422, code: 'field_missing', message: 'Something else.' };
  expect(await machine.settle()).toMatchObject({ next: 'retry', problem: { code: 'field_missing' } });
  expect([pendingCount(port), attention(), tags()]).toEqual([1, [], ['fine']]);
});

it('a clock that jumps by years forgets no confirmed change that a restored server may need', async () => {
  tag(1, 'Food');
  await machine.settle();
  now_ms += 20 * 365 * 86_400_000;
  tag(2, 'Rent');
  await machine.settle();
  expect(pendingCount(port)).toBe(0);
  newDevice(port, 'anew', true);
  expect(port.rows(`SELECT mid FROM outbox WHERE state = 'pending' ORDER BY seq`).flat()).toEqual([id(101), id(102)]);
});

it('a book that has confirmed rows but no settings yet is not filled in beside them', async () => {
  tag(1, 'Food');
  await machine.settle();
  port.tx(() => beginHydration(port));
  expect(meta(port).hydration?.fresh).toBe(false);
});

it('what only waits here does not keep a new device from being filled at once', () => {
  tag(1, 'Food');
  port.tx(() => beginHydration(port));
  expect(meta(port).hydration?.fresh).toBe(true);
});
