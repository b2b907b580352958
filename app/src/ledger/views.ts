/** Transactions as lists show them: joined with the names of what they refer to. */
import type { Before, TransactionFilter, TransactionView } from '../api.ts';
import { limit } from '../kernel/limits.ts';
import type { Category, Transaction } from '../store/entities.ts';
import type { Params, Port } from '../store/port.ts';
import { decodeRow, readRow, readRows } from '../store/rows.ts';
import { narrowed } from './filter.ts';

const PAGE = limit('page_items');
const PAGE_MAX = limit('page_items_max');

export interface TransactionPage {
  items: TransactionView[];
  next: Before | null;
}

/** A page of transactions newest first; `next` is where to go on, null at the end. */
export function transactions(
  port: Port, book_id: string, params: { filter?: TransactionFilter; before?: Before | null; limit?: number }
): TransactionPage {
  const { filter = {}, before = null } = params;
  const count = Math.max(1, Math.min(params.limit ?? PAGE, PAGE_MAX));
  const { where, bound } = narrowed(port, book_id, filter);
  if (before) {
    where.push('(day, id) < (:before_day, :before_id)');
    Object.assign(bound, { before_day: before.day, before_id: before.id });
  }
  const sql = `SELECT * FROM "transaction" WHERE ${where.join(' AND ')} ORDER BY day DESC, id DESC LIMIT :count`;
  const found = port.all(sql, { ...bound, count: count + 1 }).map((row) => decodeRow('transaction', row));
  const items = found.slice(0, count);
  const last = items.at(-1);
  return { items: joined(port, book_id, items), next: found.length > count && last ? { day: last.day, id: last.id } : null };
}

export function transaction(port: Port, book_id: string, id: string): TransactionView | null {
  const row = readRow(port, book_id, 'transaction', id);
  return row && !row.deleted ? (joined(port, book_id, [row])[0] ?? null) : null;
}

function idsOf(items: readonly Transaction[], pick: (item: Transaction) => (string | null)[]): string[] {
  return [...new Set(items.flatMap(pick).filter((id) => id !== null))];
}

function named<T extends { name: string }>(rows: ReadonlyMap<string, T>, id: string | null): string | null {
  return id === null ? null : (rows.get(id)?.name ?? null);
}

/** Rows of a list, with names and with what sync has to say about them. */
export function joined(port: Port, book_id: string, items: readonly Transaction[]): TransactionView[] {
  const read = <E extends 'account' | 'category' | 'payee' | 'tag'>(entity: E, pick: (item: Transaction) => (string | null)[]) =>
    readRows(port, book_id, entity, idsOf(items, pick));
  const accounts = read('account', (item) => [item.account_id, item.to_account_id]);
  const categories: ReadonlyMap<string, Category> = read('category', (item) => item.lines.map((line) => line.category_id));
  const payees = read('payee', (item) => [item.payee_id]);
  const tags = read('tag', (item) => item.tag_ids);
  const receipts = firstReceipts(port, book_id, items.map(({ id }) => id));
  const { pending, conflicted } = marks(port, book_id, items.map(({ id }) => id));
  return items.map((item) => ({
    ...item,
    lines: item.lines.map((line) => {
      const category = line.category_id === null ? undefined : categories.get(line.category_id);
      return {
        ...line, category_name: category?.name ?? null, category_icon: category?.icon ?? null,
        category_colour: category?.colour ?? null
      };
    }),
    account_name: named(accounts, item.account_id),
    to_account_name: named(accounts, item.to_account_id),
    payee_name: named(payees, item.payee_id),
    tag_names: item.tag_ids.flatMap((id) => named(tags, id) ?? []),
    pending: pending.has(item.id),
    conflicted: conflicted.has(item.id),
    receipt: receipts.get(item.id) ?? null
  }));
}

/** The first receipt of each of these rows that has one. */
function firstReceipts(port: Port, book_id: string, ids: readonly string[]): Map<string, { sha256: string; media_type: string }> {
  const rows = port.rows(
    `SELECT transaction_id, sha256, media_type FROM receipt WHERE book_id = :book_id AND NOT deleted
     AND transaction_id IN (SELECT value FROM json_each(:ids)) ORDER BY position DESC, id DESC`, { book_id, ids: JSON.stringify(ids) }
  );
  return new Map(rows.map(([id, sha256, media_type]) => [String(id), { sha256: String(sha256), media_type: String(media_type) }]));
}

/** Which of these rows have changes that wait for the server, and which an open conflict. */
function marks(port: Port, book_id: string, ids: readonly string[]): { pending: Set<unknown>; conflicted: Set<unknown> } {
  const params: Params = { book_id, ids: JSON.stringify(ids) };
  const among = 'IN (SELECT value FROM json_each(:ids))';
  const pending = port.rows(`SELECT DISTINCT id FROM touched WHERE entity = 'transaction' AND id ${among}`, params);
  const conflicted = port.rows(
    `SELECT row_id FROM sync_conflict WHERE book_id = :book_id AND NOT deleted AND resolved_at_ms IS NULL AND row_id ${among}`, params
  );
  return { pending: new Set(pending.map(([id]) => id)), conflicted: new Set(conflicted.map(([id]) => id)) };
}
