/**
 * Where everything lies in the list of all days, known before any row is read: the counts of the
 * days give every height, so a list of 100,000 rows has its true length and only what is near the
 * window exists. Pure.
 */
import type { DayCount } from '$src/outlay';

/** Heights in rem; the components' classes say the same. */
export const ROW_REM = 3.75;
export const HEAD_REM = 2.75;

/** About this many rows are read and drawn together. */
const CHUNK_ROWS = 20;

export interface Chunk {
  key: string;
  /** Newest first. */
  days: DayCount[];
  from_day: string;
  to_day: string;
  count: number;
  top_rem: number;
  height_rem: number;
}

export const dayHeight = (day: DayCount): number => HEAD_REM + day.count * ROW_REM;

export function chunksOf(days: DayCount[]): Chunk[] {
  const chunks: Chunk[] = [];
  let open: DayCount[] = [];
  let rows = 0;
  let top = 0;
  const close = () => {
    const first = open[0];
    const last = open.at(-1);
    if (!first || !last) return;
    const height = open.reduce((sum, day) => sum + dayHeight(day), 0);
    chunks.push({ key: first.day, days: open, from_day: last.day, to_day: first.day, count: rows, top_rem: top, height_rem: height });
    top += height;
    open = [];
    rows = 0;
  };
  for (const day of days) {
    if (rows && rows + day.count > CHUNK_ROWS) close();
    open.push(day);
    rows += day.count;
  }
  close();
  return chunks;
}

/** The first and last index of what touches the window, found by halving. */
export function visible(chunks: Chunk[], top_rem: number, bottom_rem: number): [number, number] {
  const first = (edge: number) => {
    let low = 0;
    let high = chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const chunk = chunks[middle] as Chunk;
      if (chunk.top_rem + chunk.height_rem <= edge) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return [first(top_rem), Math.min(chunks.length, first(bottom_rem) + 1)];
}

/** Where a day begins, or the nearest older one. */
export function topOf(chunks: Chunk[], day: string): number | null {
  for (const chunk of chunks) {
    if (chunk.from_day > day) continue;
    let top = chunk.top_rem;
    for (const each of chunk.days) {
      if (each.day <= day) return top;
      top += dayHeight(each);
    }
  }
  return null;
}

export function dayAt(chunks: Chunk[], edge_rem: number): string | null {
  const [at] = visible(chunks, edge_rem, edge_rem);
  const chunk = chunks[Math.min(at, chunks.length - 1)];
  if (!chunk) return null;
  let bottom = chunk.top_rem;
  for (const day of chunk.days) {
    bottom += dayHeight(day);
    if (bottom > edge_rem) return day.day;
  }
  return chunk.from_day;
}
