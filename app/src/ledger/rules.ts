/**
 * What a document may say. Pure: values in, a `Refusal` or null out. Twin:
 * server/outlay/ledger/rules.py, held equal by the rows of spec/ledger/*.json and by
 * the generated corpus.
 *
 * `fields` looks at each value by itself; `document` at a whole row beside the rows it
 * refers to. Both look at things in the order of spec/sync/entities.json, so that
 * both languages refuse for the same reason.
 */
import { parseDay, parseTime } from '../kernel/dates.ts';
import { isId } from '../kernel/ids.ts';
import { limit } from '../kernel/limits.ts';
import { convert, CURRENCIES, parseRate, rateFrom } from '../kernel/money.ts';
import { Refusal } from '../kernel/refusal.ts';
import { clean } from '../kernel/text.ts';
import type { Category, Schedule, Template, Transaction, TransactionLine } from '../store/entities.ts';
import { ENTITY_NAMES, entityOf, type Entity, type EntityName, type Fields, type Row } from './entities.ts';
import { parseRule } from './recurrence.ts';

/** Looks a row up; null when it was never seen. */
export type Find = (entity: EntityName, id: string) => Row | null;

type Check = (value: unknown) => string | null;
type Field = Entity['fields'][string];

const JSON_DEPTH = 8;
const LINES = limit('lines');

/** What is no text to a database: NUL, and half a surrogate pair. */
const UNHOLDABLE = /[\0\uD800-\uDFFF]/u;

/** Unknown names, types, limits, and with `creating` what is missing. */
export function fields(entity: Entity, given: Fields, creating: boolean): Refusal | null {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(entity.fields, name)) return new Refusal('unknown_field', [...name].slice(0, 40).join(''));
  }
  if (creating) {
    for (const name of entity.required) if (!Object.hasOwn(given, name)) return new Refusal('field_missing', name);
  }
  for (const [name, check] of CHECKS.get(entity.name)!) {
    if (!Object.hasOwn(given, name)) continue;
    const code = check(given[name]);
    if (code !== null) return new Refusal(code, name);
  }
  return null;
}

/** A whole live row. `before` is the row it replaces (null when new). */
export function document(entity: EntityName, row: Row, before: Row | null, find: Find): Refusal | null {
  if (entity === 'transaction') return transaction(row, before, find);
  if (entity === 'category') return category(row, find);
  if (entity === 'schedule') return schedule(row, before, find);
  if (entity === 'template') return template(row, find);
  if (entity === 'budget') return budget(row, find);
  if (OWNED[entity]) return owned(entity, row, find);
  if (entity === 'rate' && row['from_currency'] === row['to_currency']) {
    return new Refusal('rate_same_currency', 'to_currency');
  }
  return null;
}

/* ---- single values ------------------------------------------------------------ */

/** Why this is no text that both databases can hold, or null. Counted in code points. */
export function textCode(value: unknown, longest: number): string | null {
  if (typeof value !== 'string') return 'field_invalid';
  if (value.length > longest && [...value].length > longest) return 'text_too_long';
  return UNHOLDABLE.test(value) ? 'text_invalid' : null;
}

function text(field: Field, name: string): Check {
  const longest = field.max ?? 0;
  if (field.enum) {
    const values = new Set<unknown>(field.enum);
    return (value) => (values.has(value) ? null : 'value_unknown');
  }
  return (value) => {
    if (name === 'name' && typeof value === 'string' && clean(value) === '') return 'text_empty';
    return textCode(value, longest);
  };
}

function integer(field: Field): Check {
  const low = field.min ?? -limit('amount_minor');
  const high = field.max ?? limit('amount_minor');
  return (value) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) return 'field_invalid';
    return low <= value && value <= high ? null : 'number_out_of_range';
  };
}

function amount(value: unknown): string | null {
  if (typeof value !== 'number' || !Number.isInteger(value)) return 'field_invalid';
  return Math.abs(value) <= limit('amount_minor') ? null : 'amount_too_large';
}

function currency(value: unknown): string | null {
  return typeof value === 'string' && Object.hasOwn(CURRENCIES, value) ? null : 'currency_unknown';
}

function ids(field: Field): Check {
  const longest = field.max ?? 0;
  return (value) => {
    if (!Array.isArray(value)) return 'field_invalid';
    if (value.length > longest) return 'too_many';
    if (!value.every(isId)) return 'id_malformed';
    return new Set(value).size === value.length ? null : 'field_invalid';
  };
}

/** A text with one form: the kernel's parser answers the very same text. */
function parsed(parse: (value: unknown) => string): Check {
  return (value) => {
    try {
      return parse(value) === value ? null : 'rate_malformed';
    } catch (error) {
      if (error instanceof Refusal) return error.code;
      throw error;
    }
  };
}

/** A small JSON value: counted roughly (text as code points, other values as 8), nested at most 8 deep. */
export function jsonCode(value: unknown, longest: number): string | null {
  let size = 0;
  let level: unknown[] = [value];
  for (let depth = 0; depth < JSON_DEPTH; depth++) {
    const below: unknown[] = [];
    for (const item of level) {
      if (typeof item === 'string') {
        size += [...item].length;
        const code = textCode(item, longest);
        if (code !== null) return code;
      } else if (Array.isArray(item)) below.push(...(item as unknown[]));
      else if (typeof item === 'object' && item !== null) below.push(...Object.keys(item), ...(Object.values(item) as unknown[]));
      size += 8;
    }
    if (size > longest) return 'text_too_long';
    if (below.length === 0) return null;
    level = below;
  }
  return 'field_invalid';
}

function lines(value: unknown): string | null {
  if (!Array.isArray(value)) return 'lines_invalid';
  if (value.length > LINES) return 'lines_too_many';
  for (const item of value as unknown[]) {
    if (typeof item !== 'object' || item === null || Object.keys(item).length !== 2) return 'lines_invalid';
    if (!('category_id' in item) || !('amount_minor' in item)) return 'lines_invalid';
    const { category_id, amount_minor } = item;
    if (category_id !== null && !isId(category_id)) return 'id_malformed';
    if (typeof amount_minor !== 'number' || !Number.isInteger(amount_minor)) return 'lines_invalid';
    if (amount_minor < 1) return 'line_not_positive';
    if (amount_minor > limit('amount_minor')) return 'amount_too_large';
  }
  return null;
}

const day = parsed(parseDay);

function days(field: Field): Check {
  const longest = field.max ?? 0;
  return (value) => {
    if (!Array.isArray(value)) return 'field_invalid';
    if (value.length > longest) return 'too_many';
    for (const item of value as unknown[]) {
      const code = day(item);
      if (code !== null) return code;
    }
    return (value as string[]).every((item, at) => at === 0 || value[at - 1] < item) ? null : 'field_invalid';
  };
}

function byType(field: Field, name: string): Check {
  switch (field.type) {
    case 'text': return text(field, name);
    case 'integer': return integer(field);
    case 'amount': return amount;
    case 'currency': return currency;
    case 'flag': return (value) => (typeof value === 'boolean' ? null : 'field_invalid');
    case 'id': return (value) => (isId(value) ? null : 'id_malformed');
    case 'ids': return ids(field);
    case 'day': return day;
    case 'time': return parsed(parseTime);
    case 'decimal': return parsed(parseRate);
    case 'json': return field.max === undefined ? () => null : (value) => jsonCode(value, field.max ?? 0);
    case 'lines': return lines;
    case 'days': return days(field);
  }
}

function check(field: Field, name: string): Check {
  if (field.by) return (value) => (value === null ? null : 'field_not_settable');
  const inner = byType(field, name);
  return field.null ? (value) => (value === null ? null : inner(value)) : inner;
}

const CHECKS = new Map(
  ENTITY_NAMES.map((name) => [
    name,
    Object.entries(entityOf(name).fields).map(([key, field]): [string, Check] => [key, check(field, key)])
  ])
);

/* ---- transactions -------------------------------------------------------------- */

/** Amounts, accounts, currencies, lines and base of one transaction. */
export function transaction(given: Row, beforeRow: Row | null, find: Find): Refusal | null {
  const row = given as unknown as Transaction;
  const before = beforeRow as unknown as Transaction | null;
  if (row.amount_minor <= 0) {
    return new Refusal(row.amount_minor === 0 ? 'amount_zero' : 'amount_negative', 'amount_minor');
  }
  return (
    leg(row, before, find, 'account_id', 'currency') ??
    (row.kind === 'transfer' ? transfer(row, before, find) : entry(row, find)) ??
    base(row)
  );
}

/** The part of a transaction that a schedule has too. */
type Legs = Pick<Transaction, 'kind' | 'account_id' | 'amount_minor' | 'currency' | 'to_account_id' | 'to_amount_minor' | 'to_currency' | 'lines'>;

/**
 * One account of a transaction: it lives, and its currency is the amount's. A leg of a
 * transfer may stay without account when its account was deleted before; with
 * `mayWait` (a schedule) any may.
 */
function leg(
  row: Legs, before: Legs | null, find: Find, field: 'account_id' | 'to_account_id',
  currency: 'currency' | 'to_currency', mayWait = false
): Refusal | null {
  const id = row[field];
  if (id === null) {
    const orphan = before !== null && row.kind === before.kind && before[field] === null;
    return orphan && (mayWait || row.kind === 'transfer') ? null : new Refusal('account_missing', field);
  }
  const account = find('account', id);
  if (account === null || account.deleted) return new Refusal('account_gone', field);
  return account['currency'] === row[currency] ? null : new Refusal('currency_not_of_account', currency);
}

function transfer(row: Legs, before: Legs | null, find: Find, mayWait = false): Refusal | null {
  if (row.lines.length > 0) return new Refusal('transfer_has_lines', 'lines');
  for (const name of ['to_amount_minor', 'to_currency'] as const) {
    if (row[name] === null) return new Refusal('field_missing', name);
  }
  const to = row.to_amount_minor ?? 0;
  if (to <= 0) return new Refusal(to === 0 ? 'amount_zero' : 'amount_negative', 'to_amount_minor');
  if (row.account_id !== null && row.account_id === row.to_account_id) {
    return new Refusal('transfer_same_account', 'to_account_id');
  }
  const refused = leg(row, before, find, 'to_account_id', 'to_currency', mayWait);
  if (refused) return refused;
  if (row.account_id === null && row.to_account_id === null && !mayWait) return new Refusal('account_missing', 'account_id');
  if (row.currency === row.to_currency && row.amount_minor !== to) {
    return new Refusal('transfer_amounts_differ', 'to_amount_minor');
  }
  return null;
}

/** An expense or income: lines that sum exactly, categories of its kind, nothing of a transfer. */
function entry(row: Legs, find: Find): Refusal | null {
  for (const name of ['to_account_id', 'to_amount_minor', 'to_currency'] as const) {
    if (row[name] !== null) return new Refusal('not_a_transfer', name);
  }
  if (row.lines.length === 0) return new Refusal('lines_empty', 'lines');
  if (!sums(row.lines, row.amount_minor)) return new Refusal('lines_do_not_sum', 'lines');
  return kinds(row.kind, row.lines, find);
}

/** Categories are of the kind of what they are in. */
function kinds(kind: string, items: readonly TransactionLine[], find: Find): Refusal | null {
  for (const { category_id } of items) {
    const found = category_id === null ? null : find('category', category_id);
    if (found && found['kind'] !== kind) return new Refusal('category_kind', 'lines');
  }
  return null;
}

/** Do the parts add up, also where the sum leaves the exact numbers? */
function sums(items: readonly TransactionLine[], total: number): boolean {
  let rest = total;
  for (const { amount_minor } of items) {
    rest -= amount_minor;
    if (rest < 0) return false;
  }
  return rest === 0;
}

/**
 * The amount in the base currency: both rate and base amount or neither, and they
 * agree. Same currency: rate 1, same amount. Otherwise one must follow from the other.
 */
export function base(row: Pick<Transaction, 'rate' | 'base_minor' | 'amount_minor' | 'currency' | 'base_currency'>): Refusal | null {
  const { rate, base_minor, amount_minor } = row;
  if (row.currency === row.base_currency) {
    return rate === '1' && base_minor === amount_minor ? null : new Refusal('base_differs', 'base_minor');
  }
  if (rate === null && base_minor === null) return null;
  if (rate === null || base_minor === null) return new Refusal('base_incomplete', rate === null ? 'rate' : 'base_minor');
  if (base_minor < 0) return new Refusal('amount_negative', 'base_minor');
  return follows(amount_minor, rate, row.currency, base_minor, row.base_currency) ? null : new Refusal('base_differs', 'base_minor');
}

/** True when the base amount is what the rate gives, or the rate what the two amounts give. */
export function follows(amount_minor: number, rate: string, currency: string, base_minor: number, base_currency: string): boolean {
  try {
    if (convert(amount_minor, rate, currency, base_currency) === base_minor) return true;
    return rateFrom(amount_minor, currency, base_minor, base_currency) === rate;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/* ---- categories ----------------------------------------------------------------- */

/** Two levels: a parent is a live category of the same kind without a parent of its own. */
export function category(given: Row, find: Find): Refusal | null {
  const row = given as unknown as Category;
  if (row.parent_id === null) return null;
  const parent = find('category', row.parent_id);
  if (row.parent_id === row.id || (parent !== null && parent['parent_id'] !== null)) {
    return new Refusal('category_depth', 'parent_id');
  }
  return parent !== null && parent['kind'] !== row.kind ? new Refusal('category_kind', 'parent_id') : null;
}

/* ---- schedules and templates ------------------------------------------------------ */

/**
 * What is posted again and again: the money of a transaction, and a rule. It stays, and
 * waits, when its account was deleted.
 */
export function schedule(given: Row, beforeRow: Row | null, find: Find): Refusal | null {
  const row = given as unknown as Schedule;
  const before = beforeRow as unknown as Schedule | null;
  if (row.amount_minor <= 0) {
    return new Refusal(row.amount_minor === 0 ? 'amount_zero' : 'amount_negative', 'amount_minor');
  }
  const refused =
    leg(row, before, find, 'account_id', 'currency', true) ??
    (row.kind === 'transfer' ? transfer(row, before, find, true) : entry(row, find));
  if (refused) return refused;
  try {
    parseRule(row.rule);
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** The beginning of a transaction: what is known of it fits together. Without an amount its lines are shares. */
export function template(given: Row, find: Find): Refusal | null {
  const { kind, amount_minor, to_account_id, lines: items } = given as unknown as Template;
  if (amount_minor !== null && amount_minor <= 0) {
    return new Refusal(amount_minor === 0 ? 'amount_zero' : 'amount_negative', 'amount_minor');
  }
  const some = items !== null && items.length > 0;
  if (kind === 'transfer') return some ? new Refusal('transfer_has_lines', 'lines') : null;
  if (to_account_id !== null) return new Refusal('not_a_transfer', 'to_account_id');
  if (!some) return null;
  if (amount_minor !== null && !sums(items, amount_minor)) return new Refusal('lines_do_not_sum', 'lines');
  return kinds(kind, items, find);
}

/* ---- budgets, and what has an owner ------------------------------------------------- */

/** Of a live expense category, or of all spending. */
export function budget(row: Row, find: Find): Refusal | null {
  if (row['category_id'] === null) return null;
  const found = find('category', row['category_id'] as string);
  if (found === null || found.deleted) return new Refusal('category_gone', 'category_id');
  return found['kind'] === 'expense' ? null : new Refusal('category_kind', 'category_id');
}

const OWNED: Partial<Record<EntityName, [name: string, owner: EntityName, code: string]>> = {
  budget_amount: ['budget_id', 'budget', 'budget_gone'],
  reconciliation: ['account_id', 'account', 'account_gone'],
  receipt: ['transaction_id', 'transaction', 'transaction_gone']
};
const SHA256 = /^[0-9a-f]{64}$/;

/**
 * What belongs to another row is written while that one lives. When it is deleted
 * nothing happens here: what belongs to it is not shown, and comes back with it.
 */
export function owned(entity: EntityName, row: Row, find: Find): Refusal | null {
  const [name, owner, code] = OWNED[entity]!;
  const found = find(owner, row[name] as string);
  if (found === null || found.deleted) return new Refusal(code, name);
  if (entity === 'budget_amount' && (row['amount_minor'] as number) < 0) return new Refusal('amount_negative', 'amount_minor');
  return entity === 'receipt' && !SHA256.test(row['sha256'] as string) ? new Refusal('digest_malformed', 'sha256') : null;
}
