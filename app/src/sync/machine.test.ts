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
import { cursorAt, versionOf, type Page, type PushRequest, type PushResponse, type WireAck, type WireRow } from './wire.ts';

const id = (n: number) => uuid7(1_700_000_000_000 + n, new Uint8Array(10));
const [BOOK, KIM] = [id(1), id(2)];
const BAD = 'unreadable';
const DAY_MS = 86_400_000;

let port: Port;
let machine: SyncMachine;
let taken: [seq: number, mid: string][];
let pushes: number;
/** What a push is refused with, even one without any change. */
let closed: Answer<never> | null;
let status: number;
let now_ms: number;
/** Takes a push and loses its answer; `between` refuses what it knows, as something in front of a server does. */
let lost: boolean;
let between: boolean;
/** How many rows a page has. */
let room: number;
let log: WireRow[];
let epoch: string;
let time: number;

/** What the server has after a cursor; the acks come last. */
function page(cursor: string, last_ack: number): Page {
  const seen = versionOf(cursor);
  const rows = log.slice(seen, seen + room);
  const more = seen + rows.length < log.length;
  const acks = more ? [] : taken.slice(last_ack).map(([seq, mid]): WireAck => [seq, mid, 'ok', seq, null]);
  return { epoch, from: cursor, to: cursorAt(seen + rows.length), head: log.length, more, rows, acks, time };
}

const ANOTHER: Answer<never> = { kind: 'problem', status: 409, code: 'epoch', message: 'It is another one.' };

const transport: Transport = {
  push: (_, { epoch: asked, cursor, last_ack, mutations }: PushRequest): Promise<Answer<PushResponse>> => {
    pushes += 1;
    if (asked !== epoch) return Promise.resolve(ANOTHER);
    if (closed) return Promise.resolve(closed);
    const problem = { kind: 'problem', status, code: 'field_invalid', message: 'What is this?' } as const;
    if (between && mutations.length > 0) return Promise.resolve(problem);
    if (mutations.some(({ ops }) => ops[0]?.f?.['name'] === BAD)) return Promise.resolve(problem);
    const results = mutations.map(({ seq, mid, ops: [op] }): PushResponse['results'][number] => {
      const known = taken.find(([other]) => other === seq);
      if (known) expect(known[1]).toBe(mid);
      else {
        expect(seq).toBe(taken.length + 1);
        taken.push([seq, mid]);
        log.push([op!.e, op!.id, seq, false, op!.f ?? {}]);
      }
      return { seq, mid, status: 'ok', ver: seq, result: null };
    });
    if (lost) return Promise.resolve({ kind: 'offline' });
    return Promise.resolve({ kind: 'ok', body: { results, stop: null, page: page(cursor, last_ack) } });
  },
  pull: (_, { epoch: asked, cursor, last_ack }) =>
    Promise.resolve(asked === epoch ? { kind: 'ok', body: page(cursor, last_ack) } : ANOTHER),
  snapshot: () => Promise.resolve({
    kind: 'ok', body: {
      epoch, from: null, v0: log.length, after: null, more: false, total: log.length,
      tables: {
        tag: { rows: log.length, columns: { id: log.map(([, row]) => row), ver: log.map(([, , ver]) => ver), name: log.map(([, , , , f]) => String(f['name'])) } }
      }
    }
  }),
  digest: () => Promise.reject(new Error('not asked'))
};

const tag = (n: number, name: string) => {
  port.tx(() => record(port, { mid: id(100 + n), name: 'tag.add', ops: [{ e: 'tag', id: id(200 + n), k: 'create', f: { name } }], made_at: n }));
};
/** As the machine's own, but not for ever. */
const settle = async () => {
  for (let n = 0; n < 30; n++) {
    const step = await machine.step();
    if (step.next !== 'more') return step;
  }
  throw new Error('no rest');
};
const attention = () => query('attention', port, BOOK, {}, '2026-01-20') as AttentionItem[];
const tags = () => port.rows('SELECT name FROM tag WHERE NOT deleted ORDER BY name').flat();
const resolve = (choice: 'retry' | 'discard' | 'keep') =>
  plan('resolveConflict', { port, book_id: BOOK, now_ms: 9, mint: () => id(900) }, { id: attention()[0]!.id, choice });

beforeEach(() => {
  port = openNode();
  migrate(port);
  writeMeta(port, { book_id: BOOK, device_id: id(3), person_id: KIM, epoch: 'e', cursor: '0:' });
  [taken, log, pushes, closed, status, now_ms, lost, between, room] = [[], [], 0, null, 422, 10, false, false, 100];
  [epoch, time] = ['e', 0];
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

it.each([[422, 100], [413, 100], [413, 1]])('what the server has is not set aside when the repeat is refused with %i', async (refused, rows) => {
  [status, room, lost] = [refused, rows, true];
  for (const n of [1, 2]) tag(n, `tag ${n}`);
  expect(await settle()).toMatchObject({ next: 'retry', offline: true });
  [lost, between] = [false, true];
  expect((await settle()).next).toBe('idle');
  expect([pendingCount(port), attention(), tags()]).toEqual([0, [], ['tag 1', 'tag 2']]);
  expect([meta(port).last_ack, meta(port).device_id]).toEqual([2, id(3)]);
});

it('an old answer to something else sets nothing aside', async () => {
  for (const n of [1, 2]) tag(n, `tag ${n}`);
  lost = true;
  await machine.step();
  [lost, between] = [false, true];
  const { push } = transport;
  const old: Answer<PushResponse> = {
    kind: 'ok', body: { results: [{ seq: 1, mid: id(300), status: 'ok', ver: 1, result: null }], stop: null, page: { ...page('7:~', 0), acks: [] } }
  };
  let replayed = 0;
  transport.push = (book_id, request) => (request.mutations.length === 0 && replayed++ === 0 ? Promise.resolve(old) : push(book_id, request));
  try {
    expect((await settle()).next).toBe('idle');
  } finally {
    transport.push = push;
  }
  expect([replayed, pendingCount(port), attention()]).toEqual([2, 0, []]);
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

it('a restored server gets again what it confirmed in the 30 days before, and nothing older', async () => {
  for (const [n, name] of ['kept by the backup', 'too long ago', 'not so long ago'].entries()) {
    tag(n + 1, name);
    await settle();
    time += 20 * DAY_MS;
    now_ms -= 300 * DAY_MS;
  }
  [taken, log, epoch] = [[], log.slice(0, 1), 'f'];
  for (const [n, name] of ['waits', 'waits, too'].entries()) tag(n + 4, name);
  expect((await settle()).next).toBe('idle');
  expect(taken).toEqual([[1, id(103)], [2, id(104)], [3, id(105)]]);
  expect(tags()).toEqual(['kept by the backup', 'not so long ago', 'waits', 'waits, too']);
  expect([pendingCount(port), meta(port).next_seq, meta(port).last_ack]).toEqual([0, 4, 3]);
});

it('so does one that says that it misses some', async () => {
  const { push } = transport;
  for (const [n, name] of ['too long ago', 'not so long ago'].entries()) {
    tag(n + 1, name);
    await settle();
    time += 20 * DAY_MS;
  }
  tag(3, 'waits');
  transport.push = (_, { cursor, last_ack }) => Promise.resolve({ kind: 'ok', body: { results: [], stop: 'gap', page: page(cursor, last_ack) } });
  try {
    await machine.step();
  } finally {
    transport.push = push;
  }
  expect(port.rows(`SELECT seq, mid FROM outbox WHERE state = 'pending' ORDER BY seq`)).toEqual([[1, id(102)], [2, id(103)]]);
  // what waits now is kept however long it waits and whatever comes between
  time += 90 * DAY_MS;
  [taken, log, epoch] = [[], [], 'f'];
  await settle();
  expect(taken).toEqual([[1, id(102)], [2, id(103)]]);
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
