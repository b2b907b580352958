import { describe, expect, it } from 'vitest';
import type { DayCount } from '$src/outlay';
import { chunksOf, dayAt, daysOf, grown, HEAD_REM, layoutOf, NONE, placeOf, ROW_REM, rowsBetween, topOf, type Span } from './layout';

const sum = (day: string, count: number): DayCount => ({ day, count });
const counts = Array.from({ length: 400 }, (_, at) => sum(new Date(Date.UTC(2026, 0, 400 - at)).toISOString().slice(0, 10), 1 + (at % 7)));
const layout = layoutOf(counts);

describe('the list of all days', () => {
  it('is as long as all its rows and heads', () => {
    const rows = counts.reduce((total, day) => total + day.count, 0);
    expect(layout.rows).toBe(rows);
    expect(layout.height_rem).toBeCloseTo(counts.length * HEAD_REM + rows * ROW_REM, 6);
  });
  it('names the rows that touch the window and no others', () => {
    const [from, to] = rowsBetween(layout, 1000, 1050);
    for (const day of layout.days) {
      for (let at = 0; at < day.count; at += 1) {
        const top = day.top_rem + HEAD_REM + at * ROW_REM;
        if (top + ROW_REM > 1000 && top < 1050) expect(day.first + at >= from && day.first + at < to).toBe(true);
      }
    }
    expect(to - from).toBeLessThanOrEqual(50 / ROW_REM + 2);
    expect(rowsBetween(layout, -50, 0)).toEqual([0, 1]);
    expect(rowsBetween(layout, layout.height_rem + 1, layout.height_rem + 9)).toEqual([layout.rows, layout.rows]);
    expect(rowsBetween(layoutOf([]), 0, 50)).toEqual(NONE);
  });
  it('finds a day by its place and its place by the day', () => {
    for (const day of [counts[0], counts[57], counts[399]]) expect(dayAt(layout, topOf(layout, day?.day ?? '') ?? -1)).toBe(day?.day);
    expect(topOf(layout, '1999-01-01')).toBeNull();
  });
  it('reads whole days, each row in one chunk', () => {
    expect(layout.chunks.reduce((rows, chunk) => rows + chunk.count, 0)).toBe(layout.rows);
    for (const span of [[0, 1], [300, 340], [layout.rows - 1, layout.rows]] as Span[]) {
      const [chunks, days] = [chunksOf(layout, span), daysOf(layout, span)];
      expect(days[0]?.first).toBeLessThanOrEqual(span[0]);
      for (const { day } of days) expect(chunks.filter((chunk) => chunk.from_day <= day && day <= chunk.to_day)).toHaveLength(1);
    }
    for (const chunk of layout.chunks) {
      const days = layout.days.filter(({ day }) => chunk.from_day <= day && day <= chunk.to_day);
      expect(placeOf(layout, chunk)).toEqual({ top_rem: days[0]?.top_rem, height_rem: expect.closeTo(days.length * HEAD_REM + chunk.count * ROW_REM, 6) });
    }
    expect(placeOf(layout, { from_day: '1999-01-01', to_day: '1999-02-01' })).toBeNull();
    expect(layoutOf([sum('2026-01-02', 300), sum('2026-01-01', 2)]).chunks.map(({ count }) => count)).toEqual([300, 2]);
  });
});

describe('what is drawn', () => {
  const all = () => true;
  const finish = (drawn: Span, seen: Span, near: Span, read: (row: number) => boolean): Span[] => {
    const steps = [drawn];
    for (let next = grown(drawn, seen, near, 2, read); next !== steps.at(-1); next = grown(next, seen, near, 2, read)) steps.push(next);
    return steps;
  };
  it('grows from what is seen to all that is near, two rows at a time', () => {
    const steps = finish(NONE, [100, 110], [90, 120], all);
    expect(steps[1]).toEqual([100, 102]);
    expect(steps[5]).toEqual([100, 110]);
    expect(steps.at(-1)).toEqual([90, 120]);
    for (const [at, step] of steps.slice(1).entries()) expect(step[1] - step[0] - ((steps[at]?.[1] ?? 0) - (steps[at]?.[0] ?? 0))).toBeLessThanOrEqual(2);
  });
  it('keeps what is still near, and begins anew after a jump', () => {
    expect(finish([90, 120], [112, 122], [102, 132], all)[1]).toEqual([102, 122]);
    expect(finish([90, 120], [500, 510], [490, 520], all)[1]).toEqual([500, 502]);
  });
  it('waits for rows that are not read yet', () => {
    expect(finish(NONE, [100, 110], [90, 120], () => false)).toEqual([NONE]);
    expect(finish(NONE, [100, 110], [90, 120], (row) => row >= 104).at(-1)).toEqual([104, 120]);
    expect(finish([104, 120], [100, 110], [90, 120], all).at(-1)).toEqual([90, 120]);
  });
});
