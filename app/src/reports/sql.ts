/**
 * The shared statements of spec/reports, as text. A line of the sums that ends in `-- if :name` counts
 * only when that parameter is given: what is not asked costs the database nothing.
 */
import accounts from '../../../spec/reports/accounts.sql?raw';
import categories from '../../../spec/reports/categories.sql?raw';
import days_by_flow from '../../../spec/reports/days_by_flow.sql?raw';
import extent from '../../../spec/reports/extent.sql?raw';
import line_by_account from '../../../spec/reports/line_by_account.sql?raw';
import line_by_balance from '../../../spec/reports/line_by_balance.sql?raw';
import line_by_category from '../../../spec/reports/line_by_category.sql?raw';
import line_by_flow from '../../../spec/reports/line_by_flow.sql?raw';
import months_by_category from '../../../spec/reports/months_by_category.sql?raw';
import months_by_flow from '../../../spec/reports/months_by_flow.sql?raw';
import payee_entries from '../../../spec/reports/payee_entries.sql?raw';
import payees from '../../../spec/reports/payees.sql?raw';
import rates from '../../../spec/reports/rates.sql?raw';
import rollup_by_account from '../../../spec/reports/rollup_by_account.sql?raw';
import rollup_by_balance from '../../../spec/reports/rollup_by_balance.sql?raw';
import rollup_by_category from '../../../spec/reports/rollup_by_category.sql?raw';
import rollup_by_flow from '../../../spec/reports/rollup_by_flow.sql?raw';
import settings from '../../../spec/reports/settings.sql?raw';

export const SQL = {
  accounts, categories, extent, payee_entries, payees, rates, settings, days_by_flow, months_by_category, months_by_flow,
  line_by_account, line_by_balance, line_by_category, line_by_flow,
  rollup_by_account, rollup_by_balance, rollup_by_category, rollup_by_flow
} as const; // prettier-ignore

const made = new Map<string, string>();

/** A statement without the conditions whose parameter is not given. */
export function statement(name: keyof typeof SQL, given: readonly string[]): string {
  const key = [name, ...given].join();
  let sql = made.get(key);
  if (sql === undefined) {
    sql = SQL[name].replace(/^.*-- if :(\w+)\n/gm, (line, parameter: string) => (given.includes(parameter) ? line : ''));
    made.set(key, sql);
  }
  return sql;
}
