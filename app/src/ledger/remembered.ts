/**
 * What this device knows by itself of what happened to a transaction: what was done here, which the outbox keeps until
 * 30 days after it was confirmed, and what a conflict tells of others. The whole history is the server's.
 */
import type { HistoryEntry } from '../api.ts';
import type { SyncConflict } from '../store/entities.ts';
import { readMeta } from '../store/meta.ts';
import type { Port } from '../store/port.ts';
import { liveRows, readRow } from '../store/rows.ts';
import { same, type EntityName, type Fields, type Op, type Row } from './entities.ts';
import { undoOps, type Change } from './undo.ts';

type Told = Omit<HistoryEntry, 'person_id' | 'device_id'>;

/** A device's clock may be wrong by this much: the server tells by its own when something was done. */
const CLOCKS_APART_MS = 3600_000;

/** Newest first: what is done here in the order of its versions, with what is not confirmed above; what others did by its time. */
export function remembered(port: Port, book_id: string, { id }: { id: string }): HistoryEntry[] {
  const facts = readMeta(port);
  const mine = { person_id: facts?.person_id ?? null, device_id: facts?.device_id ?? null };
  const conflicts = liveRows(port, book_id, 'sync_conflict', `AND entity = 'transaction' AND row_id = :id`, { id });
  const here = madeHere(port, book_id, id, conflicts).map((entry): HistoryEntry => ({ ...entry, ...mine }));
  const others = toldBy(conflicts).filter((other) => other.device_id !== mine.device_id && !here.some((own) => isSame(own, other)));
  const entries = [...here];
  for (const other of others) {
    const before = entries.findLastIndex(({ pending, at_ms }) => !pending && at_ms <= other.at_ms);
    entries.splice(before + 1, 0, other);
  }
  return entries.reverse();
}

/** Did this device do it under an identity that it had before? */
function isSame(own: HistoryEntry, other: HistoryEntry): boolean {
  if ((own.action === 'delete') !== (other.action === 'delete') || own.person_id !== other.person_id || Math.abs(own.at_ms - other.at_ms) > CLOCKS_APART_MS) return false;
  return Object.entries(other.after ?? {}).every(([name, value]) => same(own.after?.[name] ?? null, value));
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

/** In the order of the versions, what has none last and as it was done. Without what lost to another version. A field that is not in `before` may have had any value. */
function madeHere(port: Port, book_id: string, id: string, conflicts: readonly SyncConflict[]): Told[] {
  const stored = port.all<Stored>(
    `SELECT mid, ops, made_at, state, status, ver, changes FROM outbox LEFT JOIN undo ON token = mid
     WHERE state IN ('pending', 'acked') AND (instr(ops, :id) > 0 OR instr(changes, :id) > 0) ORDER BY state = 'pending', ver, position`, { id }
  );
  const current = (entity: EntityName, row_id: string) => readRow(port, book_id, entity, row_id) as Row | null;
  const made: Told[] = [];
  let row: Fields = {};
  for (const { mid, ops, made_at, state, status, ver, changes } of stored) {
    // the server did not take it: it stands under Attention
    if (status !== null && !status.startsWith('ok')) continue;
    const all = changes === null ? null : (JSON.parse(changes) as Change[]);
    const did = all?.find(({ entity, row_id }) => entity === 'transaction' && row_id === id);
    const done = did ?? asked(JSON.parse(ops) as Op[], id, row);
    if (!done) continue;
    const { before, after: wanted } = done.payload ?? { before: null, after: null };
    const after = wanted && without(wanted, conflicts.filter(({ mutation_id }) => mutation_id === mid));
    if (done.action === 'set' && Object.keys(after ?? {}).length === 0) continue;
    row = { ...row, ...after };
    const undo = all && undoOps(all, current).length > 0;
    made.push({ mutation_id: mid, ver, pending: state === 'pending', undo, action: done.action, at_ms: made_at, before, after });
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

/** What is left of a change beside the units of it that lost. */
function without(after: Fields, conflicts: readonly SyncConflict[]): Fields {
  const lost = conflicts.filter(({ kind }) => kind === 'overwritten').map((conflict) => conflict.lost as Fields);
  const mine = lost.filter((fields) => Object.entries(fields).every(([name, value]) => !(name in after) || same(after[name], value)));
  return Object.fromEntries(Object.entries(after).filter(([name]) => !mine.some((fields) => name in fields)));
}

/** The changes that conflicts tell of, each once: the server keeps a conflict for every unit of a change. */
function toldBy(conflicts: readonly SyncConflict[]): HistoryEntry[] {
  const changes = new Map<string, HistoryEntry>();
  for (const side of conflicts.flatMap(sidesOf)) {
    const mutation_id = [side.action, side.device_id, side.at_ms].join(' ');
    const after = side.after && { ...changes.get(mutation_id)?.after, ...side.after };
    changes.set(mutation_id, { ...side, after, mutation_id, ver: null, pending: false, undo: null, before: {} });
  }
  return [...changes.values()];
}

type Side = Pick<HistoryEntry, 'action' | 'person_id' | 'device_id' | 'at_ms' | 'after'>;

/** Who made which of a conflict's two versions. */
function sidesOf({ kind, person_id, device_id, at_ms, lost, kept, kept_person_id, kept_device_id, kept_at_ms }: SyncConflict): Side[] {
  const other = kept_at_ms === null ? [] : [{ person_id: kept_person_id, device_id: kept_device_id, at_ms: kept_at_ms }];
  if (kind === 'overwritten') {
    const one: Side = { action: 'set', person_id, device_id, at_ms, after: lost as Fields };
    return [...other.map((each): Side => ({ ...each, action: 'set', after: kept as Fields })), one];
  }
  return kind === 'edit_on_deleted' || kind === 'deleted_over_edit' ? other.map((each) => ({ ...each, action: 'delete', after: null })) : [];
}
