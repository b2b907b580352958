/** Reports: runs spec/reports/*.sql and shapes the answer. It reads, and never writes. */
import { Refusal } from '../kernel/refusal.ts';
import type { Port } from '../store/port.ts';
import { recall, recallAhead, type OfMonths } from '../store/recall.ts';
import type { AccountRow } from './book.ts';
import type { Run } from './cells.ts';
import type { RateRow } from './rates.ts';
import { needs, report, type CategoryRow, type SettingsRow } from './report.ts';
import type { ReportName, ReportParams, Reports } from './shapes.ts';
import { SQL } from './sql.ts';

export { report };
export type * from './shapes.ts';

/** The tables that any report reads (for live queries). */
export const READS = ['settings', 'account', 'category', 'rate', 'line', 'rollup'] as const;

/** One report of a book in the device's database. Refuses `book_without_settings` and as `report`. */
export function bookReport<Name extends ReportName>(
  port: Port,
  book: string,
  name: Name,
  params: ReportParams
): Reports[Name] {
  const settings = port.one<SettingsRow>(SQL.settings, { book });
  if (!settings) throw new Refusal('book_without_settings');
  const needed = needs(name, params);
  return report(name, runOn(port), { ...params }, settings, {
    rates: needed.has('rates') ? port.all<RateRow>(SQL.rates, { book }) : [],
    categories: needed.has('categories') ? port.all<CategoryRow>(SQL.categories, { book }) : [],
    accounts: needed.has('accounts') ? port.all<AccountRow>(SQL.accounts, { book }) : []
  });
}

/** Reports of all history: what they add up is read before somebody asks. */
const AHEAD: readonly (readonly [ReportName, Omit<ReportParams, 'today'>])[] = [
  ['balance_over_time', { period: 'all', bucket: 'month' }],
  ['trend_by_type', { period: 'all', bucket: 'month' }],
  ['trend_by_category', { period: 'all', bucket: 'month', flow: 'expense' }],
  ['trend_by_category', { period: 'all', bucket: 'month', flow: 'income' }],
  ['annual', { period: 'all' }]
];

/**
 * Reads the sums that reports of all history will ask for, a year of one report at a time, into what `recall` keeps. Each
 * is made a report of as well, because a first one waits longest for code that has never run.
 */
export function* readAhead(port: Port, book: string, today: string): Generator<void> {
  for (const [name, params] of AHEAD) while (readSome(port, book, name, { ...params, today })) yield;
}

/** False when nothing is left to read. */
function readSome(port: Port, book: string, name: ReportName, params: ReportParams): boolean {
  const settings = port.one<SettingsRow>(SQL.settings, { book });
  if (!settings) return false;
  let done = false;
  const run: Run = (sql, values) => {
    if (sql === SQL.extent) return port.rows(sql, values);
    const rows = done || !isOfMonths(values) ? null : recallAhead(port, sql, values);
    done ||= rows !== null;
    return rows ?? [];
  };
  try {
    report(name, run, { ...params }, settings, {});
  } catch (error) {
    // a book of more months than one report has
    if (!(error instanceof Refusal)) throw error;
  }
  return done;
}

/** What is asked of a category looks at the ones below it too, which no month knows of. */
function isOfMonths(values: object): values is OfMonths {
  return 'to_month' in values && !('category' in values);
}

function runOn(port: Port): Run {
  return (sql, values) => (isOfMonths(values) ? recall(port, sql, values) : port.rows(sql, values));
}
