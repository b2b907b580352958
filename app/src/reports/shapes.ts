/**
 * The shapes of every report's answer; `server/outlay/reports/shapes.py` has the same ones.
 *
 * Amounts are integers of minor units. Days are inclusive. Ids, never names: who asks has them.
 * Income, expense and transfers are positive; `balance` is income less expense. `count` counts lines
 * (a split has several, a transfer two), or accounts where the amount is a balance.
 */
export type Mode = 'as_it_was' | 'todays_rate';
export type Bucket = 'day' | 'week' | 'month' | 'year';
export type FlowFilter = 'expense' | 'income' | 'transfer';

/** What one currency contributes, in its own minor units. `missing` of `count` have no base value. */
export interface CurrencySum {
  currency: string;
  amount_minor: number;
  count: number;
  missing: number;
}

/**
 * A sum in the base currency over what has a value there, and beside it every currency by itself.
 * `missing` of `count` are in no base sum. Currencies are in order of their code.
 */
export interface Amount {
  base_minor: number;
  count: number;
  missing: number;
  currencies: CurrencySum[];
}

export interface Span {
  from_day: string;
  to_day: string;
}

/** What went through a span of days. */
export interface Flows extends Span {
  income: Amount;
  expense: Amount;
  balance: Amount;
  transfer_in: Amount;
  transfer_out: Amount;
}

/**
 * What the base sums of the asked days leave out.
 * `count`: lines without a base value, of which `other_base` were written under another base currency.
 * `balances`: account balances without a rate at the end of the last day.
 */
export interface Missing {
  count: number;
  other_base: number;
  balances: number;
  currencies: string[];
}

/** One unit of `currency` is `rate` units of the base currency, as of `day`. */
export interface RateUsed {
  currency: string;
  rate: string;
  day: string;
}

/** What every answer has. */
export interface Header extends Span {
  mode: Mode;
  base_currency: string;
  missing: Missing;
  rates: RateUsed[];
}

/**
 * Trend cards: this period, the one before, the same a year ago, and what is left of the income.
 * `year_before` has the same book months, or the weeks 52 weeks before, or else the same days.
 * Savings rates are basis points.
 */
export interface Totals extends Header {
  report: 'totals';
  now: Flows;
  before: Flows;
  year_before: Flows;
  savings_rate_bp: number | null;
  savings_rate_before_bp: number | null;
}

/** One entry per bucket, also the empty ones; the first and the last are cut at the period. */
export interface TrendByType extends Header {
  report: 'trend_by_type';
  bucket: Bucket;
  buckets: Flows[];
  total: Flows;
}

/** Any two days: their sum, the same length of time before, and the buckets between. */
export interface Period extends Header {
  report: 'period';
  bucket: Bucket;
  buckets: Flows[];
  total: Flows;
  before: Flows;
}

/** `points` has one amount for each of the report's buckets. null is 'no category'. */
export interface Series {
  category_id: string | null;
  total: Amount;
  points: Amount[];
}

/**
 * One series per top category with its subcategories in it, largest first.
 * With a `category` asked: one series for the category itself and one for each of its subcategories.
 */
export interface TrendByCategory extends Header {
  report: 'trend_by_category';
  bucket: Bucket;
  flow: FlowFilter;
  buckets: Span[];
  series: Series[];
  total: Amount;
  points: Amount[];
}

/** A subcategory's part of the whole, or what lies in the top category itself. */
export interface Slice {
  category_id: string | null;
  share_bp: number;
  sum: Amount;
}

/**
 * A top category with all that is under it. `children` has the subcategories, and the category itself
 * for what lies in none of them; it is empty when no subcategory is used.
 */
export interface Allocated extends Slice {
  children: Slice[];
}

/**
 * Where money went (or came from): top categories, largest first. `share_bp` are basis points of the
 * base sum: those of the categories sum to 10,000 exactly, those of the children to their category's;
 * all are 0 when nothing has a base value.
 */
export interface Allocation extends Header {
  report: 'allocation';
  flow: FlowFilter;
  total: Amount;
  categories: Allocated[];
}

/**
 * An account's period. null is 'deleted account', which has flows but no balance.
 * The currency sums of `opening` and `closing` begin with the account's own opening amount.
 */
export interface AccountFlows {
  account_id: string | null;
  currency: string | null;
  opening: Amount;
  closing: Amount;
  flows: Flows;
}

/**
 * Each account in the book's order, and all together. `opening` is the balance before the first day,
 * `closing` after the last. A balance in another currency is valued at the newest rate of that day
 * (`as_it_was`) or of today (`todays_rate`).
 */
export interface Accounts extends Header {
  report: 'accounts';
  accounts: AccountFlows[];
  total: Flows;
  net_worth: { opening: Amount; closing: Amount };
}

/** A month as whole weeks. Days beside the month are filled too, and are not in the total. */
export interface Calendar extends Header {
  report: 'calendar';
  weeks: Flows[][];
  total: Flows;
}

/** The days that have lines, in order. */
export interface Daily extends Header {
  report: 'daily';
  days: Flows[];
  total: Flows;
}

/** A row per month, and in it its weeks, cut at the month. */
export interface Monthly extends Header {
  report: 'monthly';
  months: { month: Flows; weeks: Flows[] }[];
  total: Flows;
}

/** A row per (fiscal) year. */
export interface Annual extends Header {
  report: 'annual';
  years: Flows[];
  total: Flows;
}

/** What all accounts held at the end of `to_day`. */
export interface BalancePoint extends Span {
  balance: Amount;
}

/** Net worth (or one account's balance) before the first day and at the end of each bucket. */
export interface BalanceOverTime extends Header {
  report: 'balance_over_time';
  bucket: Bucket;
  opening: Amount;
  points: BalancePoint[];
}

export interface Reports {
  totals: Totals;
  trend_by_type: TrendByType;
  trend_by_category: TrendByCategory;
  allocation: Allocation;
  accounts: Accounts;
  calendar: Calendar;
  daily: Daily;
  monthly: Monthly;
  annual: Annual;
  period: Period;
  balance_over_time: BalanceOverTime;
}

export type ReportName = keyof Reports;
export type Report = Reports[ReportName];

/** What may be asked of a report (server/outlay/reports/ask.py says what each means). */
export interface ReportParams {
  /** The asker's day. */
  today: string;
  /** The period around `day` (today when left out); or any two days. */
  period?: 'week' | 'month' | 'year' | 'all' | null;
  day?: string | null;
  from_day?: string | null;
  to_day?: string | null;
  bucket?: Bucket | null;
  flow?: FlowFilter | null;
  /** This category and its subcategories; '' for 'no category'. */
  category?: string | null;
  /** '' for 'deleted account'. */
  account?: string | null;
  mode?: Mode | null;
  first_day_of_week?: number | null;
  first_day_of_month?: number | null;
  first_month_of_year?: number | null;
}
