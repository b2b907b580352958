import { expect, it } from 'vitest';
import { add } from '$src/messages';
import { book } from '$src/messages/en/book';
import type { ScheduleView, Upcoming } from '$src/outlay';
import { byDay, monthlySum, scheduleDetail, signed, sorted } from './views';

add(book);
const schedule = (more: Partial<ScheduleView>): ScheduleView =>
  ({ id: 's', name: 'Club', kind: 'expense', currency: 'EUR', amount_minor: 100, archived: false, next_day: '2026-04-01', start_day: '2026-01-01', rule: 'FREQ=MONTHLY', mode: 'post', instalment: null, base_month_minor: 100, ...more }) as ScheduleView;

it('sorts what comes by its next day, and keeps apart what is paused or over', () => {
  const parts = sorted([schedule({ id: 'b', next_day: '2026-05-01' }), schedule({ id: 'a' }), schedule({ id: 'p', archived: true }), schedule({ id: 'e', next_day: null })]);
  expect([parts.active, parts.paused, parts.ended].map((some) => some.map(({ id }) => id))).toEqual([['a', 'b'], ['p'], ['e']]);
});

it('adds a month up, and names what has no rate', () => {
  const sum = monthlySum([schedule({}), schedule({ kind: 'income', base_month_minor: 900 }), schedule({ kind: 'transfer' }), schedule({ currency: 'JPY', base_month_minor: null })]);
  expect(sum).toEqual({ income_minor: 900, expense_minor: 100, count: 1, currencies: ['JPY'] });
});

it('says how it comes round', () => {
  expect(scheduleDetail(schedule({}))).toBe('Every month · On day 1');
  expect(scheduleDetail(schedule({ rule: 'FREQ=MONTHLY;COUNT=12', instalment: { number: 3, count: 12 }, mode: 'ask' }))).toBe('Every month · On day 1 · 3 of 12 · Asks first');
  // a rule that cannot be said in these words still says how far it is
  expect(scheduleDetail(schedule({ rule: 'FREQ=MONTHLY;BYMONTHDAY=1,15;COUNT=12', instalment: { number: 3, count: 12 } }))).toBe('By a rule of its own · 3 of 12');
});

it('groups what comes by day', () => {
  const item = (day: string, kind: Upcoming['kind'] = 'expense') => ({ day, kind, amount_minor: 5 }) as Upcoming;
  expect(byDay([item('2026-01-01'), item('2026-01-01'), item('2026-01-03')]).map(({ day, items }) => [day, items.length])).toEqual([['2026-01-01', 2], ['2026-01-03', 1]]);
  expect([signed(item('2026-01-01')), signed(item('2026-01-01', 'income'))]).toEqual([-5, 5]);
});
