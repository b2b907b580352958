import { existsSync, readFileSync } from 'node:fs';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { chosenRates, readEcb } from './ecb';

const bytes = (text: string) => new TextEncoder().encode(text);
const HISTORY = 'Date,USD,JPY,CYP,XXX,\n2026-04-13,1.1684,186.75,N/A,3,\n2026-04-10,1.1700,187.10,N/A,3,\n';
const ONE_DAY = 'Date, USD, JPY, ISK, \n13 April 2026, 1.1684, 186.75, 143.20, \n';

describe('files of the European Central Bank', () => {
  it('reads the history: days in order, no rate where there is none, only currencies there are', () => {
    const days = readEcb(bytes(HISTORY));
    expect(days.map(({ day }) => day)).toEqual(['2026-04-10', '2026-04-13']);
    expect([...(days[1]?.rates ?? [])]).toEqual([['USD', '1.1684'], ['JPY', '186.75']]);
  });

  it('reads the file of one day, with its month in words', () => {
    const [day] = readEcb(bytes(ONE_DAY));
    expect(day?.day).toBe('2026-04-13');
    expect(day?.rates.get('ISK')).toBe('143.2');
  });

  it('reads what the archive has', () => {
    expect(readEcb(zipSync({ 'eurofxref.csv': bytes(ONE_DAY), 'read.me': bytes('no') }))).toEqual(readEcb(bytes(ONE_DAY)));
  });

  it.each(['', 'Day,USD\n2026-04-13,1', 'Date,USD\n31 February 2026,1', 'Date,USD\nsoon,1', 'Date,USD\n2026-04-13,cheap', 'PK'])('refuses %j', (text) => {
    expect(() => readEcb(bytes(text))).toThrow();
  });

  it('takes the chosen currencies from a day on, newest first', () => {
    const rates = chosenRates(readEcb(bytes(HISTORY)), new Set(['USD']), '2026-04-11');
    expect(rates).toEqual([{ day: '2026-04-13', from_currency: 'EUR', to_currency: 'USD', rate: '1.1684' }]);
  });

  const sample = new URL('../../../../../shared/data/ecb-csv/moneyman__eurofxref-hist.csv', import.meta.url);
  it.skipIf(!existsSync(sample))('reads the whole history of the samples (../shared/data)', () => {
    const days = readEcb(readFileSync(sample));
    expect([days.length, days[0]?.day, days.at(-1)?.day]).toEqual([6239, '1999-01-04', '2023-05-12']);
  });
});
