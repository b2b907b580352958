/** Sums in an account's own currency. Pure. */
import type { TransactionView } from '$src/outlay';
import type { Amount, Flows } from '$src/reports/shapes';
import { effectOn } from '../transaction';

const of = (sum: Amount, currency: string): number =>
  sum.currencies.find((one) => one.currency === currency)?.amount_minor ?? 0;

export function ownTotals(flows: Flows, currency: string): { income_minor: number; expense_minor: number } {
  return { income_minor: of(flows.income, currency), expense_minor: of(flows.expense, currency) };
}

/** The balance after each row, newest first, counted back from the balance after all of them. */
export function running(items: readonly TransactionView[], account: string, newest_minor: number): number[] {
  let balance = newest_minor;
  return items.map((item) => {
    const after = balance;
    balance -= effectOn(item, account).minor;
    return after;
  });
}
