/** spec/reports/budgets.json in TypeScript (server/tests/reports/test_budgets.py runs it in Python). */
import { describe, expect, it } from 'vitest';
import table from '../../../spec/reports/budgets.json' with { type: 'json' };
import { state } from './budgets.ts';
import type { Cell } from './cells.ts';

type Args = Parameters<typeof state>;

describe('how a budget stands', () => {
  it.each(table.cases.map((one): [string, typeof one] => [one.case, one]))('%s', (_, { budget, amounts, schedules, members, cells, expect: expected, ...around }) => {
    const indexed = (cells as [number, string, string, string, string, number, number, number, number][]).map(
      ([index, part, flow, currency, baseCurrency, amountMinor, baseMinor, lines, linesWithoutRate]): [number, Cell] => [
        index, { bucket: 0, part, flow, currency, baseCurrency, amountMinor, baseMinor, lines, linesWithoutRate }
      ]
    );
    const made = state(budget as Args[0], amounts, schedules as unknown as Args[2], members === null ? null : new Set(members), indexed, around);
    expect(made).toMatchObject(expected);
  });
});
