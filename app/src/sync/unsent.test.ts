/** A file of unsent changes: what the app wrote comes in, anything else is refused and writes nothing. */
import { beforeEach, describe, expect, it } from 'vitest';
import { uuid7 } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import { seedOps } from '../ledger/defaults.ts';
import { writeMeta } from '../store/meta.ts';
import { openNode } from '../store/node.ts';
import type { Port } from '../store/port.ts';
import { migrate } from '../store/schema.ts';
import { pendingCount, PUSH_OPS, record, setAside, setAsideCount } from './outbox.ts';
import { takeUnsent, unsentFile } from './unsent.ts';

const id = (n: number) => uuid7(1_700_000_000_000 + n, new Uint8Array(10));
const [BOOK, KIM, SAM] = [id(1), id(2), id(3)];

function device(): Port {
  const port = openNode();
  migrate(port);
  writeMeta(port, { book_id: BOOK, device_id: id(4), person_id: KIM, epoch: 'e', cursor: '7:~' });
  return port;
}

let port: Port;
let file: Record<string, unknown>;
let mutation: Record<string, unknown>;

beforeEach(() => {
  const other = device();
  other.tx(() => record(other, { mid: id(5), name: 'book.seed', ops: seedOps(BOOK, 'EUR').slice(0, 1), made_at: 1 }));
  file = JSON.parse(JSON.stringify(unsentFile(other, 2))) as Record<string, unknown>;
  mutation = (file['mutations'] as Record<string, unknown>[])[0]!;
  port = device();
});

const taken = (given: unknown) => port.tx(() => takeUnsent(port, given));

function code(given: unknown): string {
  try {
    taken(given);
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal);
    expect([pendingCount(port), port.value('SELECT count(*) FROM settings')]).toEqual([0, 0]);
    return (error as Refusal).code;
  }
  throw new Error('it was taken');
}

describe('a file of unsent changes', () => {
  it('has what was set aside too: it is nowhere else', () => {
    port.tx(() => record(port, { mid: id(7), name: 'book.seed', ops: seedOps(BOOK, 'EUR').slice(0, 1), made_at: 1 }));
    port.tx(() => setAside(port, { seq: 1, mid: id(7), code: 'body_too_large' }));
    expect([pendingCount(port), setAsideCount(port)]).toEqual([0, 1]);
    expect(unsentFile(port, 2).mutations.map(({ mid }) => mid)).toEqual([id(7)]);
  });

  it('comes in once, with no base beyond what was read here', () => {
    mutation['base'] = 2 ** 40;
    expect(taken(file)).toEqual({ added: 1, known: 0 });
    expect(taken(file)).toEqual({ added: 0, known: 1 });
    expect(port.value('SELECT base FROM outbox')).toBe(7);
  });

  it.each<[string, Record<string, unknown>]>([
    ['mid', { mid: [id(5)] }], ['mid', { mid: '-'.repeat(36) }], ['base', { base: -1 }], ['base', { base: 0.5 }], ['made_at', { made_at: -1 }],
    ['name', { name: 'x'.repeat(200) }], ['ops', { ops: [] }], ['ops', { ops: [null] }], ['ops', { ops: [[]] }],
    ['e', { ops: [{ e: ['tag'], k: 'set', id: id(6) }] }], ['k', { ops: [{ e: 'tag', k: 'drop', id: id(6) }] }],
    ['id', { ops: [{ e: 'tag', k: 'set', id: '0'.repeat(36) }] }], ['f', { ops: [{ e: 'tag', k: 'set', id: id(6), f: null }] }],
    ['f', { ops: [{ e: 'tag', k: 'set', id: id(6), f: [1] }] }],
    ['too many', { ops: Array.from({ length: PUSH_OPS + 1 }, () => ({ e: 'tag', k: 'delete', id: id(6) })) }],
    ['too long', { ops: [{ e: 'tag', k: 'set', id: id(6), f: { name: 'ä'.repeat(600_000) } }] }]
  ])('is refused with a wrong %s: %#', (_, wrong) => {
    Object.assign(mutation, wrong);
    expect(code(file)).toBe('operation_invalid');
  });

  it('is refused with an empty place, with one change twice, and when it is none', () => {
    expect(code({ ...file, mutations: [mutation, null] })).toBe('operation_invalid');
    expect(code({ ...file, mutations: [mutation, mutation] })).toBe('operation_invalid');
    for (const given of [null, 1, [], {}, { ...file, mutations: {} }]) expect(code(given)).toBe('operation_invalid');
  });

  it('is refused when it is of another person or another book', () => {
    expect(code({ ...file, person_id: SAM })).toBe('file_of_another');
    expect(code({ ...file, book_id: SAM })).toBe('book_not_found');
  });
});
