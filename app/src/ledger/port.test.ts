/**
 * The generated cases over a real database: the device decides from its tables as from
 * plain rows, and lines and rollups follow whatever the server sends.
 */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openNode } from '../store/node.ts';
import type { Port } from '../store/port.ts';
import { migrate } from '../store/schema.ts';
import { COUNTED, WRONG_ACCOUNT_SUMS, place, type Placed } from './commands.ts';
import type { EntityName, Row } from './entities.ts';
import { linesOf } from './lines.ts';
import { decide, type AnyMutation } from './merge.ts';
import { MemoryState, PortState } from './state.ts';

interface Book {
  book_id: string;
  steps: { mutation: AnyMutation; writes: [EntityName, Row][] }[];
}

const BOOKS = readFileSync(new URL('../../../spec/sync/corpus.jsonl', import.meta.url), 'utf8')
  .split('\n').filter(Boolean).map((line) => JSON.parse(line) as Book);

/** A row as the device has it: it does not know who wrote which field when. */
function known({ fmeta: _, ...row }: Row): Row {
  return row as Row;
}

function texts(rows: readonly (readonly unknown[])[]): string[] {
  return rows.map((row) => row.join('|')).sort();
}

function check(port: Port, state: MemoryState): void {
  const book_id = state.book_id;
  const first_day = Number(state.get('settings', book_id)?.['first_day_of_month'] ?? 1);
  const stored = `SELECT month, account_id, category_id, flow, currency, base_currency, amount_minor, base_minor, count,
    count_without_rate FROM rollup WHERE book_id = :book_id`;
  expect(texts(port.rows(stored, { book_id }))).toEqual(texts(port.rows(COUNTED, { book_id, first_day })));
  expect(port.rows(WRONG_ACCOUNT_SUMS, { book_id })).toEqual([]);
  const lines = `SELECT transaction_id, position, day, day_number, flow, account_id, category_id, currency, amount_minor,
    base_minor, base_currency FROM line WHERE book_id = :book_id`;
  const transactions = [...state.rows.values()].filter(({ entity }) => entity === 'transaction');
  const expected = transactions.flatMap(({ row }) => linesOf(row).map((line) => [row.id, ...line]));
  expect(texts(port.rows(lines, { book_id }))).toEqual(texts(expected));
}

it.each(BOOKS.map((book): [string, Book] => [book.book_id, book]))('the book %s', (_, { book_id, steps }) => {
  const port = openNode();
  migrate(port);
  const state = new MemoryState(book_id);
  for (const { mutation, writes } of steps) {
    const at = { ver: 0, device: 0, edited_at_ms: 0 };
    const [stored, plain] = [new PortState(port, book_id), state].map((one) => decide(one, mutation, at));
    expect(stored).toEqual(plain);
    const rows = writes.map(([entity, row]): [EntityName, Row] => [entity, known(row)]);
    for (const [entity, row] of rows) state.rows.set(`${entity} ${row.id}`, { entity, row });
    port.tx(() => place(port, book_id, rows.map(([entity, row]) => ({ entity, id: row.id, row }) as unknown as Placed)));
    check(port, state);
  }
  port.close();
});
