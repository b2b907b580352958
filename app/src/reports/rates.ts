/** Which rate values an amount: the newest one of its day or before, by the ledger's rule. Missing is null. */
import { find } from '../ledger/rates.ts';
import type { RateUsed } from './shapes.ts';

export interface RateRow {
  day: string;
  from_currency: string;
  to_currency: string;
  rate: string;
}

type Dated = [day: string, rate: string];

/** A book's dated rates into its base currency (`find` of the ledger over rows in memory). */
export class Rates {
  readonly #base: string;
  readonly #pairs = new Map<string, Dated[]>();
  readonly #found = new Map<string, RateUsed | null>();

  constructor(rows: Iterable<RateRow>, baseCurrency: string) {
    this.#base = baseCurrency;
    for (const { day, from_currency, to_currency, rate } of rows) {
      const key = from_currency + to_currency;
      const dated = this.#pairs.get(key);
      if (dated) dated.push([day, rate]);
      else this.#pairs.set(key, [[day, rate]]);
    }
    for (const dated of this.#pairs.values()) dated.sort(([a], [b]) => compare(a, b));
  }

  /** The rate of another currency into the base currency on a day, or null. */
  at(currency: string, day: string): RateUsed | null {
    const key = currency + day;
    let used = this.#found.get(key);
    if (used === undefined) {
      const found = find(currency, this.#base, day, (from, to, on) => this.#newest(from, to, on));
      used = found && { currency, rate: found.rate, day: found.day };
      this.#found.set(key, used);
    }
    return used;
  }

  #newest(from: string, to: string, day: string): Dated | null {
    const dated = this.#pairs.get(from + to) ?? [];
    let low = 0;
    let high = dated.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (dated[middle]![0] <= day) low = middle + 1;
      else high = middle;
    }
    return dated[low - 1] ?? null;
  }
}

/** Order of code units, which for days, currency codes and ids is the order of bytes. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
