/**
 * How budgets stand in the period around a day: spent, carried over, and the forecast
 * for the period's end. Twin of server/outlay/reports/budgets.py, where the method is
 * written; spec/reports/budgets.json holds the two equal.
 */
import { dayNumber } from '../kernel/dates.ts';
import { checkSum } from '../kernel/money.ts';
import { bucketOf, bucketRange, type Calendar } from '../kernel/periods.ts';
import { amounts as amountsOf, calendarOf, planned } from '../ledger/budgets.ts';
import { isActive } from '../ledger/posting.ts';
import { occurrences } from '../ledger/recurrence.ts';
import type { Budget, BudgetAmount, Schedule } from '../store/entities.ts';
import type { Port } from '../store/port.ts';
import { liveRows, readRow } from '../store/rows.ts';
import { cut, Reader, type Cell } from './cells.ts';

/** Periods that are carried over at most. */
const PERIODS = 600;

/** A budget in one period, in minor units of its currency. */
export interface BudgetState {
  budget_id: string;
  from_day: string;
  to_day: string;
  /** Null before its first amount. */
  planned_minor: number | null;
  carried_minor: number;
  /** Planned and carried over. */
  available_minor: number | null;
  spent_minor: number;
  left_minor: number | null;
  /** What schedules still bring in the period. */
  upcoming_minor: number;
  forecast_minor: number;
  /** What may be spent on each day that is left, after what schedules still bring; null where the period is not now or nothing is planned. */
  per_day_minor: number | null;
  /** Entries that are not known in the budget's currency, and their currencies in order. */
  missing: number;
  missing_currencies: string[];
}

type Plan = Pick<Budget, 'id' | 'category_id' | 'period' | 'currency' | 'carry_over'>;
type Amount = Pick<BudgetAmount, 'from_day' | 'amount_minor' | 'once'>;
type IndexedCell = [index: number, cell: Cell];

const kindOf = (period: Budget['period']) => (period === 'week' ? 'week' : 'month');

function firstDay({ period, carry_over }: Plan, amounts: readonly Amount[], day: string, calendar: Calendar): string {
  const at = bucketOf(period, day, calendar);
  let first = at;
  if (carry_over && amounts.length > 0) {
    first = Math.min(at, Math.max(at - PERIODS, Math.min(...amounts.map(({ from_day }) => bucketOf(period, from_day, calendar)))));
  }
  return bucketRange(period, first, calendar)[0];
}

export interface Around {
  day: string;
  today: string;
  calendar: Calendar;
}

/** One budget. `cells` come with the index of the week or month that they are of. */
export function state(
  budget: Plan, amounts: readonly Amount[], schedules: readonly Schedule[], members: ReadonlySet<string> | null,
  cells: readonly IndexedCell[], { day, today, calendar }: Around
): BudgetState {
  const { period } = budget;
  const at = bucketOf(period, day, calendar);
  const [from_day, to_day] = bucketRange(period, at, calendar);
  const spent = new Map<number, number>();
  let missing = 0;
  const unknown = new Set<string>();
  for (const [index, cell] of cells) {
    if (cell.flow !== 'expense' || (members !== null && !members.has(cell.part))) continue;
    const bucket = bucketOf(period, bucketRange(kindOf(period), index, calendar)[0], calendar);
    const [minor, leftOut] = valued(cell, budget.currency);
    spent.set(bucket, (spent.get(bucket) ?? 0) + minor);
    if (bucket !== at || leftOut === 0) continue;
    missing += leftOut;
    unknown.add(cell.currency);
  }
  let carried_minor = 0;
  if (budget.carry_over && amounts.length > 0) {
    for (let bucket = bucketOf(period, firstDay(budget, amounts, day, calendar), calendar); bucket < at; bucket++) {
      carried_minor += (planned(period, amounts, bucket, calendar) ?? 0) - (spent.get(bucket) ?? 0);
    }
  }
  const planned_minor = planned(period, amounts, at, calendar);
  const { done, upcoming_minor } = scheduled(budget, schedules, members, [from_day, to_day], today);
  const spent_minor = checkSum(spent.get(at) ?? 0);
  const available_minor = planned_minor === null ? null : checkSum(planned_minor + carried_minor);
  const left_minor = available_minor === null ? null : checkSum(available_minor - spent_minor);
  return {
    budget_id: budget.id, from_day, to_day, planned_minor, carried_minor: checkSum(carried_minor), available_minor, spent_minor,
    left_minor, upcoming_minor,
    forecast_minor: checkSum(spent_minor + upcoming_minor + pace(Math.max(0, spent_minor - done), from_day, to_day, today)),
    per_day_minor: left_minor === null ? null : perDay(left_minor - upcoming_minor, from_day, to_day, today), missing,
    missing_currencies: [...unknown].sort()
  };
}

/** What a cell cost in a currency, and how many of its lines are not known in it. */
function valued(cell: Cell, currency: string): [minor: number, leftOut: number] {
  if (cell.currency === currency) return [-cell.amountMinor, 0];
  return cell.baseCurrency === currency ? [-cell.baseMinor, cell.linesWithoutRate] : [0, cell.lines];
}

/** What schedules have brought in a period so far, and what they still bring. */
function scheduled(
  budget: Plan, schedules: readonly Schedule[], members: ReadonlySet<string> | null, [from_day, to_day]: [string, string], today: string
): { done: number; upcoming_minor: number } {
  let [done, upcoming_minor] = [0, 0];
  for (const row of schedules) {
    if (row.kind !== 'expense' || row.currency !== budget.currency || !isActive(row)) continue;
    const counted = row.lines.filter(({ category_id }) => members === null || members.has(category_id ?? ''));
    const share = counted.reduce((sum, { amount_minor }) => sum + amount_minor, 0);
    if (share === 0) continue;
    for (const day of occurrences(row.start_day, row.rule, { after: null, through: to_day })) {
      if (day < from_day || row.skipped.includes(day)) continue;
      if (row.done_through === null || day > row.done_through) upcoming_minor += share;
      else if (day <= today) done += share;
    }
  }
  return { done, upcoming_minor };
}

/** What is spent in the days that are left if it goes on as it did; rounded half to even. */
function pace(loose: number, from_day: string, to_day: string, today: string): number {
  const days = dayNumber(to_day) - dayNumber(from_day) + 1;
  const elapsed = Math.min(Math.max(dayNumber(today) - dayNumber(from_day) + 1, 0), days);
  if (elapsed === 0) return 0;
  const [whole, by] = [BigInt(loose) * BigInt(days - elapsed), BigInt(elapsed)];
  const [quotient, rest] = [whole / by, whole % by];
  return Number(quotient + (2n * rest > by || (2n * rest === by && quotient % 2n === 1n) ? 1n : 0n));
}

/** What is free, dealt out over today and the days after it; rounded down. */
function perDay(free: number, from_day: string, to_day: string, today: string): number | null {
  if (today < from_day || today > to_day) return null;
  return Math.floor(Math.max(0, free) / (dayNumber(to_day) - dayNumber(today) + 1));
}

/** Every budget that is in use, in their order. */
export function budgetStates(port: Port, book_id: string, day: string, today: string): BudgetState[] {
  const budgets = liveRows(port, book_id, 'budget', 'AND NOT archived ORDER BY position, id');
  const calendar = calendarOf(port, book_id);
  const firstOfMonth = readRow(port, book_id, 'settings', book_id)?.first_day_of_month ?? 1;
  const amounts = amountsOf(port, book_id);
  const schedules = liveRows(port, book_id, 'schedule', 'ORDER BY id');
  const reader = new Reader((sql, values) => port.rows(sql, values), book_id, firstOfMonth, { flow: 'expense', flow_too: 'expense' });
  const found = new Map<string, IndexedCell[]>();
  for (const kind of ['week', 'month'] as const) {
    const some = budgets.filter(({ period }) => kindOf(period) === kind);
    if (some.length === 0) continue;
    const firsts = some.map((budget) => firstDay(budget, amounts.get(budget.id) ?? [], day, calendar)).sort();
    const lasts = some.map(({ period }) => bucketRange(period, bucketOf(period, day, calendar), calendar)[1]).sort();
    const start = bucketOf(kind, firsts[0]!, calendar);
    const cells = reader.cells('category', cut(kind, firsts[0]!, lasts.at(-1)!, calendar));
    found.set(kind, cells.map((cell): IndexedCell => [start + cell.bucket, cell]));
  }
  return budgets.map((budget) => {
    const { category_id } = budget;
    const children = category_id === null ? [] : liveRows(port, book_id, 'category', 'AND parent_id = :category_id', { category_id });
    const members = category_id === null ? null : new Set([category_id, ...children.map(({ id }) => id)]);
    return state(budget, amounts.get(budget.id) ?? [], schedules, members, found.get(kindOf(budget.period)) ?? [], { day, today, calendar });
  });
}
