/** What is asked of a report: parameters checked and filled in from the book's settings. */
import { dayNumber, dayOf, parseDay } from '../kernel/dates.ts';
import { isId } from '../kernel/ids.ts';
import { limit } from '../kernel/limits.ts';
import { bucketOf, monthOf, monthRange, monthStart, periodRange, previous, weekOf, weekRange } from '../kernel/periods.ts';
import type { Calendar, Range } from '../kernel/periods.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Bucket, FlowFilter, Mode, ReportName } from './shapes.ts';

const PERIODS = ['week', 'month', 'year', 'all'] as const;
const BUCKETS = ['day', 'week', 'month', 'year'] as const;
const FLOWS = ['expense', 'income', 'transfer'] as const;
const MODES = ['as_it_was', 'todays_rate'] as const;

/** Report: the period and the bucket when none is asked for. */
const DEFAULTS: Readonly<Record<ReportName, readonly [(typeof PERIODS)[number], Bucket]>> = {
  totals: ['month', 'month'],
  trend_by_type: ['year', 'month'],
  trend_by_category: ['year', 'month'],
  allocation: ['month', 'month'],
  accounts: ['month', 'month'],
  calendar: ['month', 'day'],
  daily: ['month', 'day'],
  monthly: ['year', 'month'],
  annual: ['all', 'year'],
  period: ['month', 'day'],
  balance_over_time: ['year', 'month']
};

/** Report: parameters that make no sense there (a balance is of everything). */
const NOT_ASKED: Readonly<Partial<Record<string, readonly string[]>>> = {
  accounts: ['flow', 'category'],
  balance_over_time: ['flow', 'category']
};

/** Reports of one flow: expense, unless income is asked. */
const ONE_FLOW: readonly string[] = ['allocation', 'trend_by_category'];

/** The week a year ago begins on the same day of the week. */
const DAYS_OF_52_WEEKS = 52 * 7;

const PARAMETERS: readonly string[] = [
  'today', 'period', 'day', 'from_day', 'to_day', 'bucket', 'flow', 'category', 'account', 'mode',
  'first_day_of_week', 'first_day_of_month', 'first_month_of_year'
]; // prettier-ignore

/** Checked parameters of one report. */
export interface Ask {
  report: ReportName;
  today: string;
  from_day: string;
  to_day: string;
  bucket: Bucket;
  flow: FlowFilter | null;
  category: string | null;
  account: string | null;
  mode: Mode;
  calendar: Calendar;
}

/** First and last day number of the book's lines, null when it has none. */
export type Extent = () => readonly [number | null, number | null];

type Given = Readonly<Record<string, unknown>>;

/**
 * The whole of what is asked.
 * Refuses `report_unknown`, `report_parameter`, `report_period`, `report_too_long`, `day_*`.
 */
export function check(report: string, params: Given, settings: Calendar, extent: Extent): Ask {
  if (!Object.hasOwn(DEFAULTS, report)) {
    throw new Refusal('report_unknown', 'report', `'${report.slice(0, 40)}' is none of ${Object.keys(DEFAULTS).sort().join(', ')}.`);
  }
  const name = report as ReportName;
  for (const [key, value] of Object.entries(params)) {
    const never = value !== null && value !== undefined && NOT_ASKED[name]?.includes(key);
    if (!PARAMETERS.includes(key) || never) {
      throw new Refusal('report_parameter', key.slice(0, 40), 'This report has no such parameter.');
    }
  }
  const [period, bucket] = DEFAULTS[name];
  const calendar: Calendar = {
    first_day_of_week: numberOf(params, 'first_day_of_week', 7, settings),
    first_day_of_month: numberOf(params, 'first_day_of_month', 28, settings),
    first_month_of_year: numberOf(params, 'first_month_of_year', 12, settings)
  };
  const today = parseDay(params['today'], 'today');
  const [from_day, to_day] = days(name, params, period, today, calendar, extent);
  const ask: Ask = {
    report: name,
    today,
    from_day,
    to_day,
    bucket: oneOf(params, 'bucket', BUCKETS) ?? bucket,
    flow: flowOf(name, params),
    category: idOf(params, 'category'),
    account: idOf(params, 'account'),
    mode: oneOf(params, 'mode', MODES) ?? MODES[0],
    calendar
  };
  const first = bucketOf(ask.bucket, from_day, calendar);
  if (bucketOf(ask.bucket, to_day, calendar) - first >= limit('report_buckets')) {
    throw new Refusal('report_too_long', 'to_day', 'Ask for a shorter period or a larger bucket.');
  }
  return ask;
}

/** What the statements take besides their days: only what is asked. */
export function filters(ask: Ask): Record<string, string> {
  const [flow, flow_too] =
    ask.flow === 'transfer' ? ['transfer_in', 'transfer_out'] : [ask.flow, ask.flow];
  const found = { flow, flow_too, category: ask.category, account: ask.account };
  return Object.fromEntries(Object.entries(found).filter((each): each is [string, string] => each[1] !== null));
}

/** The period before: as many whole months when the asked one has whole months, else as many days. */
export function before(ask: Ask): Range {
  const firstDay = ask.calendar.first_day_of_month;
  const first = monthOf(ask.from_day, firstDay);
  const last = monthOf(ask.to_day, firstDay);
  if (monthStart(first, firstDay) === ask.from_day && monthRange(last, firstDay)[1] === ask.to_day) {
    return [monthStart(2 * first - last - 1, firstDay), monthRange(first - 1, firstDay)[1]];
  }
  return previous('period', [ask.from_day, ask.to_day], ask.calendar);
}

/** The same period of the year before: the same months, the weeks 52 weeks before, else the same days. */
export function yearAgo({ from_day, to_day, calendar }: Ask): Range {
  const { first_day_of_month: firstDay, first_day_of_week: firstDayOfWeek } = calendar;
  const first = monthOf(from_day, firstDay);
  const last = monthOf(to_day, firstDay);
  if (monthStart(first, firstDay) === from_day && monthRange(last, firstDay)[1] === to_day) {
    return [monthStart(first - 12, firstDay), monthRange(last - 12, firstDay)[1]];
  }
  const [from, to] = [dayNumber(from_day), dayNumber(to_day)];
  const [start] = weekRange(weekOf(from, firstDayOfWeek), firstDayOfWeek);
  const [, end] = weekRange(weekOf(to, firstDayOfWeek), firstDayOfWeek);
  if (start === from_day && end === to_day) return [dayOf(from - DAYS_OF_52_WEEKS), dayOf(to - DAYS_OF_52_WEEKS)];
  return [lastYear(from_day), lastYear(to_day)];
}

/** 29 February has no day of the same name: the last one of that month. */
function lastYear(day: string): string {
  const year = String(Number(day.slice(0, 4)) - 1).padStart(4, '0');
  return day.slice(5) === '02-29' ? `${year}-02-28` : year + day.slice(4);
}

function days(
  report: ReportName,
  params: Given,
  period: (typeof PERIODS)[number],
  today: string,
  calendar: Calendar,
  extent: Extent
): Range {
  let from = textOf(params, 'from_day');
  let to = textOf(params, 'to_day');
  if ((from === null) !== (to === null)) {
    throw new Refusal('report_period', to === null ? 'to_day' : 'from_day', 'Both days, or neither.');
  }
  const asked = oneOf(params, 'period', PERIODS);
  const day = parseDay(params['day'] || today, 'day');
  const kind = asked ?? period;
  if (from !== null && to !== null) {
    if (asked !== null) throw new Refusal('report_period', 'period', 'A period or two days, not both.');
    from = parseDay(from, 'from_day');
    to = parseDay(to, 'to_day');
  } else if (kind === 'all') {
    const number = dayNumber(today);
    const [first, last] = extent();
    from = dayOf(Math.min(number, first ?? number));
    to = dayOf(Math.max(number, last ?? number));
  } else {
    [from, to] = periodRange(kind, day, calendar);
  }
  if (from > to) throw new Refusal('report_period', 'to_day', 'The last day is before the first.');
  return report === 'calendar' ? periodRange('month', from, calendar) : [from, to];
}

/** Transfers have no categories: reports of one flow are of expenses or of income. */
function flowOf(report: ReportName, params: Given): FlowFilter | null {
  if (!ONE_FLOW.includes(report)) return oneOf(params, 'flow', FLOWS);
  return oneOf(params, 'flow', ['expense', 'income'] as const) ?? 'expense';
}

function textOf(params: Given, name: string): string | null {
  const value = params[name] ?? null;
  if (value === null || typeof value === 'string') return value;
  throw new Refusal('report_parameter', name, 'This is not text.');
}

/** An id, or '' for none of them. */
function idOf(params: Given, name: string): string | null {
  const value = textOf(params, name);
  if (!value || isId(value)) return value;
  throw new Refusal('report_parameter', name, 'This is not an id.');
}

function oneOf<T extends string>(params: Given, name: string, values: readonly T[]): T | null {
  const value = params[name] ?? null;
  if (value === null) return null;
  const found = values.find((each) => each === value);
  if (found !== undefined) return found;
  throw new Refusal('report_parameter', name, `One of ${values.join(', ')}.`);
}

function numberOf(params: Given, name: keyof Calendar, largest: number, settings: Calendar): number {
  let value = params[name] ?? null;
  if (value === null) return settings[name];
  if (typeof value === 'string' && /^[0-9]{1,2}$/.test(value)) value = Number(value);
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= largest) return value;
  throw new Refusal('report_parameter', name, `A number from 1 to ${largest}.`);
}
