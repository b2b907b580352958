/** A backup of one book brought back into it, into an empty one, and into another one: over a real database. */
import { beforeEach, expect, it } from 'vitest';
import type { CommandArgs, CommandName, QueryName, QueryParams, QueryResult } from '../api.ts';
import { uuid5, uuid7 } from '../kernel/ids.ts';
import { writeMeta } from '../store/meta.ts';
import { openNode } from '../store/node.ts';
import type { Port } from '../store/port.ts';
import { migrate } from '../store/schema.ts';
import { changesOf, record } from '../sync/outbox.ts';
import { KEPT, keptHead, keptRows, restoring } from './backup.ts';
import { seedOps } from './defaults.ts';
import type { Op } from './entities.ts';
import { plan } from './plan.ts';
import { query, type LedgerQuery } from './queries.ts';

const TODAY = '2026-03-20';
let minted = 0;

function mint(): string {
  minted += 1;
  const bytes = new Uint8Array(10);
  new DataView(bytes.buffer).setUint32(6, minted);
  return uuid7(1_768_900_000_000 + minted, bytes);
}

class Book {
  readonly id = mint();
  readonly port: Port = openNode();

  constructor() {
    migrate(this.port);
    writeMeta(this.port, { book_id: this.id, device_id: 'device' });
    this.submit(seedOps(this.id, 'EUR'));
  }
  submit(ops: readonly Op[]): void {
    this.port.tx(() => record(this.port, { mid: mint(), name: 'test', ops, made_at: 1_768_900_000_000 + minted }));
  }
  run<C extends CommandName>(name: C, args: CommandArgs[C]): string {
    const made = plan(name, { port: this.port, book_id: this.id, now_ms: 1_768_900_000_000 + minted, mint }, args);
    this.submit(made.ops);
    return made.id ?? '';
  }
  ask<Q extends LedgerQuery & QueryName>(name: Q, params: QueryParams[Q]): QueryResult[Q] {
    return query(name, this.port, this.id, params, TODAY) as QueryResult[Q];
  }
  /** As the screen writes it. */
  file(): Record<string, unknown> {
    const lists = KEPT.map((entity) => [entity, keptRows(this.port, this.id, entity, '', 10_000)]);
    return JSON.parse(JSON.stringify({ ...keptHead(this.id), ...Object.fromEntries(lists) })) as Record<string, unknown>;
  }
  take(file: unknown): [made: number, back: number, known: number] {
    const { ops, made, back, known } = restoring(this.port, this.id, file);
    for (const some of changesOf(ops)) this.submit(some);
    return [made, back, known];
  }
}

let book: Book;
let spent: string;
let budget: string;

beforeEach(() => {
  minted = 0;
  book = new Book();
  const dollars = book.run('addAccount', { name: 'Dollars', kind: 'bank', currency: 'USD', opening_minor: 500 });
  const hobby = book.run('addCategory', { name: 'Hobby', kind: 'expense' });
  const yarn = book.run('addCategory', { name: 'Yarn', kind: 'expense', parent_id: hobby });
  book.run('setRate', { day: '2026-01-01', from_currency: 'USD', to_currency: 'EUR', rate: '0.8' });
  spent = book.run('addTransaction', { kind: 'expense', account_id: dollars, amount_minor: 1000, category_id: yarn, day: TODAY, payee: 'Knit & Co', tags: ['gift'], reconciled: true });
  budget = book.run('addBudget', { category_id: yarn, period: 'month', currency: 'EUR', amount_minor: 9000, from_day: '2026-01-01', carry_over: true });
  book.run('addSchedule', { name: 'Club', kind: 'expense', account_id: dollars, amount_minor: 300, category_id: yarn, start_day: '2026-01-05', rule: 'FREQ=MONTHLY', mode: 'ask' });
  book.run('setSettings', { first_day_of_month: 25, default_account_id: dollars });
});

it('changes nothing where everything is there', () => {
  const [made, back] = book.take(book.file());
  expect([made, back]).toEqual([0, 0]);
});

it('brings back what was deleted since', () => {
  const file = book.file();
  book.run('deleteTransaction', { id: spent, unlock: true });
  book.run('deleteBudget', { id: budget });
  const [made, back] = book.take(file);
  expect([made, back]).toEqual([0, 2]);
  expect(book.ask('transaction', { id: spent })).toMatchObject({ amount_minor: 1000, payee_name: 'Knit & Co', reconciled: true });
  expect(book.ask('budgets', {})).toMatchObject([{ id: budget, carry_over: true, amounts: [{ amount_minor: 9000 }] }]);
});

it('fills an empty book, in which nothing is there twice', () => {
  const file = book.file();
  const fresh = new Book();
  const counted = fresh.ask('categories', {}).length;
  fresh.take(file);
  expect(fresh.ask('categories', {})).toHaveLength(counted + 1);
  expect(fresh.ask('transaction', { id: spent })).toMatchObject({ account_name: 'Dollars', base_minor: 800, rate: '0.8', tag_names: ['gift'], lines: [{ category_name: 'Yarn' }] });
  const [made] = fresh.ask('budgets', {});
  const yarn = fresh.ask('categories', {}).flatMap((one) => one.children).find(({ name }) => name === 'Yarn')!;
  expect(made).toMatchObject({ id: uuid5(fresh.id, `budget:month:${yarn.id}`), category_name: 'Yarn', amounts: [{ amount_minor: 9000 }] });
  expect(fresh.ask('schedules', {})).toMatchObject([{ name: 'Club', account_name: 'Dollars', category_name: 'Yarn' }]);
  expect(fresh.ask('settings', {})).toMatchObject({ first_day_of_month: 25, default_account_id: book.ask('settings', {}).default_account_id });
  expect(fresh.ask('rates', {})).toHaveLength(1);
  expect(fresh.take(file).slice(0, 2)).toEqual([0, 0]);
});

it('leaves what is there as it is', () => {
  const file = book.file();
  book.run('editTransaction', { id: spent, note: 'Newer', unlock: true });
  book.run('setSettings', { first_day_of_month: 3 });
  book.take(file);
  expect(book.ask('transaction', { id: spent })?.note).toBe('Newer');
  expect(book.ask('settings', {}).first_day_of_month).toBe(3);
});

it.each([null, [], {}, { format: 'other', schema: 1 }, { format: 'outlay-book', schema: 999 }, { format: 'outlay-book', schema: 1, account: [{ id: 'x' }] }])('refuses what is no backup: %j', (file) => {
  expect(() => book.take(file)).toThrow('operation_invalid');
});
