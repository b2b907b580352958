/**
 * One report: parameters checked, cells read, summed, valued and shaped as `shapes.ts` says.
 * Pure but for `run`. Twin of server/outlay/reports/report.py, where the rules that hold in all
 * reports are written; a corpus of generated books holds the two equal.
 */
import type { Calendar } from '../kernel/periods.ts';
import { check, filters } from './ask.ts';
import { accounts, balanceOverTime } from './balances.ts';
import { Book, type AccountRow } from './book.ts';
import { allocation, trendByCategory } from './categories.ts';
import { Reader, type Run } from './cells.ts';
import { annual, calendar, daily, monthly, period, totals, trendByType } from './flows.ts';
import { compare, Rates, type RateRow } from './rates.ts';
import type { ReportName, Reports } from './shapes.ts';
import { SQL } from './sql.ts';
import { Values } from './sums.ts';

export interface SettingsRow extends Calendar {
  /** The book's id. */
  id: string;
  base_currency: string;
}

export interface CategoryRow {
  id: string;
  parent_id: string | null;
}

const REPORTS: { [Name in ReportName]: (book: Book) => Reports[Name] } = {
  totals,
  trend_by_type: trendByType,
  trend_by_category: trendByCategory,
  allocation,
  accounts,
  calendar,
  daily,
  monthly,
  annual,
  period,
  balance_over_time: balanceOverTime
};

/**
 * One report of a book. `params` as `ReportParams`, `rates` the live rows or a function that reads
 * them (called only when needed), `categories` and `accountRows` live rows.
 * Refuses `report_unknown`, `report_parameter`, `report_period`, `report_too_long`, `day_*`.
 */
export function report<Name extends ReportName>(
  name: Name,
  run: Run,
  params: Readonly<Record<string, unknown>>,
  settings: SettingsRow,
  rates: Iterable<RateRow> | (() => Iterable<RateRow>),
  categories: Iterable<CategoryRow>,
  accountRows: Iterable<AccountRow>
): Reports[Name] {
  const { id: book, base_currency: base } = settings;
  const ask = check(name, params, settings, () => {
    const [first, last] = run(SQL.extent, { book })[0] as [number | null, number | null];
    return [first, last];
  });
  const needed = ask.mode === 'todays_rate' || name === 'accounts' || name === 'balance_over_time';
  const rateRows = !needed ? [] : typeof rates === 'function' ? rates() : rates;
  const all = new Map([...categories].map((row) => [row.id, row.parent_id]));
  const parents = new Map<string, string>();
  for (const [id, parent] of all) if (parent !== null && all.has(parent)) parents.set(id, parent);
  return REPORTS[name](
    new Book(
      ask,
      new Reader(run, book, settings.first_day_of_month, filters(ask)),
      new Values(base, ask.mode, ask.today, new Rates(rateRows, base)),
      [...accountRows].sort((a, b) => a.position - b.position || compare(a.id, b.id)),
      parents
    )
  );
}
