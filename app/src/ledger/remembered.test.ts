/** What a device tells of a transaction by itself, over a real database of a device. */
import { beforeEach, describe, expect, it } from 'vitest';
import { uuid7 } from '../kernel/ids.ts';
import type { SyncConflict } from '../store/entities.ts';
import { writeMeta } from '../store/meta.ts';
import { openNode } from '../store/node.ts';
import type { Port } from '../store/port.ts';
import { writeRows } from '../store/rows.ts';
import { migrate } from '../store/schema.ts';
import { confirm, record } from '../sync/outbox.ts';
import { seedOps } from './defaults.ts';
import type { Fields, Op } from './entities.ts';
import { remembered } from './remembered.ts';

const NOW = 1_770_000_000_000;
const id = (n: number) => uuid7(NOW + n, new Uint8Array(10));
const [BOOK, KIM, SAM, PHONE, LAPTOP, ROW] = [id(1), id(2), id(3), id(4), id(5), id(6)];

let port: Port;

function make(n: number, fields: Fields, at_ms: number, k: Op['k'] = 'set'): string {
  const ops: Op[] = [{ e: 'transaction', id: ROW, k, f: fields }];
  port.tx(() => record(port, { mid: id(n), name: 'test', ops, made_at: at_ms }));
  return id(n);
}

/** What the server would bring: by default what somebody at the laptop lost to this phone. */
function conflict(n: number, given: Partial<SyncConflict>): void {
  const row = {
    id: id(1000 + n), ver: n, deleted: false, fmeta: null, extra: null, kind: 'overwritten', entity: 'transaction', row_id: ROW, unit: 'note', code: null,
    mutation_id: id(500), lost: {}, device_id: LAPTOP, person_id: SAM, at_ms: NOW + 50,
    kept: {}, kept_device_id: PHONE, kept_person_id: KIM, kept_at_ms: NOW + 60, resolved_at_ms: null, ...given
  };
  writeRows(port, 'sync_conflict', [row as unknown as SyncConflict]);
}

const told = () => remembered(port, BOOK, { id: ROW });
const notes = () => told().map(({ after }) => after?.['note']);

beforeEach(() => {
  port = openNode();
  migrate(port);
  writeMeta(port, { book_id: BOOK, device_id: PHONE, person_id: KIM, epoch: 'e', cursor: '0:' });
  const seed = seedOps(BOOK, 'EUR');
  port.tx(() => record(port, { mid: id(10), name: 'book.seed', ops: seed, made_at: NOW }));
  const account_id = seed.find(({ e }) => e === 'account')!.id;
  confirm(port, make(11, { kind: 'expense', account_id, amount_minor: 100, currency: 'EUR', base_currency: 'EUR', base_minor: 100, rate: '1', day: '2026-01-20', note: 'Made', lines: [{ category_id: null, amount_minor: 100 }] }, NOW, 'create'), 'ok', 1, NOW);
});

describe('what a conflict tells of others', () => {
  it('is one change, however many units it had', () => {
    conflict(1, { unit: 'note', lost: { note: 'Theirs' }, kept: { note: 'Mine' } });
    conflict(2, { unit: 'day', lost: { day: '2026-01-02' }, kept: { day: '2026-01-03' } });
    const [theirs, ...rest] = told();
    expect(theirs).toMatchObject({ action: 'set', person_id: SAM, device_id: LAPTOP, ver: null, undo: null, after: { note: 'Theirs', day: '2026-01-02' } });
    expect(rest.map(({ action }) => action)).toEqual(['create']);
  });

  it('is one change on the side that was kept, too, and has another name than the one that lost', () => {
    const kept = { kept_device_id: LAPTOP, kept_person_id: SAM, device_id: id(7), person_id: SAM };
    conflict(1, { ...kept, unit: 'note', lost: { note: 'Lost' }, kept: { note: 'Kept' } });
    conflict(2, { ...kept, unit: 'day', lost: { day: '2026-01-02' }, kept: { day: '2026-01-03' } });
    const entries = told();
    expect(entries.map(({ after }) => after)).toMatchObject([{ note: 'Kept', day: '2026-01-03' }, { note: 'Lost', day: '2026-01-02' }, { note: 'Made' }]);
    expect(new Set(entries.map(({ mutation_id }) => mutation_id)).size).toBe(3);
  });

  it('is told also when the change of this device came second and won', () => {
    const mid = make(12, { note: 'Mine' }, NOW + 60);
    confirm(port, mid, 'ok+conflict', 3, NOW + 60);
    conflict(1, { mutation_id: mid, lost: { note: 'Theirs' }, kept: { note: 'Mine' } });
    expect(notes()).toEqual(['Mine', 'Theirs', 'Made']);
  });

  it('is not what this device did under an identity that it had before', () => {
    confirm(port, make(12, { note: 'Mine' }, NOW + 60), 'ok', 3, NOW + 60);
    const before = { kept_device_id: id(8), kept_at_ms: NOW + 70, kept: { note: 'Mine' }, lost: { note: 'Theirs' } };
    conflict(1, before);
    expect(notes()).toEqual(['Mine', 'Theirs', 'Made']);
    // by somebody else it is another change
    conflict(1, { ...before, kept_person_id: SAM });
    expect(notes()).toEqual(['Mine', 'Mine', 'Theirs', 'Made']);
  });
});

describe('what was done here', () => {
  it('is told without what lost', () => {
    const mid = make(12, { note: 'Mine', day: '2026-01-03' }, NOW + 40);
    confirm(port, mid, 'ok+conflict', 3, NOW + 60);
    const lost = { mutation_id: mid, device_id: PHONE, person_id: KIM, at_ms: NOW + 40, kept_device_id: LAPTOP, kept_person_id: SAM };
    conflict(1, { ...lost, lost: { note: 'Mine' }, kept: { note: 'Theirs' } });
    expect(told().map(({ after }) => after)).toMatchObject([{ note: 'Theirs' }, { day: '2026-01-03' }, { note: 'Made' }]);
    expect(told()[1]!.after).not.toHaveProperty('note');
    conflict(2, { ...lost, unit: 'day', lost: { day: '2026-01-03' }, kept: { day: '2026-01-04' } });
    expect(told().map(({ device_id }) => device_id)).toEqual([LAPTOP, PHONE]);
  });

  it('stands in the order of its versions, whatever the clock said, and what waits above it', () => {
    confirm(port, make(12, { note: 'Second' }, NOW + 900), 'ok', 2, NOW);
    confirm(port, make(13, { note: 'Third' }, NOW + 30), 'ok', 3, NOW);
    make(14, { note: 'Fourth' }, NOW + 20);
    conflict(1, { lost: { note: 'Theirs' } });
    expect(notes()).toEqual(['Fourth', 'Theirs', 'Third', 'Second', 'Made']);
    expect(told().map(({ pending }) => pending)).toEqual([true, false, false, false, false]);
  });
});
