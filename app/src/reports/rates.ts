/** Which rate values an amount: the newest one of its day or before. A missing rate is null, never 0 or 1. */
import { invertRate, multiplyRates } from '../kernel/money.ts';
import type { RateUsed } from './shapes.ts';

/** Most published rates are against the euro: two of them make a cross rate. */
const BRIDGE = 'EUR';

export interface RateRow {
  day: string;
  from_currency: string;
  to_currency: string;
  rate: string;
}

interface Dated {
  day: string;
  direct: boolean;
  rate: string;
}

/**
 * Rates of a book into its base currency. Between two currencies the newest rate in either direction
 * counts, on one day the direct one before the inverse; without any, the cross rate through the euro,
 * as old as the older of its two.
 */
export class Rates {
  readonly #base: string;
  readonly #pairs = new Map<string, Dated[]>();

  constructor(rows: Iterable<RateRow>, baseCurrency: string) {
    this.#base = baseCurrency;
    for (const { day, from_currency: from, to_currency: to, rate } of rows) {
      this.#pair(from, to).push({ day, direct: true, rate });
      this.#pair(to, from).push({ day, direct: false, rate });
    }
    for (const dated of this.#pairs.values()) {
      dated.sort((a, b) => compare(a.day, b.day) || Number(a.direct) - Number(b.direct));
    }
  }

  /** The rate into the base currency on a day, or null. */
  at(currency: string, day: string): RateUsed | null {
    const base = this.#base;
    if (currency === base) return { currency, rate: '1', day };
    let found = this.#between(currency, base, day);
    if (!found && currency !== BRIDGE && base !== BRIDGE) {
      const first = this.#between(currency, BRIDGE, day);
      const second = this.#between(BRIDGE, base, day);
      if (first && second) {
        const older = first.day < second.day ? first.day : second.day;
        found = { day: older, rate: multiplyRates(first.rate, second.rate) };
      }
    }
    return found && { currency, rate: found.rate, day: found.day };
  }

  #pair(from: string, to: string): Dated[] {
    const key = from + to;
    let dated = this.#pairs.get(key);
    if (!dated) this.#pairs.set(key, (dated = []));
    return dated;
  }

  #between(from: string, to: string, day: string): { day: string; rate: string } | null {
    const dated = this.#pairs.get(from + to) ?? [];
    let low = 0;
    let high = dated.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (dated[middle]!.day <= day) low = middle + 1;
      else high = middle;
    }
    const newest = dated[low - 1];
    if (!newest) return null;
    return { day: newest.day, rate: newest.direct ? newest.rate : invertRate(newest.rate) };
  }
}

/** Order of code units, which for days, currency codes and ids is the order of bytes. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
