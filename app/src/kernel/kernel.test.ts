// The kernel against spec/kernel: the same cases that server/tests/kernel/test_kernel.py runs.
import { expect, test } from 'vitest';
import dateCases from '../../../spec/kernel/dates.json' with { type: 'json' };
import idCases from '../../../spec/kernel/ids.json' with { type: 'json' };
import moneyCases from '../../../spec/kernel/money.json' with { type: 'json' };
import periodCases from '../../../spec/kernel/periods.json' with { type: 'json' };
import textCases from '../../../spec/kernel/search_key.json' with { type: 'json' };
import { dayNumber, dayOf, parseDay, parseTime } from './dates.ts';
import { isId, uuid5, uuid7, version } from './ids.ts';
import { limit } from './limits.ts';
import * as money from './money.ts';
import * as periods from './periods.ts';
import { Refusal } from './refusal.ts';
import { searchKey } from './text.ts';

function answer(f: () => unknown): unknown {
  try {
    return f();
  } catch (error) {
    if (error instanceof Refusal) return { refusal: error.code };
    throw error;
  }
}

function expected(row: object, key: string): unknown {
  const found = row as Record<string, unknown>;
  return 'refusal' in found ? { refusal: found['refusal'] } : found[key];
}

test('money', () => {
  for (const row of moneyCases.convert) {
    const found = answer(() => money.convert(row.amount_minor, row.rate, row.from, row.to));
    expect(found, JSON.stringify(row)).toEqual(expected(row, 'minor'));
  }
  for (const row of moneyCases.rate_from) {
    const found = answer(() => money.rateFrom(row.amount_minor, row.from, row.base_minor, row.to));
    expect(found, JSON.stringify(row)).toEqual(expected(row, 'rate'));
  }
  for (const row of moneyCases.allocate) {
    expect(money.allocate(row.total, row.weights), JSON.stringify(row)).toEqual(row.parts);
  }
  for (const row of moneyCases.parse_amount) {
    const found = answer(() => money.parseAmount(row.text, row.currency, row.decimal_sign));
    expect(found, JSON.stringify(row)).toEqual(expected(row, 'minor'));
  }
  for (const row of moneyCases.format_plain) {
    expect(money.formatPlain(row.minor, row.currency)).toBe(row.text);
    expect(money.parseAmount(row.text, row.currency)).toBe(row.minor);
  }
  for (const row of moneyCases.parse_rate) expect(money.parseRate(row.text)).toBe(row.rate);
  for (const row of moneyCases.rates) {
    expect(answer(() => money.invertRate(row.first)), JSON.stringify(row)).toEqual(row.inverse);
    expect(answer(() => money.multiplyRates(row.first, row.second))).toEqual(row.product);
  }
  expect(() => money.allocate(1, [])).toThrow(RangeError);
  expect(() => money.allocate(1, [-1, 2])).toThrow(RangeError);
  expect(limit('amount_minor') * 90).toBeLessThanOrEqual(money.MAX_MINOR);
});

test('dates', () => {
  for (const row of dateCases.days) {
    expect(dayNumber(row.day)).toBe(row.number);
    expect(dayOf(row.number)).toBe(row.day);
  }
  for (const row of dateCases.refused) {
    expect(answer(() => parseDay(row.text)), JSON.stringify(row)).toEqual(expected(row, 'day'));
  }
  for (const row of dateCases.times) {
    expect(answer(() => parseTime(row.text)), JSON.stringify(row)).toEqual(expected(row, 'time'));
  }
});

test('periods', () => {
  for (const row of periodCases.periods) {
    for (const kind of ['week', 'month', 'year'] as const) {
      const range: periods.Range = [row[kind].from, row[kind].to];
      expect(periods.bucketOf(kind, row.day, row.calendar), JSON.stringify(row)).toBe(row[kind].index);
      expect(periods.bucketRange(kind, row[kind].index, row.calendar)).toEqual(range);
      expect(periods.periodRange(kind, row.day, row.calendar)).toEqual(range);
      const before = periods.previous(kind, range, row.calendar);
      expect(before).toEqual(row.previous[kind]);
      expect(periods.following(kind, before, row.calendar)).toEqual(range);
    }
  }
  const any = { first_day_of_week: 1, first_day_of_month: 1, first_month_of_year: 1 };
  for (const row of periodCases.spans) {
    expect(periods.previous('period', row.range as periods.Range, any)).toEqual(row.previous);
    expect(periods.following('period', row.range as periods.Range, any)).toEqual(row.following);
  }
});

test('ids', () => {
  for (const row of idCases.uuid7) {
    expect(uuid7(row.ms, Uint8Array.from(Buffer.from(row.random, 'hex')))).toBe(row.id);
    expect(version(row.id)).toBe(7);
  }
  for (const row of idCases.uuid5) {
    expect(uuid5(row.namespace, row.name)).toBe(row.id);
    expect(version(row.id)).toBe(5);
  }
  for (const row of idCases.is_id) expect(isId(row.text), JSON.stringify(row)).toBe(row.is_id);
});

test('search keys', () => {
  for (const row of [...textCases.cases, ...textCases.folding]) {
    expect(searchKey(row.text), JSON.stringify(row)).toBe(row.key);
    expect(searchKey(row.key)).toBe(row.key);
  }
});
