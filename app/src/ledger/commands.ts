/**
 * Writing the ledger on this device: `apply` a mutation for the eye, `place` rows that
 * the server confirmed, `fill` an empty book. Each keeps lines and rollups with the
 * rows, inside the caller's transaction. The outbox and the shadows belong to `sync`.
 */
import type { Params } from '../kernel/refusal.ts';
import type { Entities } from '../store/entities.ts';
import type { Port } from '../store/port.ts';
import { eraseRow, readRow, readRows, writeRows } from '../store/rows.ts';
import type { EntityName, Row } from './entities.ts';
import { linesOf, RollupSums, type Line } from './lines.ts';
import { decide, type AnyMutation, type Write } from './merge.ts';
import { PortState } from './state.ts';

type AnyRow = Entities[EntityName];

export interface Touched {
  entity: EntityName;
  id: string;
  before: AnyRow | null;
}

export interface Placed {
  entity: EntityName;
  id: string;
  row: AnyRow | null;
}

export interface Applied {
  status: string;
  touched: Touched[];
  writes: Write[];
  field?: string | null;
  params?: Params;
}

/** A row before and after; null is no row at all. */
interface Moved {
  entity: EntityName;
  id: string;
  before: Row | null;
  after: Row | null;
}

/**
 * Decides a mutation over what is stored and writes rows, lines and rollups. A status
 * other than `ok…` has written nothing. Rows keep the version that the server gave them.
 */
export function apply(port: Port, book_id: string, mutation: AnyMutation): Applied {
  const state = new PortState(port, book_id);
  const decision = decide(state, mutation, { ver: 0, device: 0, edited_at_ms: mutation.made_at ?? 0 });
  if (decision.refusal !== null) {
    const { field, params } = decision.refusal;
    return { status: decision.status, touched: [], writes: [], field, params };
  }
  for (const { before, after } of decision.writes) after.ver = before?.ver ?? 0;
  save(port, book_id, decision.writes.map(({ entity, before, after }) => ({ entity, id: after.id, before, after })));
  const touched = decision.writes.map(({ entity, before, after }): Touched => ({
    entity, id: after.id, before: before as unknown as AnyRow | null
  }));
  return { status: decision.status, touched, writes: decision.writes };
}

/** Puts rows as they are; `row: null` removes one that the server never had. */
export function place(port: Port, book_id: string, rows: readonly Placed[]): void {
  const transactions = rows.filter(({ entity }) => entity === 'transaction').map(({ id }) => id);
  const stored = readRows(port, book_id, 'transaction', transactions);
  const moved = rows.map(({ entity, id, row }): Moved => {
    let before: Row | null = null;
    if (entity === 'transaction') before = (stored.get(id) ?? null) as Row | null;
    if (entity === 'settings') before = readRow(port, book_id, 'settings', id) as Row | null;
    return { entity, id, before, after: row as Row | null };
  });
  save(port, book_id, moved);
}

/** Fills an empty book: no row was there before, so nothing is looked up. */
export function fill(port: Port, book_id: string, rows: readonly Placed[]): void {
  save(port, book_id, rows.map(({ entity, id, row }) => ({ entity, id, before: null, after: row as Row | null })));
}

function save(port: Port, book_id: string, moved: readonly Moved[]): void {
  const firstDay = firstDayOf(port, book_id);
  const rows = new Map<EntityName, AnyRow[]>();
  for (const { entity, id, after } of moved) {
    if (after === null) eraseRow(port, book_id, entity, id);
    else if (rows.has(entity)) rows.get(entity)!.push(after as unknown as AnyRow);
    else rows.set(entity, [after as unknown as AnyRow]);
  }
  for (const [entity, changed] of rows) writeRows(port, book_id, entity, changed);
  const now = firstDayOf(port, book_id);
  saveLines(port, book_id, moved.filter(({ entity }) => entity === 'transaction'), now === firstDay ? firstDay : null);
  if (now !== firstDay) rebuildRollups(port, book_id, now);
}

/** The first day of the book's month as it is stored now. */
function firstDayOf(port: Port, book_id: string): number {
  return port.value<number>('SELECT first_day_of_month FROM settings WHERE book_id = :book_id AND id = :book_id', { book_id }) ?? 1;
}

/** Lines are replaced whole; rollups move by the difference (not with `firstDay` null: they are made anew). */
function saveLines(port: Port, book_id: string, moved: readonly Moved[], firstDay: number | null): void {
  const sums = new RollupSums(firstDay ?? 1);
  const replaced: string[] = [];
  const made: [string, ...Line][] = [];
  for (const { id, before, after } of moved) {
    const old = linesOf(before);
    const lines = linesOf(after);
    if (old.length > 0) replaced.push(id);
    sums.add(old, -1);
    sums.add(lines, 1);
    for (const line of lines) made.push([id, ...line]);
  }
  if (replaced.length > 0) {
    port.run('DELETE FROM line WHERE book_id = :book_id AND transaction_id IN (SELECT value FROM json_each(:ids))', {
      book_id, ids: JSON.stringify(replaced)
    });
  }
  for (let start = 0; start < made.length; start += CHUNK) {
    port.run(INSERT_LINES, { book_id, rows: JSON.stringify(made.slice(start, start + CHUNK)) });
  }
  if (firstDay === null) return;
  const deltas = sums.deltas();
  if (deltas.length > 0) port.run(ADD_ROLLUPS, { book_id, rows: JSON.stringify(deltas.map(([key, cell]) => [...key, ...cell])) });
  if (deltas.some(([, cell]) => cell[2] < 0)) port.run('DELETE FROM rollup WHERE book_id = :book_id AND count = 0', { book_id });
}

const CHUNK = 2000;

function taken(count: number): string {
  return Array.from({ length: count }, (_, at) => `value ->> ${at}`).join(', ');
}

const INSERT_LINES = `INSERT INTO line(book_id, transaction_id, position, day, day_number, flow, account_id, category_id,
  currency, amount_minor, base_minor, base_currency) SELECT :book_id, ${taken(11)} FROM json_each(jsonb(:rows))`;

const ROLLUP = 'month, account_id, category_id, flow, currency, base_currency';
const SUMS = ['amount_minor', 'base_minor', 'count', 'count_without_rate'];

const ADD_ROLLUPS = `INSERT INTO rollup(book_id, ${ROLLUP}, ${SUMS.join(', ')})
  SELECT :book_id, ${taken(10)} FROM json_each(jsonb(:rows)) WHERE true
  ON CONFLICT(book_id, ${ROLLUP}) DO UPDATE SET ${SUMS.map((name) => `${name} = ${name} + excluded.${name}`).join(', ')}`;

/** What the rollups should be, counted from the lines. */
export const COUNTED = `SELECT CAST(substr(day, 1, 4) AS INTEGER) * 12 + CAST(substr(day, 6, 2) AS INTEGER) - 1
    - (CAST(substr(day, 9, 2) AS INTEGER) < :first_day) AS month,
  COALESCE(account_id, ''), COALESCE(category_id, ''), flow, currency, base_currency,
  SUM(amount_minor), COALESCE(SUM(base_minor), 0), COUNT(*), SUM(base_minor IS NULL)
  FROM line WHERE book_id = :book_id GROUP BY 1, 2, 3, 4, 5, 6`;

/** Counts every line of the book anew. */
export function rebuildRollups(port: Port, book_id: string, firstDay: number): void {
  port.run('DELETE FROM rollup WHERE book_id = :book_id', { book_id });
  port.run(`INSERT INTO rollup(book_id, ${ROLLUP}, ${SUMS.join(', ')}) SELECT :book_id, * FROM (${COUNTED})`, {
    book_id, first_day: firstDay
  });
}
