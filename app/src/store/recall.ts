/**
 * Answers about sums of months, kept in memory until something in those months changes: what is asked again after every
 * change is mostly about months that are over, and adding those up takes much longer than all else that was asked.
 * Whoever writes sums says of which months (`forgetMonths`). Nothing is kept of an open transaction.
 * It holds for what is written through the same port; what another one wrote to the file (two tabs that both lead) empties it.
 */
import type { Params, Port, Value } from './port.ts';

/** A statement over `rollup` and no other table, with the months that it reads. */
export type OfMonths = Params & { from_month: number; to_month: number };

interface Answer extends Pick<OfMonths, 'from_month' | 'to_month'> {
  rows: readonly (readonly Value[])[];
}

interface Kept {
  /** What others have written to the file, by SQLite's count. */
  version: number | null;
  /** By statement and parameters, the one that was asked last at the end. */
  answers: Map<string, Answer>;
  size: number;
  /** What was read ahead found no room. */
  full: boolean;
}

/** Rows of all answers, and one more for each. */
const ROWS_KEPT = 20_000;
const kept = new WeakMap<Port, Kept>();

/** The rows of a statement; not to be changed. */
export function recall(port: Port, sql: string, params: OfMonths): readonly (readonly Value[])[] {
  // one month is quickly added up
  if (params.from_month === params.to_month || port.inTransaction) return port.rows(sql, params);
  const all = keptOf(port);
  const name = nameOf(sql, params);
  const answer = all.answers.get(name) ?? read(port, sql, params);
  drop(all, name);
  keep(all, name, answer);
  for (const [oldest] of all.answers) {
    if (all.size <= ROWS_KEPT) break;
    drop(all, oldest);
  }
  return answer.rows;
}

/**
 * Reads what nobody has asked for yet. Null, and nothing is read, where it is kept already, or where there was no room
 * for such an answer beside what was asked for.
 */
export function recallAhead(port: Port, sql: string, params: OfMonths): Answer['rows'] | null {
  if (params.from_month === params.to_month || port.inTransaction) return null;
  const all = keptOf(port);
  const name = nameOf(sql, params);
  if (all.full || all.answers.has(name)) return null;
  const answer = read(port, sql, params);
  all.full = all.size + answer.rows.length + 1 > ROWS_KEPT;
  if (!all.full) keep(all, name, answer);
  return answer.rows;
}

function nameOf(sql: string, params: OfMonths): string {
  return `${sql} ${JSON.stringify(params)}`;
}

function read(port: Port, sql: string, params: OfMonths): Answer {
  const { from_month, to_month } = params;
  return { from_month, to_month, rows: port.rows(sql, params) };
}

function keep(all: Kept, name: string, answer: Answer): void {
  all.answers.set(name, answer);
  all.size += answer.rows.length + 1;
}

function keptOf(port: Port): Kept {
  const version = port.value<number>('PRAGMA data_version');
  const all = kept.get(port);
  if (all?.version === version) return all;
  const none: Kept = { version, answers: new Map(), size: 0, full: false };
  kept.set(port, none);
  return none;
}

function drop(all: Kept, name: string): void {
  const answer = all.answers.get(name);
  if (!answer) return;
  all.answers.delete(name);
  all.size -= answer.rows.length + 1;
}

/** The sums of these months move; null: all. */
export function forgetMonths(port: Port, months: Iterable<number> | null): void {
  const all = kept.get(port);
  if (!all || all.answers.size === 0) return;
  if (months === null) {
    kept.delete(port);
    return;
  }
  const moved = [...new Set(months)];
  for (const [name, { from_month, to_month }] of all.answers) {
    if (moved.some((month) => from_month <= month && month <= to_month)) drop(all, name);
  }
}
