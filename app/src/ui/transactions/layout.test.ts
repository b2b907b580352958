import { describe, expect, it } from 'vitest';
import type { DayCount } from '$src/outlay';
import { chunksOf, dayAt, HEAD_REM, ROW_REM, topOf, visible } from './layout';

const sum = (day: string, count: number): DayCount => ({ day, count });
const days = Array.from({ length: 400 }, (_, at) => sum(new Date(Date.UTC(2026, 0, 400 - at)).toISOString().slice(0, 10), 1 + (at % 7)));
const chunks = chunksOf(days);

describe('the list of all days', () => {
  it('is as long as all its rows and heads', () => {
    const last = chunks.at(-1);
    const rows = days.reduce((total, day) => total + day.count, 0);
    expect((last?.top_rem ?? 0) + (last?.height_rem ?? 0)).toBeCloseTo(days.length * HEAD_REM + rows * ROW_REM, 6);
    expect(chunks.flatMap((chunk) => chunk.days)).toEqual(days);
  });
  it('shows the chunks that touch the window and no others', () => {
    const [from, to] = visible(chunks, 1000, 1050);
    for (const [at, chunk] of chunks.entries()) {
      const touches = chunk.top_rem + chunk.height_rem > 1000 && chunk.top_rem <= 1050;
      if (touches) expect(at >= from && at < to).toBe(true);
    }
    expect(to - from).toBeLessThanOrEqual(3);
  });
  it('finds a day by its place and its place by the day', () => {
    for (const day of [days[0], days[57], days[399]]) expect(dayAt(chunks, topOf(chunks, day?.day ?? '') ?? -1)).toBe(day?.day);
    expect(topOf(chunks, '1999-01-01')).toBeNull();
  });
  it('keeps a day with more rows than a chunk in one piece', () => {
    expect(chunksOf([sum('2026-01-02', 300), sum('2026-01-01', 2)]).map((chunk) => chunk.count)).toEqual([300, 2]);
  });
});
