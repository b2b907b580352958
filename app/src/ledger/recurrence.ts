/**
 * When a schedule comes round: rules as RFC 5545 (3.3.10) writes them, and the days
 * they give. Pure. Twin: server/outlay/ledger/recurrence.py, held equal by
 * spec/ledger/schedules.json. Understood are FREQ (DAILY, WEEKLY, MONTHLY, YEARLY),
 * INTERVAL, BYDAY, BYMONTHDAY, BYMONTH (of YEARLY), BYSETPOS, and COUNT or UNTIL.
 * Days only: no time, no zone. Weeks begin on Monday.
 */
import * as rrule from 'rrule';
import { dayNumber, dayOf, parseDay } from '../kernel/dates.ts';
import { Refusal } from '../kernel/refusal.ts';

export type Frequency = 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';

/** A rule in parts. `weekdays` are [n-th or 0, Monday 0 … Sunday 6]; `until` is a day. */
export interface Rule {
  frequency: Frequency;
  interval: number;
  weekdays: [nth: number, weekday: number][];
  month_days: number[];
  months: number[];
  set_positions: number[];
  count: number | null;
  until: string | null;
}

const NUMBERS = /^-?[1-9][0-9]?(,-?[1-9][0-9]?)*$/;
const PARTS: Record<string, RegExp> = {
  FREQ: /^(DAILY|WEEKLY|MONTHLY|YEARLY)$/,
  INTERVAL: /^[1-9][0-9]{0,2}$/,
  BYDAY: /^(-?[1-5])?(MO|TU|WE|TH|FR|SA|SU)(,(-?[1-5])?(MO|TU|WE|TH|FR|SA|SU))*$/,
  BYMONTHDAY: NUMBERS,
  BYMONTH: /^[1-9][0-9]?(,[1-9][0-9]?)*$/,
  BYSETPOS: NUMBERS,
  COUNT: /^[1-9][0-9]{0,3}$/,
  UNTIL: /^[0-9]{8}$/
};
const LARGEST = { BYMONTHDAY: 31, BYMONTH: 12, BYSETPOS: 31 };
export const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** A rule's parts. Refuses `rule_invalid` for what is no rule, or one that is not understood. */
export function parseRule(text: string): Rule {
  const parts = new Map(text.split(';').map(part));
  if (parts.size !== text.split(';').length || !parts.has('FREQ') || !fits(parts)) throw invalid();
  const frequency = parts.get('FREQ') as Frequency;
  const weekdays = parts.get('BYDAY')?.split(',') ?? [];
  return {
    frequency,
    interval: Number(parts.get('INTERVAL') ?? 1),
    weekdays: weekdays.map((item) => [Number(item.slice(0, -2)), WEEKDAYS.indexOf(item.slice(-2))]),
    month_days: numbers(parts, 'BYMONTHDAY'),
    months: numbers(parts, 'BYMONTH'),
    set_positions: numbers(parts, 'BYSETPOS'),
    count: parts.has('COUNT') ? Number(parts.get('COUNT')) : null,
    until: untilOf(parts.get('UNTIL'))
  };
}

function invalid(): Refusal {
  return new Refusal('rule_invalid', 'rule');
}

function part(text: string): [string, string] {
  const at = text.indexOf('=');
  const [name, value] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 0 || !Object.hasOwn(PARTS, name) || !PARTS[name]!.test(value)) throw invalid();
  return [name, value];
}

function untilOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  try {
    return parseDay(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`);
  } catch (error) {
    if (error instanceof Refusal) throw invalid();
    throw error;
  }
}

function numbers(parts: ReadonlyMap<string, string>, name: string): number[] {
  return parts.get(name)?.split(',').map(Number) ?? [];
}

/** Numbers in range, and only parts that mean something together. */
function fits(parts: ReadonlyMap<string, string>): boolean {
  for (const [name, largest] of Object.entries(LARGEST)) {
    if (numbers(parts, name).some((number) => Math.abs(number) > largest)) return false;
  }
  const frequency = parts.get('FREQ');
  const chosen = parts.has('BYDAY') || parts.has('BYMONTHDAY');
  if (parts.has('COUNT') && parts.has('UNTIL')) return false;
  if (parts.has('BYSETPOS') && !chosen) return false;
  if (frequency === 'DAILY') return !chosen && !parts.has('BYMONTH');
  if (frequency === 'WEEKLY') {
    return !/[0-9]/.test(parts.get('BYDAY') ?? '') && !['BYMONTHDAY', 'BYSETPOS', 'BYMONTH'].some((name) => parts.has(name));
  }
  if (frequency === 'MONTHLY') return !parts.has('BYMONTH');
  return !chosen || parts.has('BYMONTH');
}

const { RRule, Weekday } = rrule;
const FREQUENCIES = { DAILY: RRule.DAILY, WEEKLY: RRule.WEEKLY, MONTHLY: RRule.MONTHLY, YEARLY: RRule.YEARLY };

/**
 * The days of a rule from `start_day` on, later than `after`, up to and with `through`,
 * in order. COUNT counts from the start, also what lies before `after`.
 */
export function occurrences(start_day: string, text: string, { after, through }: { after: string | null; through: string }): string[] {
  const rule = parseRule(text);
  const last = rule.until !== null && rule.until < through ? rule.until : through;
  if (last < start_day) return [];
  const some = <T>(items: T[]) => (items.length > 0 ? items : null);
  const days = new RRule({
    freq: FREQUENCIES[rule.frequency], dtstart: moment(start_day), until: moment(last), interval: rule.interval, wkst: RRule.MO,
    byweekday: some(rule.weekdays.map(([nth, weekday]) => new Weekday(weekday, nth === 0 ? undefined : nth))),
    bymonthday: some(rule.month_days), bymonth: some(rule.months), bysetpos: some(rule.set_positions)
  }).all((_, index) => rule.count === null || index < rule.count);
  return days.map((at) => at.toISOString().slice(0, 10)).filter((day) => after === null || day > after);
}

/** The 29th of February every tenth year is there within 40 years. */
const NEXT_YEARS = 41;

/** The first occurrence later than `after`; null when there is none within 41 years of it. */
export function nextDay(start_day: string, text: string, after: string | null): string | null {
  const base = after === null || after < start_day ? start_day : after;
  // most come round within a year
  for (const years of [1, NEXT_YEARS]) {
    const through = `${Number(base.slice(0, 4)) + years}-12-31`;
    const [found] = occurrences(start_day, text, { after, through });
    if (found !== undefined) return found;
  }
  return null;
}

/** Of four years, in which 29 February comes round once: their days and months. */
const FOUR_YEARS = { days: 1461, months: 48 };

/** What comes round as an amount a month: its end left aside, rounded half to even. Days and weeks by the mean month of 30.4375 days. */
export function monthly(amount_minor: number, start_day: string, text: string): number {
  const { frequency, interval, weekdays } = parseRule(text);
  const endless = text.split(';').filter((each) => !/^(INTERVAL|COUNT|UNTIL)=/.test(each)).join(';');
  let [times, of] = [FOUR_YEARS.days, FOUR_YEARS.months * interval];
  if (frequency === 'WEEKLY') [times, of] = [times * Math.max(1, weekdays.length), of * 7];
  else if (frequency !== 'DAILY') times = occurrences(start_day, endless, { after: null, through: dayOf(dayNumber(start_day) + FOUR_YEARS.days - 1) }).length;
  return roundHalfEven(BigInt(amount_minor) * BigInt(times), BigInt(of));
}

/** Which of how many an occurrence is; null for what has no number of them. */
export function instalment(start_day: string, text: string, day: string | null): { number: number; count: number } | null {
  const { count } = parseRule(text);
  if (count === null) return null;
  return { number: day === null ? 0 : occurrences(start_day, text, { after: null, through: day }).length, count };
}

function roundHalfEven(whole: bigint, by: bigint): number {
  const [quotient, rest] = [whole / by, whole % by];
  return Number(quotient + (2n * rest > by || (2n * rest === by && quotient % 2n === 1n) ? 1n : 0n));
}

function moment(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}
