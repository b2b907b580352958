/** Reports of what went through: totals, trend by type, daily, monthly, annual, period and calendar views. */
import { divideHalfEven } from '../kernel/money.ts';
import { periodRange, type Range } from '../kernel/periods.ts';
import { before, yearAgo } from './ask.ts';
import type { Book } from './book.ts';
import { cut, oneBucket, type Buckets } from './cells.ts';
import type * as shapes from './shapes.ts';

export const WHOLE_BP = 10_000;

/** Trend cards: income, expense, balance and savings rate of the period, of the one before and a year ago. */
export function totals(book: Book): shapes.Totals {
  const sums = book.together(book.sums(book.whole()));
  const now = book.total(sums);
  const earlier = during(book, before(book.ask));
  return {
    report: 'totals',
    now,
    before: earlier,
    year_before: during(book, yearAgo(book.ask)),
    savings_rate_bp: savingsRate(now),
    savings_rate_before_bp: savingsRate(earlier),
    ...book.header(sums)
  };
}

function during(book: Book, days: Range): shapes.Flows {
  const buckets = oneBucket(...days, book.ask.calendar);
  return book.flows(book.sums(buckets), buckets)[0]!;
}

/** Balance / income in basis points, half to even; null without income. */
function savingsRate({ income, balance }: shapes.Flows): number | null {
  if (income.base_minor <= 0) return null;
  return Number(divideHalfEven(BigInt(balance.base_minor) * BigInt(WHOLE_BP), BigInt(income.base_minor)));
}

/** Income, expense and transfers of each bucket. */
export function trendByType(book: Book): shapes.TrendByType {
  const buckets = book.cut(book.ask.bucket);
  const sums = book.sums(buckets);
  const whole = book.together(sums);
  return {
    report: 'trend_by_type',
    bucket: book.ask.bucket,
    buckets: book.flows(sums, buckets),
    total: book.total(whole),
    ...book.header(whole)
  };
}

/** Any two days: their sum, the time before, and the buckets between. */
export function period(book: Book): shapes.Period {
  const buckets = book.cut(book.ask.bucket);
  const sums = book.sums(buckets);
  const whole = book.together(sums);
  return {
    report: 'period',
    bucket: book.ask.bucket,
    buckets: book.flows(sums, buckets),
    total: book.total(whole),
    before: during(book, before(book.ask)),
    ...book.header(whole)
  };
}

/** The days that have lines. */
export function daily(book: Book): shapes.Daily {
  const buckets = book.cut('day');
  const sums = book.sums(buckets);
  const whole = book.together(sums);
  const days = book.flows(sums, buckets).filter((_, index) => sums[index]!.all.length > 0);
  return { report: 'daily', days, total: book.total(whole), ...book.header(whole) };
}

/** A row per month, from the rollup, and its weeks, from the lines. */
export function monthly(book: Book): shapes.Monthly {
  const buckets = book.cut('month');
  const sums = book.sums(buckets);
  const whole = book.together(sums);
  const within = buckets.spans.map((span) => cut('week', ...span, book.ask.calendar).spans);
  const months = buckets.spans.map((span, index) => book.values.flows(sums[index]!, span));
  const weeks: Buckets = { kind: 'spans', calendar: book.ask.calendar, spans: within.flat() };
  const flows = book.flows(book.sums(weeks), weeks);
  const rows = months.map((month, index) => ({ month, weeks: flows.splice(0, within[index]!.length) }));
  return { report: 'monthly', months: rows, total: book.total(whole), ...book.header(whole) };
}

/** A row per year. */
export function annual(book: Book): shapes.Annual {
  const buckets = book.cut('year');
  const sums = book.sums(buckets);
  const whole = book.together(sums);
  return {
    report: 'annual',
    years: book.flows(sums, buckets),
    total: book.total(whole),
    ...book.header(whole)
  };
}

/** The days of a month in whole weeks. */
export function calendar(book: Book): shapes.Calendar {
  const { from_day, to_day, calendar } = book.ask;
  const first = periodRange('week', from_day, calendar)[0];
  const last = periodRange('week', to_day, calendar)[1];
  const buckets = cut('day', first, last, calendar);
  const sums = book.sums(buckets);
  const days = book.flows(sums, buckets);
  const whole = book.together(
    sums.filter((_, index) => {
      const [day] = buckets.spans[index]!;
      return from_day <= day && day <= to_day;
    })
  );
  const weeks: shapes.Flows[][] = [];
  for (let start = 0; start < days.length; start += 7) weeks.push(days.slice(start, start + 7));
  return { report: 'calendar', weeks, total: book.total(whole), ...book.header(whole) };
}
