/** Transactions as lists show them: joined with the names of what they refer to. */
import type { Before, TransactionFilter, TransactionView } from '../api.ts';
import { limit } from '../kernel/limits.ts';
import type { Category, Transaction } from '../store/entities.ts';
import type { Params, Port } from '../store/port.ts';
import { decodeRow, readRow, readRows } from '../store/rows.ts';
import { searchWords } from '../store/search.ts';

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

const COMPARED: Partial<Record<keyof TransactionFilter, string>> = {
  from_day: 'day >= :from_day', to_day: 'day <= :to_day', kind: 'kind = :kind', currency: 'currency = :currency',
  payee_id: 'payee_id = :payee_id', min_minor: 'amount_minor >= :min_minor', max_minor: 'amount_minor <= :max_minor',
  account_id: '(account_id = :account_id OR to_account_id = :account_id)',
  tag_id: `replace(tag_ids, :tag_id, '') <> tag_ids`
};

const BY_LINE = 'id IN (SELECT transaction_id FROM line WHERE book_id = :book_id AND';
const IN_CATEGORY = `category_id IN (SELECT :category_id UNION ALL
  SELECT id FROM category WHERE book_id = :book_id AND parent_id = :category_id AND NOT deleted)`;

/** Conditions of a filter; their parameters. */
export function narrowed(port: Port, book_id: string, filter: TransactionFilter): { where: string[]; bound: Record<string, string | number> } {
  const where = ['book_id = :book_id', 'NOT deleted'];
  const bound: Record<string, string | number> = { book_id };
  for (const [name, condition] of Object.entries(COMPARED)) {
    const value = filter[name as keyof TransactionFilter];
    if (value === undefined || typeof value === 'boolean') continue;
    where.push(condition);
    bound[name] = value;
  }
  if (filter.category_id !== undefined) {
    where.push(`${BY_LINE} ${IN_CATEGORY})`);
    bound['category_id'] = filter.category_id;
  }
  if (filter.uncategorised) where.push(`${BY_LINE} category_id IS NULL AND flow IN ('expense', 'income'))`);
  if (filter.without_rate) where.push('base_minor IS NULL');
  searchWords(filter.text ?? '').forEach((word, at) => wordCondition(port, word, at, where, bound));
  return { where, bound };
}

/** A word is found in the note, in the names of what the transaction refers to, or at the beginning of its amount. */
function wordCondition(port: Port, word: string, at: number, where: string[], bound: Record<string, string | number>): void {
  // CROSS JOIN: the words first, else every document is looked up in the index one by one
  const hits = `SELECT id FROM search CROSS JOIN search_doc ON search_doc.doc = search.rowid WHERE search MATCH :word${at} AND entity`;
  bound[`word${at}`] = word;
  const named = port.rows(`${hits} <> 'transaction'`, { [`word${at}`]: word }).map(([id]) => id);
  bound[`named${at}`] = JSON.stringify(named);
  const among = `(SELECT value FROM json_each(:named${at}))`;
  const ways = [`id IN (${hits} = 'transaction')`];
  if (named.length > 0) {
    ways.push(
      `payee_id IN ${among}`, `account_id IN ${among}`, `to_account_id IN ${among}`, `${BY_LINE} category_id IN ${among})`,
      `EXISTS (SELECT 1 FROM json_each(tag_ids) WHERE value IN ${among})`
    );
  }
  const digits = word.replace(/^"|" \*$/g, '').trim();
  if (/^[0-9][0-9 .,'’]*$/.test(digits)) {
    ways.push(`CAST(amount_minor AS TEXT) LIKE :amount${at}`);
    bound[`amount${at}`] = `${digits.replace(/[^0-9]/g, '')}%`;
  }
  where.push(`(${ways.join(' OR ')})`);
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
    conflicted: conflicted.has(item.id)
  }));
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
