/**
 * The sample book as rows of the open book: how it is known again on every device, and what takes it out. Its ids are
 * made of the book's (UUIDv5), so that no row needs a mark. Plans only; the household is in sample.ts.
 */
import { uuid5 } from '../kernel/ids.ts';
import type { Port } from '../store/port.ts';
import { readRow, readRows } from '../store/rows.ts';
import type { Op } from './entities.ts';

interface Book {
  port: Port;
  book_id: string;
}

const ACCOUNTS = ['bank', 'savings'] as const;
/** More rows than a household of a hundred days has. */
const MOST = 600;
/** Each time that a sample is taken in anew has ids of its own; nobody does it this often. */
const ROUNDS = 20;

export const accountOf = (book_id: string, round: number, name: (typeof ACCOUNTS)[number]): string => uuid5(book_id, `sample:${round}:${name}`);
export const transactionOf = (book_id: string, round: number, number: number): string => uuid5(book_id, `sample:${round}:${number}`);

/** The sample whose accounts are there; null when there is none. */
function currentRound({ port, book_id }: Book): number | null {
  for (let round = 0; round < ROUNDS; round++) {
    const rows = ACCOUNTS.map((name) => readRow(port, book_id, 'account', accountOf(book_id, round, name)));
    if (rows.every((row) => row === null)) return null;
    if (rows.some((row) => row && !row.deleted)) return round;
  }
  return null;
}

const transactionsOf = ({ port, book_id }: Book, round: number) => {
  const ids = Array.from({ length: MOST }, (_, number) => transactionOf(book_id, round, number));
  return [...readRows(port, book_id, 'transaction', ids).values()].filter((row) => !row.deleted);
};

/** An account that a person goes on using is theirs: a sample is there as long as entries of it are. */
export function sampleIsThere(book: Book): boolean {
  const round = currentRound(book);
  return round !== null && transactionsOf(book, round).length > 0;
}

/** The first round that was never taken in. */
export function freeRound({ port, book_id }: Book): number {
  const taken = (round: number) => ACCOUNTS.some((name) => readRow(port, book_id, 'account', accountOf(book_id, round, name)) !== null);
  let round = 0;
  while (taken(round)) round++;
  return round;
}

/**
 * Takes the sample out: its transactions, the payees that nothing else names, and those of its accounts that nothing
 * else uses. What a person has entered since stays.
 */
export function removeOps(book: Book): Op[] {
  const { port, book_id } = book;
  const round = currentRound(book);
  if (round === null) return [];
  const found = transactionsOf(book, round);
  const gone = new Set(found.map(({ id }) => id));
  const left = (column: string, id: string) =>
    port
      .all<{ id: string }>(`SELECT id FROM "transaction" WHERE book_id = :book_id AND ${column} = :id AND NOT deleted`, { book_id, id })
      .some((row) => !gone.has(row.id));
  const planned = (column: string, id: string) =>
    ['schedule', 'template'].some((table) => port.value(`SELECT 1 FROM "${table}" WHERE book_id = :book_id AND ${column} = :id AND NOT deleted`, { book_id, id }) !== null);
  const payees = [...new Set(found.flatMap(({ payee_id }) => (payee_id ? [payee_id] : [])))].filter((id) => !left('payee_id', id) && !planned('payee_id', id));
  const accounts = ACCOUNTS.map((name) => accountOf(book_id, round, name)).filter((id) => {
    const row = readRow(port, book_id, 'account', id);
    return row && !row.deleted && !['account_id', 'to_account_id'].some((column) => left(column, id) || planned(column, id));
  });
  return [
    ...found.map(({ id }): Op => ({ e: 'transaction', id, k: 'delete', unlock: true })),
    ...payees.map((id): Op => ({ e: 'payee', id, k: 'delete' })),
    ...accounts.map((id): Op => ({ e: 'account', id, k: 'delete' }))
  ];
}
