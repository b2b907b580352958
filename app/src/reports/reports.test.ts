// The same rows, the same answers: books that the server's tests generated and answered (made by
// `pytest server/tests/reports`, written to app/.corpus/reports) are computed again on the device's tables.
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import spec from '../../../spec/reports/cases.json' with { type: 'json' };
import { uuid5 } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import { linesOf, put } from '../ledger/lines.ts';
import { writeMeta } from '../store/meta.ts';
import { openNode } from '../store/node.ts';
import type { Bindable, Port } from '../store/port.ts';
import { migrate } from '../store/schema.ts';
import { record } from '../sync/outbox.ts';
import { bookReport, type ReportName, type ReportParams } from './index.ts';

type Row = Record<string, Bindable>;

interface Entry {
  settings: Row & { id: string };
  account: Row[];
  category: Row[];
  rate: Row[];
  line: Row[];
  rollup: Row[];
  asks: { name: ReportName; params: ReportParams; answer: unknown }[];
}

const CORPUS = new URL('../../.corpus/reports/books.json', import.meta.url);
/** The same, with what was changed in the settings before the questions were asked. */
const CHANGED = new URL('../../.corpus/reports/changed.json', import.meta.url);

const BOOK = '01890000-0000-7000-8000-000000000000';

function insert(port: Port, table: string, rows: readonly Row[]): void {
  for (const row of rows) {
    const names = Object.keys(row);
    port.run(`INSERT INTO ${table}(${names.join(', ')}) VALUES(${names.map((name) => `:${name}`).join(', ')})`, row);
  }
}

function database(entry: Entry): Port {
  const port = openNode();
  migrate(port);
  const book_id = entry.settings.id;
  const tables: [string, readonly Row[]][] = [
    ['settings', [entry.settings]],
    ['account', entry.account],
    ['category', entry.category],
    ['rate', entry.rate],
    ['line', entry.line],
    ['rollup', entry.rollup]
  ];
  port.tx(() => {
    for (const [table, rows] of tables) insert(port, table, rows.map((row) => ({ book_id, ...row })));
  });
  return port;
}

test.skipIf(!existsSync(CORPUS))(
  'generated books: the device answers what the server answered (made by pytest server/tests/reports)',
  { timeout: 120_000 },
  () => {
    const corpus = JSON.parse(readFileSync(CORPUS, 'utf8')) as Entry[];
    expect(corpus.length).toBeGreaterThan(20);
    for (const entry of corpus) {
      const port = database(entry);
      for (const { name, params, answer } of entry.asks) {
        const found = bookReport(port, entry.settings.id, name, params);
        expect(found, `${name} ${JSON.stringify(params)}`).toStrictEqual(answer);
      }
      port.close();
    }
  }
);

test.skipIf(!existsSync(CHANGED))(
  'changed settings: the device answers what the server answered (made by pytest server/tests/reports)',
  { timeout: 120_000 },
  () => {
    const corpus = JSON.parse(readFileSync(CHANGED, 'utf8')) as (Entry & { changed: Record<string, unknown> })[];
    expect(corpus.length).toBeGreaterThan(10);
    for (const entry of corpus) {
      const port = database(entry);
      const { id } = entry.settings;
      writeMeta(port, { book_id: id, device_id: 'device' });
      port.tx(() => record(port, { mid: uuid5(id, 'change'), name: 'settings.set', ops: [{ e: 'settings', id, k: 'set', f: entry.changed }], made_at: 1 }));
      for (const { name, params, answer } of entry.asks) {
        expect(bookReport(port, id, name, params), `${JSON.stringify(entry.changed)} ${name} ${JSON.stringify(params)}`).toStrictEqual(answer);
      }
      port.close();
    }
  }
);

/** The id that a name of the cases stands for; '' stays 'none'. */
function named(name: string | null): string | null {
  return name && uuid5(BOOK, name);
}

type Case = (typeof spec.cases)[number];
type Book = (typeof spec.books)['household' | 'moved' | 'vast'];

/** A transaction of the cases as a document. */
function document(values: readonly unknown[], index: number, book: Book): Record<string, unknown> {
  const row = Object.fromEntries(spec.columns.map((name, n) => [name, values[n]]));
  const currencyOf = (account: unknown) => book.accounts.find(({ id }) => id === account)?.currency ?? null;
  const { account, to_account, lines, ...rest } = row;
  return {
    id: uuid5(BOOK, `transaction:${index}`),
    deleted: false,
    ...rest,
    currency: currencyOf(account),
    ...(values[spec.columns.length] as object | undefined),
    account_id: named(account as string | null),
    to_account_id: named(to_account as string | null),
    to_currency: currencyOf(to_account),
    lines: (lines as [string | null, number][]).map(([category, amount_minor]) => ({
      category_id: named(category),
      amount_minor
    }))
  };
}

/** A book of the cases in the device's tables, lines and rollups as `ledger` makes them. */
function bookOfCases(book: Book): Port {
  const documents = book.transactions.map((values, index) => document(values, index, book));
  const lines = documents.flatMap((row) =>
    linesOf(row as never).map((line) => ({ transaction_id: row['id'], ...byName(LINE, line) }))
  );
  const sums = new Map<string, { key: readonly Bindable[]; sums: number[] }>();
  for (const row of documents) {
    for (const [key, delta] of put(null, row as never, book.settings.first_day_of_month)) {
      const cell = sums.get(key.join()) ?? { key, sums: [0, 0, 0, 0] };
      cell.sums = cell.sums.map((sum, n) => sum + delta[n]!);
      sums.set(key.join(), cell);
    }
  }
  return database({
    settings: { ...book.settings, id: BOOK },
    account: book.accounts.map((row, position) => ({ ...row, id: named(row.id), position })),
    category: book.categories.map(([name, parent]) => ({ id: named(name!), parent_id: named(parent!) })),
    rate: book.rates.map(([day, from_currency, to_currency, rate], n) => ({ id: `rate-${n}`, day, from_currency, to_currency, rate })),
    line: lines as Row[],
    rollup: [...sums.values()].map((cell) => byName(ROLLUP, [...cell.key, ...cell.sums])),
    asks: []
  });
}

const LINE = ['position', 'day', 'day_number', 'flow', 'account_id', 'category_id', 'currency', 'amount_minor', 'base_minor', 'base_currency']; // prettier-ignore
const ROLLUP = ['month', 'account_id', 'category_id', 'flow', 'currency', 'base_currency', 'amount_minor', 'base_minor', 'count', 'count_without_rate']; // prettier-ignore

function byName(names: readonly string[], values: readonly Bindable[]): Row {
  return Object.fromEntries(names.map((name, n) => [name, values[n]]));
}

function place(answer: unknown, path: string): unknown {
  return path.split('.').reduce((at, step) => (at as Record<string, unknown>)[step], answer);
}

function asked(case_: Case): ReportParams {
  const params: Record<string, unknown> = { ...case_.params };
  const names = [...spec.books[case_.book as 'household'].accounts.map(({ id }) => id), 'food'];
  for (const name of ['category', 'account']) {
    if (names.includes(params[name] as string)) params[name] = named(params[name] as string);
  }
  return params as unknown as ReportParams;
}

for (const [name, book] of Object.entries(spec.books)) {
  test(`cases of spec/reports/cases.json: ${name}`, () => {
    const port = bookOfCases(book as Book);
    for (const case_ of spec.cases.filter((each) => each.book === name)) {
      const answer = () => bookReport(port, BOOK, case_.report as ReportName, asked(case_));
      if ('refusal' in case_) {
        expect(refusalOf(answer), case_.name).toEqual([case_.refusal, case_.field]);
        continue;
      }
      const found = answer();
      for (const [path, value] of Object.entries(case_.expect ?? {})) {
        const expected = path.endsWith('_id') ? named(value as string | null) : value;
        expect(place(found, path), `${case_.name}: ${path}`).toEqual(expected);
      }
    }
    port.close();
  });
}

function refusalOf(answer: () => unknown): unknown {
  try {
    return answer();
  } catch (error) {
    if (error instanceof Refusal) return [error.code, error.field];
    throw error;
  }
}
