/**
 * One report: parameters checked, cells read, summed, valued and shaped as `shapes.ts` says.
 * Pure but for `run`. Twin of server/outlay/reports/report.py, where the rules that hold in all
 * reports are written; a corpus of generated books holds the two equal.
 */
import type { Calendar } from '../kernel/periods.ts';
import { check, filters } from './ask.ts';
import { accounts as accountFlows, balanceOverTime } from './balances.ts';
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

export interface Rows {
  rates?: Iterable<RateRow>;
  categories?: Iterable<CategoryRow>;
  accounts?: Iterable<AccountRow>;
}

const REPORTS: { [Name in ReportName]: (book: Book) => Reports[Name] } = {
  totals,
  trend_by_type: trendByType,
  trend_by_category: trendByCategory,
  allocation,
  accounts: accountFlows,
  calendar,
  daily,
  monthly,
  annual,
  period,
  balance_over_time: balanceOverTime
};

type Need = 'accounts' | 'categories' | 'rates';

const NEEDS: Partial<Record<string, readonly Need[]>> = {
  trend_by_category: ['categories'],
  allocation: ['categories'],
  accounts: ['accounts', 'rates'],
  balance_over_time: ['accounts', 'rates']
};

/** Which of accounts, categories and rates a report is made from, besides sums. */
export function needs(name: ReportName, params: { mode?: unknown }): ReadonlySet<Need> {
  const found = new Set(NEEDS[name]);
  if (params.mode === 'todays_rate') found.add('rates');
  return found;
}

/**
 * One report of a book. `params` as `ReportParams`, the others live rows, those that it `needs`.
 * Refuses `report_unknown`, `report_parameter`, `report_period`, `report_too_long`, `day_*`.
 */
export function report<Name extends ReportName>(
  name: Name,
  run: Run,
  params: Readonly<Record<string, unknown>>,
  settings: SettingsRow,
  { rates = [], categories = [], accounts = [] }: Rows
): Reports[Name] {
  const { id: book, base_currency: base } = settings;
  const ask = check(name, params, settings, () => {
    const [first, last] = run(SQL.extent, { book })[0] as [number | null, number | null];
    return [first, last];
  });
  const all = new Map([...categories].map((row) => [row.id, row.parent_id]));
  const parents = new Map<string, string>();
  for (const [id, parent] of all) if (parent !== null && all.has(parent)) parents.set(id, parent);
  return REPORTS[name](
    new Book(
      ask,
      new Reader(run, book, settings.first_day_of_month, filters(ask)),
      new Values(base, ask.mode, ask.today, new Rates(rates, base)),
      [...accounts].sort((a, b) => a.position - b.position || compare(a.id, b.id)),
      parents
    )
  );
}
