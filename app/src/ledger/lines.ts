/**
 * The lines of a transaction and the rollups over them. Pure. Twin:
 * server/outlay/ledger/lines.py. A line's amount is its signed effect on its account;
 * only live transactions have lines. `put` turns any change of a transaction into deltas.
 */
import { dayNumber } from '../kernel/dates.ts';
import { allocate } from '../kernel/money.ts';
import { monthOf } from '../kernel/periods.ts';
import type { Flow, Transaction, TransactionLine } from '../store/entities.ts';
import type { Row } from './entities.ts';

/** One row of table `line` without book and transaction, in column order. Amounts are signed minor units. */
export type Line = [
  position: number, day: string, day_number: number, flow: Flow, account_id: string | null,
  category_id: string | null, currency: string, amount_minor: number, base_minor: number | null, base_currency: string
];

export type Sums = [amount_minor: number, base_minor: number, count: number, count_without_rate: number];

/** month, account ('' for none), category ('' for none), flow, currency, base currency. */
export type Key = [month: number, account_id: string, category_id: string, flow: string, currency: string, base_currency: string];

/** The lines of a transaction as it is; none for a tombstone or no row at all. */
export function linesOf(given: Row | null): Line[] {
  if (given === null || given.deleted) return [];
  const row = given as unknown as Transaction;
  const { day, kind, account_id, currency, base_currency, base_minor: base } = row;
  const number = numberOf(day);
  if (kind === 'transfer') {
    const out = base === null ? null : -base;
    return [
      [0, day, number, 'transfer_out', account_id, null, currency, -row.amount_minor, out, base_currency],
      [1, day, number, 'transfer_in', row.to_account_id, null, row.to_currency!, row.to_amount_minor!, base, base_currency]
    ];
  }
  const sign = kind === 'income' ? 1 : -1;
  const parts = base === null ? null : shares(sign * base, row.lines);
  return row.lines.map(({ category_id, amount_minor }, position): Line => [
    position, day, number, kind, account_id, category_id, currency, sign * amount_minor, zeroed(parts?.[position] ?? null), base_currency
  ]);
}

/** The base amount dealt out to the parts. */
function shares(base: number, lines: readonly TransactionLine[]): number[] {
  return lines.length === 1 ? [base] : allocate(base, lines.map((item) => item.amount_minor));
}

const NUMBERS_KEPT = 4000;
const numbers = new Map<string, number>();

/** Many transactions share few days. */
function numberOf(day: string): number {
  let number = numbers.get(day);
  if (number === undefined) {
    if (numbers.size >= NUMBERS_KEPT) numbers.clear();
    numbers.set(day, (number = dayNumber(day)));
  }
  return number;
}

/** −0 is 0. */
function zeroed(value: number | null): number | null {
  return value === null ? null : value + 0;
}

/** Rollup sums that changes are added to. `firstDay` of the book's month, 1..28. */
export class RollupSums {
  readonly #cells = new Map<string, { key: Key; sums: Sums }>();
  /** Many lines share few days. */
  readonly #months = new Map<string, number>();
  readonly #firstDay: number;
  /** A sum on the way was more than a number holds exactly: the deltas are not to be trusted. */
  overflown = false;

  constructor(firstDay: number) {
    this.#firstDay = firstDay;
  }

  add(lines: readonly Line[], sign: 1 | -1): void {
    for (const [, day, , flow, account_id, category_id, currency, amount_minor, base_minor, base_currency] of lines) {
      let month = this.#months.get(day);
      if (month === undefined) this.#months.set(day, (month = monthOf(day, this.#firstDay)));
      const name = `${month},${account_id ?? ''},${category_id ?? ''},${flow},${currency},${base_currency}`;
      let cell = this.#cells.get(name);
      if (!cell) {
        const key: Key = [month, account_id ?? '', category_id ?? '', flow, currency, base_currency];
        this.#cells.set(name, (cell = { key, sums: [0, 0, 0, 0] }));
      }
      cell.sums[0] += sign * amount_minor;
      if (base_minor === null) cell.sums[3] += sign;
      else cell.sums[1] += sign * base_minor;
      cell.sums[2] += sign;
      if (!Number.isSafeInteger(cell.sums[0]) || !Number.isSafeInteger(cell.sums[1])) this.overflown = true;
    }
  }

  /** The cells that moved. */
  deltas(): [Key, Sums][] {
    const moved: [Key, Sums][] = [];
    for (const { key, sums } of this.#cells.values()) if (sums.some((value) => value !== 0)) moved.push([key, sums]);
    return moved;
  }
}

/** The rollup deltas of a transaction that was `before` and is `after`. */
export function put(before: Row | null, after: Row | null, firstDay: number): [Key, Sums][] {
  const sums = new RollupSums(firstDay);
  sums.add(linesOf(before), -1);
  sums.add(linesOf(after), 1);
  return sums.deltas();
}
