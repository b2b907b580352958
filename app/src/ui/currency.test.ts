import { describe, expect, it } from 'vitest';
import { CURRENCIES, WITHDRAWN } from '$src/kernel/money';
import { currencyOf } from './currency';

/** ISO 3166-1 alpha-2: what Intl has a name for. */
const regions = (): string[] => {
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  return letters.flatMap((one) => letters.map((two) => one + two)).filter((code) => names.of(code));
};

describe('the currency of a region', () => {
  it.each([['DE', 'EUR'], ['AT', 'EUR'], ['CH', 'CHF'], ['IN', 'INR'], ['EG', 'EGP'], ['MX', 'MXN'], ['EC', 'USD'], ['CN', 'CNY'], ['BG', 'EUR'], [undefined, 'EUR'], ['419', 'EUR']])(
    'of %s is %s', (region, currency) => expect(currencyOf(region)).toBe(currency)
  );

  it('is one that can be chosen', () => {
    const all = regions();
    expect(all.length).toBeGreaterThan(240);
    for (const region of all) {
      const currency = currencyOf(region);
      expect(CURRENCIES, region).toHaveProperty(currency);
      expect(WITHDRAWN.has(currency), `${region} ${currency}`).toBe(false);
    }
  });
});
