/** What the screens ask of the ledger, by name. Synchronous, over the device's database. */
import type {
  AccountView, AttentionItem, CategoryView, DayCount, DaySum, PayeeView, QueryName, QueryParams, QueryResult, Suggestion, TagView
} from '../api.ts';
import { dayNumber, dayOf } from '../kernel/dates.ts';
import { convert } from '../kernel/money.ts';
import { piecesOf } from '../kernel/periods.ts';
import { Refusal } from '../kernel/refusal.ts';
import { searchKey } from '../kernel/text.ts';
import { isEntity, type Category, type Payee, type Rate, type Settings, type Transaction } from '../store/entities.ts';
import type { Port } from '../store/port.ts';
import { recall } from '../store/recall.ts';
import { liveRows, readRow } from '../store/rows.ts';
import { KEPT, keptHead, keptRows } from './backup.ts';
import { newestRate } from './inputs.ts';
import { filterSums, listed, matching, narrowed, selected } from './filter.ts';
import { choicesOf } from './plan.ts';
import { budgets, receipts, schedules, templates, upcoming } from './plans.ts';
import { find } from './rates.ts';
import { reconcilable, reconciliations } from './reconciling.ts';
import { refused } from './refused.ts';
import { remembered } from './remembered.ts';
import { sampleIsThere } from './sampled.ts';
import { joined, transaction, transactions } from './views.ts';

/** The queries that the ledger answers; `sync` and `reports` answer the others. */
export type LedgerQuery = Exclude<QueryName, 'report' | 'budgetStates' | 'unusual' | 'syncState' | 'known' | 'drafts' | 'thumb'>;

type Answer<Q extends QueryName> = (port: Port, book_id: string, params: QueryParams[Q], today: string) => QueryResult[Q];
type Answers = { [Q in LedgerQuery]: { reads: readonly string[]; answer: Answer<Q> } };

/** The answer to a query. `today` is the person's own day. */
export function query(name: LedgerQuery, port: Port, book_id: string, params: unknown, today: string): unknown {
  const { answer } = ANSWERS[name] as { answer: Answer<LedgerQuery> };
  return answer(port, book_id, params as QueryParams[LedgerQuery], today);
}

/** The tables whose change makes a query's answer old. */
export function reads(name: LedgerQuery): readonly string[] {
  return ANSWERS[name].reads;
}

export function isLedgerQuery(name: string): name is LedgerQuery {
  return Object.hasOwn(ANSWERS, name);
}

/** In the order people see: position, then name, then id. */
function byPosition<T extends { id: string; name: string; position?: number }>(rows: T[]): T[] {
  const key = new Map(rows.map((row) => [row.id, searchKey(row.name)]));
  return rows.sort((a, b) => (a.position ?? 0) - (b.position ?? 0) || compare(key.get(a.id)!, key.get(b.id)!) || compare(a.id, b.id));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function numbers(port: Port, sql: string, params: Record<string, string | number>): Map<string, number> {
  return new Map(port.rows(sql, params).map(([id, count]) => [String(id), Number(count)]));
}

function settings(port: Port, book_id: string): Settings {
  const row = readRow(port, book_id, 'settings', book_id);
  // Asked while the first page of a book is still on its way.
  if (!row) throw new Refusal('book_without_settings');
  return row;
}

/* ---- accounts ----------------------------------------------------------------------- */

/** A balance that is too large to be exact is null. It is read as text: a driver either throws at one or gives a BigInt. */
function accounts(port: Port, book_id: string, { archived = true }: QueryParams['accounts'], today: string): AccountView[] {
  const sums = port.all<AccountSum>(
    'SELECT account_id, CAST(amount_minor AS TEXT) AS minor, count, until_number FROM account_sum WHERE book_id = :book_id', { book_id }
  );
  const byAccount = new Map(sums.map((sum) => [sum.account_id, sum]));
  const ahead = aheadOf(port, book_id, sums, dayNumber(today));
  const base = readRow(port, book_id, 'settings', book_id)?.base_currency ?? null;
  const newest = newestRate(port, book_id);
  const rows = liveRows(port, book_id, 'account', archived ? '' : 'AND NOT archived');
  return byPosition(rows).map((row) => {
    const sum = byAccount.get(row.id);
    const ahead_minor = exact(ahead.get(row.id) ?? 0n);
    const balance_minor = ahead_minor === null ? null : exact(BigInt(row.opening_minor) + BigInt(sum?.minor ?? 0) - BigInt(ahead_minor));
    const last_day = sum ? lastDay(port, book_id, row.id, sum) : null;
    let base_balance_minor: number | null = null;
    if (base === row.currency) base_balance_minor = balance_minor;
    else if (base !== null && balance_minor !== null) {
      const found = find(row.currency, base, today, newest);
      base_balance_minor = found && converted(balance_minor, found.rate, row.currency, base);
    }
    return { ...row, balance_minor, ahead_minor: ahead_minor ?? 0, base_balance_minor, count: sum?.count ?? 0, last_day };
  });
}

/** Null for what is too large in the base currency. */
function converted(...given: Parameters<typeof convert>): number | null {
  try {
    return convert(...given);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'amount_too_large') return null;
    throw error;
  }
}

function exact(sum: bigint): number | null {
  const number = Number(sum);
  return Number.isSafeInteger(number) ? number : null;
}

interface AccountSum {
  account_id: string;
  minor: string;
  count: number;
  /** No line has a later day. */
  until_number: number;
}

/** What the lines of days to come do to each account; they lie by day. */
function aheadOf(port: Port, book_id: string, sums: readonly AccountSum[], today_number: number): Map<string, bigint> {
  if (sums.every(({ until_number }) => until_number <= today_number)) return new Map();
  const rows = port.rows(
    `SELECT account_id, CAST(SUM(amount_minor) AS TEXT) FROM line
     WHERE book_id = :book_id AND day_number > :today_number AND account_id IS NOT NULL GROUP BY account_id`, { book_id, today_number }
  );
  return new Map(rows.map(([id, minor]) => [String(id), BigInt(String(minor))]));
}

/** From the lines, which lie by day, newest first, beginning where the last one was. */
function lastDay(port: Port, book_id: string, account_id: string, { count, until_number }: AccountSum): string | null {
  if (count === 0) return null;
  const number = port.value<number>(
    `SELECT day_number FROM line WHERE book_id = :book_id AND day_number <= :until_number AND account_id = :account_id
     ORDER BY day_number DESC LIMIT 1`, { book_id, account_id, until_number }
  );
  return number === null ? null : dayOf(number);
}

/* ---- categories, payees, tags ------------------------------------------------------------ */

const RECENT_DAYS = 90;

/** Lines of each category. */
function useOfCategories(port: Port, book_id: string): Map<string, number> {
  const sql = `SELECT category_id, SUM(count) FROM rollup
    WHERE book_id = :book_id AND month BETWEEN :from_month AND :to_month AND category_id <> '' GROUP BY category_id`;
  const end = (which: 'MIN' | 'MAX') => port.value<number>(`SELECT ${which}(month) FROM rollup WHERE book_id = :book_id`, { book_id });
  const [first, last] = [end('MIN'), end('MAX')];
  const used = new Map<string, number>();
  if (first === null || last === null) return used;
  for (const [from_month, to_month] of piecesOf(first, last)) {
    for (const [id, count] of recall(port, sql, { book_id, from_month, to_month })) used.set(String(id), (used.get(String(id)) ?? 0) + Number(count));
  }
  return used;
}

function categories(port: Port, book_id: string, { kind, archived = true }: QueryParams['categories'], today: string): CategoryView[] {
  const used = useOfCategories(port, book_id);
  const since = dayNumber(today) - RECENT_DAYS;
  const recent = numbers(
    port, `SELECT category_id, COUNT(*) FROM line WHERE book_id = :book_id AND day_number >= :since AND category_id IS NOT NULL GROUP BY category_id`,
    { book_id, since }
  );
  const where = `${kind ? 'AND kind = :kind' : ''} ${archived ? '' : 'AND NOT archived'}`;
  const rows = byPosition(liveRows(port, book_id, 'category', where, kind ? { kind } : {}));
  const views = new Map(rows.map((row: Category): [string, CategoryView] => [
    row.id, { ...row, use_count: used.get(row.id) ?? 0, recent_count: recent.get(row.id) ?? 0, children: [] }
  ]));
  const top: CategoryView[] = [];
  for (const view of views.values()) (views.get(view.parent_id ?? '')?.children ?? top).push(view);
  return top;
}

function payees(port: Port, book_id: string, { text = '', limit = 200 }: QueryParams['payees']): PayeeView[] {
  const stats = new Map(
    port.all<{ payee_id: string; count: number; last_day: string }>(
      `SELECT payee_id, COUNT(*) AS count, MAX(day) AS last_day FROM "transaction"
       WHERE book_id = :book_id AND payee_id IS NOT NULL AND NOT deleted GROUP BY payee_id`, { book_id }
    ).map((stat) => [stat.payee_id, stat])
  );
  const wanted = searchKey(text);
  const views = liveRows(port, book_id, 'payee')
    .filter((row) => wanted === '' || searchKey(row.name).includes(wanted))
    .map((row: Payee): PayeeView => ({ ...row, use_count: stats.get(row.id)?.count ?? 0, last_day: stats.get(row.id)?.last_day ?? null }));
  return views.sort((a, b) => b.use_count - a.use_count || compare(searchKey(a.name), searchKey(b.name)) || compare(a.id, b.id)).slice(0, limit);
}

function tags(port: Port, book_id: string, { text = '' }: QueryParams['tags']): TagView[] {
  const used = numbers(
    port, `SELECT tag.value, COUNT(*) FROM "transaction", json_each(tag_ids) AS tag
     WHERE book_id = :book_id AND tag_ids <> '[]' AND NOT deleted GROUP BY tag.value`, { book_id }
  );
  const wanted = searchKey(text);
  const rows = liveRows(port, book_id, 'tag').filter((row) => searchKey(row.name).includes(wanted));
  return byPosition(rows).map((row) => ({ ...row, use_count: used.get(row.id) ?? 0 }));
}

/* ---- adding ------------------------------------------------------------------------------ */

/** How many earlier entries with a payee say what the next one will be. */
const REMEMBERED = 20;

/** Payees that begin with (or contain) what is typed, each with what usually goes with it. */
function suggestions(port: Port, book_id: string, { payee_text = '', kind, limit = 6 }: QueryParams['suggestions']): Suggestion[] {
  const wanted = searchKey(payee_text);
  const begins = (name: string) => (searchKey(name).startsWith(wanted) ? 0 : 1);
  const found = payees(port, book_id, { text: payee_text, limit: 100 }).sort((a, b) => begins(a.name) - begins(b.name));
  const made: Suggestion[] = [];
  for (const payee of found) {
    if (made.length >= limit) break;
    const earlier = liveRows(
      port, book_id, 'transaction', `AND payee_id = :payee_id ORDER BY day DESC, id DESC LIMIT ${REMEMBERED}`, { payee_id: payee.id }
    ).filter((row) => kind === undefined || row.kind === kind);
    if (kind !== undefined && earlier.length === 0 && payee.use_count > 0) continue;
    made.push(suggestion(payee, earlier, kind));
  }
  return made;
}

function suggestion(payee: PayeeView, earlier: readonly Transaction[], kind: Transaction['kind'] | undefined): Suggestion {
  const [last] = earlier;
  return {
    payee_id: payee.id,
    payee_name: payee.name,
    category_id: most(earlier.map((row) => row.lines[0]?.category_id ?? null)) ?? payee.category_id,
    account_id: most(earlier.map((row) => row.account_id)),
    kind: most(earlier.map((row) => row.kind)) ?? kind ?? 'expense',
    amount_minor: last?.amount_minor ?? null,
    currency: last?.currency ?? null,
    use_count: payee.use_count
  };
}

/** The commonest value; the newest of several, which come first. */
function most<T extends string>(values: readonly (T | null)[]): T | null {
  const counts = new Map<T, number>();
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best: T | null = null;
  for (const [value, count] of counts) if (best === null || count > counts.get(best)!) best = value;
  return best;
}

/* ---- sums and rates ------------------------------------------------------------------------ */

/** Of all days, and of an account's, from an index alone: 100,000 transactions in some 20 ms. */
function dayCounts(port: Port, book_id: string, { filter = {} }: QueryParams['dayCounts']): DayCount[] {
  const [account_id, ...more] = listed(filter.account_id);
  if (account_id !== undefined && more.length === 0 && Object.keys(filter).length === 1) {
    const found = port.rows(
      `SELECT day, COUNT(DISTINCT transaction_id), CAST(SUM(amount_minor) AS TEXT) FROM line
       WHERE book_id = :book_id AND account_id = :account_id GROUP BY day ORDER BY day DESC`,
      { book_id, account_id }
    );
    return found.map(([day, count, sum]) => ({ day: String(day), count: Number(count), effect_minor: exact(BigInt(sum as string)) }));
  }
  const { where, bound } = narrowed(port, book_id, filter);
  // by `+day` the days that were found are sorted; by `day` every row would be looked up in the order of the index
  const by = Object.keys(filter).some((name) => name !== 'from_day' && name !== 'to_day') ? '+day' : 'day';
  return port.all(`SELECT day, COUNT(*) AS count FROM "transaction" WHERE ${where.join(' AND ')} GROUP BY ${by} ORDER BY ${by} DESC`, bound);
}

function daySums(port: Port, book_id: string, params: QueryParams['daySums']): DaySum[] {
  const { from_day, to_day, account_id, category_id } = params;
  const account = account_id === undefined ? '' : 'AND account_id = :account_id';
  const category = category_id === undefined ? '' : `AND category_id IN (SELECT :category_id UNION ALL
    SELECT id FROM category WHERE book_id = :book_id AND parent_id = :category_id AND NOT deleted)`;
  return port.all(
    `SELECT day, base_currency,
       COALESCE(SUM(CASE WHEN flow = 'income' THEN base_minor END), 0) AS income_minor,
       -COALESCE(SUM(CASE WHEN flow = 'expense' THEN base_minor END), 0) AS expense_minor,
       COUNT(DISTINCT transaction_id) AS count, SUM(base_minor IS NULL) AS count_without_rate
     FROM line WHERE book_id = :book_id AND day_number BETWEEN :from_number AND :to_number AND flow IN ('expense', 'income') ${account} ${category}
     GROUP BY day, base_currency ORDER BY day DESC, base_currency`,
    { book_id, from_number: dayNumber(from_day), to_number: dayNumber(to_day), account_id: account_id ?? null, category_id: category_id ?? null }
  );
}

function rates(port: Port, book_id: string, { from_currency, to_currency, limit = 100 }: QueryParams['rates']): Rate[] {
  const from = from_currency === undefined ? '' : 'AND from_currency = :from_currency';
  const to = to_currency === undefined ? '' : 'AND to_currency = :to_currency';
  const params = { from_currency: from_currency ?? null, to_currency: to_currency ?? null, limit };
  return liveRows(port, book_id, 'rate', `${from} ${to} ORDER BY day DESC, id DESC LIMIT :limit`, params);
}

function rateOn(port: Port, book_id: string, { from_currency, to_currency, day }: QueryParams['rateOn']): QueryResult['rateOn'] {
  const found = find(from_currency, to_currency, day, newestRate(port, book_id));
  return found && { rate: found.rate, day: found.day };
}

function unrated(port: Port, book_id: string): QueryResult['unrated'] {
  return port.all(
    `SELECT currency, COUNT(*) AS count, MIN(day) AS from_day, MAX(day) AS to_day FROM "transaction"
     WHERE book_id = :book_id AND base_minor IS NULL AND NOT deleted GROUP BY currency ORDER BY currency`, { book_id }
  );
}

function otherBase(port: Port, book_id: string): QueryResult['otherBase'] {
  const found = port.rows(
    `SELECT base_currency, COUNT(*) FROM "transaction" WHERE book_id = :book_id AND NOT deleted
     AND base_currency <> (SELECT base_currency FROM settings WHERE book_id = :book_id) GROUP BY base_currency ORDER BY base_currency`, { book_id }
  );
  return { count: found.reduce((sum, [, count]) => sum + Number(count), 0), currencies: found.map(([currency]) => String(currency)) };
}

/* ---- conflicts ------------------------------------------------------------------------------- */

function attention(port: Port, book_id: string): AttentionItem[] {
  const rows = [...refused(port), ...liveRows(port, book_id, 'sync_conflict', 'AND resolved_at_ms IS NULL ORDER BY ver DESC, id')];
  return rows.map((conflict) => {
    let row: AttentionItem['row'] = null;
    if (isEntity(conflict.entity)) {
      const found = readRow(port, book_id, conflict.entity, conflict.row_id);
      if (found && !found.deleted) {
        row = conflict.entity === 'transaction' ? (joined(port, book_id, [found as Transaction])[0] ?? null) : { ...found };
      }
    }
    return { ...conflict, row, choices: choicesOf(conflict) };
  });
}

/** What a filter looks at. */
const FILTERED = ['transaction', 'account', 'category', 'payee', 'tag', 'receipt'];
const NAMED = [...FILTERED, 'sync_conflict', 'outbox'];

const PLANNED = ['schedule', 'account', 'category', 'payee', 'transaction', 'rate', 'settings'];

const ANSWERS: Answers = {
  sample: { reads: ['account', 'transaction'], answer: (port, book_id) => ({ there: sampleIsThere({ port, book_id }) }) },
  budgets: { reads: ['budget', 'budget_amount', 'category'], answer: budgets },
  schedules: { reads: PLANNED, answer: schedules },
  upcoming: { reads: PLANNED, answer: upcoming },
  templates: { reads: ['template', 'account', 'category', 'payee', 'tag'], answer: (port, book_id) => templates(port, book_id) },
  receipts: { reads: ['receipt', 'transaction', 'file'], answer: receipts },
  settings: { reads: ['settings'], answer: settings },
  accounts: { reads: ['account', 'transaction', 'rate', 'settings'], answer: accounts },
  categories: { reads: ['category', 'transaction'], answer: categories },
  payees: { reads: ['payee', 'transaction'], answer: payees },
  tags: { reads: ['tag', 'transaction'], answer: tags },
  transactions: { reads: NAMED, answer: transactions },
  transaction: { reads: NAMED, answer: (port, book_id, { id }) => transaction(port, book_id, id) },
  search: {
    reads: NAMED, answer: (port, book_id, { text, filter, ...rest }) => transactions(port, book_id, { ...rest, filter: { ...filter, text } })
  },
  dayCounts: { reads: FILTERED, answer: dayCounts },
  daySums: { reads: ['transaction', 'category'], answer: daySums },
  filters: { reads: ['filter'], answer: (port, book_id) => byPosition(liveRows(port, book_id, 'filter')) },
  filterSums: { reads: [...FILTERED, 'settings', 'rate'], answer: filterSums },
  matching: { reads: FILTERED, answer: matching },
  selected: { reads: [...FILTERED, 'settings'], answer: selected },
  attention: { reads: ['sync_conflict', ...NAMED], answer: attention },
  remembered: { reads: ['sync_conflict', 'transaction', 'outbox'], answer: remembered },
  suggestions: { reads: ['payee', 'transaction'], answer: suggestions },
  rates: { reads: ['rate'], answer: rates },
  rateOn: { reads: ['rate'], answer: rateOn },
  unrated: { reads: ['transaction'], answer: unrated },
  otherBase: { reads: ['transaction', 'settings'], answer: otherBase },
  reconcilable: { reads: NAMED, answer: reconcilable },
  keptHead: { reads: [], answer: (_, book_id) => keptHead(book_id) },
  kept: {
    reads: KEPT, answer: (port, book_id, { entity, after = '', limit = 500 }) => keptRows(port, book_id, entity, after, limit)
  },
  reconciliations: { reads: ['reconciliation'], answer: reconciliations }
};
