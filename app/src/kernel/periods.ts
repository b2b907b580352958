/**
 * Weeks, book months and fiscal years as integers, and their days.
 *
 * A book's month begins on `first_day_of_month` (1..28): a day before it belongs to the month before.
 * Month index = year * 12 + month - 1. Week index = floor((day number + 4 - first_day_of_week) / 7),
 * first_day_of_week as in ISO 8601 (1 Monday .. 7 Sunday). Year index = the calendar year in which a
 * fiscal year begins. All ranges are inclusive.
 */
import { dayNumber, dayOf, dayText } from './dates.ts';

export type Kind = 'day' | 'week' | 'month' | 'quarter' | 'year';
export type Range = [from: string, to: string];

/** The part of a book's settings that says where weeks, months and years begin. */
export interface Calendar {
  first_day_of_week: number;
  first_day_of_month: number;
  first_month_of_year: number;
}

/** The book month that a day lies in. */
export function monthOf(day: string, firstDay: number): number {
  const before = Number(day.slice(8)) < firstDay ? 1 : 0;
  return Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 - before;
}

/** The first day of a book month. */
export function monthStart(m: number, firstDay: number): string {
  return dayText(Math.floor(m / 12), (m % 12) + 1, firstDay);
}

/** First and last day of a book month. */
export function monthRange(m: number, firstDay: number): Range {
  return [monthStart(m, firstDay), dayOf(dayNumber(monthStart(m + 1, firstDay)) - 1)];
}

/** The week that a day number lies in. */
export function weekOf(n: number, firstDayOfWeek: number): number {
  return Math.floor((n + 4 - firstDayOfWeek) / 7);
}

/** First and last day of a week. */
export function weekRange(w: number, firstDayOfWeek: number): Range {
  const start = w * 7 - 4 + firstDayOfWeek;
  return [dayOf(start), dayOf(start + 6)];
}

/** The fiscal year of a book month, named by the calendar year it begins in. */
export function yearOf(m: number, firstMonth: number): number {
  return Math.floor((m - firstMonth + 1) / 12);
}

/** First and last day of a fiscal year. */
export function yearRange(year: number, firstMonth: number, firstDay: number): Range {
  const first = year * 12 + firstMonth - 1;
  return [monthStart(first, firstDay), monthRange(first + 11, firstDay)[1]];
}

/** The quarter of a fiscal year that a book month lies in: four to a year, counted like months. */
export function quarterOf(m: number, firstMonth: number): number {
  return Math.floor((m - firstMonth + 1) / 3);
}

/** First and last day of a quarter. */
export function quarterRange(quarter: number, firstMonth: number, firstDay: number): Range {
  const first = quarter * 3 + firstMonth - 1;
  return [monthStart(first, firstDay), monthRange(first + 2, firstDay)[1]];
}

/** The index of the bucket of this kind that a day lies in. */
export function bucketOf(kind: Kind, day: string, calendar: Calendar): number {
  if (kind === 'day') return dayNumber(day);
  if (kind === 'week') return weekOf(dayNumber(day), calendar.first_day_of_week);
  const month = monthOf(day, calendar.first_day_of_month);
  if (kind === 'quarter') return quarterOf(month, calendar.first_month_of_year);
  return kind === 'month' ? month : yearOf(month, calendar.first_month_of_year);
}

/** First and last day of a bucket. */
export function bucketRange(kind: Kind, index: number, calendar: Calendar): Range {
  if (kind === 'day') return [dayOf(index), dayOf(index)];
  if (kind === 'week') return weekRange(index, calendar.first_day_of_week);
  if (kind === 'month') return monthRange(index, calendar.first_day_of_month);
  if (kind === 'quarter') return quarterRange(index, calendar.first_month_of_year, calendar.first_day_of_month);
  return yearRange(index, calendar.first_month_of_year, calendar.first_day_of_month);
}

/** The period of this kind around a day. */
export function periodRange(kind: Kind, anchorDay: string, calendar: Calendar): Range {
  return bucketRange(kind, bucketOf(kind, anchorDay, calendar), calendar);
}

/** The period before: of the same kind, or for `period` (any two days) the same number of days. */
export function previous(kind: Kind | 'period', range: Range, calendar: Calendar): Range {
  return beside(kind, range, calendar, -1);
}

/** The period after, as `previous`. */
export function following(kind: Kind | 'period', range: Range, calendar: Calendar): Range {
  return beside(kind, range, calendar, 1);
}

function beside(kind: Kind | 'period', range: Range, calendar: Calendar, step: number): Range {
  if (kind !== 'period') return bucketRange(kind, bucketOf(kind, range[0], calendar) + step, calendar);
  const first = dayNumber(range[0]);
  const last = dayNumber(range[1]);
  const days = (last - first + 1) * step;
  return [dayOf(first + days), dayOf(last + days)];
}

/**
 * Months in pieces, the last by itself and each before it longer, oldest first. The newest months move most: what was
 * added up for the pieces before them still holds then (`store/recall.ts`).
 */
export function piecesOf(first: number, last: number): [first: number, last: number][] {
  const pieces: [number, number][] = [];
  let length = 1;
  for (let end = last; end >= first; end -= length, length = length === 1 ? 12 : 2 * length) {
    pieces.unshift([Math.max(first, end - length + 1), end]);
  }
  return pieces;
}

/**
 * Months in pieces that are the same whatever is asked for: whole calendar years, where the first and the last are cut,
 * and the last month by itself, oldest first.
 */
export function yearsOf(first: number, last: number): [first: number, last: number][] {
  const years: [number, number][] = [];
  for (let from = first; from < last; from = 12 * Math.floor(from / 12 + 1)) {
    years.push([from, Math.min(12 * Math.floor(from / 12) + 11, last - 1)]);
  }
  return [...years, [last, last]];
}
