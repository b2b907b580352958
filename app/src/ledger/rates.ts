/**
 * Which exchange rate holds on a day, and the base amount of a transaction. Pure.
 * Twin: server/outlay/ledger/rates.py. A missing rate stays missing: never 0, never 1.
 */
import { convert, invertRate, multiplyRates, parseRate, rateFrom } from '../kernel/money.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Transaction } from '../store/entities.ts';

/** [day, rate] of the newest stored rate of the pair on or before the day, or null. */
export type Newest = (from: string, to: string, day: string) => [day: string, rate: string] | null;

/** A rate, and what it was made of: `used` are the stored rates, `day` the oldest of them. */
export interface Found {
  rate: string;
  day: string;
  used: [day: string, from: string, to: string][];
}

/**
 * Units of `to` for one of `from` on a day: stored as such or the other way round
 * (whichever is newer), else crossed through one of the currencies `through`.
 */
export function find(from: string, to: string, day: string, newest: Newest, through: readonly string[] = ['EUR']): Found | null {
  const direct = pair(from, to, day, newest);
  if (direct) return direct;
  for (const middle of through) {
    if (middle === from || middle === to) continue;
    const first = pair(from, middle, day, newest);
    const second = first ? pair(middle, to, day, newest) : null;
    if (!first || !second) continue;
    const rate = unlessRefused(() => multiplyRates(first.rate, second.rate));
    if (rate !== null) {
      return { rate, day: first.day < second.day ? first.day : second.day, used: [...first.used, ...second.used] };
    }
  }
  return null;
}

function pair(from: string, to: string, day: string, newest: Newest): Found | null {
  const stored = newest(from, to, day);
  const turned = newest(to, from, day);
  if (stored && (!turned || stored[0] >= turned[0])) return { rate: stored[1], day: stored[0], used: [[stored[0], from, to]] };
  if (!turned) return null;
  const rate = unlessRefused(() => invertRate(turned[1]));
  return rate === null ? null : { rate, day: turned[0], used: [[turned[0], to, from]] };
}

function unlessRefused<T>(make: () => T): T | null {
  try {
    return make();
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

export type Based = Pick<
  Transaction, 'kind' | 'currency' | 'amount_minor' | 'to_currency' | 'to_amount_minor' | 'rate' | 'base_minor' | 'base_currency' | 'day'
>;

/**
 * Completes `rate` and `base_minor` of a transaction (changes `row`); answers the stored
 * rate it used. Same currency: rate 1. Base amount given: the rate follows from it. Rate
 * given: the base amount follows. Both: kept for the rules to check. Neither: a transfer
 * into the base currency says it itself, else the newest rate on or before its day, else
 * both stay null.
 */
export function fillBase(row: Based, newest: Newest): Found | null {
  const { currency, base_currency, amount_minor } = row;
  if (currency === base_currency) {
    row.rate = '1';
    row.base_minor = amount_minor;
    return null;
  }
  if (row.base_minor === null && row.rate === null) {
    if (row.kind === 'transfer' && row.to_currency === base_currency && row.to_amount_minor) row.base_minor = row.to_amount_minor;
    else {
      const found = find(currency, base_currency, row.day, newest);
      if (!found) return null;
      row.rate = found.rate;
      row.base_minor = convert(amount_minor, found.rate, currency, base_currency);
      return found;
    }
  }
  if (row.rate === null) row.rate = rateFrom(amount_minor, currency, row.base_minor!, base_currency);
  else if (row.base_minor === null) {
    row.rate = parseRate(row.rate);
    row.base_minor = convert(amount_minor, row.rate, currency, base_currency);
  }
  return null;
}
