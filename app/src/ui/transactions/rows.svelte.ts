/**
 * The rows of an endless list that are near the window, by day. What is asked for stays fresh, what
 * is not asked for any more is let go; a day is given only when all of its rows are there. What could not be read is for the
 * list to say.
 */
import { outlay, type Problem, type TransactionFilter, type TransactionView } from '$src/outlay';
import type { Chunk } from './layout';

/** As many as one answer holds; a day with more is read page by page. */
const PAGE_MAX = 500;
/** Rows that come to a chunk before its count does. */
const SPARE = 20;

/** Rows that are not there, and the way to try again. */
export interface Missing {
  chunk: Chunk;
  error: Problem;
  retry(): void;
}

export class Rows {
  readonly #filter: TransactionFilter;
  readonly #arrived: () => void;
  readonly #byDay = new Map<string, TransactionView[]>();
  readonly #open = new Map<string, { chunk: Chunk; stop: () => void }>();
  #version = $state(0);
  #missing = $state.raw<readonly Missing[]>([]);

  constructor(filter: TransactionFilter, arrived: () => void) {
    this.#filter = filter;
    this.#arrived = arrived;
  }

  /** Asks for these chunks and lets all others go. */
  want(chunks: readonly Chunk[]): void {
    const keys = new Set(chunks.map(({ key }) => key));
    for (const [key, { chunk, stop }] of this.#open) {
      if (keys.has(key)) continue;
      stop();
      this.#open.delete(key);
      this.#found(key);
      for (const day of this.#byDay.keys()) {
        if (within(chunk, day) && !chunks.some((other) => within(other, day))) this.#byDay.delete(day);
      }
    }
    for (const chunk of chunks) if (!this.#open.has(chunk.key)) this.#open.set(chunk.key, { chunk, stop: this.#read(chunk) });
  }

  has(day: string): boolean {
    return this.#byDay.has(day);
  }

  of(day: string): readonly TransactionView[] {
    void this.#version;
    return this.#byDay.get(day) ?? [];
  }

  get missing(): readonly Missing[] {
    return this.#missing;
  }

  close(): void {
    this.want([]);
  }

  #read(chunk: Chunk): () => void {
    const filter = { ...this.#filter, from_day: chunk.from_day, to_day: chunk.to_day };
    let turn = 0;
    const asking = outlay.live('transactions', { filter, limit: Math.min(PAGE_MAX, chunk.count + SPARE) });
    const lost = (error: Problem) => {
      // what was read before stays
      if (![...this.#byDay.keys()].some((day) => within(chunk, day))) this.#missing = [...this.#missing.filter((each) => each.chunk.key !== chunk.key), { chunk, error, retry: () => asking.refresh() }];
    };
    const stop = asking.subscribe(({ data, error }) => {
      if (error) return lost(error);
      if (!data) return;
      const asked = (turn += 1);
      void this.#all(filter, data, asked, () => turn).then(
        (items) => {
          if (!items) return;
          this.#found(chunk.key);
          this.#take(chunk, items);
        },
        (error: unknown) => asked === turn && lost(error as Problem)
      );
    });
    return () => {
      turn = -1;
      stop();
    };
  }

  #found(key: string): void {
    if (this.#missing.some(({ chunk }) => chunk.key === key)) this.#missing = this.#missing.filter(({ chunk }) => chunk.key !== key);
  }

  /** The pages after the first, for days with more rows than one answer holds; null when the answer is old by then. */
  async #all(filter: TransactionFilter, page: { items: TransactionView[]; next: { day: string; id: string } | null }, turn: number, now: () => number) {
    const items = [...page.items];
    for (let before = page.next; before; ) {
      const more = await outlay.query('transactions', { filter, before, limit: PAGE_MAX });
      if (now() !== turn) return null;
      items.push(...more.items);
      before = more.next;
    }
    return now() === turn ? items : null;
  }

  #take(chunk: Chunk, items: TransactionView[]): void {
    for (const day of this.#byDay.keys()) if (within(chunk, day)) this.#byDay.delete(day);
    for (const item of items) {
      const day = this.#byDay.get(item.day);
      if (day) day.push(item);
      else this.#byDay.set(item.day, [item]);
    }
    this.#version += 1;
    this.#arrived();
  }
}

const within = (chunk: Chunk, day: string): boolean => day >= chunk.from_day && day <= chunk.to_day;
