/**
 * When a schedule comes round: rules as RFC 5545 (3.3.10) writes them, and the days
 * they give. Pure. Twin: server/outlay/ledger/recurrence.py, held equal by
 * spec/ledger/schedules.json. Understood are FREQ (DAILY, WEEKLY, MONTHLY, YEARLY),
 * INTERVAL, BYDAY, BYMONTHDAY, BYMONTH (of YEARLY), BYSETPOS, and COUNT or UNTIL.
 * Days only: no time, no zone. Weeks begin on Monday.
 */
import { parseDay } from '../kernel/dates.ts';
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
