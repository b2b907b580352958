import { expect, it } from 'vitest';
import { sampleBook } from './sample.ts';

it('is the same household for the same day, in any currency', () => {
  for (const currency of ['EUR', 'JPY', 'KWD', 'INR']) {
    const make = () => {
      const ids = { account: (name: string) => name, transaction: String };
      return sampleBook('01890000-0000-7000-8000-000000000001', currency, 'en', '2026-11-22', ids);
    };
    const book = make();
    expect(make()).toEqual(book);
    expect(book.transactions.length).toBeGreaterThan(100);
    expect(new Set(book.transactions.map(({ kind }) => kind))).toEqual(new Set(['expense', 'income', 'transfer']));
    expect(book.transactions.every(({ amount_minor }) => Number.isInteger(amount_minor) && amount_minor > 0)).toBe(true);
    for (const { lines, amount_minor } of book.transactions) {
      if (lines) expect(lines.reduce((sum, line) => sum + line.amount_minor, 0)).toBe(amount_minor);
    }
  }
});
