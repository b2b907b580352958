/**
 * Writing the ledger on this device: `apply` a mutation for the eye, `place` rows that
 * the server confirmed, `fill` an empty book. Each keeps lines and rollups with the
 * rows, inside the caller's transaction. The outbox and the shadows belong to `sync`.
 */
import type { Params } from '../kernel/refusal.ts';
import type { Entities } from '../store/entities.ts';
import type { Bindable, Port } from '../store/port.ts';
import { forgetMonths } from '../store/recall.ts';
import { eraseRow, insertTable, readRow, readRows, writeRows } from '../store/rows.ts';
import { at, columnOf, type Column, type Table } from '../store/table.ts';
import type { EntityName, Row } from './entities.ts';
import { linesOf, RollupSums, type Key, type Line, type Sums } from './lines.ts';
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

/** Fills an empty book with live rows as a snapshot has them: no row is looked up. */
export function fill(port: Port, book_id: string, entity: EntityName, table: Table): void {
  if (table.rows === 0) return;
  const before = entity === 'settings' ? firstDayOf(port, book_id) : null;
  insertTable(port, entity, table);
  if (before !== null) {
    // what waits here was counted before anybody had said when a month begins
    const now = firstDayOf(port, book_id);
    if (now !== before) rebuildRollups(port, book_id, now);
  }
  if (entity !== 'transaction') return;
  const firstDay = firstDayOf(port, book_id);
  const sums = new RollupSums(firstDay);
  const made = linesAt(table, sums);
  port.manyOf(INSERT_LINES, made[0]!.length, made.map(columnOf));
  const [, , , days, , accounts] = made;
  addSums(port, book_id, firstDay, sums, days as number[], accounts as (string | null)[]);
}

/** The lines of transactions by column, in the order of `INSERT_LINES`; `sums` takes them up. */
function linesAt({ rows, columns }: Table, sums: RollupSums): Bindable[][] {
  const of = (name: keyof Entities['transaction']) => columns[name]!;
  const [ids, kinds, accounts, amounts, currencies] = [of('id'), of('kind'), of('account_id'), of('amount_minor'), of('currency')];
  const [toAccounts, toAmounts, toCurrencies] = [of('to_account_id'), of('to_amount_minor'), of('to_currency')];
  const [parts, bases, baseCurrencies, days] = [of('lines'), of('base_minor'), of('base_currency'), of('day')];
  // parsed together: one by one takes twice as long
  const texts = JSON.parse(`[${parts.join(',')}]`) as readonly unknown[];
  const made: Bindable[][] = Array.from({ length: 11 }, () => []);
  for (let row = 0; row < rows; row++) {
    // an object of one shape: this runs for every transaction of a book
    const document: unknown = {
      id: ids[row], deleted: false, kind: at(kinds, row), account_id: at(accounts, row), amount_minor: at(amounts, row), currency: at(currencies, row),
      to_account_id: at(toAccounts, row), to_amount_minor: at(toAmounts, row), to_currency: at(toCurrencies, row),
      lines: at(texts as Column, row),
      base_minor: at(bases, row), base_currency: at(baseCurrencies, row), day: at(days, row)
    };
    const lines = linesOf(document as Row);
    sums.add(lines, 1);
    for (const line of lines) {
      made[0]!.push(ids[row]);
      for (let place = 0; place < line.length; place++) made[place + 1]!.push(line[place]);
    }
  }
  return made;
}

function save(port: Port, book_id: string, moved: readonly Moved[]): void {
  const firstDay = firstDayOf(port, book_id);
  const rows = new Map<EntityName, AnyRow[]>();
  for (const { entity, id, after } of moved) {
    if (after === null) eraseRow(port, book_id, entity, id);
    else if (rows.has(entity)) rows.get(entity)!.push(after as unknown as AnyRow);
    else rows.set(entity, [after as unknown as AnyRow]);
  }
  for (const [entity, changed] of rows) writeRows(port, entity, changed);
  const now = firstDayOf(port, book_id);
  saveLines(port, book_id, moved.filter(({ entity }) => entity === 'transaction'), now === firstDay ? firstDay : null);
  if (now !== firstDay) rebuildRollups(port, book_id, now);
}

/** The first day of the book's month as it is stored now. */
function firstDayOf(port: Port, book_id: string): number {
  return port.value<number>('SELECT first_day_of_month FROM settings WHERE book_id = :book_id', { book_id }) ?? 1;
}

/**
 * Lines are replaced whole; rollups move by the difference (not with `firstDay` null: they are made anew). Where a
 * difference, or a sum with it, is more than a number holds, everything is counted anew by SQL, which has 64 bits.
 */
function saveLines(port: Port, book_id: string, moved: readonly Moved[], firstDay: number | null): void {
  const sums = new RollupSums(firstDay ?? 1);
  const replaced: [string, ...Line][] = [];
  const made: [string, ...Line][] = [];
  for (const { id, before, after } of moved) {
    const old = linesOf(before);
    const lines = linesOf(after);
    sums.add(old, -1);
    sums.add(lines, 1);
    for (const line of old) replaced.push([id, ...line]);
    for (const line of lines) made.push([id, ...line]);
  }
  port.many(DELETE_LINES, replaced.map(([id, position, , day_number, flow, , , currency, , , base]) => [day_number, flow, currency, base, id, position]));
  port.many(INSERT_LINES, made);
  if (firstDay !== null) addSums(port, book_id, firstDay, sums, made.map((line) => line[3]), made.map((line) => line[5]));
}

/** `days` and `made` are those of `accountDeltas`. */
function addSums(port: Port, book_id: string, firstDay: number, sums: RollupSums, days: readonly number[], made: readonly (string | null)[]): void {
  const deltas = sums.deltas();
  const accounts = accountDeltas(deltas, days, made);
  const moves = [...deltas.flatMap(([, cell]) => cell), ...[...accounts.values()].map(({ amount }) => amount)];
  if (sums.overflown || !moves.every(Number.isSafeInteger)) {
    rebuildRollups(port, book_id, firstDay);
    return;
  }
  forgetMonths(port, deltas.map(([[month]]) => month));
  port.many(ADD_ROLLUPS, deltas.map(([key, cell]) => [...key, ...cell]));
  port.many(ADD_ACCOUNT_SUMS, [...accounts].map(([id, { amount, count, until }]) => [id, amount, count, until]));
  const fewer = deltas.filter(([, cell]) => cell[2] < 0);
  if (fewer.length === 0) return;
  port.many(DROP_EMPTY, fewer.map(([key]) => key));
  port.run('DELETE FROM account_sum WHERE book_id = :book_id AND count = 0', { book_id });
}

interface AccountDelta {
  amount: number;
  count: number;
  /** No line that was made has a later day. */
  until: number | null;
}

/** The sums of the accounts move with the rollups. Of each line that was made its day, and its account or none. */
function accountDeltas(deltas: readonly [Key, Sums][], days: readonly number[], made: readonly (string | null)[]): Map<string, AccountDelta> {
  const accounts = new Map<string, AccountDelta>();
  const of = (id: string) => accounts.get(id) ?? accounts.set(id, { amount: 0, count: 0, until: null }).get(id)!;
  for (const [[, account_id], [amount, , count]] of deltas) {
    const sum = of(account_id);
    sum.amount += amount;
    sum.count += count;
  }
  made.forEach((account_id, line) => {
    const sum = of(account_id ?? '');
    sum.until = Math.max(sum.until ?? days[line]!, days[line]!);
  });
  return accounts;
}

function given(names: string): string {
  return names.replace(/\w+/g, ':$&');
}

const LINE = `book_id, transaction_id, position, day, day_number, flow, account_id, category_id, currency, amount_minor,
  base_minor, base_currency`;
const INSERT_LINES = `INSERT INTO line(${LINE}) VALUES (${given(LINE)})`;
const LINE_KEY = ['day_number', 'flow', 'currency', 'base_currency', 'transaction_id', 'position'];
const DELETE_LINES = `DELETE FROM line WHERE book_id = :book_id AND ${LINE_KEY.map((name) => `${name} = :${name}`).join(' AND ')}`;

const ROLLUP = 'month, account_id, category_id, flow, currency, base_currency';
const SUMS = ['amount_minor', 'base_minor', 'count', 'count_without_rate'];

const ADD_ROLLUPS = `INSERT INTO rollup(book_id, ${ROLLUP}, ${SUMS.join(', ')})
  VALUES (${given(`book_id, ${ROLLUP}, ${SUMS.join(', ')}`)})
  ON CONFLICT(book_id, ${ROLLUP}) DO UPDATE SET ${SUMS.map((name) => `${name} = ${name} + excluded.${name}`).join(', ')}`;

const DROP_EMPTY = `DELETE FROM rollup WHERE book_id = :book_id AND count = 0
  AND ${ROLLUP.split(', ').map((name) => `${name} = :${name}`).join(' AND ')}`;

/** `until_number`: no line of the account has a later day; the last one may have gone meanwhile. */
const ADD_ACCOUNT_SUMS = `INSERT INTO account_sum(book_id, account_id, amount_minor, count, until_number)
  VALUES (:book_id, :account_id, :amount_minor, :count, :until_number)
  ON CONFLICT(book_id, account_id) DO UPDATE SET amount_minor = amount_minor + excluded.amount_minor, count = count + excluded.count,
    until_number = COALESCE(max(until_number, excluded.until_number), until_number, excluded.until_number)`;

/** What the rollups should be, counted from the lines. */
export const COUNTED = `SELECT CAST(substr(day, 1, 4) AS INTEGER) * 12 + CAST(substr(day, 6, 2) AS INTEGER) - 1
    - (CAST(substr(day, 9, 2) AS INTEGER) < :first_day) AS month,
  COALESCE(account_id, ''), COALESCE(category_id, ''), flow, currency, base_currency,
  SUM(amount_minor), COALESCE(SUM(base_minor), 0), COUNT(*), SUM(base_minor IS NULL)
  FROM line WHERE book_id = :book_id GROUP BY 1, 2, 3, 4, 5, 6`;

/** Accounts whose sums are not those of their lines, or whose last day lies after `until_number`: none. */
export const WRONG_ACCOUNT_SUMS = `SELECT * FROM (
    SELECT COALESCE(account_id, '') AS account_id, SUM(amount_minor) AS amount_minor, COUNT(*) AS count, MAX(day_number) AS last_number
    FROM line WHERE book_id = :book_id GROUP BY 1) AS counted
  FULL JOIN (SELECT * FROM account_sum WHERE book_id = :book_id) AS kept USING (account_id)
  WHERE counted.amount_minor IS NOT kept.amount_minor OR counted.count IS NOT kept.count OR last_number > until_number`;

/** Counts every line of the book anew. */
export function rebuildRollups(port: Port, book_id: string, firstDay: number): void {
  forgetMonths(port, null);
  port.run('DELETE FROM rollup WHERE book_id = :book_id', { book_id });
  port.run(`INSERT INTO rollup(book_id, ${ROLLUP}, ${SUMS.join(', ')}) SELECT :book_id, * FROM (${COUNTED})`, {
    book_id, first_day: firstDay
  });
  port.run('DELETE FROM account_sum WHERE book_id = :book_id', { book_id });
  // until the end of its last month: to ask the lines for the last day of every account took longer than all else here
  const after = `printf('%04d-%02d-%02d', (MAX(month) + 1) / 12, (MAX(month) + 1) % 12 + 1, :first_day)`;
  port.run(
    `INSERT INTO account_sum(book_id, account_id, amount_minor, count, until_number)
     SELECT :book_id, account_id, SUM(amount_minor), SUM(count), unixepoch(${after}) / 86400 - 1
     FROM rollup WHERE book_id = :book_id GROUP BY account_id`, { book_id, first_day: firstDay }
  );
}
