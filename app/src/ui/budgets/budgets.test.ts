import { describe, expect, it } from 'vitest';
import { book } from '$src/messages/en/book';
import { add } from '$src/messages';
import type { BudgetState, BudgetView, CategoryView } from '$src/outlay';
import { saySummary, standing, suggestionsOf, tableOf, totalsOf, type Line } from './budgets';

add(book);
const TODAY = '2026-03-22';

function line(category_id: string | null, available_minor: number | null, spent_minor: number, more: Partial<BudgetState> = {}, currency = 'EUR'): Line {
  const left_minor = available_minor === null ? null : available_minor - spent_minor;
  const budget = { id: `${category_id}`, category_id, category_name: category_id, period: 'month', currency, carry_over: false, archived: false } as BudgetView;
  const state = {
    budget_id: budget.id, from_day: '2026-03-01', to_day: '2026-03-31', planned_minor: available_minor, carried_minor: 0, available_minor, spent_minor,
    left_minor, upcoming_minor: 0, forecast_minor: spent_minor, per_day_minor: null, missing: 0, missing_currencies: [], ...more
  };
  return { budget, state };
}
const known = new Map([['food', { parent_id: null }], ['coffee', { parent_id: 'food' }], ['rent', { parent_id: null }]] as [string, CategoryView][]);
const name = ({ budget }: Line) => budget.category_name ?? 'All';

describe('all budgets as one', () => {
  it('counts a subcategory with its category', () => {
    expect(totalsOf([line('food', 300, 100), line('coffee', 50, 40), line('rent', 900, 900)], known, TODAY)).toMatchObject([
      { available_minor: 1200, spent_minor: 1000, left_minor: 200, whole: false }
    ]);
    expect(totalsOf([line('food', null, 100), line('coffee', 50, 40)], known, TODAY)).toMatchObject([{ available_minor: 50, spent_minor: 40 }]);
  });
  it('is the budget of all spending where there is one', () => {
    expect(totalsOf([line(null, 2000, 1500), line('rent', 900, 900)], known, TODAY)).toMatchObject([{ available_minor: 2000, whole: true }]);
  });
  it('adds no currencies up, and deals out what is free over the days that are left', () => {
    const lines = [line('food', 1100, 100, { upcoming_minor: 500 }), line('rent', 30, 0, {}, 'JPY')];
    expect(totalsOf(lines, known, TODAY)).toMatchObject([{ currency: 'EUR', per_day_minor: 50 }, { currency: 'JPY', per_day_minor: 3 }]);
    expect(totalsOf(lines, known, '2026-04-01')[0]?.per_day_minor).toBeNull();
    expect(totalsOf([line('rent', 10, 90)], known, TODAY)[0]?.per_day_minor).toBe(0);
  });
  it('is nothing where nothing is planned', () => {
    expect(totalsOf([line('food', null, 100)], known, TODAY)).toEqual([]);
  });
});

it('stands over, heading over, or fine', () => {
  const at = (available_minor: number | null, spent_minor: number, forecast_minor: number) => standing({ available_minor, spent_minor, forecast_minor });
  expect([at(100, 101, 101), at(100, 100, 101), at(100, 100, 100), at(null, 5, 5)]).toEqual(['over', 'heading_over', 'fine', 'unplanned']);
});

it('says which are over and which are heading there', () => {
  const lines = [line('food', 30_000, 10_000, { forecast_minor: 40_000 }), line('rent', 90_000, 90_001)];
  const [total] = totalsOf(lines, known, TODAY);
  expect(saySummary(lines, total, name, true)).toBe('€1,000.01 of €1,200.00 spent, €199.99 left. Over budget: rent. Heading over: food.');
  expect(saySummary(lines.slice(0, 1), totalsOf(lines.slice(0, 1), known, TODAY)[0], name, false)).toContain('All of them are on course.');
});

it('has a table with the same figures', () => {
  const table = tableOf([line('food', 300, 100, { carried_minor: -5 })], name, () => '/x');
  expect(table.rows[0]?.slice(1, 3)).toEqual([{ minor: 300, currency: 'EUR' }, { minor: -5, currency: 'EUR' }]);
  expect(table.links).toEqual(['/x']);
});

it('suggests the average of the periods with spending, counting none before the first', () => {
  expect(suggestionsOf([300, 100, 201])).toEqual({ average_minor: 200, last_minor: 300, periods: 3 });
  expect(suggestionsOf([300, 100, 0])).toEqual({ average_minor: 200, last_minor: 300, periods: 2 });
  expect(suggestionsOf([0, 100, 0])).toEqual({ average_minor: 50, last_minor: 0, periods: 2 });
  expect(suggestionsOf([0, 0, 0])).toBeNull();
});
