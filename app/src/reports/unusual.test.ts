// spec/reports/unusual.json in TypeScript (server/tests/reports/test_unusual.py runs it in Python), and the books that
// the server's test generated and answered (written to app/.corpus/reports), computed again on the device's tables.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import table from '../../../spec/reports/unusual.json' with { type: 'json' };
import { openNode } from '../store/node.ts';
import { migrate } from '../store/schema.ts';
import { bookUnusual, missingBill, oddAmounts, type Entry, type Unusual } from './unusual.ts';

describe('what is unusual about a payee', () => {
  it.each(table.cases.map((one): [string, typeof one] => [one.case, one]))('%s', (_, { entries, today, amounts, bills }) => {
    const rows = (entries as [string, string, Entry['kind'], string, number][]).map(
      ([id, day, kind, currency, amount_minor]): Entry => ({ id, day, kind, currency, amount_minor })
    );
    expect(oddAmounts('p', rows, today)).toEqual(amounts.map((one) => expect.objectContaining(one)));
    const bill = missingBill('p', rows, today);
    expect(bill ? [bill] : []).toEqual(bills.map((one) => expect.objectContaining(one)));
  });
});

type Rows = Record<string, unknown>[];
interface Made {
  payee: Rows;
  transaction: Rows;
  schedule: Rows;
  today: string;
  answer: Unusual;
}

const CORPUS = new URL('../../.corpus/reports/unusual.json', import.meta.url);
const BOOK = '01890000-0000-7000-8000-000000000000';

test.skipIf(!existsSync(CORPUS))('generated books: the device answers what the server answered (made by pytest server/tests/reports)', () => {
  const corpus = JSON.parse(readFileSync(CORPUS, 'utf8')) as Made[];
  expect(corpus.length).toBeGreaterThan(50);
  for (const { today, answer, ...tables } of corpus) {
    const port = openNode();
    migrate(port);
    for (const [name, rows] of Object.entries(tables)) {
      for (const row of rows) {
        const names = Object.keys(row);
        const values = Object.fromEntries(names.map((each) => [each, Array.isArray(row[each]) ? JSON.stringify(row[each]) : (row[each] as string)]));
        port.run(`INSERT INTO "${name}"(book_id, ${names.join(', ')}) VALUES(:book, ${names.map((each) => `:${each}`).join(', ')})`, { ...values, book: BOOK });
      }
    }
    expect(bookUnusual(port, BOOK, today)).toStrictEqual(answer);
    port.close();
  }
});
