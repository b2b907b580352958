/** What is unusual as rows of Home: bills that are missing first, then amounts from the newest. Pure. */
import type { UnusualView } from '$src/reports/unusual';
import { dismissedOf } from './dashboard';

export interface UnusualItem {
  /** What is remembered of it when it is dismissed. */
  key: string;
  amount?: UnusualView['amounts'][number];
  bill?: UnusualView['bills'][number];
}

/** Schedules that wait for an answer stand under what comes, not here. */
export function notDismissed({ amounts, bills }: UnusualView, dashboard: unknown): UnusualItem[] {
  const dismissed = new Set(dismissedOf(dashboard));
  const items: UnusualItem[] = [
    ...bills.map((bill) => ({ key: `${bill.payee_id} ${bill.expected_day}`, bill })),
    ...amounts.map((amount) => ({ key: amount.transaction_id, amount }))
  ];
  return items.filter(({ key }) => !dismissed.has(key));
}
