/**
 * Reads sums from the store: whole book months from `rollup`, the days around them from `line`.
 * A cell is one row of any of the statements `spec/reports/*_by_*.sql`.
 */
import { dayNumber, dayOf, FIRST_DAY } from '../kernel/dates.ts';
import { checkSum } from '../kernel/money.ts';
import { bucketOf, bucketRange, monthOf, monthRange, monthStart, periodRange, piecesOf, yearsOf } from '../kernel/periods.ts';
import type { Calendar, Kind, Range } from '../kernel/periods.ts';
import { statement } from './sql.ts';

/** Runs SQL text with `:name` parameters in one snapshot of the store; rows as arrays. */
export type Run = (sql: string, params: Record<string, string | number | null>) => readonly (readonly unknown[])[];

/** `balance` is what moved on an account, whatever the flow: only part, currency and amount are filled. */
export type By = 'flow' | 'category' | 'account' | 'balance';

/** More days than any span: one bucket. */
const WIDE = 10_000_000;

export interface Cell {
  bucket: number;
  /** Category or account id, '' for none. */
  part: string;
  flow: string;
  currency: string;
  baseCurrency: string;
  /** Signed. */
  amountMinor: number;
  /** Signed, of the lines that have one. */
  baseMinor: number;
  lines: number;
  linesWithoutRate: number;
}

/**
 * The spans of days that a period is cut into, without a gap; bucket i is `spans[i]`. `kind` is what
 * the inner ones are, null for a single span, `spans` for spans of any length.
 */
export interface Buckets {
  kind: Kind | 'spans' | null;
  calendar: Calendar;
  spans: readonly Range[];
}

/** The whole period as a single bucket. */
export function oneBucket(from: string, to: string, calendar: Calendar): Buckets {
  return { kind: null, calendar, spans: [[from, to]] };
}

/** The period cut into days, weeks, months or years. */
export function cut(kind: Kind, from: string, to: string, calendar: Calendar): Buckets {
  const spans: Range[] = [];
  const end = bucketOf(kind, to, calendar);
  for (let index = bucketOf(kind, from, calendar); index <= end; index++) {
    const [first, last] = bucketRange(kind, index, calendar);
    spans.push([first < from ? from : first, last > to ? to : last]);
  }
  return { kind, calendar, spans };
}

function ends(buckets: Buckets): Range {
  return [buckets.spans[0]![0], buckets.spans.at(-1)![1]];
}

/** Cells of one book. `rollupFirstDay` is the first day of month that its rollups are kept by. */
export class Reader {
  readonly #run: Run;
  readonly #book: string;
  readonly #firstDay: number;
  readonly #filters: Record<string, string>;
  readonly #given: readonly string[];

  constructor(run: Run, book: string, rollupFirstDay: number, filters: Record<string, string>) {
    this.#run = run;
    this.#book = book;
    this.#firstDay = rollupFirstDay;
    this.#filters = filters;
    this.#given = Object.keys(filters);
  }

  /** The sums of every bucket by flow, category or account. Nothing is read twice. */
  cells(by: By, buckets: Buckets): Cell[] {
    const { kind, calendar } = buckets;
    if (kind === 'day' || kind === 'week') return this.#byLine(by, buckets);
    const kept = calendar.first_day_of_month === this.#firstDay;
    if (kind === null || (kept && kind !== 'spans')) return this.#byRollup(by, buckets);
    return this.#regrouped(by, buckets); // from the days; so are months other than the rollup's
  }

  /** The sums of everything before a day. */
  before(by: By, day: string, calendar: Calendar): Cell[] {
    if (day <= FIRST_DAY) return [];
    return this.cells(by, oneBucket(FIRST_DAY, dayOf(dayNumber(day) - 1), calendar));
  }

  #byRollup(by: By, buckets: Buckets): Cell[] {
    const [from, to] = ends(buckets);
    const firstDay = this.#firstDay;
    const lastBucket = buckets.spans.length - 1;
    let first = monthOf(from, firstDay);
    let last = monthOf(to, firstDay);
    if (monthStart(first, firstDay) < from) first += 1;
    if (monthRange(last, firstDay)[1] > to) last -= 1;
    const edge = monthStart(first, firstDay); // where the first whole month begins, if there is one
    if (first > last && (edge > to || lastBucket === 0)) return this.#lines(by, from, to, 0);
    const head = this.#lines(by, from, dayOf(dayNumber(edge) - 1), 0);
    if (first > last) return [...head, ...this.#lines(by, edge, to, lastBucket)];
    const tail = this.#lines(by, monthStart(last + 1, firstDay), to, lastBucket);
    return [...head, ...this.#months(by, first, last, buckets), ...tail];
  }

  /** Whole months, in the buckets that they lie in. */
  #months(by: By, first: number, last: number, { kind, calendar, spans }: Buckets): Cell[] {
    if (kind !== 'month' && kind !== 'year') {
      const shift = -monthOf(spans[0]![0], this.#firstDay);
      return piecesOf(first, last).flatMap(([from, to]) => this.#read(`rollup_by_${by}`, { from_month: from, to_month: to, shift, width: WIDE }));
    }
    // by their own number, so that a piece is the same for whoever asks
    const cells = yearsOf(first, last).flatMap(([from, to]) => this.#monthsIn(by, { from_month: from, to_month: to }, kind, calendar));
    const begin = bucketOf(kind, spans[0]![0], calendar);
    for (const cell of cells) cell.bucket -= begin;
    return cells;
  }

  #monthsIn(by: By, months: { from_month: number; to_month: number }, kind: 'month' | 'year', calendar: Calendar): Cell[] {
    if (kind === 'year') return this.#read(`rollup_by_${by}`, { ...months, shift: 1 - calendar.first_month_of_year, width: 12 });
    if (by === 'flow' || by === 'category') return this.#read(`months_by_${by}`, { ...months, shift: 0 });
    return this.#read(`rollup_by_${by}`, { ...months, shift: 0, width: 1 });
  }

  /** Lines of some days, all in one bucket. */
  #lines(by: By, from: string, to: string, bucket: number): Cell[] {
    const first = dayNumber(from);
    const last = dayNumber(to);
    if (first > last) return [];
    const found = this.#read(`line_by_${by}`, { from_number: first, to_number: last, shift: -first, width: WIDE });
    for (const cell of found) cell.bucket = bucket;
    return found;
  }

  #byLine(by: By, buckets: Buckets): Cell[] {
    const [from, to] = ends(buckets);
    const days = { from_number: dayNumber(from), to_number: dayNumber(to) };
    if (buckets.kind === 'week') {
      const [start] = periodRange('week', from, buckets.calendar);
      return this.#read(`line_by_${by}`, { ...days, shift: -dayNumber(start), width: 7 });
    }
    if (by === 'flow') return this.#read('days_by_flow', { ...days, shift: -dayNumber(from) });
    return this.#read(`line_by_${by}`, { ...days, shift: -dayNumber(from), width: 1 });
  }

  #regrouped(by: By, buckets: Buckets): Cell[] {
    const found = this.#byLine(by, { ...buckets, kind: 'day' });
    const bucketAt: number[] = [];
    buckets.spans.forEach(([first, last], index) => {
      for (let days = dayNumber(last) - dayNumber(first); days >= 0; days--) bucketAt.push(index);
    });
    for (const cell of found) cell.bucket = bucketAt[cell.bucket]!;
    return found;
  }

  #read(name: Statement, params: Record<string, number>): Cell[] {
    const rows = this.#run(statement(name, this.#given), { book: this.#book, ...this.#filters, ...params });
    // by place: taking a row apart by a pattern is what a first answer would wait for
    return (rows as readonly CellRow[]).map((row) => ({
      bucket: row[0], part: row[1], flow: row[2], currency: row[3], baseCurrency: row[4],
      amountMinor: checkSum(row[5]), baseMinor: checkSum(row[6]), lines: row[7], linesWithoutRate: row[8]
    }));
  }
}

type Statement = `${'line' | 'rollup'}_by_${By}` | `months_by_${'flow' | 'category'}` | 'days_by_flow';

type CellRow = readonly [number, string, string, string, string, number, number, number, number];
