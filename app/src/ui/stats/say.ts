/** The main findings of each chart as a sentence, made from its data. Pure. */
import { t, type Key } from '$src/messages';
import type { Settings } from '$src/outlay';
import type { BalanceOverTime, Flows, Totals, TrendByType } from '$src/reports/shapes';
import { money, percent, sentences } from '../format';
import { listed } from '../listed';
import { bucketName, type Bucket } from './flows';

const join = (...all: (string | null)[]): string => sentences(all);

/** `against` is what `other` is called: `October 2026`. */
export function saySpent(now: Flows, other: Flows, against: string, currency: string): string {
  const spent = now.expense.base_minor;
  const then = other.expense.base_minor;
  const amount = money(spent, currency);
  if (!spent && !now.income.base_minor) return t('say.nothing');
  const compared =
    !then ? t('say.expense_alone', { amount })
    : spent === then ? t('say.expense_same', { amount, before: against })
    : t(spent > then ? 'say.expense_more' : 'say.expense_less', { amount, before: against, share: percent(Math.abs(spent - then) / then) });
  return join(compared, sayLeft(now, currency));
}

/** What is left of the income, or what is missing. */
export function sayLeft({ income, balance }: Flows, currency: string): string | null {
  if (balance.base_minor < 0) return t('say.overspent', { amount: money(-balance.base_minor, currency) });
  return income.base_minor > 0 ? t('say.kept', { share: percent(balance.base_minor / income.base_minor) }) : null;
}

export interface Part {
  name: string;
  minor: number;
  before: number;
}

/** The whole, the largest parts, and the one that changed most against the other time. */
export function sayParts(parts: Part[], whole: number, currency: string): string {
  if (whole <= 0) return t('say.nothing');
  const list = listed(parts.slice(0, 3).map((part) => `${part.name} ${percent(part.minor / whole)}`));
  const [moved] = [...parts].sort((a, b) => Math.abs(b.minor - b.before) - Math.abs(a.minor - a.before));
  const by = moved ? moved.minor - moved.before : 0;
  const compared = parts.some((part) => part.before !== 0) && moved && by !== 0;
  return join(
    t('chart.pie_summary', { total: money(whole, currency), list }),
    compared ? t(by > 0 ? 'say.category_more' : 'say.category_less', { name: moved.name, amount: money(by, currency, { sign: 'always' }) }) : null
  );
}

const AVERAGE: Record<Bucket, Key> = { day: 'say.average_day', week: 'say.average_week', month: 'say.average_month', year: 'say.average_year' };

/** Averages over the buckets that are over (`now` is today), and the best and the worst of them. */
export function sayTrend(trend: TrendByType, settings: Settings, now: string): string {
  const over = trend.buckets.filter((bucket) => bucket.to_day < now);
  const first = over.findIndex((bucket) => bucket.income.count + bucket.expense.count > 0);
  if (first < 0) return trend.total.income.count + trend.total.expense.count ? '' : t('say.nothing');
  // What lies before the first entry of all is no time of which to take an average.
  const used = over.slice(first);
  const mean = (pick: (flows: Flows) => number) => Math.round(used.reduce((sum, flows) => sum + pick(flows), 0) / used.length);
  const average = t(AVERAGE[trend.bucket], {
    income: money(mean((flows) => flows.income.base_minor), trend.base_currency),
    expense: money(mean((flows) => flows.expense.base_minor), trend.base_currency)
  });
  const [best] = [...used].sort((a, b) => b.balance.base_minor - a.balance.base_minor);
  const [worst] = [...used].sort((a, b) => a.balance.base_minor - b.balance.base_minor);
  if (!best || !worst || used.length < 2) return average;
  const name = (flows: Flows) => bucketName(trend.bucket, flows.from_day, flows.to_day, settings).label;
  return join(
    average,
    t('say.best_worst', {
      best: name(best), best_amount: money(best.balance.base_minor, trend.base_currency),
      worst: name(worst), worst_amount: money(worst.balance.base_minor, trend.base_currency)
    })
  );
}

export function sayTransfers(trend: TrendByType): string {
  return t('say.transfers', { amount: money(trend.total.transfer_out.base_minor, trend.base_currency) });
}

/** Where a balance stands, what it did, and its highest and lowest. */
export function sayBalance(opening: number, points: { label: string; minor: number }[], currency: string): string {
  const last = points.at(-1);
  if (!last) return '';
  const [high] = [...points].sort((a, b) => b.minor - a.minor);
  const [low] = [...points].sort((a, b) => a.minor - b.minor);
  const extremes =
    high && low && high.minor !== low.minor
      ? t('say.highest', { high: high.label, high_amount: money(high.minor, currency), low: low.label, low_amount: money(low.minor, currency) })
      : null;
  return join(t('say.account_change', { now: money(last.minor, currency), last: last.label, change: money(last.minor - opening, currency, { sign: 'always' }) }), extremes);
}

/** How much of a period that has not ended is over; null when it has, or has not begun. */
export function saySoFar({ now }: Pick<Totals, 'now'>, today: string): string | null {
  if (today < now.from_day || today >= now.to_day) return null;
  const days = (from: string, to: string) => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1;
  return t('say.so_far', { done: days(now.from_day, today), count: days(now.from_day, now.to_day) });
}

/** Points that a balance over time has, cut at today: what has not been is not drawn as if it had. */
export function until(data: BalanceOverTime, today: string): BalanceOverTime['points'] {
  return data.points.filter((point, at) => at === 0 || point.from_day <= today);
}
