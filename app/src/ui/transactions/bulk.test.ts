import { expect, it } from 'vitest';
import type { SelectedGroup } from '$src/outlay';
import { fitting, type Bulk } from './bulk';

const group = (kind: SelectedGroup['kind'], currency: string, reconciled: boolean, count: number): SelectedGroup => ({ kind, currency, reconciled, count });
const groups = [group('expense', 'EUR', false, 10), group('expense', 'EUR', true, 2), group('expense', 'USD', false, 3), group('income', 'EUR', false, 5), group('transfer', 'EUR', false, 7)];

it.each<[string, Bulk, 'expense' | 'income' | null, string | null, number]>([
  ['a category of expenses', { fields: { category_id: 'c' }, unlock: false }, 'expense', null, 13],
  ['no category', { fields: { category_id: null }, unlock: false }, null, null, 18],
  ['a category with what is reconciled', { fields: { category_id: 'c' }, unlock: true }, 'expense', null, 15],
  ['an account', { fields: { account_id: 'a' }, unlock: false }, null, 'EUR', 15],
  ['an account in dollars', { fields: { account_id: 'a' }, unlock: false }, null, 'USD', 3],
  ['tags', { fields: { add_tags: ['x'] }, unlock: false }, null, null, 27],
  ['deleting', { remove: true, unlock: false }, null, null, 25],
  ['deleting all', { remove: true, unlock: true }, null, null, 27]
])('%s fits as the ledger decides', (_, what, kind, currency, count) => {
  expect(fitting(groups, what, kind, currency)).toBe(count);
});
