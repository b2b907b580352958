/**
 * From what a person enters to operations: names instead of ids, what goes without
 * saying filled in. Nothing is decided here. Twin: server/outlay/ledger/inputs.py.
 */
import type { TransactionInput } from '../api.ts';
import { uuid5 } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import { clean, searchKey } from '../kernel/text.ts';
import type { Payee, Schedule, Template, Transaction, TransactionLine } from '../store/entities.ts';
import type { Port } from '../store/port.ts';
import { liveRows, readRow } from '../store/rows.ts';
import { entityOf, type Op } from './entities.ts';
import { fillBase, type Newest } from './rates.ts';

export type TransactionEdit = Partial<TransactionInput>;

const MONEY = entityOf('transaction').groups.get('money') as (keyof Transaction)[];
/** What is planned has the money of a transaction without rate and base. */
export type PlannedEntity = 'schedule' | 'template';

function moneyOf(entity: PlannedEntity): string[] {
  return entityOf(entity).groups.get('money')!;
}

const CONVENIENCES = ['payee', 'tags', 'category_id'];

/** A line whose amount is left to the transaction. */
interface OpenLine {
  category_id: string | null;
  amount_minor: number | null;
}

type Money = Omit<Pick<Transaction, 'kind' | 'account_id' | 'amount_minor' | 'to_account_id' | 'to_amount_minor' | 'rate' | 'base_minor'>, never> & {
  currency: string | null;
  to_currency: string | null;
  base_currency: string | null;
  lines: OpenLine[] | null;
  day: string;
};

/** The newest stored rate of a pair on or before a day. */
export function newestRate(port: Port, book_id: string): Newest {
  const known = new Map<string, [string, string] | null>();
  return (from, to, day) => {
    const key = `${from} ${to} ${day}`;
    if (!known.has(key)) {
      const [found] = port.rows(
        `SELECT day, rate FROM rate WHERE book_id = :book_id AND from_currency = :from AND to_currency = :to
         AND day <= :day AND NOT deleted ORDER BY day DESC, id LIMIT 1`, { book_id, from, to, day }
      );
      known.set(key, found ? [String(found[0]), String(found[1])] : null);
    }
    return known.get(key) ?? null;
  };
}

/** Payees and tags by name: found, or made once (`ops`) with a deterministic id where that id is free. */
export class Names {
  readonly #port: Port;
  readonly #book: string;
  readonly #mint: () => string;
  readonly #found = new Map<string, string>();
  readonly #listed = new Set<string>();
  ops: Op[] = [];

  constructor(port: Port, book_id: string, mint: () => string) {
    this.#port = port;
    this.#book = book_id;
    this.#mint = mint;
  }

  /** The id of the payee or tag with this name (compared by search key). */
  idOf(entity: 'payee' | 'tag', text: string): string {
    const name = clean(text);
    const folded = searchKey(name);
    if (folded === '') throw new Refusal('text_empty', entity);
    const key = `${entity}:${folded}`;
    const id = this.#found.get(key) ?? this.#lookup(entity, folded) ?? this.#make(entity, name, folded);
    this.#found.set(key, id);
    return id;
  }

  /** By its deterministic id when it still has its name, else among all names. */
  #lookup(entity: 'payee' | 'tag', folded: string): string | null {
    const key = `${entity}:${folded}`;
    const id = uuid5(this.#book, key);
    const row = readRow(this.#port, this.#book, entity, id);
    if (row && !row.deleted && searchKey(row.name) === folded) return id;
    if (!this.#listed.has(entity)) {
      this.#listed.add(entity);
      for (const other of liveRows(this.#port, this.#book, entity, 'ORDER BY id')) {
        const name = `${entity}:${searchKey(other.name)}`;
        if (!this.#found.has(name)) this.#found.set(name, other.id);
      }
    }
    const found = this.#found.get(key);
    if (found !== undefined) return found;
    return entity === 'payee' && row?.deleted ? this.#merged(id) : null;
  }

  /** A name that was merged into another stands for that one. */
  #merged(id: string): string | null {
    let at: string | null = id;
    for (let step = 0; step < 64 && at !== null; step++) {
      const row: Payee | null = readRow(this.#port, this.#book, 'payee', at);
      if (row && !row.deleted) return at;
      at = row?.merged_into ?? null;
    }
    return null;
  }

  #make(entity: 'payee' | 'tag', name: string, folded: string): string {
    let id = uuid5(this.#book, `${entity}:${folded}`);
    if (readRow(this.#port, this.#book, entity, id)) id = this.#mint();
    this.ops.push({ e: entity, id, k: 'create', f: { name } });
    return id;
  }
}

/** Builds the operations of one change over what is stored. */
export class Inputs {
  readonly #port: Port;
  readonly #book: string;
  readonly #newest: Newest;
  readonly names: Names;

  constructor(port: Port, book_id: string, mint: () => string) {
    this.#port = port;
    this.#book = book_id;
    this.names = new Names(port, book_id, mint);
    this.#newest = newestRate(port, book_id);
  }

  /** The operations that make a transaction. */
  create(id: string, given: TransactionInput): Op[] {
    const fields = this.#plain(given);
    const f = { ...fields, ...this.#complete({ ...EMPTY, ...fields } as Money) };
    return [...this.#takeNames(), { e: 'transaction', id, k: 'create', f }];
  }

  /** The operations that change a transaction: only what is given changes, and what follows from it. */
  edit(row: Transaction, given: TransactionEdit, unlock = false): Op[] {
    const fields = this.#plain(given);
    const money: Partial<Money> = {};
    for (const name of MONEY) {
      if (!(name in fields)) continue;
      (money as Record<string, unknown>)[name] = fields[name];
      delete fields[name];
    }
    // A day for which a rate may be known.
    if ('day' in fields && row.rate === null && !('rate' in money) && !('base_minor' in money)) {
      money.amount_minor ??= row.amount_minor;
    }
    if (Object.keys(money).length > 0) {
      const day = (fields['day'] as string | undefined) ?? row.day;
      Object.assign(fields, this.#complete({ ...mergedMoney(row, money), day }));
    }
    const names = this.#takeNames();
    if (Object.keys(fields).length === 0) return names;
    return [...names, { e: 'transaction', id: row.id, k: 'set', f: fields, ...(unlock ? { unlock } : {}) }];
  }

  /** The operations that make a schedule or a template: what a transaction has, without rate and base. */
  plan(entity: PlannedEntity, id: string, given: TransactionEdit): Op[] {
    const fields = this.#plain(given);
    const money = Object.fromEntries(moneyOf(entity).map((name) => [name, fields[name] ?? null]));
    const f = { ...fields, ...this.#planned(entity, money as Money) };
    return [...this.#takeNames(), { e: entity, id, k: 'create', f }];
  }

  /** The operations that change a schedule or a template; what follows from a change is changed with it. */
  editPlan(entity: PlannedEntity, row: Schedule | Template, given: TransactionEdit): Op[] {
    let fields = this.#plain(given);
    const money: Record<string, unknown> = {};
    for (const name of moneyOf(entity)) {
      if (!(name in fields)) continue;
      money[name] = fields[name];
      delete fields[name];
    }
    if (Object.keys(money).length > 0) Object.assign(fields, this.#planned(entity, mergedMoney(row as unknown as Transaction, money, moneyOf(entity))));
    for (const [unit, members] of entityOf(entity).groups) {
      if (unit === 'money' || !members.some((name) => name in fields)) continue;
      fields = { ...Object.fromEntries(members.map((name) => [name, row[name as keyof typeof row]])), ...fields };
    }
    const names = this.#takeNames();
    return Object.keys(fields).length === 0 ? names : [...names, { e: entity, id: row.id, k: 'set', f: fields }];
  }

  /** Currencies and lines filled in; a template without an amount has a share instead of one. */
  #planned(entity: PlannedEntity, money: Money): Record<string, unknown> {
    const row: Money = { ...money, to_amount_minor: money.to_amount_minor ?? null, to_currency: money.to_currency ?? null };
    row.kind ??= 'expense';
    if (entity === 'template' && (row.amount_minor ?? null) === null) {
      this.#currencies(row);
      if (row.lines && isOpen(row.lines)) row.lines = [{ ...row.lines[0]!, amount_minor: 1 }];
    } else this.#legs(row);
    return Object.fromEntries(moneyOf(entity).map((name) => [name, row[name as keyof Money] ?? null]));
  }

  /** The payees and tags to make first; each once, also over several transactions. */
  #takeNames(): Op[] {
    const { ops } = this.names;
    this.names.ops = [];
    return ops;
  }

  /** Conveniences replaced by fields. */
  #plain(given: TransactionEdit): Record<string, unknown> {
    const fields: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(given)) {
      if (!CONVENIENCES.includes(name) && value !== undefined) fields[name] = value;
    }
    if (typeof given.payee === 'string') fields['payee_id'] = this.names.idOf('payee', given.payee);
    else if (given.payee === null && given.payee_id === undefined) fields['payee_id'] = null;
    if (given.tags) {
      const ids = given.tags.map((tag) => this.names.idOf('tag', tag));
      fields['tag_ids'] = [...new Set([...(given.tag_ids ?? []), ...ids])];
    }
    if (given.category_id !== undefined && given.lines === undefined) {
      fields['lines'] = [{ category_id: given.category_id, amount_minor: null }];
    }
    return fields;
  }

  /** A whole money group: what was left out follows from accounts, settings and rates. */
  #complete(money: Money): Record<string, unknown> {
    const row = { ...money };
    this.#legs(row);
    row.base_currency ??= readRow(this.#port, this.#book, 'settings', this.#book)?.base_currency ?? row.currency;
    if (row.currency !== null && Number.isSafeInteger(row.amount_minor)) fillBase(row as Transaction, this.#newest);
    return Object.fromEntries(MONEY.map((name) => [name, row[name as keyof Money]]));
  }

  /** Those of the accounts, where none is given. */
  #currencies(row: Money): void {
    row.currency ??= this.#currencyOf(row.account_id);
    row.to_currency ??= this.#currencyOf(row.to_account_id);
  }

  /** Currencies, the other amount of a transfer, and the one line of what is not split. */
  #legs(row: Money): void {
    this.#currencies(row);
    if (row.kind === 'transfer') {
      if (row.to_currency === row.currency) row.to_amount_minor ??= row.amount_minor;
      if (row.lines === null || isOpen(row.lines)) row.lines = [];
    } else if (row.lines === null || isOpen(row.lines)) {
      row.lines = [{ category_id: row.lines?.[0]?.category_id ?? null, amount_minor: row.amount_minor }];
    }
  }

  #currencyOf(account_id: string | null): string | null {
    return account_id === null ? null : (readRow(this.#port, this.#book, 'account', account_id)?.currency ?? null);
  }
}

const EMPTY = {
  kind: 'expense', account_id: null, currency: null, to_account_id: null, to_amount_minor: null, to_currency: null,
  lines: null, rate: null, base_minor: null, base_currency: null
};

function isOpen(lines: readonly OpenLine[]): boolean {
  return lines.length === 1 && lines[0]?.amount_minor === null;
}

/**
 * A transaction's money group with some of it changed, before what follows is filled
 * in. A currency follows its account, a single line follows the amount, and the old rate
 * stays unless the currency, either side of it or what arrives in the base currency is given anew.
 */
function mergedMoney(row: Transaction, given: Partial<Money>, names: readonly string[] = MONEY): Money {
  const stored = Object.fromEntries(names.map((name) => [name, row[name as keyof Transaction]]));
  const money = { to_amount_minor: null, to_currency: null, ...stored, ...given } as Money;
  const kindChanged = money.kind !== row.kind;
  if (given.account_id !== undefined && given.account_id !== row.account_id && !given.currency) money.currency = null;
  if (given.to_account_id !== undefined && given.to_account_id !== row.to_account_id && !given.to_currency) money.to_currency = null;
  const follows = money.to_currency === null || (given.amount_minor !== undefined && money.to_currency === money.currency);
  if (given.to_amount_minor === undefined && follows) money.to_amount_minor = null;
  if (given.lines === undefined && (kindChanged || given.amount_minor !== undefined) && (row.lines ?? []).length <= 1) {
    const category_id = kindChanged ? null : ((row.lines as TransactionLine[] | null)?.[0]?.category_id ?? null);
    money.lines = [{ category_id, amount_minor: null }];
  }
  if (kindChanged && money.kind !== 'transfer') {
    money.to_account_id = given.to_account_id ?? null;
    money.to_amount_minor = given.to_amount_minor ?? null;
    money.to_currency = given.to_currency ?? null;
  }
  if (!names.includes('rate')) return money;
  if (given.base_minor !== undefined && given.rate === undefined) money.rate = null;
  else if (given.base_minor === undefined) {
    money.base_minor = null;
    const arrives = money.kind === 'transfer' && given.to_amount_minor !== undefined && money.to_currency === money.base_currency;
    if ((money.currency !== row.currency || arrives) && given.rate === undefined) money.rate = null;
  }
  return money;
}
