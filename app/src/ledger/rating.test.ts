// Rates and reconciling on a real database of the device: what a new rate counts, what one change holds.
import { expect, it } from 'vitest';
import { TestDevice, TODAY } from '../../e2e/sync/device.ts';
import type { AccountView, QueryResult } from '../api.ts';

type Unrated = QueryResult['unrated'];

async function book(): Promise<{ device: TestDevice; yen: string; bank: string; spend: (day: string, amount_minor: number, account?: string) => string }> {
  const device = new TestDevice('http://127.0.0.1:9');
  await device.core.start();
  await device.core.useWithoutAccount({ base_currency: 'EUR' }, device.mint());
  const yen = device.command('addAccount', { name: 'Yen', kind: 'cash', currency: 'JPY', opening_minor: 1000 }).id!;
  const bank = device.command('addAccount', { name: 'Bank', kind: 'bank', currency: 'EUR', opening_minor: 5000 }).id!;
  return { device, yen, bank, spend: (day, amount_minor, account_id = yen) => device.command('addTransaction', { kind: 'expense', account_id, amount_minor, day }).id! };
}

it('counts the entries from its day on with a new rate, in one change that can be taken back', async () => {
  const { device, spend } = await book();
  spend('2026-01-01', 100);
  spend('2026-02-01', 200);
  spend('2026-03-01', 300);
  expect(device.query<Unrated>('unrated')).toEqual([{ currency: 'JPY', count: 3, from_day: '2026-01-01', to_day: '2026-03-01' }]);
  const done = device.command('setRate', { day: '2026-02-01', from_currency: 'JPY', to_currency: 'EUR', rate: '0.01', fill: true });
  expect(device.query<Unrated>('unrated')).toEqual([{ currency: 'JPY', count: 1, from_day: '2026-01-01', to_day: '2026-01-01' }]);
  const left = device.query<{ items: { day: string }[] }>('transactions', { filter: { without_rate: true } });
  expect(left.items.map(({ day }) => day)).toEqual(['2026-01-01']);
  device.command('undo', { token: done.undo! });
  expect(device.query<Unrated>('unrated')[0]?.count).toBe(3);
  expect(device.query('rates')).toEqual([]);
  await device.close();
});

it('brings rates in once, leaves what is the same, and fills what waits', async () => {
  const { device, spend } = await book();
  spend('2026-02-01', 200);
  const rates = [
    { day: '2026-01-02', from_currency: 'EUR', to_currency: 'JPY', rate: '100' },
    { day: '2026-01-03', from_currency: 'EUR', to_currency: 'JPY', rate: '125' }
  ];
  device.command('setRates', { rates });
  const again = device.command('setRates', { rates: [rates[0]!, { ...rates[1]!, rate: '128' }] });
  expect(again.undo).toBeDefined();
  expect(device.command('setRates', { rates: [rates[0]!] }).undo).toBeUndefined();
  expect(device.query('rateOn', { from_currency: 'JPY', to_currency: 'EUR', day: TODAY })).toEqual({ rate: '0.0078125', day: '2026-01-03' });
  device.command('fillRates', {});
  expect(device.query<Unrated>('unrated')).toEqual([]);
  const { id } = device.query<{ id: string }[]>('rates')[0]!;
  device.command('deleteRate', { id });
  expect(device.query('rateOn', { from_currency: 'JPY', to_currency: 'EUR', day: TODAY })).toEqual({ rate: '0.01', day: '2026-01-02' });
  await device.close();
});

it('counts what was written under another base at the rates of its days, when it is told to', async () => {
  const { device, bank, spend } = await book();
  device.command('setRate', { day: '2026-01-01', from_currency: 'EUR', to_currency: 'JPY', rate: '100' });
  device.command('setRate', { day: '2026-02-01', from_currency: 'EUR', to_currency: 'JPY', rate: '125' });
  const [early, late, before, own] = [spend('2026-01-05', 1200, bank), spend('2026-02-05', 300, bank), spend('2025-12-31', 100, bank), spend('2026-02-05', 700)];
  device.command('setSettings', { base_currency: 'JPY' });
  const at = (id: string) => device.query<{ base_minor: number; base_currency: string; rate: string }>('transaction', { id });
  expect(device.query('otherBase')).toEqual({ count: 4, currencies: ['EUR'] });
  expect([at(early).base_minor, at(early).base_currency]).toEqual([1200, 'EUR']);
  const done = device.command('fillRates', { other_base: true });
  expect([early, late, own].map((id) => [at(id).base_minor, at(id).base_currency, at(id).rate])).toEqual([[1200, 'JPY', '100'], [375, 'JPY', '125'], [700, 'JPY', '1']]);
  // before the first rate nothing is known: it keeps what it was written with
  expect([at(before).base_minor, at(before).base_currency]).toEqual([100, 'EUR']);
  expect(device.command('fillRates', { other_base: true }).undo).toBeUndefined();
  expect(device.query('otherBase')).toEqual({ count: 1, currencies: ['EUR'] });
  device.command('undo', { token: done.undo! });
  expect(at(late)).toMatchObject({ base_minor: 300, base_currency: 'EUR' });
  await device.close();
});

it('agrees an account with a statement, locks its entries, and counts them as agreed the next time', async () => {
  const { device, bank, spend } = await book();
  const [old, late] = [spend('2026-01-05', 1200, bank), spend('2026-02-05', 300, bank)];
  const open = device.query<QueryResult['reconcilable']>('reconcilable', { account_id: bank, to_day: '2026-01-31' });
  expect([open.agreed_minor, open.items.map(({ id }) => id)]).toEqual([5000, [old]]);
  const done = device.command('reconcile', { account_id: bank, day: '2026-01-31', statement_minor: 3800, ids: [old] });
  const next = device.query<QueryResult['reconcilable']>('reconcilable', { account_id: bank, to_day: '2026-02-28' });
  expect([next.agreed_minor, next.items.map(({ id }) => id)]).toEqual([3800, [late]]);
  expect(device.query<QueryResult['reconciliations']>('reconciliations', { account_id: bank })).toMatchObject([{ day: '2026-01-31', statement_minor: 3800 }]);
  expect(() => device.command('deleteTransaction', { id: old })).toThrow(expect.objectContaining({ code: 'reconciled_locked' }));
  device.command('undo', { token: done.undo! });
  device.command('deleteTransaction', { id: old });
  expect(device.query<AccountView[]>('accounts').find(({ id }) => id === bank)?.balance_minor).toBe(4700);
  await device.close();
});
