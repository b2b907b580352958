/** How budgets are put together, summed and said. Pure: states in, lines and sentences out. */
import { dayNumber } from '$src/kernel/dates';
import { t, type Key } from '$src/messages';
import type { BudgetState, BudgetView, CategoryView, Period } from '$src/outlay';
import type { Table } from '../charts/table';
import { money, sentences } from '../format';
import { listed } from '../listed';

export const PERIODS: readonly Period[] = ['week', 'month', 'quarter', 'year'];
export const PERIOD_NAMES: Record<Period, Key> = { week: 'period.week', month: 'period.month', quarter: 'period.quarter', year: 'period.year' };

/** A budget and how it stands. */
export interface Line {
  budget: BudgetView;
  state: BudgetState;
}

/** What several budgets of one currency come to; `whole` when it is the budget of all spending. */
export interface Total extends Pick<BudgetState, 'spent_minor' | 'upcoming_minor' | 'forecast_minor' | 'missing' | 'carried_minor'> {
  currency: string;
  available_minor: number;
  left_minor: number;
  per_day_minor: number | null;
  whole: boolean;
}

export type Standing = 'over' | 'heading_over' | 'fine' | 'unplanned';

/** Over now, over by the period's end if it goes on like this, or neither. */
export function standing({ available_minor, spent_minor, forecast_minor }: Pick<Total, 'spent_minor' | 'forecast_minor'> & { available_minor: number | null }): Standing {
  if (available_minor === null) return 'unplanned';
  if (spent_minor > available_minor) return 'over';
  return forecast_minor > available_minor ? 'heading_over' : 'fine';
}

/** The lines of one kind of period; the budget of all spending stands above them. */
export function linesOf(budgets: readonly BudgetView[], states: readonly BudgetState[], period: Period): Line[] {
  const known = new Map(states.map((state) => [state.budget_id, state]));
  return budgets.flatMap((budget) => {
    const state = known.get(budget.id);
    return state && budget.period === period ? [{ budget, state }] : [];
  });
}

/** What a budget counts another one counts already: its category's parent has one of the same period and currency. */
function within(line: Line, lines: readonly Line[], parents: ReadonlyMap<string, CategoryView>): boolean {
  const parent = line.budget.category_id === null ? null : (parents.get(line.budget.category_id)?.parent_id ?? null);
  return parent !== null && lines.some(({ budget, state }) => budget.category_id === parent && budget.currency === line.budget.currency && state.available_minor !== null);
}

/** What is free of all of it, dealt out over today and the days after it; null where the period is not now. */
function perDay(free_minor: number, { from_day, to_day }: BudgetState, today: string): number | null {
  if (today < from_day || today > to_day) return null;
  return Math.floor(Math.max(0, free_minor) / (dayNumber(to_day) - dayNumber(today) + 1));
}

/** One total for each currency, the largest first: the budget of all spending, else the sum in which nothing counts twice. */
export function totalsOf(lines: readonly Line[], known: ReadonlyMap<string, CategoryView>, today: string): Total[] {
  const totals: Total[] = [];
  for (const currency of new Set(lines.map(({ budget }) => budget.currency))) {
    const own = lines.filter(({ budget, state }) => budget.currency === currency && state.available_minor !== null);
    const all = own.find(({ budget }) => budget.category_id === null);
    const counted = all ? [all] : own.filter((line) => !within(line, own, known));
    if (counted.length === 0) continue;
    const sum = (pick: (state: BudgetState) => number | null) => counted.reduce((whole, { state }) => whole + (pick(state) ?? 0), 0);
    totals.push({
      currency, whole: Boolean(all), available_minor: sum((state) => state.available_minor), spent_minor: sum((state) => state.spent_minor),
      left_minor: sum((state) => state.left_minor), upcoming_minor: sum((state) => state.upcoming_minor), carried_minor: sum((state) => state.carried_minor),
      forecast_minor: sum((state) => state.forecast_minor), missing: sum((state) => state.missing),
      per_day_minor: perDay(sum((state) => state.left_minor) - sum((state) => state.upcoming_minor), counted[0]!.state, today)
    });
  }
  return totals.sort((a, b) => b.available_minor - a.available_minor);
}

/** `€120.00 left`, `€20.00 over`. */
export function sayLeft(left_minor: number, currency: string): string {
  return left_minor < 0 ? t('budget.over', { amount: money(-left_minor, currency) }) : t('budget.left', { amount: money(left_minor, currency) });
}

/** The main findings: what is left of all of it, which are over, which are heading there. */
export function saySummary(lines: readonly Line[], total: Total | undefined, name: (line: Line) => string, current: boolean): string {
  if (!total) return t('budget.say_nothing');
  const among = (wanted: Standing) => lines.filter((line) => line.budget.category_id !== null && standing(line.state) === wanted);
  const list = (some: readonly Line[]) => listed(some.slice(0, 3).map(name));
  const [over, heading] = [among('over'), current ? among('heading_over') : []];
  return sentences([
    t('budget.say_total', { spent: money(total.spent_minor, total.currency), planned: money(total.available_minor, total.currency), left: sayLeft(total.left_minor, total.currency) }),
    over.length ? t('budget.say_over', { count: over.length, list: list(over) }) : '',
    heading.length ? t('budget.say_heading', { count: heading.length, list: list(heading) }) : '',
    lines.length && !over.length && !heading.length ? t('budget.say_fine') : ''
  ]);
}

/** The table twin: the same rows, the same figures. */
export function tableOf(lines: readonly Line[], name: (line: Line) => string, href: (line: Line) => string): Table {
  return {
    columns: [t('field.category'), t('budget.planned'), t('budget.carried'), t('budget.spent'), t('budget.left_column'), t('budget.forecast')],
    rows: lines.map((line) => {
      const { budget: { currency }, state } = line;
      const cell = (minor: number | null) => (minor === null ? null : { minor, currency });
      return [name(line), cell(state.planned_minor), cell(state.carried_minor), cell(state.spent_minor), cell(state.left_minor), cell(state.forecast_minor)];
    }),
    links: lines.map(href)
  };
}

/** What a new budget could plan: the average of the periods before, and the last of them. `spent` from the newest on. */
export function suggestionsOf(spent: readonly number[]): { average_minor: number; last_minor: number; periods: number } | null {
  const first = spent.findLastIndex((minor) => minor > 0);
  if (first < 0) return null;
  // before the first spending there was nothing to plan for
  const counted = spent.slice(0, first + 1);
  return { average_minor: Math.round(counted.reduce((sum, minor) => sum + minor, 0) / counted.length), last_minor: counted[0] ?? 0, periods: counted.length };
}
