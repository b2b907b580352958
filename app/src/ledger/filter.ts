/**
 * Which transactions a filter lets through, as SQL over the table "transaction", and what they come to.
 * Owns the meaning of TransactionFilter; it draws nothing and joins no names.
 */
import type { FilterSums, SelectedGroup, Before, TransactionFilter } from '../api.ts';
import { dayNumber } from '../kernel/dates.ts';
import { limit } from '../kernel/limits.ts';
import { checkSum, convert } from '../kernel/money.ts';
import type { Mode } from '../reports/shapes.ts';
import type { Port } from '../store/port.ts';
import { readRow } from '../store/rows.ts';
import { newestRate } from './inputs.ts';
import { find } from './rates.ts';
import { indexAll, searchWords } from '../store/search.ts';

type Bound = Record<string, string | number>;

export interface Narrowed {
  where: string[];
  bound: Bound;
}

/** Compared as they are given. */
const COMPARED: Partial<Record<keyof TransactionFilter, string>> = {
  from_day: 'day >= :from_day', to_day: 'day <= :to_day', kind: 'kind = :kind', currency: 'currency = :currency',
  min_minor: 'amount_minor >= :min_minor', max_minor: 'amount_minor <= :max_minor'
};

const BY_LINE = 'id IN (SELECT transaction_id FROM line WHERE book_id = :book_id AND';

/** One id or several. */
export function listed(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

/** `IN (…)` of ids that are bound by name one by one, so that an index can be used. */
function among(name: string, ids: readonly string[], bound: Bound): string {
  return `IN (${ids.map((id, at) => {
    bound[`${name}${at}`] = id;
    return `:${name}${at}`;
  }).join(', ')})`;
}

/** These categories and their children. */
function withChildren(port: Port, book_id: string, ids: readonly string[]): string[] {
  const children = port.rows(
    `SELECT found.id FROM json_each(:ids) AS wanted
     CROSS JOIN category AS found ON found.book_id = :book_id AND found.parent_id = wanted.value WHERE NOT found.deleted`,
    { book_id, ids: JSON.stringify(ids) }
  );
  return [...new Set([...ids, ...children.map(([id]) => String(id))])];
}

/** The lines that a filter by category means; empty when it has none. */
function lineConditions(port: Port, book_id: string, filter: TransactionFilter, bound: Bound): string {
  const ways: string[] = [];
  const categories = listed(filter.category_id);
  if (categories.length > 0) ways.push(`category_id ${among('category', filter.category_alone ? categories : withChildren(port, book_id, categories), bound)}`);
  if (filter.uncategorised) ways.push(`category_id IS NULL AND flow IN ('expense', 'income')`);
  return ways.length > 0 ? `(${ways.join(' OR ')})` : '';
}

/** Conditions of a filter; their parameters. */
export function narrowed(port: Port, book_id: string, filter: TransactionFilter): Narrowed {
  const where = ['book_id = :book_id', 'NOT deleted'];
  const bound: Bound = { book_id };
  for (const [name, condition] of Object.entries(COMPARED)) {
    const value = filter[name as keyof TransactionFilter];
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    where.push(condition);
    bound[name] = value;
  }
  const [accounts, payees, tags] = [filter.account_id, filter.payee_id, filter.tag_id].map(listed) as [readonly string[], readonly string[], readonly string[]];
  if (accounts.length > 0) {
    const wanted = among('account', accounts, bound);
    where.push(`(account_id ${wanted} OR to_account_id ${wanted})`);
  }
  if (payees.length > 0) where.push(`payee_id ${among('payee', payees, bound)}`);
  if (tags.length > 0) where.push(`(${tagged('tag', tags, bound)})`);
  if (filter.without_rate) where.push('base_minor IS NULL');
  if (filter.with_receipt) where.push('id IN (SELECT transaction_id FROM receipt WHERE book_id = :book_id AND NOT deleted)');
  const lines = lineConditions(port, book_id, filter, bound);
  if (lines) where.push(`${BY_LINE} ${lines})`);
  searchWords(filter.text ?? '').forEach((word, at) => where.push(wordCondition(port, word, at, bound)));
  return { where, bound };
}

/** Has one of these tags: ids are of one length and in one place, so the text of the list tells. */
function tagged(name: string, ids: readonly string[], bound: Bound): string {
  return ids.map((id, at) => {
    bound[`${name}${at}`] = id;
    return `instr(tag_ids, :${name}${at}) > 0`;
  }).join(' OR ');
}

/** Of more tags than this the list is looked into instead. */
const TAGS_COMPARED = 20;

/** A word is found in the note, in the names of what the transaction refers to, or at the beginning of its amount. */
function wordCondition(port: Port, word: string, at: number, bound: Bound): string {
  const text = `word${at}`;
  bound[text] = word;
  indexAll(port);
  // CROSS JOIN: the words first, else every document is looked up in the index one by one
  const hits = `FROM search CROSS JOIN search_doc ON search_doc.doc = search.rowid WHERE search MATCH :${text} AND entity`;
  const found = new Map<string, string[]>();
  for (const [entity, id] of port.rows(`SELECT entity, id ${hits} <> 'transaction'`, { [text]: word })) {
    found.set(String(entity), [...(found.get(String(entity)) ?? []), String(id)]);
  }
  const ways = [`id IN (SELECT id ${hits} = 'transaction')`];
  const values = (entity: string): string => {
    const ids = found.get(entity);
    if (!ids) return '';
    bound[`${entity}${text}`] = JSON.stringify(ids);
    return `IN (SELECT value FROM json_each(:${entity}${text}))`;
  };
  const [payees, accounts, categories, tags] = ['payee', 'account', 'category', 'tag'].map(values) as [string, string, string, string];
  if (payees) ways.push(`payee_id ${payees}`);
  if (accounts) ways.push(`account_id ${accounts}`, `to_account_id ${accounts}`);
  if (categories) ways.push(`${BY_LINE} category_id ${categories})`);
  const tag_ids = found.get('tag') ?? [];
  if (tag_ids.length > TAGS_COMPARED) ways.push(`EXISTS (SELECT 1 FROM json_each(tag_ids) WHERE value ${tags})`);
  else if (tags) ways.push(tagged(`tag${text}`, tag_ids, bound));
  const digits = word.replace(/^"|" \*$/g, '').trim();
  if (/^[0-9][0-9 .,'’]*$/.test(digits)) {
    ways.push(`CAST(amount_minor AS TEXT) LIKE :amount${at}`);
    bound[`amount${at}`] = `${digits.replace(/[^0-9]/g, '')}%`;
  }
  return `(${ways.join(' OR ')})`;
}

/* ---- what it comes to -------------------------------------------------------------- */

/** What a filter can say and the lines know. */
const OF_LINES = new Set(['from_day', 'to_day', 'kind', 'account_id', 'category_id', 'category_alone', 'uncategorised', 'currency']);

/**
 * What came in and went out in the base currency, as it was or at the rates of `today` (decision 0008): of a filter by
 * category only the lines that are in it, of one by account only its own.
 */
export function filterSums(port: Port, book_id: string, { filter, mode }: { filter: TransactionFilter; mode?: Mode }, today: string): FilterSums {
  const { where, bound } = narrowed(port, book_id, filter);
  const conditions = ['book_id = :book_id', `flow IN ('expense', 'income')`];
  const lines = lineConditions(port, book_id, filter, bound);
  if (lines) conditions.push(lines);
  const accounts = listed(filter.account_id);
  if (accounts.length > 0) conditions.push(`account_id ${among('account', accounts, bound)}`);
  if (Object.entries(filter).every(([name, value]) => value === undefined || OF_LINES.has(name))) {
    if (filter.from_day) conditions.push('day_number >= :from_number');
    if (filter.to_day) conditions.push('day_number <= :to_number');
    if (filter.kind) conditions.push('flow = :kind');
    if (filter.currency) conditions.push('currency = :currency');
    if (filter.from_day) bound['from_number'] = dayNumber(filter.from_day);
    if (filter.to_day) bound['to_number'] = dayNumber(filter.to_day);
  } else conditions.push(`transaction_id IN (SELECT id FROM "transaction" WHERE ${where.join(' AND ')})`);
  return mode === 'todays_rate' ? summedAt(port, book_id, conditions, bound, today) : summed(port, book_id, conditions, bound);
}

const nothing = (port: Port, book_id: string): FilterSums =>
  ({ base_currency: readRow(port, book_id, 'settings', book_id)?.base_currency ?? '', income_minor: 0, expense_minor: 0, missing: 0 });

/** Each currency is converted once, from its whole sum. */
function summedAt(port: Port, book_id: string, conditions: readonly string[], bound: Bound, today: string): FilterSums {
  const sums = nothing(port, book_id);
  const newest = newestRate(port, book_id);
  const rows = port.rows(
    `SELECT flow, currency, CAST(SUM(amount_minor) AS TEXT), COUNT(*) FROM line WHERE ${conditions.join(' AND ')} GROUP BY flow, currency`, bound
  );
  for (const [flow, currency, minor, count] of rows) {
    const rate = currency === sums.base_currency ? '1' : find(String(currency), sums.base_currency, today, newest)?.rate;
    if (rate === undefined) {
      sums.missing += Number(count);
      continue;
    }
    const sum = convert(checkSum(Number(minor)), rate, String(currency), sums.base_currency);
    if (flow === 'income') sums.income_minor = checkSum(sums.income_minor + sum);
    else sums.expense_minor = checkSum(sums.expense_minor - sum);
  }
  return sums;
}

function summed(port: Port, book_id: string, conditions: readonly string[], bound: Bound): FilterSums {
  const sums = nothing(port, book_id);
  const { base_currency } = sums;
  // as text: a driver either throws at a sum that is too large or gives a BigInt
  const rows = port.rows(
    `SELECT flow, CAST(SUM(CASE WHEN base_currency = :base THEN COALESCE(base_minor, 0) WHEN currency = :base THEN amount_minor ELSE 0 END) AS TEXT),
       SUM(CASE WHEN base_currency = :base THEN base_minor IS NULL ELSE currency <> :base END)
     FROM line WHERE ${conditions.join(' AND ')} GROUP BY flow`, { ...bound, base: base_currency }
  );
  for (const [flow, minor, missing] of rows) {
    const sum = checkSum(Number(minor));
    if (flow === 'income') sums.income_minor = sum;
    else sums.expense_minor = 0 - sum;
    sums.missing += Number(missing);
  }
  return sums;
}

/* ---- several at once ---------------------------------------------------------------- */

export const SELECTED_MAX = limit('selected');

/** The ids that a filter lets through, newest first, between two rows (both with) when they are given. */
export function matching(
  port: Port, book_id: string, { filter = {}, between }: { filter?: TransactionFilter; between?: readonly [Before, Before] }
): string[] {
  const { where, bound } = narrowed(port, book_id, filter);
  if (between) {
    const [newer, older] = [...between].sort((a, b) => (a.day === b.day ? (a.id < b.id ? 1 : -1) : a.day < b.day ? 1 : -1)) as [Before, Before];
    where.push('(day, id) <= (:newer_day, :newer_id)', '(day, id) >= (:older_day, :older_id)');
    Object.assign(bound, { newer_day: newer.day, newer_id: newer.id, older_day: older.day, older_id: older.id });
  }
  const sql = `SELECT id FROM "transaction" WHERE ${where.join(' AND ')} ORDER BY day DESC, id DESC LIMIT :count`;
  return port.rows(sql, { ...bound, count: SELECTED_MAX }).map(([id]) => String(id));
}

/** What chosen rows are, as far as it decides what can be done to them, and what they come to. */
export function selected(port: Port, book_id: string, { ids }: { ids: readonly string[] }): { groups: SelectedGroup[]; sums: FilterSums; tag_ids: string[] } {
  const params = { book_id, ids: JSON.stringify(ids) };
  const rows = `json_each(:ids) AS wanted CROSS JOIN "transaction" AS found ON found.book_id = :book_id AND found.id = wanted.value`;
  const groups = port.all<Omit<SelectedGroup, 'reconciled'> & { reconciled: number }>(
    `SELECT found.kind AS kind, found.currency AS currency, found.reconciled AS reconciled, COUNT(*) AS count
     FROM ${rows} WHERE NOT found.deleted GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`, params
  );
  const tag_ids = port.rows(
    `SELECT DISTINCT tag.value FROM ${rows}, json_each(found.tag_ids) AS tag WHERE NOT found.deleted AND found.tag_ids <> '[]' ORDER BY 1`, params
  ).map(([id]) => String(id));
  const conditions = ['book_id = :book_id', `flow IN ('expense', 'income')`, 'transaction_id IN (SELECT value FROM json_each(:ids))'];
  return { groups: groups.map((group) => ({ ...group, reconciled: group.reconciled === 1 })), sums: summed(port, book_id, conditions, params), tag_ids };
}
