import { describe, expect, it } from 'vitest';
import type { TransactionView } from '$src/outlay';
import { running } from './own';

const row = (fields: Partial<TransactionView>) =>
  ({ currency: 'EUR', to_currency: null, account_id: 'a', to_account_id: null, to_amount_minor: null, ...fields }) as TransactionView;

describe('running balance', () => {
  it('counts back from the newest row, a transfer by the side it touches', () => {
    const items = [
      row({ kind: 'transfer', account_id: 'b', to_account_id: 'a', amount_minor: 900, currency: 'USD', to_amount_minor: 1000, to_currency: 'EUR' }),
      row({ kind: 'transfer', to_account_id: 'b', amount_minor: 500, to_amount_minor: 500 }),
      row({ kind: 'expense', amount_minor: 250 }),
      row({ kind: 'income', amount_minor: 2000 })
    ];
    expect(running(items, 'a', 2250)).toEqual([2250, 1250, 1750, 2000]);
  });
});
