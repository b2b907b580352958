// A number stands on several screens: it is the same on all of them, and what it leads to comes to it.
import { expect, test } from 'vitest';
import { dayNumber, dayOf } from '../src/kernel/dates.ts';
import { go } from './harness.ts';
import { newcomer } from './newcomer.ts';
import { served } from './served.ts';

const at = served();
const two = (n: number) => String(n).padStart(2, '0');
const now = new Date();
const today = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;

test('net worth is of today, with what is archived and without what later days bring', async () => {
  const { context, page, says, bank } = await newcomer(at, {
    fill: async (rest, bank) => {
      const { id: nest } = await rest.ask<{ id: string }>('POST', 'accounts', { name: 'Nest', kind: 'savings', currency: 'EUR', opening_minor: 50_000 });
      await rest.ask('PATCH', `accounts/${nest}`, { archived: true });
      for (const [day, amount_minor] of [[today, 10_000], [dayOf(dayNumber(today) + 1), 90_000]]) await rest.ask('POST', 'transactions', { kind: 'expense', account_id: bank, amount_minor, day });
    }
  });
  // 1,000 and 500, less 100 of today
  const net_worth = '€1,400.00';
  await says('Net worth');
  expect(await page.getByRole('link', { name: /^Net worth/ }).textContent()).toContain(net_worth);
  await go(page, '/accounts');
  await page.getByRole('heading', { name: 'Net worth' }).locator('..').getByText(net_worth).waitFor();
  await page.getByRole('link', { name: /^Bank/ }).getByText('€900.00').waitFor();
  await go(page, `/accounts/${bank}`);
  await says('€0.00 with what is entered for later days');
  // the balance after each row: of later days on top
  const rows = page.locator('main [data-swipes]');
  await expect.poll(async () => (await rows.allTextContents()).map((text) => text.match(/€[\d.,]+(?=\s*$)/)?.[0])).toEqual(['€0.00', '€900.00']);
  await context.close();
});

test('every part of a category leads to what it comes to, as it was and at today’s rate', async () => {
  const { context, page, rest } = await newcomer(at, {
    fill: async (rest, bank) => {
      const { items } = await rest.ask<{ items: { id: string; name: string }[] }>('GET', 'categories?limit=200');
      const category = (name: string) => items.find((one) => one.name === name)!.id;
      const { id: dollars } = await rest.ask<{ id: string }>('POST', 'accounts', { name: 'Dollars', kind: 'cash', currency: 'USD' });
      await rest.ask('POST', 'rates', { day: '2020-01-01', from_currency: 'USD', to_currency: 'EUR', rate: '0.8' });
      for (const [account_id, category_id, amount_minor, rate] of [[bank, 'Groceries', 4_000], [bank, 'Food & drink', 1_000], [dollars, 'Coffee', 500, '0.5']] as const) {
        await rest.ask('POST', 'transactions', { kind: 'expense', account_id, category_id: category(category_id), amount_minor, day: today, ...(rate ? { rate } : {}) });
      }
    }
  });
  const pie = page.getByRole('region', { name: /^(Where money goes|Food & drink)$/ });
  const parts = async () => {
    await go(page, '/stats');
    await pie.getByRole('listitem').filter({ hasText: 'Food & drink' }).getByRole('button').click();
    return pie.getByRole('listitem');
  };
  for (const [mode, whole, coffee] of [['As it was', '52.50', '2.50'], ['At today’s rate', '54.00', '4.00']] as const) {
    await go(page, '/stats');
    await page.getByRole('radio', { name: mode }).check({ force: true });
    await pie.getByText(`€${whole} in all.`).waitFor();
    for (const [name, amount, found] of [['Groceries', '40.00', '1 transaction'], ['Food & drink, without subcategories', '10.00', '1 transaction'], ['Coffee', coffee, '1 transaction']] as const) {
      const part = (await parts()).filter({ hasText: name });
      await part.getByText(`€${amount}`, { exact: true }).waitFor();
      await part.getByRole('link').click();
      await page.getByText(found, { exact: true }).waitFor();
      await page.locator('dl').getByText(`−€${amount}`).first().waitFor();
      await page.getByRole('group', { name: 'Filters in use' }).getByText(name, { exact: true }).waitFor();
    }
  }
  expect((await rest.ask<{ items: object[] }>('GET', 'transactions')).items).toHaveLength(3);
  await context.close();
});

test('a fiscal year is called the same in the list of years and above its months, and what is chosen says what it leaves out', async () => {
  const { context, page, press, says } = await newcomer(at, {
    fill: async (rest, bank) => {
      await rest.ask('PATCH', 'settings', { first_month_of_year: 4 });
      const { id: yen } = await rest.ask<{ id: string }>('POST', 'accounts', { name: 'Yen', kind: 'cash', currency: 'JPY' });
      for (const [account_id, day] of [[bank, today], [yen, today]]) await rest.ask('POST', 'transactions', { kind: 'expense', account_id, amount_minor: 1_000, day });
    }
  });
  await go(page, '/transactions?view=annual');
  const from = now.getMonth() < 3 ? now.getFullYear() - 1 : now.getFullYear();
  await page.locator('main li button', { hasText: `${from}/${from + 1}` }).click();
  await page.getByRole('button', { name: `${from}/${from + 1}`, exact: true }).waitFor();
  await says(new Intl.DateTimeFormat('en-GB', { month: 'long' }).format(now));

  await go(page, '/transactions?text=');
  await page.getByText('Daily', { exact: true }).click();
  await page.locator('main [data-swipes]').first().waitFor();
  await press('Select');
  await page.getByRole('button', { name: 'Select all 2' }).click();
  await says('2 selected');
  await page.getByRole('toolbar').getByText('1 entry is in no total: its exchange rate is not known.').waitFor();
  await context.close();
});
