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
