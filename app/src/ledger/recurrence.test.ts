/** spec/ledger/schedules.json in TypeScript (server/tests/ledger/test_recurrence.py runs it in Python). */
import { describe, expect, it } from 'vitest';
import table from '../../../spec/ledger/schedules.json' with { type: 'json' };
import { instalment, monthly, nextDay, occurrences, parseRule } from './recurrence.ts';

describe('occurrences', () => {
  it.each(table.cases.map((one): [string, typeof one] => [one.case, one]))('%s', (_, { start_day, rule, after, through, days }) => {
    expect(occurrences(start_day, rule, { after, through })).toEqual(days);
    if (days.length > 0) expect(nextDay(start_day, rule, after)).toBe(days[0]);
  });

  it.each(table.monthly.map((one): [string, typeof one] => [one.case, one]))('a month: %s', (_, { start_day, rule, amount_minor, month_minor }) => {
    expect(monthly(amount_minor, start_day, rule)).toBe(month_minor);
  });

  it('numbers instalments', () => {
    expect(instalment('2026-01-31', 'FREQ=MONTHLY;COUNT=12', '2026-05-31')).toEqual({ number: 3, count: 12 });
    expect(instalment('2026-01-31', 'FREQ=MONTHLY;COUNT=12', null)).toEqual({ number: 0, count: 12 });
    expect(instalment('2026-01-31', 'FREQ=MONTHLY', '2026-05-31')).toBeNull();
  });

  it.each(table.refused)('%j is no rule', (rule) => {
    expect(() => parseRule(rule)).toThrow('rule_invalid');
  });

  it('what never comes round has no next day', () => {
    expect(nextDay('2026-01-01', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', null)).toBeNull();
    expect(nextDay('2026-01-01', 'FREQ=DAILY;COUNT=2', '2026-01-02')).toBeNull();
  });
});
