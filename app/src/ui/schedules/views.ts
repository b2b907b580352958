/** How what comes round reads in a list. Pure: views in, words and groups out. */
import { t } from '$src/messages';
import type { AccountView, CategoryView, ScheduleView, Upcoming } from '$src/outlay';
import { dayTitle, money } from '../format';
import { ruleWords } from './say';

/** Those that still come, those that were put away, and those whose last day is over. */
export function sorted(schedules: readonly ScheduleView[]): { active: ScheduleView[]; paused: ScheduleView[]; ended: ScheduleView[] } {
  const late = '9999-12-31';
  const active = schedules.filter((one) => !one.archived && one.next_day !== null);
  return {
    active: active.sort((a, b) => (a.next_day ?? late).localeCompare(b.next_day ?? late)),
    paused: schedules.filter((one) => one.archived),
    ended: schedules.filter((one) => !one.archived && one.next_day === null)
  };
}

/** What comes in an average month, in the base currency; what has no rate is left out and named. */
export interface Monthly {
  income_minor: number;
  expense_minor: number;
  count: number;
  currencies: string[];
}

export function monthlySum(active: readonly ScheduleView[]): Monthly {
  const sum: Monthly = { income_minor: 0, expense_minor: 0, count: 0, currencies: [] };
  const missing = new Set<string>();
  for (const { kind, currency, base_month_minor } of active) {
    if (kind === 'transfer') continue;
    if (base_month_minor === null) {
      sum.count += 1;
      missing.add(currency);
    } else if (kind === 'income') sum.income_minor += base_month_minor;
    else sum.expense_minor += base_month_minor;
  }
  return { ...sum, currencies: [...missing].sort() };
}

/** One entry per day, in order. */
export function byDay(upcoming: readonly Upcoming[]): { day: string; items: Upcoming[] }[] {
  const days = new Map<string, Upcoming[]>();
  for (const item of upcoming) days.set(item.day, [...(days.get(item.day) ?? []), item]);
  return [...days].map(([day, items]) => ({ day, items }));
}

const NUMBER_AND_MORE = ' · ';

/** Every month · On day 31 · 3 of 12 · Asks first. */
export function scheduleDetail(schedule: ScheduleView): string {
  const words = ruleWords(schedule.rule, schedule.start_day);
  // in the place of how many there are in all
  if (schedule.instalment) words.splice(Math.max(1, words.length - 1), 1, t('schedule.instalment', { number: schedule.instalment.number, count: schedule.instalment.count }));
  if (schedule.mode === 'ask') words.push(t('schedule.asks'));
  return words.join(NUMBER_AND_MORE);
}

/** What stands under an instance: where it goes, which of how many it is. */
export function upcomingDetail(item: Upcoming): string {
  const words = [item.payee_name && item.payee_name !== item.name ? item.payee_name : '', item.account_name ?? t('account.gone')];
  if (item.instalment) words.push(t('schedule.instalment', { number: item.instalment.number, count: item.instalment.count }));
  return words.filter(Boolean).join(NUMBER_AND_MORE);
}

export function nextWords(schedule: ScheduleView): string {
  if (schedule.waiting) return t('schedule.waiting');
  return schedule.next_day === null ? t('schedule.ended') : t('schedule.next', { day: dayTitle(schedule.next_day) });
}

/** Out is below zero, in is above, what only moves has no sign. */
export function signed({ kind, amount_minor }: Pick<Upcoming, 'kind' | 'amount_minor'>): number {
  return kind === 'expense' ? -amount_minor : amount_minor;
}

/** A name for what was not given one: who is paid, what for, where to. */
export function usualName(payee: string, category: CategoryView | undefined, target: AccountView | undefined): string {
  return (payee.trim() || category?.name || target?.name || '').slice(0, 80);
}

export function sayMonthly({ income_minor, expense_minor }: Monthly, currency: string): string {
  return t('schedule.say_monthly', { expense: money(expense_minor, currency), income: money(income_minor, currency) });
}
