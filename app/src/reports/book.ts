/** What every report is made from. */
import type { Kind, Range } from '../kernel/periods.ts';
import type { Ask } from './ask.ts';
import { cut, oneBucket, type Buckets, type Reader } from './cells.ts';
import type { Amount, Flows, Header } from './shapes.ts';
import type { Sums, Values } from './sums.ts';

export interface AccountRow {
  id: string;
  currency: string;
  opening_minor: number;
  position: number;
}

/** What is asked, where cells come from and what they are worth; accounts in order; who is under whom. */
export class Book {
  readonly ask: Ask;
  readonly reader: Reader;
  readonly values: Values;
  readonly accounts: readonly AccountRow[];
  /** Subcategory id → its top category's. */
  readonly parents: ReadonlyMap<string, string>;

  constructor(
    ask: Ask,
    reader: Reader,
    values: Values,
    accounts: readonly AccountRow[],
    parents: ReadonlyMap<string, string>
  ) {
    this.ask = ask;
    this.reader = reader;
    this.values = values;
    this.accounts = accounts;
    this.parents = parents;
  }

  get range(): Range {
    return [this.ask.from_day, this.ask.to_day];
  }

  /** The asked period as one bucket. */
  whole(): Buckets {
    return oneBucket(...this.range, this.ask.calendar);
  }

  /** The asked period in buckets. */
  cut(kind: Kind): Buckets {
    return cut(kind, ...this.range, this.ask.calendar);
  }

  /** The sums of each bucket. */
  sums(buckets: Buckets): Sums[] {
    const sums = buckets.spans.map(() => this.values.sums());
    for (const cell of this.reader.cells('flow', buckets)) sums[cell.bucket]!.add(cell);
    return sums;
  }

  /** What went through each bucket. */
  flows(sums: readonly Sums[], buckets: Buckets): Flows[] {
    return buckets.spans.map((span, index) => this.values.flows(sums[index]!, span));
  }

  /** The sums of all of them. */
  together(sums: Iterable<Sums>): Sums {
    const total = this.values.sums();
    for (const each of sums) total.take(each);
    return total;
  }

  /** What went through the asked period. */
  total(sums: Sums): Flows {
    return this.values.flows(sums, this.range);
  }

  /** What every answer has; made last, when all rates used are known. */
  header(sums: Sums, balance: Amount | null = null): Header {
    const { from_day, to_day, mode } = this.ask;
    const missing = this.values.missing(sums, balance);
    return {
      from_day,
      to_day,
      mode,
      base_currency: this.values.baseCurrency,
      missing,
      rates: this.values.ratesUsed()
    };
  }
}
