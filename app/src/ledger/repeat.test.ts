/** A rule that people choose, to RFC 5545 and back. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayOf } from '../kernel/dates.ts';
import { occurrences, parseRule } from './recurrence.ts';
import { everyMonth, repeatOf, ruleOf, weekdayOf, type Repeat } from './repeat.ts';

const chosen = (start_day: string, more: Partial<Repeat>) => ruleOf({ ...everyMonth(start_day), ...more }, start_day);

describe('ruleOf', () => {
  it.each<[string, string, Partial<Repeat>, string]>([
    ['every month', '2026-11-15', {}, 'FREQ=MONTHLY'],
    ['every third month on the last day', '2026-11-15', { interval: 3, place: 'last' }, 'FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=-1'],
    ['the 31st, or the last day', '2026-01-31', {}, 'FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1'],
    ['the second Tuesday', '2026-01-13', { place: 'nth' }, 'FREQ=MONTHLY;BYDAY=2TU'],
    ['the last Friday', '2026-01-30', { place: 'last_weekday' }, 'FREQ=MONTHLY;BYDAY=-1FR'],
    ['every week', '2026-11-23', { frequency: 'WEEKLY' }, 'FREQ=WEEKLY'],
    ['Monday and Thursday every other week', '2026-11-23', { frequency: 'WEEKLY', interval: 2, weekdays: [3, 0] }, 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH'],
    ['every day, ten times', '2026-11-23', { frequency: 'DAILY', end: 'count', count: 10 }, 'FREQ=DAILY;COUNT=10'],
    ['every year until a day', '2026-11-23', { frequency: 'YEARLY', end: 'until', until: '2030-12-31' }, 'FREQ=YEARLY;UNTIL=20301231'],
    ['every 29 February', '2024-02-29', { frequency: 'YEARLY' }, 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1']
  ])('%s', (_, start_day, more, rule) => {
    expect(chosen(start_day, more)).toBe(rule);
  });

  it('an end that is not chosen yet is none', () => expect(chosen('2026-11-23', { end: 'until', until: '' })).toBe('FREQ=MONTHLY'));
});

describe('repeatOf', () => {
  it.each(['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', 'FREQ=YEARLY;BYMONTH=5;BYDAY=2SU', 'FREQ=MONTHLY;BYMONTHDAY=10'])('%s is another rule', (rule) => {
    expect(repeatOf(rule, '2026-11-23')).toBeNull();
  });
  it('reads what it wrote, from any day', () => {
    const days = fc.integer({ min: 0, max: 80_000 }).map(dayOf);
    const repeats = fc.record({
      frequency: fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'),
      interval: fc.integer({ min: 1, max: 999 }),
      weekdays: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 }),
      place: fc.constantFrom('day', 'last', 'nth', 'last_weekday'),
      end: fc.constantFrom('never', 'until', 'count'),
      until: days,
      count: fc.integer({ min: 1, max: 9999 })
    });
    fc.assert(fc.property(days, repeats, (start_day, repeat) => {
      const rule = ruleOf(repeat as Repeat, start_day);
      parseRule(rule);
      expect(ruleOf(repeatOf(rule, start_day)!, start_day)).toBe(rule);
    }));
  });
  it('a rule made for a day falls on that day, but for the last ones', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 80_000 }).map(dayOf), fc.constantFrom('day', 'nth'), (day, place) => {
      expect(occurrences(day, chosen(day, { place: place as 'day' }), { after: null, through: day })).toEqual([day]);
    }));
  });
  it('knows weekdays', () => expect(['2026-11-23', '2026-11-29', '1969-12-31'].map(weekdayOf)).toEqual([0, 6, 2]));
});
