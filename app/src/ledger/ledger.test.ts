/** The ledger over a real database: commands as a person gives them, queries as screens ask them. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { AccountView, CategoryView, CommandArgs, CommandName, QueryName, QueryParams, QueryResult } from '../api.ts';
import { uuid7 } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import { bookReport, readAhead } from '../reports/index.ts';
import { ENTITY_NAMES, FIELDS } from '../store/entities.ts';
import { readMeta, writeMeta } from '../store/meta.ts';
import { openNode } from '../store/node.ts';
import type { Bindable, Port } from '../store/port.ts';
import { columnOf, type Table } from '../store/table.ts';
import { forgetMonths } from '../store/recall.ts';
import { liveRows, readRow } from '../store/rows.ts';
import { migrate } from '../store/schema.ts';
import { beginHydration, landPage, landSnapshot, position } from '../sync/inbox.ts';
import { record } from '../sync/outbox.ts';
import { cursorAt, type WireAck, type WireRow } from '../sync/wire.ts';
import { COUNTED, WRONG_ACCOUNT_SUMS } from './commands.ts';
import { seedOps } from './defaults.ts';
import type { Op } from './entities.ts';
import { linesOf } from './lines.ts';
import { plan } from './plan.ts';
import { query, type LedgerQuery } from './queries.ts';
import { changeOf, undoOps } from './undo.ts';

const BOOK = uuid7(1_700_000_000_000, new Uint8Array(10));
const TODAY = '2026-01-20';

let port: Port;
let minted = 0;

function mint(): string {
  minted += 1;
  const bytes = new Uint8Array(10);
  new DataView(bytes.buffer).setUint32(6, minted);
  return uuid7(1_768_900_000_000 + minted, bytes);
}

function submit(name: string, ops: Op[]): Op[] {
  const applied = port.tx(() => record(port, { mid: mint(), name, ops, made_at: 1_768_900_000_000 + minted }));
  const writes = applied?.writes ?? [];
  return undoOps(writes.map(changeOf), (entity, id) => writes.find((write) => write.entity === entity && write.after.id === id)?.after ?? null);
}

function run<C extends CommandName>(name: C, args: CommandArgs[C]): { id: string; undo: () => void } {
  const planned = plan(name, { port, book_id: BOOK, now_ms: 1_768_900_000_000 + minted, mint }, args);
  const undo = planned.ops.length > 0 ? submit(planned.name, planned.ops) : [];
  return { id: planned.id ?? '', undo: () => void submit('undo', undo) };
}

function ask<Q extends LedgerQuery & QueryName>(name: Q, params: QueryParams[Q]): QueryResult[Q] {
  return query(name, port, BOOK, params, TODAY) as QueryResult[Q];
}

/** Rows as a page of the snapshot has them. */
function tablesOf(rows: readonly WireRow[]): Record<string, Table> {
  const stored = (value: unknown) => (value !== null && typeof value === 'object' ? JSON.stringify(value) : value as Bindable);
  const tables = ENTITY_NAMES.map((entity): [string, Table] => {
    const own = rows.filter(([name]) => name === entity).map(([, id, ver, , fields]): Record<string, unknown> => ({ ...fields, id, ver }));
    const columns = ['id', 'ver', ...Object.keys(FIELDS[entity])].map((name) => [name, columnOf(own.map((row) => stored(row[name] ?? null)))]);
    return [entity, { rows: own.length, columns: Object.fromEntries(columns) as Table['columns'] }];
  });
  return Object.fromEntries(tables.filter(([, { rows }]) => rows > 0));
}
const wholeBook = () => ENTITY_NAMES.flatMap((entity) => liveRows(port, BOOK, entity).map((row): WireRow => [entity, row.id, 2, false, { ...row }]));
const landing = { get port() { return port; }, now_ms: 0, newDeviceId: mint };

/** Takes the last page of a pull. */
function pull(rows: WireRow[], acks: WireAck[]): void {
  const cursor = position(port)!;
  const page = { epoch: 'e', from: cursor, to: cursorAt(2), head: 2, more: false, rows, acks, time: 0 };
  expect(landPage({ ...landing, port, asked: { device_id: 'device', cursor } }, page).state).toBe('done');
}

/** Lines and rollups are what the documents say. */
function check(): void {
  const first_day = port.value<number>('SELECT first_day_of_month FROM settings') ?? 1;
  const cells = (sql: string) => port.rows(sql, { book_id: BOOK, first_day }).map((row) => row.join('|')).sort();
  const stored = `SELECT month, account_id, category_id, flow, currency, base_currency, amount_minor, base_minor, count, count_without_rate
    FROM rollup WHERE book_id = :book_id AND :first_day = :first_day`;
  expect(cells(stored)).toEqual(cells(COUNTED));
  expect(port.rows(WRONG_ACCOUNT_SUMS, { book_id: BOOK })).toEqual([]);
  const documents = port.all('SELECT * FROM "transaction" WHERE NOT deleted').map((row) => ({ ...row, deleted: false, lines: JSON.parse(String(row['lines'])) as unknown }));
  const expected = documents.flatMap((row) => linesOf(row as never).map((line) => [String((row as { id?: string }).id), ...line].join('|')));
  const found = port.rows(`SELECT transaction_id, position, day, day_number, flow, account_id, category_id, currency, amount_minor, base_minor, base_currency FROM line`);
  expect(found.map((row) => row.join('|')).sort()).toEqual(expected.sort());
}

function account(name: string): AccountView {
  return ask('accounts', {}).find((row) => row.name === name)!;
}

function category(name: string): CategoryView {
  return ask('categories', {}).flatMap((top) => [top, ...top.children]).find((row) => row.name === name)!;
}

beforeEach(() => {
  minted = 0;
  port = openNode();
  migrate(port);
  writeMeta(port, { book_id: BOOK, device_id: 'device', epoch: 'e', cursor: '0:' });
  submit('book.seed', seedOps(BOOK, 'EUR'));
});

describe('a book that was just made', () => {
  it('has two levels of categories, a cash account and settings', () => {
    expect(ask('settings', {}).base_currency).toBe('EUR');
    expect(ask('accounts', {}).map(({ name, balance_minor }) => [name, balance_minor])).toEqual([['Cash', 0]]);
    expect(ask('categories', { kind: 'expense' })[0]?.children.length).toBeGreaterThan(2);
    check();
  });
});

describe('what is kept of months that are over', () => {
  const readAll = () => {
    forgetMonths(port, null);
    for (const _ of readAhead(port, BOOK, TODAY));
  };

  it.each([['was asked for', () => undefined], ['was read ahead', readAll]])('and %s is what is counted anew, whatever is changed in them', (_, before) => {
    const cash = account('Cash').id;
    const groceries = category('Groceries').id;
    const asked = () => {
      const params = { today: TODAY, period: 'all', bucket: 'month' } as const;
      return [
        ask('categories', {}), ...(['trend_by_type', 'trend_by_category', 'balance_over_time'] as const).map((name) => bookReport(port, BOOK, name, params)),
        bookReport(port, BOOK, 'annual', { today: TODAY, period: 'all' }), bookReport(port, BOOK, 'balance_over_time', { today: TODAY, period: 'month' }),
        bookReport(port, BOOK, 'trend_by_type', { today: TODAY, from_day: '2025-08-05', to_day: '2026-01-04', bucket: 'month', first_month_of_year: 10 })
      ];
    };
    const seen = new Set<string>();
    const same = () => {
      const kept = asked();
      forgetMonths(port, null);
      expect(kept).toEqual(asked());
      check();
      seen.add(JSON.stringify(kept));
      // what comes next moves under them
      before();
    };
    const bought = (day: string, amount_minor: number): WireRow => {
      const { id: _, ver: __, deleted: ___, ...fields } = readRow(port, BOOK, 'transaction', id)!;
      return ['transaction', mint(), 2, false, { ...fields, day, amount_minor, base_minor: amount_minor, lines: [{ category_id: groceries, amount_minor }] }];
    };
    const spend = (day: string) => run('addTransaction', { kind: 'expense', account_id: cash, amount_minor: 100, category_id: groceries, day });
    const old = spend('2020-05-10');
    spend('2025-08-10');
    const { id } = spend('2025-11-10');
    spend(TODAY);
    same();
    spend('2025-10-31');
    same();
    run('editTransaction', { id, amount_minor: 700 });
    same();
    const moved = run('editTransaction', { id, day: '2025-09-02' });
    same();
    expect(() => port.tx(() => {
      run('deleteTransaction', { id });
      asked();
      throw new Error('no');
    })).toThrow('no');
    same();
    const gone = run('deleteTransaction', { id });
    same();
    gone.undo();
    moved.undo();
    same();
    run('setSettings', { first_day_of_month: 5 });
    same();
    run('setSettings', { first_day_of_month: 1 });
    same();
    // what comes from the server: a page that is merged, then the whole book anew
    pull([bought('2025-10-20', 5000)], []);
    same();
    // which has nothing any more in months that are added up by themselves
    const rows = [...wholeBook().filter(([, row_id]) => row_id !== old.id), bought('2025-10-21', 9000)];
    port.tx(() => beginHydration(port));
    const snapshot = { epoch: 'e', from: null, v0: 2, tables: tablesOf(rows), after: null, more: false, total: rows.length };
    landSnapshot(landing, readMeta(port)!.hydration!, snapshot);
    // all is confirmed: nothing is done again on top of it
    pull([], port.rows('SELECT seq, mid FROM outbox').map(([seq, mid]) => [Number(seq), String(mid), 'ok', 2, null]));
    expect(port.value('SELECT count(*) FROM "transaction" WHERE NOT deleted')).toBe(rows.filter(([entity]) => entity === 'transaction').length);
    same();
    // what was rolled back, and what was undone in two steps, looked the same as before
    expect(seen.size).toBe(8);
  });
});

describe('what reports of all history add up', () => {
  const months = () => vi.mocked(port.rows).mock.calls.filter(([sql]) => sql.includes('FROM rollup'));

  it('is read ahead piece by piece, once, and the reports then read no more of it', () => {
    for (const year of [2021, 2023, 2024, 2025]) {
      for (const month of ['03', '11']) run('addTransaction', { kind: 'expense', account_id: account('Cash').id, amount_minor: year, category_id: category('Groceries').id, day: `${year}-${month}-10` });
    }
    vi.spyOn(port, 'rows');
    let pieces = 0;
    for (const _ of readAhead(port, BOOK, TODAY)) expect(months().length).toBe(++pieces);
    expect(pieces).toBeGreaterThan(10);
    // before the book began there is nothing, however many months that is
    const lengths = months().flatMap(([, params]) => (Number(params!['from_month']) < 2021 * 12 ? [] : [Number(params!['to_month']) - Number(params!['from_month'])]));
    expect(Math.max(...lengths)).toBe(11);
    vi.mocked(port.rows).mockClear();
    const all = { today: TODAY, period: 'all', bucket: 'month' } as const;
    const ask = () => [
      bookReport(port, BOOK, 'balance_over_time', all), bookReport(port, BOOK, 'trend_by_type', all), bookReport(port, BOOK, 'annual', all),
      ...(['expense', 'income'] as const).map((flow) => bookReport(port, BOOK, 'trend_by_category', { ...all, flow }))
    ];
    const ahead = ask();
    // the last month is added up each time
    expect(months().filter(([, params]) => params!['from_month'] !== params!['to_month'])).toEqual([]);
    forgetMonths(port, null);
    expect(ahead).toEqual(ask());
    vi.restoreAllMocks();
  });
});

describe('commands', () => {
  it('adds, edits, deletes and undoes a transaction', () => {
    const cash = account('Cash').id;
    const groceries = category('Groceries').id;
    const { id } = run('addTransaction', {
      kind: 'expense', account_id: cash, amount_minor: 1250, category_id: groceries, day: TODAY, payee: 'Lidl', tags: ['Trip']
    });
    expect(ask('transaction', { id })).toMatchObject({
      currency: 'EUR', rate: '1', base_minor: 1250, payee_name: 'Lidl', tag_names: ['Trip'], account_name: 'Cash', pending: true,
      lines: [{ category_name: 'Groceries', amount_minor: 1250 }]
    });
    expect(account('Cash').balance_minor).toBe(-1250);
    const edit = run('editTransaction', { id, amount_minor: 2000, payee: ' LIDL ' });
    expect(ask('transaction', { id })).toMatchObject({ amount_minor: 2000, base_minor: 2000, lines: [{ amount_minor: 2000 }] });
    expect(ask('payees', {}).map(({ name, use_count }) => [name, use_count])).toEqual([['Lidl', 1]]);
    edit.undo();
    expect(ask('transaction', { id })?.amount_minor).toBe(1250);
    const gone = run('deleteTransaction', { id });
    expect(ask('transactions', {}).items).toEqual([]);
    check();
    gone.undo();
    expect(account('Cash').balance_minor).toBe(-1250);
    check();
  });

  it('holds today what came until today, and knows what later days will do', () => {
    const add = (amount_minor: number, day: string) => run('addTransaction', { kind: 'expense', account_id: account('Cash').id, amount_minor, day });
    add(1250, TODAY);
    expect(account('Cash')).toMatchObject({ balance_minor: -1250, ahead_minor: 0 });
    add(90_000, '2099-01-01');
    expect(account('Cash')).toMatchObject({ balance_minor: -1250, ahead_minor: -90_000, base_balance_minor: -1250 });
  });

  it('says of an edit only what it changes, and nothing where that is nothing', () => {
    const cash = account('Cash').id;
    const groceries = category('Groceries').id;
    const form = { kind: 'expense', account_id: cash, amount_minor: 1250, category_id: groceries, day: TODAY, payee: 'Lidl', note: 'Lunch', tags: ['Trip'] } satisfies CommandArgs['addTransaction'];
    const { id } = run('addTransaction', form);
    const ops = <C extends CommandName>(name: C, args: CommandArgs[C]) => plan(name, { port, book_id: BOOK, now_ms: 0, mint }, args).ops;
    expect(ops('editTransaction', { id, ...form })).toEqual([]);
    expect(ops('editTransaction', { id, ...form, note: 'Dinner' })).toEqual([{ e: 'transaction', id, k: 'set', f: { note: 'Dinner' } }]);
    // money is one
    const [{ f }] = ops('editTransaction', { id, ...form, amount_minor: 2000 }) as [Op];
    expect(f).toMatchObject({ amount_minor: 2000, currency: 'EUR', account_id: cash, lines: [{ category_id: groceries, amount_minor: 2000 }] });
    expect(Object.keys(f!)).not.toContain('note');
    const { name, kind, currency, opening_minor } = account('Cash');
    expect(ops('editAccount', { id: cash, name, kind, currency, opening_minor })).toEqual([]);
    expect(ops('editAccount', { id: cash, name: 'Purse', kind, currency, opening_minor })).toEqual([{ e: 'account', id: cash, k: 'set', f: { name: 'Purse' } }]);
    check();
  });

  it('makes a transfer of what was split', () => {
    const cash = account('Cash').id;
    const { id: bank } = run('addAccount', { name: 'Bank', kind: 'bank', currency: 'EUR' });
    const lines = [category('Groceries').id, category('Rent').id].map((category_id) => ({ category_id, amount_minor: 500 }));
    const { id } = run('addTransaction', { kind: 'expense', account_id: cash, amount_minor: 1000, lines, day: TODAY });
    run('editTransaction', { id, kind: 'transfer', to_account_id: bank, to_amount_minor: 1000, lines: [] });
    expect(ask('transaction', { id })).toMatchObject({ kind: 'transfer', lines: [], to_account_id: bank });
    check();
  });

  it('splits, transfers between currencies and finds rates', () => {
    const cash = account('Cash').id;
    const { id: dollars } = run('addAccount', { name: 'Dollars', kind: 'bank', currency: 'USD' });
    run('setRate', { day: '2026-01-10', from_currency: 'EUR', to_currency: 'USD', rate: '1.25' });
    const [food, rent] = [category('Groceries').id, category('Rent').id];
    const lines = [{ category_id: food, amount_minor: 333 }, { category_id: rent, amount_minor: 667 }];
    const { id } = run('addTransaction', { kind: 'expense', account_id: dollars, amount_minor: 1000, lines, day: TODAY });
    expect(ask('transaction', { id })).toMatchObject({ rate: '0.8', base_minor: 800 });
    const early = run('addTransaction', { kind: 'income', account_id: dollars, amount_minor: 500, day: '2026-01-01' });
    expect(ask('transaction', { id: early.id })).toMatchObject({ rate: null, base_minor: null });
    const moved = run('addTransaction', { kind: 'transfer', account_id: dollars, amount_minor: 300, to_account_id: cash, to_amount_minor: 200, day: TODAY });
    expect(ask('transaction', { id: moved.id })).toMatchObject({ base_minor: 200 });
    run('editTransaction', { id: moved.id!, to_amount_minor: 250 });
    expect(ask('transaction', { id: moved.id })).toMatchObject({ to_amount_minor: 250, base_minor: 250, rate: '0.833333333333' });
    expect([account('Cash').balance_minor, account('Dollars').balance_minor]).toEqual([250, -800]);
    expect(account('Dollars').base_balance_minor).toBe(-640);
    expect(ask('dayCounts', {})).toEqual([{ day: TODAY, count: 2 }, { day: '2026-01-01', count: 1 }]);
    expect(ask('dayCounts', { filter: { category_id: rent } })).toEqual([{ day: TODAY, count: 1 }]);
    expect(ask('dayCounts', { filter: { account_id: dollars! } })).toEqual([
      { day: TODAY, count: 2, effect_minor: -1300 }, { day: '2026-01-01', count: 1, effect_minor: 500 }
    ]);
    expect(ask('daySums', { from_day: '2026-01-01', to_day: TODAY })).toMatchObject([
      { day: TODAY, expense_minor: 800, count: 1, count_without_rate: 0 }, { day: '2026-01-01', income_minor: 0, count_without_rate: 1 }
    ]);
    check();
  });

  it('refuses what the server would refuse, and writes nothing', () => {
    const cash = account('Cash').id;
    const before = port.value('SELECT count(*) FROM outbox');
    expect(() => run('addTransaction', { kind: 'expense', account_id: cash, amount_minor: 0, day: TODAY })).toThrow(Refusal);
    expect(() => run('addTransaction', { kind: 'transfer', account_id: cash, to_account_id: cash, amount_minor: 5, day: TODAY })).toThrow('transfer_same_account');
    expect(port.value('SELECT count(*) FROM outbox')).toBe(before);
    check();
  });

  it('merges a category with everything that uses it, and takes it back', () => {
    const cash = account('Cash').id;
    const [coffee, food] = [category('Coffee').id, category('Groceries').id];
    const { id } = run('addTransaction', { kind: 'expense', account_id: cash, amount_minor: 300, category_id: coffee, day: TODAY });
    const merged = run('mergeCategory', { id: coffee, into: food });
    expect(ask('transaction', { id })?.lines[0]?.category_name).toBe('Groceries');
    merged.undo();
    expect(ask('transaction', { id })?.lines[0]?.category_name).toBe('Coffee');
    check();
  });

  it('deletes an account but keeps the other half of its transfers', () => {
    const cash = account('Cash').id;
    const { id: bank } = run('addAccount', { name: 'Bank', kind: 'bank', currency: 'EUR', opening_minor: 10_000 });
    const { id } = run('addTransaction', { kind: 'transfer', account_id: bank, to_account_id: cash, amount_minor: 4000, day: TODAY });
    const gone = run('deleteAccount', { id: cash });
    expect(ask('transaction', { id })).toMatchObject({ account_id: bank, to_account_id: null });
    expect(account('Bank').balance_minor).toBe(6000);
    check();
    gone.undo();
    expect(account('Cash').balance_minor).toBe(4000);
    check();
  });

  it('counts the months anew when they begin on another day', () => {
    run('addTransaction', { kind: 'expense', account_id: account('Cash').id, amount_minor: 5, day: '2026-01-03' });
    run('setSettings', { first_day_of_month: 5 });
    check();
    expect(port.value('SELECT month FROM rollup')).toBe(2025 * 12 + 11);
  });

  it('keeps sums exact that a number cannot hold, and shows the other accounts without them', () => {
    const cash = account('Cash').id;
    const ops = Array.from({ length: 199 }, (_, n): Op[] => {
      const fields = { kind: 'income' as const, account_id: cash, amount_minor: 10 ** 14 - 1 - 2 * (n % 7), day: TODAY };
      return plan('addTransaction', { port, book_id: BOOK, now_ms: 1_768_900_000_000, mint }, fields).ops;
    }).flat();
    submit('many', ops);
    const sum = () => port.value<string>('SELECT CAST(amount_minor AS TEXT) FROM account_sum WHERE account_id = :cash', { cash });
    expect(sum()).toBe(port.value('SELECT CAST(SUM(amount_minor) AS TEXT) FROM line'));
    expect(Number.isSafeInteger(Number(sum()))).toBe(false);
    expect(account('Cash')).toMatchObject({ balance_minor: null, base_balance_minor: null, count: 199 });
    run('addAccount', { name: 'Purse', kind: 'cash', currency: 'EUR', opening_minor: 7 });
    expect(account('Purse').balance_minor).toBe(7);
    expect(ask('dayCounts', { filter: { account_id: cash } })).toEqual([{ day: TODAY, count: 199, effect_minor: null }]);
    for (const { id } of ops.filter(({ e }) => e === 'transaction')) run('deleteTransaction', { id });
    expect(sum()).toBeNull();
    expect(account('Cash')).toMatchObject({ balance_minor: 0, count: 0, last_day: null });
    check();
  });

  it('edits several at once', () => {
    const cash = account('Cash').id;
    const add = () => run('addTransaction', { kind: 'expense', account_id: cash, amount_minor: 5, day: TODAY }).id;
    const ids = [add(), add()];
    const edit = run('editTransactions', { ids, fields: { category_id: category('Rent').id, payee: 'New' } });
    expect(ask('transactions', { filter: { category_id: category('Home').id } }).items.map(({ payee_name }) => payee_name)).toEqual(['New', 'New']);
    edit.undo();
    expect(ask('transactions', { filter: { uncategorised: true } }).items).toHaveLength(2);
    check();
  });
});

describe('lists', () => {
  beforeEach(() => {
    const cash = account('Cash').id;
    const food = category('Groceries').id;
    for (let n = 1; n <= 9; n++) {
      run('addTransaction', {
        kind: n % 3 === 0 ? 'income' : 'expense', account_id: cash, amount_minor: n * 111, day: `2026-01-0${n}`,
        payee: n % 2 ? 'Café Straße' : 'ACME', note: n === 4 ? 'birthday cake' : null, ...(n === 5 ? { category_id: food } : {})
      });
    }
  });

  it('pages newest first', () => {
    const first = ask('transactions', { limit: 4 });
    const rest = ask('transactions', { limit: 9, before: first.next });
    expect([...first.items, ...rest.items].map(({ day }) => day)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1].map((n) => `2026-01-0${n}`));
    expect(rest.next).toBeNull();
  });

  it('finds words in notes, names, categories and amounts', () => {
    const days = (text: string) => ask('search', { text }).items.map(({ day }) => Number(day.slice(-1)));
    expect(days('cake')).toEqual([4]);
    expect(days('cafe')).toEqual([9, 7, 5, 3, 1]);
    expect(days('groc')).toEqual([5]);
    expect(days('acme 8.88')).toEqual([8]);
    expect(days('nothing')).toEqual([]);
  });

  it('suggests what went with a payee before', () => {
    expect(ask('suggestions', { payee_text: 'ac' })).toMatchObject([{ payee_name: 'ACME', use_count: 4, amount_minor: 888 }]);
  });
});
