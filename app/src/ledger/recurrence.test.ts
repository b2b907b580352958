/** spec/ledger/schedules.json in TypeScript (server/tests/ledger/test_recurrence.py runs it in Python). */
import { describe, expect, it } from 'vitest';
import table from '../../../spec/ledger/schedules.json' with { type: 'json' };
import { nextDay, occurrences, parseRule } from './recurrence.ts';

describe('occurrences', () => {
  it.each(table.cases.map((one): [string, typeof one] => [one.case, one]))('%s', (_, { start_day, rule, after, through, days }) => {
    expect(occurrences(start_day, rule, { after, through })).toEqual(days);
    if (days.length > 0) expect(nextDay(start_day, rule, after)).toBe(days[0]);
  });

  it.each(table.refused)('%j is no rule', (rule) => {
    expect(() => parseRule(rule)).toThrow('rule_invalid');
  });

  it('what never comes round has no next day', () => {
    expect(nextDay('2026-01-01', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', null)).toBeNull();
    expect(nextDay('2026-01-01', 'FREQ=DAILY;COUNT=2', '2026-01-02')).toBeNull();
  });
});
