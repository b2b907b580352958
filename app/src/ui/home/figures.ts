/** What each card of Home says, made from reports. Pure. */
import { dayNumber, dayOf } from '$src/kernel/dates';
import { bucketOf, bucketRange } from '$src/kernel/periods';
import { t } from '$src/messages';
import type { BudgetView, CategoryView, Settings } from '$src/outlay';
import type { BudgetState } from '$src/reports/budgets';
import type { Allocation, BalanceOverTime, Flows, Totals, TrendByCategory, TrendByType } from '$src/reports/shapes';
import { money, percent, rangeShort } from '../format';
import { lookOf, partHref } from '../stats/flows';
import type { CardName } from './dashboard';
import type { Card } from './TrendCard.svelte';

/** This month until today, and as many days of the month before: a month that is not over is not held against a whole one. */
export function monthSoFar(today: string, settings: Settings): { now: [string, string]; before: [string, string] } {
  const month = bucketOf('month', today, settings);
  const [first] = bucketRange('month', month, settings);
  const [start, end] = bucketRange('month', month - 1, settings);
  const as_far = dayOf(dayNumber(start) + dayNumber(today) - dayNumber(first));
  return { now: [first, today], before: [start, as_far < end ? as_far : end] };
}

/** What everything is made from; what no card asks for is not there. */
export interface Sources {
  settings: Settings;
  totals: Totals;
  trend: TrendByType | undefined;
  worth: BalanceOverTime | undefined;
  net_worth_minor: number;
  known: Map<string, CategoryView>;
  by_category: TrendByCategory | undefined;
  allocation: Allocation | undefined;
  so_far: { now: Allocation | undefined; before: Allocation | undefined };
  budgets: { views: BudgetView[] | undefined; states: BudgetState[] | undefined };
}

const COLOURS = { expense: 'var(--chart-expense)', income: 'var(--chart-income)', balance: 'var(--accent)' };
const NOTHING = '–';

/** Null where there is nothing that the card could be about. */
export function cardOf(name: CardName, from: Sources): Card | null {
  const { totals, trend, worth, net_worth_minor } = from;
  const currency = totals.base_currency;
  const months = trend?.buckets ?? [];
  switch (name) {
    case 'net_worth': {
      const points = worth?.points.map((point) => point.balance.base_minor) ?? [];
      const before = points.at(-2);
      const against = before === undefined ? undefined : { now: net_worth_minor, before, currency };
      return { href: '/accounts', value: money(net_worth_minor, currency), against, colour: 'var(--accent)', trend: points };
    }
    case 'savings': {
      const rates = months.map(({ income, balance }) => (income.base_minor ? balance.base_minor / income.base_minor : 0));
      const rate = totals.savings_rate_bp;
      const detail = totals.savings_rate_before_bp === null ? undefined : t('card.before', { amount: percent(totals.savings_rate_before_bp / 10_000) });
      return { href: '/stats', value: rate === null ? NOTHING : percent(rate / 10_000), detail, colour: COLOURS.income, trend: rates };
    }
    case 'top_category': return topCategory(from);
    case 'change': return largestChange(from);
    case 'budget': return tightest(from);
    default: {
      const before = totals.before[name];
      return {
        href: name === 'balance' ? '/stats' : `/stats?flow=${name}`, value: money(totals.now[name].base_minor, currency),
        detail: before.count ? t('card.before', { amount: money(before.base_minor, currency) }) : undefined,
        colour: COLOURS[name], trend: months.map((month: Flows) => month[name].base_minor)
      };
    }
  }
}

/** How a category went through the months; a top one with its subcategories. */
function months({ by_category }: Sources, id: string | null): number[] {
  return by_category?.series.find((one) => one.category_id === id)?.points.map((point) => point.base_minor) ?? [];
}

function topCategory(from: Sources): Card {
  const { allocation, known } = from;
  const [top] = allocation?.categories ?? [];
  if (!allocation || !top) return { href: '/stats', value: NOTHING, colour: COLOURS.expense };
  const { name, colour } = lookOf(known, top.category_id, 0);
  return {
    href: partHref(allocation, 'expense', top.category_id), value: money(top.sum.base_minor, allocation.base_currency),
    detail: t('card.share_of', { name, share: percent(top.share_bp / 10_000) }), dot: colour, colour, trend: months(from, top.category_id)
  };
}

function largestChange(from: Sources): Card {
  const { now, before } = from.so_far;
  const sums = new Map<string | null, number>();
  for (const one of now?.categories ?? []) sums.set(one.category_id, one.sum.base_minor);
  for (const one of before?.categories ?? []) sums.set(one.category_id, (sums.get(one.category_id) ?? 0) - one.sum.base_minor);
  const [largest] = [...sums].sort(([, a], [, b]) => Math.abs(b) - Math.abs(a));
  if (!now || !before || !largest || !largest[1]) return { href: '/stats', value: NOTHING, colour: COLOURS.expense };
  const [id, by] = largest;
  const { name, colour } = lookOf(from.known, id, 0);
  return {
    href: partHref(now, 'expense', id), value: money(by, now.base_currency, { sign: 'always' }), tone: by > 0 ? 'bad' : 'good',
    detail: t('card.change_against', { name, days: rangeShort(before.from_day, before.to_day) }), dot: colour, colour, trend: months(from, id)
  };
}

/** The budget of which the largest part is spent. */
function tightest({ budgets: { views, states }, known }: Sources): Card | null {
  const used = (one: BudgetState) => one.spent_minor / Math.max(1, one.available_minor ?? 0);
  const [state] = (states ?? []).filter((one) => one.available_minor !== null).sort((a, b) => used(b) - used(a));
  const budget = views?.find((one) => one.id === state?.budget_id);
  if (!state || !budget || state.available_minor === null || state.left_minor === null) return null;
  const name = budget.category_id === null ? t('card.all_spending') : lookOf(known, budget.category_id, 0).name;
  const share = used(state);
  return {
    href: '/budgets', value: money(Math.abs(state.left_minor), budget.currency),
    tone: state.left_minor < 0 ? 'bad' : undefined,
    detail: t(state.left_minor < 0 ? 'card.budget_over' : 'card.budget_left', { name, amount: money(state.available_minor, budget.currency) }),
    colour: share > 1 ? COLOURS.expense : share > 0.85 ? 'var(--warn)' : 'var(--accent)', used: share
  };
}
