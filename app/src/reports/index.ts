/** Reports: runs spec/reports/*.sql and shapes the answer. It reads, and never writes. */
import { Refusal } from '../kernel/refusal.ts';
import type { Port } from '../store/port.ts';
import { recall, type OfMonths } from '../store/recall.ts';
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

/** What is asked of a category looks at the ones below it too, which no month knows of. */
function runOn(port: Port): Run {
  return (sql, values) => ('to_month' in values && !('category' in values) ? recall(port, sql, values as OfMonths) : port.rows(sql, values));
}
