/**
 * Where everything lies in an endless list, known before any row is read: the counts of the days
 * give every height, so a list of 100,000 rows has its true length and only what is near the window
 * exists. A row is counted from the newest, over all days. Pure.
 */
import type { DayCount } from '$src/outlay';

/** Heights in rem; the components' classes say the same. A row is higher where letters are very large: EndlessDays looks. */
export const ROW_REM = 3.75;
export const HEAD_REM = 2.75;

/** About this many rows are read together; whole days always. */
const CHUNK_ROWS = 40;

/** Rows from the first to before the second. */
export type Span = readonly [number, number];

export interface Place extends DayCount {
  top_rem: number;
  row_rem: number;
  /** The number of its newest row. */
  first: number;
}

export interface Chunk {
  key: string;
  from_day: string;
  to_day: string;
  first: number;
  count: number;
}

export interface Layout {
  /** Newest first. */
  days: readonly Place[];
  chunks: readonly Chunk[];
  rows: number;
  height_rem: number;
}

const bottomOf = (day: Place): number => day.top_rem + HEAD_REM + day.count * day.row_rem;

/** `counts` newest first. */
export function layoutOf(counts: readonly DayCount[], row_rem = ROW_REM): Layout {
  const days: Place[] = [];
  const chunks: Chunk[] = [];
  let top_rem = 0;
  let first = 0;
  let begun = 0;
  const close = (until: number) => {
    const [newest, oldest] = [days[begun], days[until - 1]];
    if (!newest || !oldest) return;
    const count = first - newest.first;
    chunks.push({ key: `${newest.day} ${oldest.day} ${count}`, from_day: oldest.day, to_day: newest.day, first: newest.first, count });
    begun = until;
  };
  for (const { day, count } of counts) {
    if (days.length > begun && first - (days[begun]?.first ?? 0) + count > CHUNK_ROWS) close(days.length);
    days.push({ day, count, top_rem, row_rem, first });
    top_rem += HEAD_REM + count * row_rem;
    first += count;
  }
  close(days.length);
  return { days, chunks, rows: first, height_rem: top_rem };
}

/** The index of the first of `list` that `ends` after `edge`; the list's length when none does. By halving. */
function firstAfter<T>(list: readonly T[], edge: number, ends: (item: T) => number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends(list[middle] as T) <= edge) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first row that ends below `edge_rem`. */
function rowBelow(layout: Layout, edge_rem: number): number {
  const day = layout.days[firstAfter(layout.days, edge_rem, bottomOf)];
  if (!day) return layout.rows;
  return day.first + Math.max(0, Math.min(day.count - 1, Math.floor((edge_rem - day.top_rem - HEAD_REM) / day.row_rem)));
}

/** The rows that touch what lies between the two edges. */
export function rowsBetween(layout: Layout, top_rem: number, bottom_rem: number): Span {
  return [rowBelow(layout, top_rem), Math.min(layout.rows, rowBelow(layout, bottom_rem) + 1)];
}

/** The days that have rows of `span`. */
export function daysOf(layout: Layout, [from, to]: Span): readonly Place[] {
  if (from >= to) return [];
  const end = (day: Place) => day.first + day.count;
  return layout.days.slice(firstAfter(layout.days, from, end), firstAfter(layout.days, to - 1, end) + 1);
}

/** The chunks that have rows of `span`. */
export function chunksOf(layout: Layout, [from, to]: Span): readonly Chunk[] {
  if (from >= to) return [];
  const end = (chunk: Chunk) => chunk.first + chunk.count;
  return layout.chunks.slice(firstAfter(layout.chunks, from, end), firstAfter(layout.chunks, to - 1, end) + 1);
}

/** Where the days of a chunk lie; null when none of them is there any more. */
export function placeOf(layout: Layout, { from_day, to_day }: Pick<Chunk, 'from_day' | 'to_day'>): { top_rem: number; height_rem: number } | null {
  const days = layout.days.filter(({ day }) => day >= from_day && day <= to_day);
  const [newest, oldest] = [days[0], days.at(-1)];
  return newest && oldest ? { top_rem: newest.top_rem, height_rem: bottomOf(oldest) - newest.top_rem } : null;
}

/** Where a day begins, or the nearest older one. */
export function topOf(layout: Layout, day: string): number | null {
  return layout.days.find((each) => each.day <= day)?.top_rem ?? null;
}

/** The day that lies at `edge_rem`; below the last one the last. */
export function dayAt(layout: Layout, edge_rem: number): string | null {
  const { days } = layout;
  return days[Math.min(firstAfter(days, edge_rem, bottomOf), days.length - 1)]?.day ?? null;
}

/**
 * What to draw next: at most `count` rows more than `drawn`, first what is `seen`, then towards
 * `near`; what is outside of `near` is dropped. Rows that are not `read` yet end it. The same span
 * comes back when there is nothing to do.
 */
export function grown(drawn: Span, seen: Span, near: Span, count: number, read: (row: number) => boolean): Span {
  let from = Math.max(drawn[0], near[0]);
  let to = Math.min(drawn[1], near[1]);
  if (from >= to || to < seen[0] || from > seen[1]) {
    from = seen[0];
    while (from < seen[1] && !read(from)) from += 1;
    if (from >= seen[1]) return drawn[0] < drawn[1] && drawn[1] > near[0] && drawn[0] < near[1] ? drawn : NONE;
    to = from;
  }
  let left = count;
  const down = (end: number) => {
    for (; left > 0 && to < end && read(to); left -= 1) to += 1;
  };
  const up = (end: number) => {
    for (; left > 0 && from > end && read(from - 1); left -= 1) from -= 1;
  };
  down(seen[1]);
  up(seen[0]);
  down(near[1]);
  up(near[0]);
  return from === drawn[0] && to === drawn[1] ? drawn : [from, to];
}

export const NONE: Span = [0, 0];
