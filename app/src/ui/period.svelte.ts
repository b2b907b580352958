/** A span of days that a screen looks at, and its neighbours. Knows the book's weeks, months and years. */
import { following, periodRange, previous } from '$src/kernel/periods';
import { t } from '$src/messages';
import type { Settings } from '$src/outlay';
import { dayLong, monthTitle, range, today } from './format';

export type PeriodKind = 'day' | 'week' | 'month' | 'year' | 'period';

export type Days = readonly [from_day: string, to_day: string];

export class PeriodChoice {
  /** Until somebody chooses, or the book's months are known. */
  readonly #unknown: Days = [today(), today()];
  kind = $state<PeriodKind>('month');
  days = $state.raw<Days>(this.#unknown);
  #settings: () => Settings | undefined;

  constructor(settings: () => Settings | undefined, kind: PeriodKind = 'month') {
    this.kind = kind;
    this.#settings = settings;
  }

  /** The period of this kind around `day`; any two days stay as they were chosen, and before that are those of its month. */
  at(day: string, kind: PeriodKind = this.kind): void {
    this.kind = kind;
    const settings = this.#settings();
    if (!settings || (kind === 'period' && this.days !== this.#unknown)) return;
    this.days = kind === 'day' ? [day, day] : periodRange(kind === 'period' ? 'month' : kind, day, settings);
  }

  /** Another kind of period, around today where today is in the one before. */
  become(kind: PeriodKind): void {
    if (kind === 'period') this.kind = 'period';
    else this.at(this.days[1] > today() && this.days[0] <= today() ? today() : this.days[1], kind);
  }

  step(by: 1 | -1): void {
    const settings = this.#settings();
    if (!settings) return;
    const kind = this.kind === 'day' ? 'period' : this.kind;
    const days: [string, string] = [this.days[0], this.days[1]];
    this.days = by > 0 ? following(kind, days, settings) : previous(kind, days, settings);
  }

  get title(): string {
    return periodTitle(this.kind, this.days, this.#settings);
  }
}

/** `November 2026`; with the days where the book's months are not the calendar's. */
export function periodTitle(kind: PeriodKind, [from, to]: Days, settings: () => Settings | undefined): string {
  const book = settings();
  if (kind === 'day' || from === to) return dayLong(from);
  if (kind === 'month' && (book?.first_day_of_month ?? 1) === 1) return monthTitle(from);
  if (kind === 'year' && (book?.first_day_of_month ?? 1) === 1)
    return (book?.first_month_of_year ?? 1) === 1 ? from.slice(0, 4) : t('period.fiscal', { from: from.slice(0, 4), to: to.slice(0, 4) });
  return range(from, to);
}
