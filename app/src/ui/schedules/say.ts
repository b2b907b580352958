/** A schedule's rule in words. Pure. */
import { nthOf, repeatOf, weekdayOf, type Place, type Repeat } from '$src/ledger/repeat';
import { locale, t } from '$src/messages';
import { dayNumeric } from '../format';

/** A weekday's name: Monday 0 … Sunday 6. */
export function weekdayName(weekday: number, style: 'long' | 'short' = 'long'): string {
  // 1 January 2024 was a Monday.
  return new Intl.DateTimeFormat(locale, { weekday: style, timeZone: 'UTC' }).format(Date.UTC(2024, 0, 1 + weekday));
}

export function everyWords({ frequency, interval: count }: Pick<Repeat, 'frequency' | 'interval'>): string {
  if (frequency === 'DAILY') return t('repeat.every_day', { count });
  if (frequency === 'WEEKLY') return t('repeat.every_week', { count });
  return frequency === 'MONTHLY' ? t('repeat.every_month', { count }) : t('repeat.every_year', { count });
}

const NTH = ['repeat.on_first', 'repeat.on_second', 'repeat.on_third', 'repeat.on_fourth', 'repeat.on_fifth'] as const;

export function placeWords(place: Place, start_day: string): string {
  const weekday = weekdayName(weekdayOf(start_day));
  if (place === 'last') return t('repeat.on_last');
  if (place === 'last_weekday') return t('repeat.on_last_weekday', { weekday });
  if (place === 'nth') return t(NTH[nthOf(start_day) - 1] ?? NTH[0], { weekday });
  const day = Number(start_day.slice(8));
  return t(day > 28 ? 'repeat.on_day_or_last' : 'repeat.on_day', { day });
}

/** What can be chosen for a month from this day: a fifth weekday is not in every month, and only a fourth or fifth may be the last. */
export function placesOf(start_day: string): Place[] {
  const nth = nthOf(start_day);
  return ['day', 'last', ...(nth < 5 ? (['nth'] as const) : []), ...(nth > 3 ? (['last_weekday'] as const) : [])];
}

/** Every fact of a rule, to be shown side by side: how often, on which days, until when. */
export function ruleWords(rule: string, start_day: string): string[] {
  const repeat = repeatOf(rule, start_day);
  if (!repeat) return [t('repeat.own')];
  const words = [everyWords(repeat)];
  if (repeat.frequency === 'MONTHLY') words.push(placeWords(repeat.place, start_day));
  if (repeat.frequency === 'WEEKLY') words.push(new Intl.ListFormat(locale, { type: 'unit' }).format(repeat.weekdays.map((one) => weekdayName(one, 'short'))));
  if (repeat.end === 'count') words.push(t('repeat.times', { count: repeat.count }));
  if (repeat.end === 'until') words.push(t('repeat.until_day', { day: dayNumeric(repeat.until) }));
  return words;
}
