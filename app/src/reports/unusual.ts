/**
 * What is unusual: an amount far from its payee's habit, a bill that did not come, an
 * instance that nobody confirmed. Twin of server/outlay/reports/unusual.py, where the
 * method is written; spec/reports/unusual.json and generated books hold the two equal.
 */
import { dayNumber, dayOf } from '../kernel/dates.ts';
import { monthOf, monthRange, monthStart } from '../kernel/periods.ts';
import { dueDays, isActive } from '../ledger/posting.ts';
import type { TransactionKind } from '../store/entities.ts';
import type { Port } from '../store/port.ts';
import { liveRows, readRow } from '../store/rows.ts';
import { compare } from './rates.ts';
import { SQL } from './sql.ts';

export type Every = 'week' | 'month' | 'quarter' | 'year';

const RECENT_DAYS = 30;
const EARLIER_LEAST = 5;
const EARLIER_MOST = 24;
const CONFIRM_DAYS = 3;
/** Payees that are looked at, those that were made last. */
const PAYEES = 2000;
/** Payees whose entries are read: as many for amounts, and as many for bills. */
const CANDIDATES = 64;
/** Entries of a payee that are read. */
const ENTRIES = 40;

/** A transaction of a payee. */
export interface Entry {
  id: string;
  day: string;
  kind: TransactionKind;
  currency: string;
  amount_minor: number;
}

type EntryRow = [id: string, day: string, kind: TransactionKind, currency: string, amount_minor: number];

/** An entry far from its payee's habit: `usual_minor` is the median of the `earlier` entries before it. */
export interface UnusualAmount {
  transaction_id: string;
  payee_id: string;
  day: string;
  kind: TransactionKind;
  currency: string;
  amount_minor: number;
  usual_minor: number;
  earlier: number;
}

/** A payee that came in steps, last on `last_day` for about `usual_minor`, and was expected on `expected_day`. */
export interface MissingBill {
  payee_id: string;
  every: Every;
  last_day: string;
  expected_day: string;
  kind: TransactionKind;
  currency: string;
  usual_minor: number;
}

/** A schedule that asked on `day` and has no answer; `count` of its days are open. */
export interface Unconfirmed {
  schedule_id: string;
  payee_id: string | null;
  day: string;
  count: number;
  kind: TransactionKind;
  currency: string;
  amount_minor: number;
}

/** Amounts from the newest to the oldest, bills and schedules by the day they were due. */
export interface Unusual {
  day: string;
  amounts: UnusualAmount[];
  bills: MissingBill[];
  unconfirmed: Unconfirmed[];
}

/** With what a screen says beside it. */
export type Named<T> = T & { payee_name: string | null; category_id: string | null };

export interface UnusualView extends Pick<Unusual, 'day' | 'unconfirmed'> {
  amounts: Named<UnusualAmount>[];
  bills: Named<MissingBill>[];
}

/** How far apart two bills of a step lie, and how many of them show it. In days; `months` 0 is a week. */
interface Step {
  every: Every;
  months: number;
  least: number;
  most: number;
  entries: number;
  grace: number;
  /** Days after the expected one. */
  given_up: number;
}

const STEPS: readonly Step[] = [
  { every: 'week', months: 0, least: 6, most: 8, entries: 4, grace: 3, given_up: 7 },
  { every: 'month', months: 1, least: 26, most: 35, entries: 3, grace: 5, given_up: 30 },
  { every: 'quarter', months: 3, least: 85, most: 99, entries: 3, grace: 10, given_up: 45 },
  { every: 'year', months: 12, least: 355, most: 376, entries: 3, grace: 20, given_up: 60 }
];

/** When a bill of each step is missing, the last one was more than so many days ago, and at most so many. */
const LAST_BILL_DAYS = [[10, 14], [33, 61], [99, 137], [385, 426]] as const; // prettier-ignore

/** The newest entry of each kind and currency that is far from those before it. `entries` from the newest. */
export function oddAmounts(payee_id: string, entries: readonly Entry[], today: string): UnusualAmount[] {
  const since = dayOf(dayNumber(today) - RECENT_DAYS + 1);
  return groups(entries).flatMap((group) => {
    for (const [at, { id: transaction_id, day, kind, currency, amount_minor }] of group.entries()) {
      const earlier = group.slice(at + 1, at + 1 + EARLIER_MOST).map((one) => one.amount_minor);
      if (day < since || earlier.length < EARLIER_LEAST) break;
      const twice = twiceMedian(earlier);
      if (!isFar(amount_minor, earlier, twice)) continue;
      return [{ transaction_id, payee_id, day, kind, currency, amount_minor, usual_minor: half(twice), earlier: earlier.length }];
    }
    return [];
  });
}

/** What came regularly in the kind and currency of the newest entry, and is late. `entries` from the newest. */
export function missingBill(payee_id: string, entries: readonly Entry[], today: string): MissingBill | null {
  const [group] = groups(entries);
  const last = entries[0];
  const step = group && last === group[0] ? stepOf(group) : undefined;
  if (!group || !last || !step) return null;
  const expected_day = following(last.day, step);
  const late = dayNumber(today) - dayNumber(expected_day);
  if (late <= step.grace || late > step.given_up) return null;
  const usual_minor = half(twiceMedian(group.slice(0, step.entries).map((one) => one.amount_minor)));
  return { payee_id, every: step.every, last_day: last.day, expected_day, kind: last.kind, currency: last.currency, usual_minor };
}

/** By kind and currency, as they come; transfers have no payee's habit. */
function groups(entries: readonly Entry[]): Entry[][] {
  const found = new Map<string, Entry[]>();
  for (const entry of entries) {
    if (entry.kind === 'transfer') continue;
    const key = `${entry.kind} ${entry.currency}`;
    const group = found.get(key);
    if (group) group.push(entry);
    else found.set(key, [entry]);
  }
  return [...found.values()];
}

function twiceMedian(values: readonly number[]): number {
  const ordered = Float64Array.from(values).sort();
  return ordered[(ordered.length - 1) >> 1]! + ordered[ordered.length >> 1]!;
}

/** Rounded half to even. */
function half(twice: number): number {
  const whole = Math.floor(twice / 2);
  return whole + (twice % 2 === 1 && whole % 2 === 1 ? 1 : 0);
}

/** `away` is twice the distance from the median, `spread` four times the median absolute deviation. */
function isFar(amount: number, earlier: readonly number[], twice: number): boolean {
  const away = Math.abs(2 * amount - twice);
  const spread = twiceMedian(earlier.map((value) => Math.abs(2 * value - twice)));
  return 8 * away > 21 * spread && 4 * away >= twice;
}

/** The step in which the newest entries came for near-equal amounts. */
function stepOf(group: readonly Entry[]): Step | undefined {
  return STEPS.find(({ entries, least, most }) => {
    const newest = group.slice(0, entries);
    if (newest.length < entries) return false;
    const numbers = newest.map(({ day }) => dayNumber(day));
    const gaps = numbers.slice(1).map((number, at) => numbers[at]! - number);
    const twice = twiceMedian(newest.map((one) => one.amount_minor));
    const regular = gaps.every((days) => least <= days && days <= most);
    return regular && newest.every((one) => twice <= 4 * one.amount_minor && one.amount_minor <= twice);
  });
}

/** A week later, or the same day of a later month (its last one when there is none). */
function following(day: string, { months }: Step): string {
  if (months === 0) return dayOf(dayNumber(day) + 7);
  const month = monthOf(day, 1) + months;
  const same = monthStart(month, 1).slice(0, 8) + day.slice(8);
  const [, last] = monthRange(month, 1);
  return same < last ? same : last;
}

/** What is unusual in a book; nothing while a book that was just fetched has no index of its payees' entries yet. */
export function bookUnusual(port: Port, book_id: string, today: string): Unusual {
  const indexed = port.value(`SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = 'transaction_payee'`);
  if (indexed === null) return { day: today, amounts: [], bills: [], unconfirmed: [] };
  const schedules = liveRows(port, book_id, 'schedule', 'ORDER BY id').filter(isActive);
  const scheduled = new Set(schedules.map(({ payee_id }) => payee_id));
  const payees = port.rows(SQL.payees, { book: book_id, today, most: PAYEES }) as [string, string | null][];
  const { recent, gone } = candidates(payees, today);
  const read = new Map<string, Entry[]>();
  const entries = (payee: string): Entry[] => {
    const known = read.get(payee);
    if (known) return known;
    const rows = port.rows(SQL.payee_entries, { book: book_id, payee, today, most: ENTRIES }) as EntryRow[];
    const found = rows.map(([id, day, kind, currency, amount_minor]): Entry => ({ id, day, kind, currency, amount_minor }));
    read.set(payee, found);
    return found;
  };
  const amounts = recent.flatMap((payee) => oddAmounts(payee, entries(payee), today));
  const bills = gone.filter((payee) => !scheduled.has(payee)).flatMap((payee) => missingBill(payee, entries(payee), today) ?? []);
  const unconfirmed = schedules.flatMap((row): Unconfirmed[] => {
    const { id: schedule_id, payee_id, kind, currency, amount_minor } = row;
    if (row.mode !== 'ask') return [];
    const days = dueDays(port, book_id, row, dayOf(dayNumber(today) - CONFIRM_DAYS - 1));
    return days[0] === undefined ? [] : [{ schedule_id, payee_id, day: days[0], count: days.length, kind, currency, amount_minor }];
  });
  return {
    day: today,
    amounts: amounts.sort((a, b) => compare(b.day, a.day) || compare(b.transaction_id, a.transaction_id)),
    bills: bills.sort((a, b) => compare(a.expected_day, b.expected_day) || compare(a.payee_id, b.payee_id)),
    unconfirmed: unconfirmed.sort((a, b) => compare(a.day, b.day) || compare(a.schedule_id, b.schedule_id))
  };
}

/** The same with the payees' names and the categories. */
export function unusualView(port: Port, book_id: string, today: string): UnusualView {
  const { amounts, bills, ...rest } = bookUnusual(port, book_id, today);
  const payee = (id: string) => readRow(port, book_id, 'payee', id);
  const entry = (id: string) => readRow(port, book_id, 'transaction', id);
  return {
    ...rest,
    amounts: amounts.map((one) => ({
      ...one, payee_name: payee(one.payee_id)?.name ?? null, category_id: entry(one.transaction_id)?.lines[0]?.category_id ?? null
    })),
    bills: bills.map((one) => {
      const { name = null, category_id = null } = payee(one.payee_id) ?? {};
      return { ...one, payee_name: name, category_id };
    })
  };
}

/** Payees with an entry in the last days, and those whose last one is as long ago as that of a missing bill. */
function candidates(payees: readonly [id: string, last_day: string | null][], today: string): { recent: string[]; gone: string[] } {
  const number = dayNumber(today);
  const known = payees.filter((row): row is [string, string] => row[1] !== null);
  const newest = known.sort((a, b) => compare(b[1], a[1]) || compare(b[0], a[0]));
  const ago = newest.map(([id, last_day]): [string, number] => [id, number - dayNumber(last_day)]);
  const pick = (test: (days: number) => boolean) => ago.filter(([, days]) => test(days)).map(([id]) => id).slice(0, CANDIDATES);
  return {
    recent: pick((days) => days < RECENT_DAYS),
    gone: pick((days) => LAST_BILL_DAYS.some(([more, most]) => more < days && days <= most))
  };
}
