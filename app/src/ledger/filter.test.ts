/** Filters, what they come to, and what is changed of what they found: over a real database. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { CommandArgs, CommandName, QueryName, QueryParams, QueryResult, TransactionFilter, TransactionInput } from '../api.ts';
import { uuid7 } from '../kernel/ids.ts';
import { writeMeta } from '../store/meta.ts';
import { openNode } from '../store/node.ts';
import type { Port } from '../store/port.ts';
import { migrate } from '../store/schema.ts';
import { record } from '../sync/outbox.ts';
import { seedOps } from './defaults.ts';
import type { Op } from './entities.ts';
import { plan } from './plan.ts';
import { query, type LedgerQuery } from './queries.ts';
import { changeOf, undoOps } from './undo.ts';

const BOOK = uuid7(1_700_000_000_000, new Uint8Array(10));
let port: Port;
let minted = 0;

function mint(): string {
  minted += 1;
  const bytes = new Uint8Array(10);
  new DataView(bytes.buffer).setUint32(6, minted);
  return uuid7(1_768_900_000_000 + minted, bytes);
}

function run<C extends CommandName>(name: C, args: CommandArgs[C]): { id: string; ops: Op[]; undo: () => void } {
  const planned = plan(name, { port, book_id: BOOK, now_ms: 1_768_900_000_000 + minted, mint }, args);
  const submit = (ops: Op[]) => port.tx(() => record(port, { mid: mint(), name: planned.name, ops, made_at: 1_768_900_000_000 + minted }));
  const writes = (planned.ops.length > 0 ? submit(planned.ops)?.writes : null) ?? [];
  const back = () => undoOps(writes.map(changeOf), (entity, id) => writes.find((write) => write.entity === entity && write.after.id === id)?.after ?? null);
  return { id: planned.id ?? '', ops: planned.ops, undo: () => void submit(back()) };
}

function ask<Q extends LedgerQuery & QueryName>(name: Q, params: QueryParams[Q]): QueryResult[Q] {
  return query(name, port, BOOK, params, '2026-01-20') as QueryResult[Q];
}

const notes = (filter: TransactionFilter) => ask('transactions', { filter }).items.map(({ note }) => note).sort();
const category = (name: string) => ask('categories', {}).flatMap((top) => [top, ...top.children]).find((row) => row.name === name)!.id;
const account = (name: string) => ask('accounts', {}).find((row) => row.name === name)!.id;
const add = (note: string, given: Partial<TransactionInput> & { amount_minor: number }) =>
  run('addTransaction', { kind: 'expense', account_id: account('Cash'), day: '2026-01-10', note, ...given }).id;

beforeEach(() => {
  minted = 0;
  port = openNode();
  migrate(port);
  writeMeta(port, { book_id: BOOK, device_id: 'device' });
  port.tx(() => record(port, { mid: mint(), name: 'book.seed', ops: seedOps(BOOK, 'EUR'), made_at: 1 }));
  run('addAccount', { name: 'Card', kind: 'card', currency: 'EUR' });
  run('addAccount', { name: 'Dollars', kind: 'bank', currency: 'USD' });
});

it('finds what has a receipt, with other conditions too, and shows it in the list', () => {
  const file = { sha256: 'ab'.repeat(32), media_type: 'image/jpeg', size: 9, name: 'a.jpg' };
  add('with one', { amount_minor: 500, receipts: [file, { ...file, sha256: 'cd'.repeat(32) }] });
  add('without', { amount_minor: 500 });
  const later = add('added later', { amount_minor: 900 });
  const receipt_id = run('addReceipt', { transaction_id: later, ...file }).id;
  expect(notes({ with_receipt: true })).toEqual(['added later', 'with one']);
  expect(notes({ with_receipt: true, min_minor: 600 })).toEqual(['added later']);
  expect(ask('dayCounts', { filter: { with_receipt: true } })).toEqual([{ day: '2026-01-10', count: 2 }]);
  const shown = ask('transactions', {}).items.map(({ note, receipt }) => [note, receipt?.sha256.slice(0, 2)]);
  expect(Object.fromEntries(shown)).toEqual({ 'with one': 'ab', without: undefined, 'added later': 'ab' });
  run('deleteReceipt', { id: receipt_id! });
  expect(notes({ with_receipt: true })).toEqual(['with one']);
});

it('a filter is saved, renamed and deleted', () => {
  const query: TransactionFilter = { account_id: [account('Card')], text: 'lunch', min_minor: 0 };
  const first = run('addFilter', { name: 'Lunches', query }).id;
  run('addFilter', { name: 'Another', query: {} });
  run('editFilter', { id: first, name: 'Midday' });
  expect(ask('filters', {}).map(({ name }) => name)).toEqual(['Midday', 'Another']);
  expect(ask('filters', {})[0]?.query).toEqual(query);
  const { undo } = run('deleteFilter', { id: first });
  expect(ask('filters', {})).toHaveLength(1);
  undo();
  expect(ask('filters', {})).toHaveLength(2);
});

describe('words in every script', () => {
  beforeEach(() => {
    add('Купили хлеб в пекарне', { amount_minor: 100 });
    add('今天在星巴克咖啡和朋友見面', { amount_minor: 200 });
    add('スーパーで買い物', { amount_minor: 300 });
    add('شراء القَهْوَة من المقهى', { amount_minor: 400 });
    add('सब्ज़ी मंडी का खर्च', { amount_minor: 500 });
    add('서울에서 점심식사', { amount_minor: 600 });
    add('Über die Straße: Wocheneinkauf', { amount_minor: 700 });
    add('ซื้อกาแฟที่ตลาด', { amount_minor: 800 });
    add('Ёлка и ёжик', { amount_minor: 900, payee: 'ΣΤΑΘΜΟΣ Καφέ' });
  });
  it.each([
    ['хлеб', 'Купили'], ['ПЕКАР', 'Купили'], ['星巴克', '今天'], ['咖啡', '今天'], ['巴克', '今天'], ['朋友', '今天'], ['買い', 'スーパー'], ['スーパー', 'スーパー'],
    ['القهوة', 'شراء'], ['قهوة', 'شراء'], ['المقهى', 'شراء'], ['مقهى', 'شراء'], ['خرچ', ''], ['खर्च', 'सब्ज़ी'], ['सब्ज़ी', 'सब्ज़ी'], ['점심', '서울'], ['식사', '서울'],
    ['strasse', 'Über'], ['uber', 'Über'], ['Straße', 'Über'], ['กาแฟ', 'ซื้อ'], ['елка', 'Ёлка'], ['ЁЖ', 'Ёлка'], ['σταθμος', 'Ёлка'], ['καφε', 'Ёлка']
  ])('%s', (text, begins) => {
    const found = notes({ text });
    expect(found.map((note) => note?.split(' ')[0]).join('|')).toContain(begins);
    expect(found).toHaveLength(begins ? 1 : 0);
  });
  it('all words must be there, in any order', () => {
    expect(notes({ text: 'пекарне хлеб' })).toHaveLength(1);
    expect(notes({ text: 'хлеб 咖啡' })).toHaveLength(0);
  });
});

describe('a filter', () => {
  let ids: Record<string, string>;
  beforeEach(() => {
    ids = {
      rent: add('rent', { amount_minor: 90_000, category_id: category('Rent'), tags: ['home', 'fixed'] }),
      coffee: add('coffee', { amount_minor: 450, category_id: category('Coffee'), account_id: account('Card'), payee: 'Blue Door', tags: ['fun'] }),
      split: add('split', { amount_minor: 1_000, lines: [{ category_id: category('Coffee'), amount_minor: 300 }, { category_id: category('Groceries'), amount_minor: 700 }] }),
      none: add('none', { amount_minor: 77, day: '2026-01-11' }),
      pay: add('pay', { amount_minor: 200_000, kind: 'income', category_id: category('Salary'), day: '2026-01-12' }),
      move: add('move', { amount_minor: 5_000, kind: 'transfer', to_account_id: account('Card'), day: '2026-01-12' }),
      dollars: add('dollars', { amount_minor: 1_100, account_id: account('Dollars'), day: '2026-01-13' })
    };
  });
  const base = { base_currency: 'EUR', income_minor: 0, expense_minor: 0, missing: 0 };
  it.each<[string, () => TransactionFilter, string[], Partial<QueryResult['filterSums']>]>([
    ['everything', () => ({}), ['coffee', 'dollars', 'move', 'none', 'pay', 'rent', 'split'], { income_minor: 200_000, expense_minor: 91_527, missing: 1 }],
    ['a category', () => ({ category_id: category('Coffee') }), ['coffee', 'split'], { expense_minor: 750 }],
    ['two categories', () => ({ category_id: [category('Rent'), category('Groceries')] }), ['rent', 'split'], { expense_minor: 90_700 }],
    ['with its children', () => ({ category_id: category('Food & drink') }), ['coffee', 'split'], { expense_minor: 1_450 }],
    ['none', () => ({ uncategorised: true }), ['dollars', 'none'], { expense_minor: 77, missing: 1 }],
    ['one or none', () => ({ uncategorised: true, category_id: category('Rent') }), ['dollars', 'none', 'rent'], { expense_minor: 90_077, missing: 1 }],
    ['an account', () => ({ account_id: account('Card') }), ['coffee', 'move'], { expense_minor: 450 }],
    ['two accounts', () => ({ account_id: [account('Card'), account('Dollars')] }), ['coffee', 'dollars', 'move'], { expense_minor: 450, missing: 1 }],
    ['a tag of two', () => ({ tag_id: ask('tags', {}).filter(({ name }) => name !== 'home').map(({ id }) => id) }), ['coffee', 'rent'], { expense_minor: 90_450 }],
    ['a payee', () => ({ payee_id: ask('payees', {})[0]!.id }), ['coffee'], { expense_minor: 450 }],
    ['an amount', () => ({ min_minor: 1_000, max_minor: 5_000 }), ['dollars', 'move', 'split'], { expense_minor: 1_000, missing: 1 }],
    ['days and a kind', () => ({ kind: 'expense', from_day: '2026-01-11', to_day: '2026-01-12' }), ['none'], { expense_minor: 77 }],
    ['transfers', () => ({ kind: 'transfer' }), ['move'], {}],
    ['no rate', () => ({ without_rate: true }), ['dollars'], { missing: 1 }],
    ['a currency', () => ({ currency: 'USD' }), ['dollars'], { missing: 1 }],
    ['words', () => ({ text: 'coffee' }), ['coffee', 'split'], { expense_minor: 1_450 }],
    ['words of a tag', () => ({ text: 'fix' }), ['rent'], { expense_minor: 90_000 }],
    ['words of an account', () => ({ text: 'card' }), ['coffee', 'move'], { expense_minor: 450 }],
    ['an amount as words', () => ({ text: '4.5' }), ['coffee'], { expense_minor: 450 }],
    ['words and an account', () => ({ text: 'coffee', account_id: account('Card') }), ['coffee'], { expense_minor: 450 }]
  ])('by %s', (_, filter, found, sums) => {
    expect(notes(filter())).toEqual(found);
    expect(ask('filterSums', { filter: filter() })).toEqual({ ...base, ...sums });
    expect(ask('dayCounts', { filter: filter() }).reduce((count, day) => count + day.count, 0)).toBe(found.length);
    expect(ask('matching', { filter: filter() })).toEqual(ask('transactions', { filter: filter() }).items.map(({ id }) => id));
  });
  it('means a category with its children, or alone', () => {
    add('lunch', { amount_minor: 900, category_id: category('Food & drink') });
    const sums = (filter: TransactionFilter) => [notes(filter), ask('filterSums', { filter }).expense_minor];
    expect(sums({ category_id: category('Food & drink') })).toEqual([['coffee', 'lunch', 'split'], 2_350]);
    expect(sums({ category_id: category('Food & drink'), category_alone: true })).toEqual([['lunch'], 900]);
  });
  it('comes to what it was, or what it is at the rates of today', () => {
    run('setRate', { day: '2026-01-14', from_currency: 'EUR', to_currency: 'USD', rate: '1.1' });
    add('more dollars', { amount_minor: 2_200, account_id: account('Dollars'), day: '2026-01-13', rate: '0.5' });
    const sums = (filter: TransactionFilter) => (['as_it_was', 'todays_rate'] as const).map((mode) => ask('filterSums', { filter, mode })).map(({ expense_minor, missing }) => [expense_minor, missing]);
    expect(sums({ currency: 'USD' })).toEqual([[1_100, 1], [3_000, 0]]);
    expect(sums({ text: 'dollars' })).toEqual([[1_100, 1], [3_000, 0]]);
    expect(sums({ currency: 'EUR' })).toEqual([[91_527, 0], [91_527, 0]]);
  });
  it('gives the rows between two, in either direction', () => {
    const items = ask('transactions', {}).items;
    const place = ({ day, id }: { day: string; id: string }) => ({ day, id });
    const wanted = items.slice(1, 5).map(({ id }) => id);
    expect(ask('matching', { between: [place(items[1]!), place(items[4]!)] })).toEqual(wanted);
    expect(ask('matching', { between: [place(items[4]!), place(items[1]!)] })).toEqual(wanted);
  });
  it('says what chosen rows are', () => {
    const { groups, sums, tag_ids } = ask('selected', { ids: Object.values(ids) });
    expect(groups.map(({ kind, currency, count }) => `${kind} ${currency} ${count}`)).toEqual(['expense EUR 4', 'expense USD 1', 'income EUR 1', 'transfer EUR 1']);
    expect(sums).toEqual({ base_currency: 'EUR', income_minor: 200_000, expense_minor: 91_527, missing: 1 });
    expect(tag_ids).toHaveLength(3);
  });

  describe('and what is done to all it found', () => {
    const all = () => Object.values(ids);
    const row = (name: string) => ask('transaction', { id: ids[name] ?? '' })!;
    it('gives a category to those of its kind', () => {
      const done = run('editTransactions', { ids: all(), fields: { category_id: category('Groceries') } });
      expect(done.ops).toHaveLength(5);
      expect(row('split').lines).toMatchObject([{ category_id: category('Groceries'), amount_minor: 1_000 }]);
      expect([row('pay').lines[0]?.category_name, row('move').lines.length]).toEqual(['Salary', 0]);
      done.undo();
      expect(row('split').lines.map(({ amount_minor }) => amount_minor)).toEqual([300, 700]);
    });
    it('moves to an account of the same currency, transfers never', () => {
      const { ops } = run('editTransactions', { ids: all(), fields: { account_id: account('Card') } });
      expect(ops).toHaveLength(4);
      expect([row('dollars'), row('move')].map(({ account_name }) => account_name)).toEqual(['Dollars', 'Cash']);
    });
    it('adds and takes away tags', () => {
      const [fun] = ask('tags', { text: 'fun' });
      const { ops } = run('editTransactions', { ids: all(), fields: { add_tags: ['Home', 'new'], remove_tag_ids: [fun!.id] } });
      expect(ops.filter(({ e }) => e === 'tag')).toHaveLength(1);
      expect(row('rent').tag_names.sort()).toEqual(['fixed', 'home', 'new']);
      expect(row('coffee').tag_names.sort()).toEqual(['home', 'new']);
      expect(run('editTransactions', { ids: all(), fields: { add_tags: ['home'] } }).ops).toEqual([]);
      expect(run('editTransactions', { ids: [], fields: { add_tags: ['nobody'] } }).ops).toEqual([]);
    });
    it('leaves what is reconciled, unless told', () => {
      run('editTransaction', { id: ids['rent']!, reconciled: true });
      expect(run('editTransactions', { ids: all(), fields: { category_id: category('Groceries') } }).ops).toHaveLength(4);
      expect(run('deleteTransactions', { ids: [ids['rent']!, ids['none']!] }).ops).toHaveLength(1);
      expect(run('deleteTransactions', { ids: [ids['rent']!, ids['none']!], unlock: true }).ops).toHaveLength(1);
      expect(notes({})).not.toContain('rent');
    });
  });
});
