import { describe, expect, it } from 'vitest';
import { csv } from './table';

describe('csv', () => {
  it('writes exact amounts beside their currency, quotes and defuses formulas', () => {
    const text = csv({
      columns: ['Category', 'Amount', 'Share'],
      rows: [
        ['Food, "good"', { minor: -1234, currency: 'EUR' }, { share: 0.1234 }],
        ['=SUM(A1)', { minor: 5, currency: 'JPY' }, null]
      ]
    });
    expect(text).toBe(
      'Category,Amount,Amount currency,Share\r\n"Food, ""good""",-12.34,EUR,12.34\r\n\'=SUM(A1),5,JPY,\r\n'
    );
  });
});
