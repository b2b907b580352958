/**
 * Answers about sums of months, kept in memory until something in those months changes: what is asked again after every
 * change is mostly about months that are over, and adding those up takes much longer than all else that was asked.
 * Whoever writes sums says of which months (`forgetMonths`). Nothing is kept of an open transaction.
 */
import type { Params, Port, Value } from './port.ts';

/** A statement over `rollup` and no other table, with the months that it reads. */
export type OfMonths = Params & { from_month: number; to_month: number };

interface Answer extends Pick<OfMonths, 'from_month' | 'to_month'> {
  rows: readonly (readonly Value[])[];
}

const ANSWERS_KEPT = 100;
const kept = new WeakMap<Port, Map<string, Answer>>();

/** The rows of a statement; not to be changed. */
export function recall(port: Port, sql: string, params: OfMonths): readonly (readonly Value[])[] {
  const { from_month, to_month } = params;
  // one month is quickly added up
  if (from_month === to_month || port.inTransaction) return port.rows(sql, params);
  const answers = kept.get(port) ?? kept.set(port, new Map<string, Answer>()).get(port)!;
  const name = `${sql} ${JSON.stringify(params)}`;
  const known = answers.get(name);
  answers.delete(name);
  const answer = known ?? { from_month, to_month, rows: port.rows(sql, params) };
  answers.set(name, answer);
  for (const [oldest] of answers) {
    if (answers.size <= ANSWERS_KEPT) break;
    answers.delete(oldest);
  }
  return answer.rows;
}

/** The sums of these months move; null: all. */
export function forgetMonths(port: Port, months: Iterable<number> | null): void {
  const answers = kept.get(port);
  if (!answers || answers.size === 0) return;
  if (months === null) {
    answers.clear();
    return;
  }
  const moved = [...new Set(months)];
  for (const [name, { from_month, to_month }] of answers) {
    if (moved.some((month) => from_month <= month && month <= to_month)) answers.delete(name);
  }
}
