/** Report rows as what the charts and their tables take. Pure. */
import { t } from '$src/messages';
import type { CategoryView, Settings, TransactionFilter } from '$src/outlay';
import type { Flows, TrendByType } from '$src/reports/shapes';
import type { BarGroup, BarSeries } from '../charts/Bars.svelte';
import type { Table } from '../charts/table';
import { colourOf, seriesColour } from '../palette';
import { dayShort, money, monthShort, monthShortYear, range } from '../format';
import { periodTitle } from '../period.svelte';
import { searchOf } from '../transactions/filter';

export type Bucket = 'day' | 'week' | 'month' | 'year';

/** The name of a bucket, long for words and short for an axis. */
export function bucketName(bucket: Bucket, from_day: string, to_day: string, settings: Settings): { label: string; short: string } {
  if (bucket === 'week') return { label: from_day === to_day ? dayShort(from_day) : range(from_day, to_day), short: dayShort(from_day) };
  if (bucket === 'day') return { label: periodTitle('day', [from_day, to_day], () => settings), short: dayShort(from_day) };
  const label = periodTitle(bucket, [from_day, to_day], () => settings);
  if (bucket === 'year') return { label, short: from_day.slice(0, 4) };
  // A book month that begins late in a month belongs to the name of where most of it lies.
  return { label, short: from_day.slice(5, 7) === '01' ? monthShortYear(from_day) : monthShort(from_day) };
}

export function flowSeries(): BarSeries[] {
  return [
    { key: 'income', label: t('kind.income'), colour: 'var(--chart-income)' },
    { key: 'expense', label: t('kind.expense'), colour: 'var(--chart-expense)' }
  ];
}

export function flowGroups(buckets: Flows[], bucket: Bucket, settings: Settings): BarGroup[] {
  return buckets.map((flows) => ({
    key: flows.from_day,
    ...bucketName(bucket, flows.from_day, flows.to_day, settings),
    values: [flows.income.base_minor, flows.expense.base_minor]
  }));
}

/** Transfers cross the book's edge in neither direction: what went out of the accounts is what moved. */
export function transferGroups(buckets: Flows[], bucket: Bucket, settings: Settings): BarGroup[] {
  return buckets.map((flows) => ({
    key: flows.from_day,
    ...bucketName(bucket, flows.from_day, flows.to_day, settings),
    values: [flows.transfer_out.base_minor]
  }));
}

export function flowTable(buckets: Flows[], bucket: Bucket, settings: Settings, currency: string): Table {
  const cell = (minor: number) => ({ minor, currency });
  return {
    columns: [t('table.period'), t('kind.income'), t('kind.expense'), t('total.balance'), t('kind.transfer')],
    rows: buckets.map((flows) => [
      bucketName(bucket, flows.from_day, flows.to_day, settings).label,
      cell(flows.income.base_minor),
      cell(-flows.expense.base_minor),
      cell(flows.balance.base_minor),
      cell(flows.transfer_out.base_minor)
    ]),
    links: buckets.map((flows) => partHref(flows))
  };
}

export function trendSummary(trend: TrendByType): string {
  const { income, expense } = trend.total;
  return t('chart.trend_summary', {
    income: money(income.base_minor, trend.base_currency),
    expense: money(expense.base_minor, trend.base_currency),
    count: trend.buckets.length
  });
}

export interface CategoryLook {
  name: string;
  colour: string;
  icon: string | null;
}

/** A category's name and colour; two in one chart never share a colour by having none. */
export function lookOf(known: Map<string, CategoryView>, id: string | null, index: number): CategoryLook {
  if (id === null) return { name: t('category.none'), colour: colourOf('grey'), icon: null };
  const category = known.get(id);
  const parent = category?.parent_id ? known.get(category.parent_id) : undefined;
  const colour = category?.colour ?? parent?.colour;
  return {
    name: category?.name ?? t('category.gone'),
    colour: colour ? colourOf(colour) : seriesColour(index),
    icon: category?.icon ?? parent?.icon ?? null
  };
}

/** The transactions of some days, of one kind, and of one category (null: of none), with its subcategories or `alone`. */
export function partHref(days: { from_day: string; to_day: string }, kind?: 'expense' | 'income' | 'transfer', category?: string | null, alone = false): string {
  const filter: TransactionFilter = { from_day: days.from_day, to_day: days.to_day };
  if (kind) filter.kind = kind;
  if (category === null) filter.uncategorised = true;
  else if (category) Object.assign(filter, { category_id: category }, alone && { category_alone: true });
  return `/transactions${searchOf(filter)}`;
}
