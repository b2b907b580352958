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
}

/** Rows of all answers, and one more for each. */
const ROWS_KEPT = 20_000;
const kept = new WeakMap<Port, Kept>();

/** The rows of a statement; not to be changed. */
export function recall(port: Port, sql: string, params: OfMonths): readonly (readonly Value[])[] {
  const { from_month, to_month } = params;
  // one month is quickly added up
  if (from_month === to_month || port.inTransaction) return port.rows(sql, params);
  const all = keptOf(port);
  const name = `${sql} ${JSON.stringify(params)}`;
  const answer = all.answers.get(name) ?? { from_month, to_month, rows: port.rows(sql, params) };
  drop(all, name);
  all.answers.set(name, answer);
  all.size += answer.rows.length + 1;
  for (const [oldest] of all.answers) {
    if (all.size <= ROWS_KEPT) break;
    drop(all, oldest);
  }
  return answer.rows;
}

function keptOf(port: Port): Kept {
  const version = port.value<number>('PRAGMA data_version');
  const all = kept.get(port);
  if (all?.version === version) return all;
  const none = { version, answers: new Map<string, Answer>(), size: 0 };
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
