/**
 * What this device knows by itself of what happened to a transaction: what was done here, which the outbox keeps until
 * 30 days after it was confirmed, and what a conflict tells of others. The whole history is the server's.
 */
import type { HistoryEntry } from '../api.ts';
import type { SyncConflict } from '../store/entities.ts';
import { readMeta } from '../store/meta.ts';
import type { Port } from '../store/port.ts';
import { liveRows } from '../store/rows.ts';
import type { Fields, Op } from './entities.ts';
import type { Change } from './undo.ts';

type Told = Omit<HistoryEntry, 'person_id' | 'device_id'>;

/** Newest first, and before that what is not confirmed. */
export function remembered(port: Port, book_id: string, { id }: { id: string }): HistoryEntry[] {
  const facts = readMeta(port);
  const mine = { person_id: facts?.person_id ?? null, device_id: facts?.device_id ?? null };
  const here = madeHere(port, id).map((entry): HistoryEntry => ({ ...entry, ...mine }));
  const known = new Set(here.map(({ mutation_id }) => mutation_id));
  const conflicts = liveRows(port, book_id, 'sync_conflict', `AND entity = 'transaction' AND row_id = :id`, { id });
  const others = conflicts.flatMap(toldBy).filter(({ mutation_id, device_id }) => device_id !== mine.device_id && !known.has(mutation_id));
  const waits = here.filter(({ pending }) => pending);
  const rest = [...here.filter(({ pending }) => !pending), ...others].sort((a, b) => a.at_ms - b.at_ms);
  return [...rest, ...waits].reverse();
}

interface Stored {
  mid: string;
  ops: string;
  made_at: number;
  state: string;
  status: string | null;
  ver: number | null;
  /** While it can be taken back: what it did, to the last field. */
  changes: string | null;
}

/** In the order in which it was done. A field that is not in `before` may have had any value. */
function madeHere(port: Port, id: string): Told[] {
  const stored = port.all<Stored>(
    `SELECT mid, ops, made_at, state, status, ver, changes FROM outbox LEFT JOIN undo ON token = mid
     WHERE state IN ('pending', 'acked') AND (instr(ops, :id) > 0 OR instr(changes, :id) > 0) ORDER BY position`, { id }
  );
  const made: Told[] = [];
  let row: Fields = {};
  for (const { mid, ops, made_at, state, status, ver, changes } of stored) {
    // the server did not take it: it stands under Attention
    if (status !== null && !status.startsWith('ok')) continue;
    const did = changes === null ? null : (JSON.parse(changes) as Change[]).find(({ entity, row_id }) => entity === 'transaction' && row_id === id);
    const done = did ?? asked(JSON.parse(ops) as Op[], id, row);
    if (!done) continue;
    const { before, after } = done.payload ?? { before: null, after: null };
    row = { ...row, ...after };
    made.push({ mutation_id: mid, ver, pending: state === 'pending', undo: changes !== null, action: done.action, at_ms: made_at, before, after });
  }
  return made;
}

/** What operations say of a row, beside what was known of it before. */
function asked(ops: readonly Op[], id: string, row: Fields): Omit<Change, 'entity' | 'row_id'> | null {
  const own = ops.filter((op) => op.e === 'transaction' && op.id === id);
  const [first] = own;
  if (!first) return null;
  const after: Fields = Object.assign({}, ...own.map(({ f }) => f));
  const before = Object.fromEntries(Object.entries(row).filter(([name]) => name in after));
  return { action: first.k === 'inc' ? 'set' : first.k, payload: { before: first.k === 'create' ? null : before, after } };
}

/** Who made which of a conflict's two versions. */
function toldBy({ id, kind, mutation_id, person_id, device_id, at_ms, lost, kept, kept_person_id, kept_device_id, kept_at_ms }: SyncConflict): HistoryEntry[] {
  const entry = { ver: null, pending: false, undo: false, before: {} };
  const other = kept_at_ms === null ? [] : [{ ...entry, mutation_id: `kept ${id}`, person_id: kept_person_id, device_id: kept_device_id, at_ms: kept_at_ms }];
  if (kind === 'overwritten') {
    const one = { ...entry, mutation_id, person_id, device_id, at_ms };
    return [...other.map((each) => ({ ...each, action: 'set' as const, after: kept as Fields })), { ...one, action: 'set', after: lost as Fields }];
  }
  return kind === 'edit_on_deleted' || kind === 'deleted_over_edit' ? other.map((each) => ({ ...each, action: 'delete', after: null })) : [];
}
