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

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '  =1', '＝1', '＠A1', '-2+3+cmd|" /C calc"!A0'])('defuses %j', (text) => {
    const line = csv({ columns: ['Name'], rows: [[text]] }).slice('Name\r\n'.length);
    expect(line.replace(/^"/, '').startsWith("'")).toBe(true);
  });

  it('leaves names that only contain such a sign', () => {
    expect(csv({ columns: ['Name', 'Share'], rows: [['A-Z = all', { share: -0.5 }]] })).toBe('Name,Share\r\nA-Z = all,-50\r\n');
  });
});
