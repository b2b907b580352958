/** Budgets, schedules, templates and what belongs to a row, over a real database, as screens give and ask. */
import { beforeEach, expect, it } from 'vitest';
import budgets from '../../../spec/ledger/budgets.json' with { type: 'json' };
import type { AccountView, CommandArgs, CommandName, QueryName, QueryParams, QueryResult } from '../api.ts';
import { uuid5, uuid7 } from '../kernel/ids.ts';
import { bucketOf } from '../kernel/periods.ts';
import { writeMeta } from '../store/meta.ts';
import { openNode } from '../store/node.ts';
import type { Port } from '../store/port.ts';
import { migrate } from '../store/schema.ts';
import { budgetStates } from '../reports/budgets.ts';
import { record } from '../sync/outbox.ts';
import { calendarOf, planned } from './budgets.ts';
import { categoryId, seedOps } from './defaults.ts';
import type { Op } from './entities.ts';
import { plan } from './plan.ts';
import { duePlans, instanceId } from './posting.ts';
import { query, type LedgerQuery } from './queries.ts';

const BOOK = uuid7(1_700_000_000_000, new Uint8Array(10));
const TODAY = '2026-03-20';
const RENT = categoryId(BOOK, 'home.rent');
const FOOD = categoryId(BOOK, 'food.groceries');
const LAST_DAY = 'FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1';

let port: Port;
let minted = 0;

function mint(): string {
  minted += 1;
  const bytes = new Uint8Array(10);
  new DataView(bytes.buffer).setUint32(6, minted);
  return uuid7(1_768_900_000_000 + minted, bytes);
}

function submit(name: string, ops: Op[]): void {
  port.tx(() => record(port, { mid: mint(), name, ops, made_at: 1_768_900_000_000 + minted }));
}

function run<C extends CommandName>(name: C, args: CommandArgs[C]): string {
  const made = plan(name, { port, book_id: BOOK, now_ms: 1_768_900_000_000 + minted, mint }, args);
  if (made.ops.length > 0) submit(made.name, made.ops);
  return made.id ?? '';
}

function ask<Q extends LedgerQuery & QueryName>(name: Q, params: QueryParams[Q], today = TODAY): QueryResult[Q] {
  return query(name, port, BOOK, params, today) as QueryResult[Q];
}

/** What a device does by itself. */
function post(today = TODAY): number {
  const due = duePlans(port, BOOK, today, mint);
  for (const { ops } of due) submit('schedule.post', ops);
  return due.length;
}

const days = () => ask('transactions', {}).items.map(({ day }) => day).reverse();
const cash = (): AccountView => ask('accounts', {})[0]!;

const rent = (more: Partial<CommandArgs['addSchedule']> = {}): string =>
  run('addSchedule', {
    name: 'Rent', kind: 'expense', account_id: cash().id, amount_minor: 94_000, category_id: RENT, payee: 'Harbour', start_day: '2026-01-31',
    rule: LAST_DAY, ...more
  });

beforeEach(() => {
  minted = 0;
  port = openNode();
  migrate(port);
  writeMeta(port, { book_id: BOOK, device_id: 'device' });
  submit('book.seed', seedOps(BOOK, 'EUR'));
});

it('posts what is due once, with the ids that every device gives', () => {
  const id = rent();
  expect(post()).toBe(1);
  expect(days()).toEqual(['2026-01-31', '2026-02-28']);
  expect(ask('transaction', { id: instanceId(id, '2026-02-28') })).toMatchObject({
    amount_minor: 94_000, base_minor: 94_000, payee_name: 'Harbour', lines: [{ category_id: RENT, amount_minor: 94_000 }]
  });
  expect(post()).toBe(0);
  expect(ask('schedules', {})).toMatchObject([{ done_through: '2026-02-28', next_day: '2026-03-31', due: [], waiting: false }]);
  run('deleteTransaction', { id: instanceId(id, '2026-02-28') });
  run('editSchedule', { id, done_through: null });
  expect(post()).toBe(1);
  expect(days()).toEqual(['2026-01-31']);
});

it('ends after its instalments, and posts nothing that is put away', () => {
  const id = rent({ rule: 'FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1;COUNT=3' });
  run('editSchedule', { id, archived: true });
  expect(post('2027-01-01')).toBe(0);
  run('editSchedule', { id, archived: false, amount_minor: 10_000 });
  post('2027-01-01');
  expect(days()).toEqual(['2026-01-31', '2026-02-28', '2026-03-31']);
  expect(ask('accounts', {}, '2027-01-01')[0]!.balance_minor).toBe(-30_000);
  expect(ask('schedules', {}, '2027-01-01')[0]?.next_day).toBeNull();
});

it('posts a long past in pieces', () => {
  rent({ rule: 'FREQ=DAILY', start_day: '2025-12-01' });
  let passes = 0;
  while (post() > 0) passes++;
  expect([passes, ask('dayCounts', {}).length]).toEqual([3, 110]);
});

it('asks, is confirmed with another amount, and skips', () => {
  const id = rent({ mode: 'ask' });
  expect(post()).toBe(0);
  expect(ask('upcoming', {}).map(({ day, due }) => [day, due])).toEqual([['2026-01-31', true], ['2026-02-28', true], ['2026-03-31', false]]);
  const made = run('confirmInstance', { id, day: '2026-02-28', fields: { amount_minor: 95_000 } });
  expect(made).toBe(uuid5(id, '2026-02-28'));
  expect(ask('transaction', { id: made })).toMatchObject({ amount_minor: 95_000, base_minor: 95_000, lines: [{ amount_minor: 95_000 }] });
  expect(ask('schedules', {})).toMatchObject([{ due: ['2026-01-31'], done_through: null }]);
  run('skipInstance', { id, day: '2026-03-31' });
  expect(ask('schedules', {})[0]).toMatchObject({ skipped: ['2026-03-31'], due: ['2026-01-31'] });
  run('skipInstance', { id, day: '2026-01-31' });
  expect(ask('schedules', {})[0]).toMatchObject({ done_through: '2026-01-31', due: [], next_day: '2026-04-30' });
  expect(ask('upcoming', { days: 60 }).map(({ day }) => day)).toEqual(['2026-04-30']);
});

it('waits for another account when its own was deleted', () => {
  const { id: bank } = { id: run('addAccount', { name: 'Bank', kind: 'bank', currency: 'EUR' }) };
  const id = rent({ account_id: bank });
  run('deleteAccount', { id: bank });
  expect(post()).toBe(0);
  expect(ask('schedules', {})).toMatchObject([{ waiting: true, due: ['2026-01-31', '2026-02-28'] }]);
  expect(() => run('confirmInstance', { id, day: '2026-01-31' })).toThrow('account_missing');
  run('editSchedule', { id, account_id: cash().id });
  expect(post()).toBe(1);
});

it('transfers between currencies at the rate of each day', () => {
  const dollars = run('addAccount', { name: 'Dollars', kind: 'bank', currency: 'USD' });
  run('setRate', { day: '2026-02-01', from_currency: 'EUR', to_currency: 'USD', rate: '1.25' });
  rent({ name: 'Save', kind: 'income', account_id: dollars, amount_minor: 1000, category_id: null, payee: null });
  post();
  expect(ask('transactions', {}).items.map(({ rate, base_minor }) => [rate, base_minor])).toEqual([['0.8', 800], [null, null]]);
});

it.each(budgets.cases.map((one): [string, typeof one] => [one.case, one]))('plans amounts: %s', (_, { steps, expect: expected }) => {
  const id = uuid5(BOOK, `budget:month:${FOOD}`);
  steps.forEach((step, at) => {
    if ('settings' in step) run('setSettings', step.settings!);
    else if (at === 0) run('addBudget', { category_id: FOOD, period: 'month', currency: 'EUR', amount_minor: step.amount_minor!, from_day: step.from_day! });
    else run('editBudget', { id, amount_minor: step.amount_minor, from_day: step.from_day, once: step.once });
  });
  const calendar = calendarOf(port, BOOK);
  const [budget] = ask('budgets', {});
  const found = Object.keys(expected).map((day) => [day, planned('month', budget!.amounts, bucketOf('month', day, calendar), calendar)]);
  expect(Object.fromEntries(found)).toEqual(expected);
});

it('deletes a budget, which comes back when it is made again', () => {
  const id = run('addBudget', { category_id: FOOD, period: 'month', currency: 'EUR', amount_minor: 30_000, from_day: '2026-01-15' });
  run('editBudget', { id, carry_over: true, amount_minor: 90_000, from_day: '2026-12-24', once: true });
  expect(ask('budgets', {})).toMatchObject([{ id, category_name: 'Groceries', carry_over: true }]);
  run('deleteBudget', { id });
  expect(ask('budgets', {})).toEqual([]);
  run('addBudget', { category_id: FOOD, period: 'month', currency: 'EUR', amount_minor: 1, from_day: '2026-04-01' });
  expect(ask('budgets', {})[0]?.amounts).toHaveLength(3);
});

it('keeps templates, filters and receipts', () => {
  const template = run('addTemplate', { name: 'Coffee', kind: 'expense', account_id: cash().id, category_id: FOOD });
  run('editTemplate', { id: template, amount_minor: 350 });
  expect(ask('templates', {})).toMatchObject([{ amount_minor: 350, currency: 'EUR', lines: [{ category_id: FOOD, amount_minor: 350 }] }]);
  const [a, b] = [run('addFilter', { name: 'A', query: { text: 'a' } }), run('addFilter', { name: 'B', query: {} })];
  run('reorderFilters', { ids: [b, a] });
  expect(ask('filters', {}).map(({ name }) => name)).toEqual(['B', 'A']);
  const transaction_id = run('addTransaction', { kind: 'expense', account_id: cash().id, amount_minor: 5, day: TODAY });
  run('addReceipt', { transaction_id, sha256: 'ab'.repeat(32), media_type: 'image/png', size: 9, name: 'a.png' });
  expect(ask('receipts', { transaction_id })).toHaveLength(1);
  run('deleteTransaction', { id: transaction_id });
  expect(ask('receipts', { transaction_id })).toEqual([]);
});

it('says how budgets stand', () => {
  const hobby = run('addCategory', { name: 'Hobby', kind: 'expense' });
  const yarn = run('addCategory', { name: 'Yarn', kind: 'expense', parent_id: hobby });
  const budget = { currency: 'EUR', amount_minor: 10_000, from_day: '2026-01-01' };
  const id = run('addBudget', { ...budget, period: 'month', category_id: hobby, carry_over: true });
  run('addBudget', { ...budget, period: 'week', category_id: null });
  for (const [day, amount_minor, category_id] of [['2026-01-05', 4000, yarn], ['2026-02-09', 1000, hobby], ['2026-02-10', 500, null]] as const) {
    run('addTransaction', { kind: 'expense', account_id: cash().id, amount_minor, category_id, day });
  }
  rent({ name: 'Club', start_day: '2026-02-20', rule: 'FREQ=MONTHLY', category_id: yarn, amount_minor: 3000 });
  const [own, weekly] = budgetStates(port, BOOK, '2026-02-14', '2026-02-14');
  expect(own).toEqual({
    budget_id: id, from_day: '2026-02-01', to_day: '2026-02-28', planned_minor: 10_000, carried_minor: 6000, available_minor: 16_000,
    spent_minor: 1000, left_minor: 15_000, upcoming_minor: 3000, forecast_minor: 5000, per_day_minor: 800, missing: 0, missing_currencies: []
  });
  expect(weekly).toMatchObject({ spent_minor: 1500, to_day: '2026-02-15' });
});
