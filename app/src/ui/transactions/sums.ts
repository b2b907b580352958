/** What the rows of a day come to in the book's own currency. Pure. */
import type { TransactionView } from '$src/outlay';

/** Rows without a rate, or written under another base currency, are in no sum; their rows say so. */
export function sumsOf(items: readonly TransactionView[], currency: string): { income_minor: number; expense_minor: number } {
  let income_minor = 0;
  let expense_minor = 0;
  for (const item of items) {
    if (item.base_minor === null || item.base_currency !== currency) continue;
    if (item.kind === 'income') income_minor += item.base_minor;
    else if (item.kind === 'expense') expense_minor += item.base_minor;
  }
  return { income_minor, expense_minor };
}
