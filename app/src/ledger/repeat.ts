/**
 * A schedule's rule as people choose it, and back: a few choices over RFC 5545, each anchored to the
 * first day. Pure. What a rule says beyond these choices is no `Repeat`, and stays as it is until
 * somebody chooses another one.
 */
import { dayNumber } from '../kernel/dates.ts';
import { parseRule, WEEKDAYS, type Frequency, type Rule } from './recurrence.ts';

/** Where in its month it falls: on the day's number, the last day, the n-th or the last of its weekday. */
export type Place = 'day' | 'last' | 'nth' | 'last_weekday';

export interface Repeat {
  frequency: Frequency;
  /** Every n-th day, week, month or year. */
  interval: number;
  /** Of WEEKLY: Monday 0 … Sunday 6, in order, at least one. */
  weekdays: number[];
  /** Of MONTHLY. */
  place: Place;
  end: 'never' | 'until' | 'count';
  /** The last day it may fall on, while `end` is `until`. */
  until: string;
  /** How often it comes in all, while `end` is `count`. */
  count: number;
}

/** What a rule can hold (`PARTS` of recurrence.ts). */
export const MOST_INTERVAL = 999;
export const MOST_COUNT = 9999;

/** Monday 0 … Sunday 6. 1970-01-01 was a Thursday. */
export function weekdayOf(day: string): number {
  return (((dayNumber(day) + 3) % 7) + 7) % 7;
}

/** The how-manyeth of its weekday in its month a day is: 1 … 5. */
export function nthOf(day: string): number {
  return Math.ceil(Number(day.slice(8)) / 7);
}

export function everyMonth(start_day: string): Repeat {
  return { frequency: 'MONTHLY', interval: 1, weekdays: [weekdayOf(start_day)], place: 'day', end: 'never', until: '', count: 12 };
}

/** The rule of what was chosen. A 31st falls on the last day of shorter months, 29 February on the 28th. */
export function ruleOf(repeat: Repeat, start_day: string): string {
  const { frequency, interval, end, until, count } = repeat;
  const parts = [`FREQ=${frequency}`];
  if (interval > 1) parts.push(`INTERVAL=${interval}`);
  if (frequency === 'WEEKLY') parts.push(...weekly(repeat.weekdays, start_day));
  if (frequency === 'MONTHLY') parts.push(...monthly(repeat.place, start_day));
  if (frequency === 'YEARLY' && start_day.slice(5) === '02-29') parts.push('BYMONTH=2', 'BYMONTHDAY=28,29', 'BYSETPOS=-1');
  if (end === 'count') parts.push(`COUNT=${count}`);
  if (end === 'until' && until) parts.push(`UNTIL=${until.replaceAll('-', '')}`);
  return parts.join(';');
}

function weekly(weekdays: readonly number[], start_day: string): string[] {
  const chosen = weekdays.length > 0 ? weekdays : [weekdayOf(start_day)];
  if (chosen.length === 1 && chosen[0] === weekdayOf(start_day)) return [];
  return [`BYDAY=${[...chosen].sort().map((weekday) => WEEKDAYS[weekday]).join(',')}`];
}

function monthly(place: Place, start_day: string): string[] {
  const weekday = WEEKDAYS[weekdayOf(start_day)];
  if (place === 'last') return ['BYMONTHDAY=-1'];
  if (place === 'nth') return [`BYDAY=${nthOf(start_day)}${weekday}`];
  if (place === 'last_weekday') return [`BYDAY=-1${weekday}`];
  const day = Number(start_day.slice(8));
  if (day <= 28) return [];
  return [`BYMONTHDAY=${[28, 29, 30, 31].filter((one) => one <= day).join(',')}`, 'BYSETPOS=-1'];
}

/** The choices that make this rule from this day; null when none of them do. Refuses `rule_invalid`. */
export function repeatOf(rule: string, start_day: string): Repeat | null {
  const parsed = parseRule(rule);
  const repeat: Repeat = {
    ...everyMonth(start_day),
    frequency: parsed.frequency,
    interval: parsed.interval,
    place: placeOf(parsed),
    ...(parsed.frequency === 'WEEKLY' && parsed.weekdays.length > 0 ? { weekdays: parsed.weekdays.map(([, weekday]) => weekday).sort() } : {}),
    ...(parsed.count === null ? {} : { end: 'count', count: parsed.count }),
    ...(parsed.until === null ? {} : { end: 'until', until: parsed.until })
  };
  return same(parsed, parseRule(ruleOf(repeat, start_day))) ? repeat : null;
}

function placeOf({ weekdays, month_days }: Rule): Place {
  if (weekdays.length > 0) return weekdays[0]![0] < 0 ? 'last_weekday' : 'nth';
  return month_days.length === 1 && month_days[0] === -1 ? 'last' : 'day';
}

/** Two rules that say the same: the order of a list and naming the start's own day aside. */
function same(a: Rule, b: Rule): boolean {
  const said = (rule: Rule) =>
    JSON.stringify({ ...rule, weekdays: [...rule.weekdays].sort((x, y) => x[1] - y[1]), month_days: [...rule.month_days].sort((x, y) => x - y) });
  return said(a) === said(b);
}
