/** The tables of spec/ledger, run in TypeScript (server/tests/ledger/test_spec.py runs them in Python). */
import { describe, expect, it } from 'vitest';
import changes from '../../../spec/ledger/changes.json' with { type: 'json' };
import rateTable from '../../../spec/ledger/rates.json' with { type: 'json' };
import transactionTable from '../../../spec/ledger/transactions.json' with { type: 'json' };
import { uuid5, uuid7 } from '../kernel/ids.ts';
import { formatPlain, parseAmount } from '../kernel/money.ts';
import { entityOf, type Fields } from './entities.ts';
import { linesOf } from './lines.ts';
import { decide, type AnyMutation, type Conflict } from './merge.ts';
import { fillBase, type Based, type Newest } from './rates.ts';
import { MemoryState } from './state.ts';

const BOOK = uuid7(1_700_000_000_000, new Uint8Array(10));

/** The id that a name of a table stands for: of version 5 where every device gives the same. */
function named(name: string): string {
  if (name === 'book') return BOOK;
  const inner = /{([^{}]*)}/.exec(name);
  if (inner) return named(name.replace(inner[0], named(inner[1]!)));
  const made = uuid5(BOOK, name);
  return name.includes(':') ? made : `${made.slice(0, 14)}7${made.slice(15)}`;
}

/** `@Name` as ids, `like` and `only` as documents. */
function filled(value: unknown, documents: Record<string, Fields>): unknown {
  if (typeof value === 'string' && value.startsWith('@')) return named(value.slice(1));
  if (Array.isArray(value)) return value.map((item) => filled(item, documents));
  if (typeof value !== 'object' || value === null) return value;
  const { like, only, ...given } = value as Fields & { like?: string; only?: string };
  let base = like === undefined ? {} : documents[like]!;
  if (only) base = Object.fromEntries(entityOf('transaction').groups.get(only)!.map((name) => [name, base[name]]));
  return Object.fromEntries(Object.entries({ ...base, ...given }).map(([key, item]) => [key, filled(item, documents)]));
}

const at = (ver: number, device: number, edited_at_ms = 0) => ({ ver, device, edited_at_ms });

/* ---- transactions.json ----------------------------------------------------------------- */

interface TransactionCase {
  case: string; kind: string; from: string; to?: string; amount: string; to_amount?: string; currency?: string;
  parts?: [string | null, string][]; parts_of?: [number, string]; rate?: string; base?: string; day?: string;
  note_of?: number; raw?: Fields; answer: string; field?: string; lines?: unknown[];
}

function baseBook(): MemoryState {
  const state = new MemoryState(BOOK);
  const { accounts, categories, merged, deleted, closed } = transactionTable;
  const ops = [
    ...Object.entries(accounts).map(([name, currency]) => ({
      e: 'account', id: named(name), k: 'create', f: { name, kind: 'bank', currency, opening_minor: 0 }
    })),
    ...Object.entries(categories).map(([name, kind]) => ({ e: 'category', id: named(name), k: 'create', f: { name, kind } })),
    ...merged.map(([name, into]) => ({ e: 'category', id: named(name!), k: 'delete', into: named(into!) })),
    ...deleted.map((name) => ({ e: 'category', id: named(name), k: 'delete' })),
    ...closed.map((name) => ({ e: 'account', id: named(name), k: 'delete' }))
  ];
  state.put(decide(state, { mid: BOOK, base: 0, ops }, at(1, 0)).writes);
  return state;
}

function transactionFields(given: TransactionCase): Fields {
  const currencies = transactionTable.accounts as Record<string, string>;
  const currency = given.currency ?? currencies[given.from]!;
  const to_currency = given.to === undefined ? null : currencies[given.to]!;
  const [count, part] = given.parts_of ?? [0, ''];
  const parts = given.parts ?? Array.from({ length: count }, (): [null, string] => [null, part]);
  const amount_minor = parseAmount(given.amount, currency);
  const base = given.base === undefined ? null : parseAmount(given.base, 'EUR');
  return {
    kind: given.kind, account_id: named(given.from), amount_minor, currency,
    to_account_id: given.to === undefined ? null : named(given.to),
    to_amount_minor: given.to_amount === undefined ? null : parseAmount(given.to_amount, to_currency!), to_currency,
    lines: parts.map(([name, text]) => ({ category_id: name === null ? null : named(name), amount_minor: parseAmount(text, currency) })),
    rate: currency === 'EUR' ? '1' : (given.rate ?? null), base_minor: currency === 'EUR' ? amount_minor : base,
    base_currency: 'EUR', day: given.day ?? '2026-01-15', note: given.note_of === undefined ? null : 'x'.repeat(given.note_of),
    ...given.raw
  };
}

describe('transactions', () => {
  const names = new Map(
    [...Object.keys(transactionTable.accounts), ...Object.keys(transactionTable.categories)].map((name) => [named(name), name])
  );
  const cases = transactionTable.cases as unknown as TransactionCase[];
  it.each(cases.map((one): [string, TransactionCase] => [one.case, one]))('%s', (_, one) => {
    const op = { e: 'transaction', id: named('T'), k: 'create', f: transactionFields(one) };
    const decision = decide(baseBook(), { mid: BOOK, base: 1, ops: [op] }, at(2, 1));
    expect([decision.status, decision.refusal?.field ?? null]).toEqual([one.answer, one.field ?? null]);
    if (!one.lines) return;
    const made = linesOf(decision.writes[0]!.after).map(([, , , flow, account_id, category_id, currency, amount, base]) => [
      flow, names.get(account_id ?? '') ?? null, names.get(category_id ?? '') ?? null, formatPlain(amount, currency),
      base === null ? null : formatPlain(base, 'EUR')
    ]);
    expect(made).toEqual(one.lines);
  });
});

/* ---- changes.json ------------------------------------------------------------------------ */

interface ChangeCase {
  case: string;
  steps: { device: 'A' | 'B'; sees?: number; at?: number; do: unknown[]; answer: string }[];
  then?: Record<string, Fields | null>;
  conflicts: Fields[];
}

describe('changes', () => {
  const documents = changes.documents as unknown as Record<string, Fields>;
  const cases = changes.cases as unknown as ChangeCase[];
  it.each(cases.map((one): [string, ChangeCase] => [one.case, one]))('%s', (_, { steps, then = {}, conflicts }) => {
    const state = new MemoryState(BOOK);
    const book = decide(state, { mid: BOOK, base: 0, ops: filled(changes.book, documents) as unknown[] }, at(0, 9));
    expect(book.status).toBe('ok');
    state.put(book.writes);
    const kept: Conflict[] = [];
    steps.forEach((step, index) => {
      const mutation: AnyMutation = { mid: named(`M${index + 1}`), base: step.sees ?? 0, ops: filled(step.do, documents) as unknown[] };
      const decision = decide(state, mutation, at(index + 1, step.device === 'A' ? 1 : 2, step.at));
      expect(decision.status, `step ${index + 1}`).toBe(step.answer);
      state.put(decision.writes);
      kept.push(...decision.conflicts);
    });
    for (const [name, fields] of Object.entries(then)) {
      const row = [...state.rows.values()].find((one) => one.row.id === named(name.slice(1)))?.row ?? null;
      expect(row === null).toBe(fields === null);
      if (fields !== null) expect(row).toMatchObject(filled(fields, documents) as Fields);
    }
    expect(kept).toHaveLength(conflicts.length);
    kept.forEach((conflict, index) => expect(conflict).toMatchObject(filled(conflicts[index], documents) as Fields));
  });
});

/* ---- rates.json --------------------------------------------------------------------------- */

interface RateCase {
  case: string;
  stored: [day: string, from: string, to: string, rate: string][];
  given: { currency: string; amount: string; base_currency: string; day: string; kind?: string; rate?: string; base?: string; to_currency?: string; to_amount?: string };
  then: unknown;
}

describe('rates', () => {
  const cases = rateTable.cases as unknown as RateCase[];
  it.each(cases.map((one): [string, RateCase] => [one.case, one]))('%s', (_, { stored, given, then }) => {
    const newest: Newest = (from, to, day) => {
      const found = stored.filter((one) => one[1] === from && one[2] === to && one[0] <= day).sort();
      const last = found.at(-1);
      return last ? [last[0], last[3]] : null;
    };
    const minor = (text: string | undefined, currency: string) => (text === undefined ? null : parseAmount(text, currency));
    const row = {
      kind: given.kind ?? 'expense', currency: given.currency, day: given.day, amount_minor: parseAmount(given.amount, given.currency),
      base_currency: given.base_currency, rate: given.rate ?? null, base_minor: minor(given.base, given.base_currency),
      to_currency: given.to_currency ?? null, to_amount_minor: minor(given.to_amount, given.to_currency ?? 'EUR')
    } as Based;
    const found = fillBase(row, newest);
    const base = row.base_minor === null ? null : formatPlain(row.base_minor, row.base_currency);
    expect({ rate: row.rate, base, used: found?.used ?? [] }).toEqual(then);
  });
});

