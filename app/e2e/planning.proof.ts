// Budgets that carry over what was left and say where they are heading, and what comes round on the n-th weekday or a number
// of times; the server's figures are the screen's.
import { expect, test } from 'vitest';
import { go } from './harness.ts';
import { newcomer } from './newcomer.ts';
import { served } from './served.ts';
import { TODAY } from './tabs/tabs.ts';

const at = served();

/** A day of the month that is `back` months before today's. */
function day(back: number, number: number): string {
  const [year, month] = TODAY.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, month - 1 - back, number)).toISOString().slice(0, 10);
}
const now = new Date().toLocaleDateString('sv');

interface State {
  carried_minor: number;
  available_minor: number;
  spent_minor: number;
  left_minor: number;
  forecast_minor: number;
}

const euros = (minor: number) => `€${(minor / 100).toFixed(2).replace(/\B(?=(\d{3})+(?!\d))/g, ',')}`;

test('what was left of a month is carried over, and the forecast says where this one is heading', async () => {
  const pets = { id: '' };
  const { context, page, rest, bank, press, says } = await newcomer(at, {
    fill: async (rest) => Object.assign(pets, await rest.ask<{ id: string }>('POST', 'categories', { name: 'Pets', kind: 'expense' }))
  });
  const [year, month] = now.split('-').map(Number) as [number, number];
  const last = (number: number) => new Date(Date.UTC(year, month - 2, number)).toISOString().slice(0, 10);
  const state = async () => (await rest.ask<{ items: State[] }>('GET', `reports/budgets?today=${now}`)).items[0]!;
  await rest.ask('POST', 'transactions', { kind: 'expense', account_id: bank, category_id: pets.id, amount_minor: 6_000, day: last(10) });
  await rest.ask('POST', 'budgets', { period: 'month', currency: 'EUR', category_id: pets.id, amount_minor: 10_000, from_day: last(1), carry_over: false });
  await go(page, '/budgets');
  await says('€0.00 of €100.00 spent');
  expect(await page.getByText('carried over').count()).toBe(0);

  await press('Edit the budget for Pets');
  await page.getByRole('dialog').getByRole('switch', { name: 'Carry over what is left' }).check({ force: true });
  await press('Save');
  await says(/\+€40\.00 carried over/);
  await says('€0.00 of €140.00 spent');
  await says('€140.00 left');
  await expect.poll(state).toMatchObject({ carried_minor: 4_000, available_minor: 14_000, left_minor: 14_000 });

  // too much in one month counts against the next
  await rest.ask('POST', 'transactions', { kind: 'expense', account_id: bank, category_id: pets.id, amount_minor: 6_000, day: last(11) });
  await says(/−€20\.00 carried over/);
  await says('€0.00 of €80.00 spent');

  // today's spending, and a bill that is still to come this month
  await rest.ask('POST', 'transactions', { kind: 'expense', account_id: bank, category_id: pets.id, amount_minor: 7_900, day: now });
  await says('€1.00 left');
  await expect.poll(async () => (await state()).spent_minor).toBe(7_900);
  const { forecast_minor, available_minor } = await state();
  if (forecast_minor > available_minor) await says(`On course for ${euros(forecast_minor)}: ${euros(forecast_minor - available_minor)} over`);
  else await says(`On course for ${euros(forecast_minor)}`);
  await rest.ask('POST', 'transactions', { kind: 'expense', account_id: bank, category_id: pets.id, amount_minor: 600, day: now });
  await says('€5.00 over');
  await context.close();
});

test('on the third Tuesday of a month, and four instalments', async () => {
  const { context, page, rest, press, says } = await newcomer(at);
  const sheet = page.getByRole('dialog');
  // the third Tuesday of a month well ahead
  const first = '2027-06-15';
  await go(page, '/schedules');
  const begin = async (name: string, amount: string) => {
    await press('New recurring entry');
    await sheet.getByLabel('Amount', { exact: true }).fill(amount);
    await sheet.getByLabel('Account', { exact: true }).selectOption({ label: 'Bank' });
    await sheet.getByLabel('Name', { exact: true }).fill(name);
    await sheet.getByLabel('First day').fill(first);
  };
  await begin('Club', '20');
  await sheet.locator('.place select').selectOption('nth');
  await sheet.getByText(/15 Jun 2027.*20 Jul 2027.*17 Aug 2027/).waitFor();
  await press('Save');
  await says('Club comes round from now on');
  await says(/Every month · On the third Tuesday/);

  await begin('Sofa', '125');
  await sheet.getByRole('radio', { name: 'After a number' }).check({ force: true });
  await sheet.getByLabel('How many times in all').fill('4');
  await sheet.getByText(/15 Jun 2027.*15 Jul 2027.*15 Aug 2027/).waitFor();
  await press('Save');
  await says(/Every month · On day 15 · 0 of 4/);
  const schedules = async () => (await rest.ask<{ items: { name: string; rule: string }[] }>('GET', 'schedules')).items;
  await expect.poll(async () => Object.fromEntries((await schedules()).map(({ name, rule }) => [name, rule]))).toEqual({
    Club: expect.stringMatching(/FREQ=MONTHLY.*BYDAY=(\+?3TU|TU;BYSETPOS=3)/) as string,
    Sofa: expect.stringMatching(/FREQ=MONTHLY.*COUNT=4/) as string
  });

  // instalments that are past are added at once, and then it has ended
  await press('New recurring entry');
  await sheet.getByLabel('Amount', { exact: true }).fill('50');
  await sheet.getByLabel('Account', { exact: true }).selectOption({ label: 'Bank' });
  await sheet.getByLabel('Name', { exact: true }).fill('Bicycle');
  await sheet.getByLabel('First day').fill(day(12, 3));
  await sheet.getByRole('radio', { name: 'After a number' }).check({ force: true });
  await sheet.getByLabel('How many times in all').fill('3');
  await sheet.getByRole('switch', { name: /Add the 3 that are past/ }).check({ force: true });
  await press('Save');
  await page.getByText('1 that has ended').click();
  await says(/Bicycle/);
  const posted = async () => (await rest.ask<{ items: { amount_minor: number; day: string }[] }>('GET', 'transactions?limit=50')).items.map((one) => [one.day, one.amount_minor]).sort();
  await expect.poll(posted).toEqual([12, 11, 10].map((back) => [day(back, 3), 5000]));
  await context.close();
});

test('a transfer that comes round keeps both its amounts when something else of it is changed', async () => {
  const { context, page, rest, bank, press, says } = await newcomer(at, {
    fill: async (rest, bank) => {
      const { id } = await rest.ask<{ id: string }>('POST', 'accounts', { name: 'Dollars', kind: 'cash', currency: 'USD' });
      await rest.ask('POST', 'rates', { day: '2020-01-01', from_currency: 'EUR', to_currency: 'USD', rate: '1.5' });
      await rest.ask('POST', 'schedules', { name: 'Allowance', kind: 'transfer', account_id: bank, amount_minor: 10_000, to_account_id: id, to_amount_minor: 11_000, rule: 'FREQ=MONTHLY', start_day: '2099-01-01', mode: 'post' });
    }
  });
  await go(page, '/schedules');
  await page.getByRole('button', { name: /Allowance/ }).first().click();
  const name = page.getByLabel('Name', { exact: true });
  await name.fill('Pocket money');
  // the rate is known by now, and follows from the amounts
  await expect.poll(() => page.getByLabel('Rate of EUR in USD').inputValue()).toBe('1.1');
  expect(await page.getByLabel('Arrives', { exact: true }).inputValue()).toBe('110');
  await press('Save');
  await says('Pocket money');
  await expect.poll(() => rest.ask('GET', 'schedules')).toMatchObject({ items: [{ name: 'Pocket money', account_id: bank, amount_minor: 10_000, to_amount_minor: 11_000 }] });
  await context.close();
});

test('on a narrow phone all is said of what comes round: nothing ends in dots', async () => {
  const { context, page } = await newcomer(at, {
    viewport: { width: 360, height: 740 },
    fill: async (rest) => {
      const { id } = await rest.ask<{ id: string }>('POST', 'accounts', { name: 'Everyday account of the household', kind: 'bank', currency: 'EUR' });
      const rule = 'FREQ=MONTHLY;BYMONTHDAY=31,30,29,28;BYSETPOS=1;COUNT=12';
      const schedule = { kind: 'expense', account_id: id, amount_minor: 123_456, currency: 'EUR', rule, mode: 'ask', start_day: day(2, 28) };
      await rest.ask('POST', 'schedules', { ...schedule, name: 'Insurance', payee: 'Nordwind Mutual Insurance Society' });
    }
  });
  await go(page, '/schedules');
  await page.getByText('Asks first').first().waitFor();
  // whatever holds less than what stands in it
  const cut = () => page.evaluate(() => [...document.querySelectorAll<HTMLElement>('main .caption, main .caption *')]
    .filter(({ scrollWidth, clientWidth, scrollHeight, clientHeight }) => clientWidth > 0 && (scrollWidth > clientWidth + 1 || scrollHeight > clientHeight * 1.2))
    .map(({ innerText }) => innerText));
  expect(await cut()).toEqual([]);
  expect(await page.getByRole('button', { name: /Insurance/ }).first().innerText()).toContain('Everyday account of the household');
  await context.close();
});
