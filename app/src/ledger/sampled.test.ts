// The sample book on a real device: in the person's language, known again, taken out as one change and taken back.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestDevice } from '../../e2e/sync/device.ts';
import type { AccountView, PayeeView, QueryResult } from '../api.ts';

/** Hundreds of commands, on whatever machine. */
const PATIENCE_MS = 120_000;

let device: TestDevice;

const there = () => device.query<QueryResult['sample']>('sample').there;
const accounts = () => device.query<AccountView[]>('accounts');
const payees = () => device.query<PayeeView[]>('payees').map(({ name }) => name);
const count = () => device.query<{ items: unknown[] }>('transactions', { limit: 500 }).items.length;

beforeAll(async () => {
  device = new TestDevice('http://127.0.0.1:9');
  await device.core.start();
  await device.core.useWithoutAccount({ base_currency: 'EUR', language: 'de', country: 'DE', sample: true }, device.mint());
}, PATIENCE_MS);
afterAll(() => device.close());

it('is in the language of the person', () => {
  expect(there()).toBe(true);
  expect(accounts().map(({ name }) => name)).toEqual(['Bargeld', 'Girokonto', 'Sparkonto']);
  expect(payees()).toContain('Markt am Eck');
  expect(count()).toBeGreaterThan(100);
});

it('goes in one change, comes back with one undo, and can be had anew', () => {
  const [before, names] = [count(), payees()];
  const done = device.command('removeSample', {});
  expect([there(), count(), payees()]).toEqual([false, 0, []]);
  expect(accounts().map(({ name }) => name)).toEqual(['Bargeld']);
  device.command('undo', { token: done.undo! });
  expect([there(), count(), payees().sort()]).toEqual([true, before, names.sort()]);
  expect(accounts()).toHaveLength(3);
  device.command('removeSample', {});
  device.command('addSample', { language: 'zh' });
  device.command('addSample', { language: 'zh' });
  expect([there(), accounts().length]).toEqual([true, 3]);
  expect(payees()).toContain('街角超市');
}, PATIENCE_MS);

it('leaves what a person has entered, with the account and the payee that it needs', () => {
  const bank = accounts().find(({ name }) => name === '银行卡')!;
  device.command('addTransaction', { kind: 'expense', account_id: bank.id, amount_minor: 450, day: '2026-01-05', payee: '农家果蔬' });
  device.command('removeSample', {});
  expect([there(), count(), payees()]).toEqual([false, 1, ['农家果蔬']]);
  expect(accounts().map(({ name }) => name)).toEqual(['Bargeld', '银行卡']);
});
