/**
 * Days as text `YYYY-MM-DD` in the user's own calendar, and as integers counted from 1970-01-01.
 * Proleptic Gregorian. A document's day lies in FIRST_DAY..LAST_DAY; arithmetic may step outside.
 */
import { Refusal } from './refusal.ts';

export const FIRST_DAY = '1900-01-01';
export const LAST_DAY = '2200-12-31';

const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const TIME = /^([01][0-9]|2[0-3]):[0-5][0-9]$/;

/** The day itself when it is a real day in range. Refuses `day_malformed`, `day_out_of_range`. */
export function parseDay(text: unknown, field = 'day'): string {
  if (typeof text !== 'string' || !DAY.test(text)) {
    throw new Refusal('day_malformed', field, 'A day is written YYYY-MM-DD.');
  }
  if (!isDay(text)) throw new Refusal('day_malformed', field, `${text} is not a day of the calendar.`);
  if (text < FIRST_DAY || text > LAST_DAY) {
    throw new Refusal('day_out_of_range', field, `A day lies between ${FIRST_DAY} and ${LAST_DAY}.`);
  }
  return text;
}

/** The local time itself when it is HH:MM of a 24-hour day. Refuses `time_malformed`. */
export function parseTime(text: unknown, field = 'time'): string {
  if (typeof text !== 'string' || !TIME.test(text)) {
    throw new Refusal('time_malformed', field, 'A time is written HH:MM.');
  }
  return text;
}

/** Days since 1970-01-01 (negative before). RangeError for text that is no day. */
export function dayNumber(day: string): number {
  if (!DAY.test(day) || !isDay(day)) throw new RangeError(`not a day: ${day}`);
  return number(Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8)));
}

/** The day with this number, for years 1 to 9999. */
export function dayOf(n: number): string {
  // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
  const shifted = n + 719468;
  const era = Math.floor(shifted / 146097);
  const dayOfEra = shifted - era * 146097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36524) -
      Math.floor(dayOfEra / 146096)) /
      365
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return dayText(yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day);
}

/** `YYYY-MM-DD` of three numbers. RangeError when there is no such day. */
export function dayText(year: number, month: number, day: number): string {
  const text = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
  if (!DAY.test(text) || !isDay(text)) throw new RangeError(`not a day: ${text}`);
  return text;
}

function pad(n: number, width: number): string {
  return String(n).padStart(width, '0');
}

function isDay(text: string): boolean {
  const year = Number(text.slice(0, 4));
  const month = Number(text.slice(5, 7));
  const day = Number(text.slice(8));
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** days_from_civil of the same paper. */
function number(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}

/** The day of the person's own calendar. */
export function localDay(date: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
