/**
 * Budgets: which amount holds in which period, and the operations that plan one. Twin:
 * server/outlay/ledger/budgets.py. A budget's amounts say from which period on they hold
 * (or with `once`, in which one only), so that a new amount never changes the past.
 */
import { parseDay } from '../kernel/dates.ts';
import { uuid5 } from '../kernel/ids.ts';
import { bucketOf, bucketRange, type Calendar } from '../kernel/periods.ts';
import type { Budget, BudgetAmount } from '../store/entities.ts';
import type { Port } from '../store/port.ts';
import { liveRows, readRow } from '../store/rows.ts';
import type { Fields, Op } from './entities.ts';
import { named } from './merge.ts';

/** Where a book's periods begin. */
export function calendarOf(port: Port, book_id: string): Calendar {
  const settings = readRow(port, book_id, 'settings', book_id);
  return {
    first_day_of_week: settings?.first_day_of_week ?? 1,
    first_day_of_month: settings?.first_day_of_month ?? 1,
    first_month_of_year: settings?.first_month_of_year ?? 1
  };
}

/** The amounts of every budget, from the oldest to the newest. */
export function amounts(port: Port, book_id: string): Map<string, BudgetAmount[]> {
  const found = new Map<string, BudgetAmount[]>();
  for (const row of liveRows(port, book_id, 'budget_amount', 'ORDER BY from_day, id')) {
    found.set(row.budget_id, [...(found.get(row.budget_id) ?? []), row]);
  }
  return found;
}

/**
 * What a budget plans for the period with this index: the amount of that period only,
 * else the newest one from it or before; null before the first. `rows` from the oldest
 * to the newest.
 */
export function planned(
  period: Budget['period'], rows: readonly Pick<BudgetAmount, 'from_day' | 'amount_minor' | 'once'>[], bucket: number, calendar: Calendar
): number | null {
  let lasting: number | null = null;
  for (const { from_day, amount_minor, once } of rows) {
    const at = bucketOf(period, from_day, calendar);
    if (once && at === bucket) return amount_minor;
    if (!once && at <= bucket) lasting = amount_minor;
  }
  return lasting;
}

type NewBudget = Pick<Budget, 'category_id' | 'period' | 'currency'> & Partial<Pick<Budget, 'carry_over' | 'archived' | 'position'>>;

interface NewAmount {
  amount_minor: number;
  from_day: string;
  once?: boolean | undefined;
}

/** The id and the operations of a budget with its first amount. One that was deleted comes back. */
export function createOps(port: Port, book_id: string, fields: NewBudget, amount: NewAmount): { id: string; ops: Op[] } {
  const id = uuid5(book_id, named('budget', { ...fields })!);
  return { id, ops: [make(port, book_id, 'budget', id, { ...fields }), ...amountOps(port, book_id, { id, period: fields.period }, amount)] };
}

/**
 * The operations that plan an amount from the period of a day on, or with `once` for that one only: what held from
 * that period on then holds from the next one. A row that the period has already (its months may have begun on another
 * day) is the one that changes.
 */
export function amountOps(port: Port, book_id: string, budget: Pick<Budget, 'id' | 'period'>, { amount_minor, from_day, once = false }: NewAmount): Op[] {
  const calendar = calendarOf(port, book_id);
  const { id: budget_id, period } = budget;
  const at = bucketOf(period, parseDay(from_day, 'from_day'), calendar);
  const rows = amounts(port, book_id).get(budget_id) ?? [];
  const within = (bucket: number) => rows.filter((row) => bucketOf(period, row.from_day, calendar) === bucket);
  const stored = within(at);
  const amount = (bucket: number, row: BudgetAmount | undefined, minor: number, single: boolean): Op => {
    const fields = { budget_id, from_day: row?.from_day ?? bucketRange(period, bucket, calendar)[0], amount_minor: minor, once: single };
    return make(port, book_id, 'budget_amount', uuid5(book_id, named('budget_amount', fields)!), fields);
  };
  const ops = [amount(at, stored.at(-1), amount_minor, once)];
  for (const { id } of stored.slice(0, -1)) ops.push({ e: 'budget_amount', id, k: 'delete' });
  const lasting = stored.findLast((row) => !row.once);
  if (!once || !lasting) return ops;
  let next = at + 1;
  while (within(next).length > 0 && within(next).every((row) => row.once)) next++;
  return within(next).length > 0 ? ops : [...ops, amount(next, undefined, lasting.amount_minor, false)];
}

function make(port: Port, book_id: string, entity: 'budget' | 'budget_amount', id: string, f: Fields): Op {
  return { e: entity, id, k: readRow(port, book_id, entity, id)?.deleted ? 'restore' : 'create', f };
}
