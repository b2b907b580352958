// By keyboard alone, on a desktop: categories, budgets, what comes round, a statement, rates, receipts and parts of an
// entry. In every sheet the stops follow what is seen, and the focus comes back to where it was.
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { go } from './harness.ts';
import { Keys } from './keys.ts';
import { DESKTOP, newcomer, type Newcomer } from './newcomer.ts';
import { png } from './pictures.ts';
import { served } from './served.ts';
import { TODAY } from './tabs/tabs.ts';

const at = served();
let kim: Newcomer;
let page: Page;
let keys: Keys;

beforeAll(async () => {
  kim = await newcomer(at, {
    viewport: DESKTOP,
    fill: async (rest, account_id) => {
      for (const amount_minor of [1_500, 2_500]) await rest.ask('POST', 'transactions', { kind: 'expense', account_id, amount_minor, day: TODAY, payee: `Shop ${amount_minor}` });
      await rest.ask('POST', 'accounts', { name: 'Yen', kind: 'cash', currency: 'JPY' });
    }
  });
  page = kim.page;
  keys = new Keys(page);
});

const gone = () => page.getByRole('dialog').waitFor({ state: 'detached' });
const items = async <T>(path: string) => (await kim.rest.ask<{ items: T[] }>('GET', path)).items;

test('a category', async () => {
  await go(page, '/settings/categories');
  await keys.leaveFields();
  await keys.press(/^Add category/);
  await page.getByRole('dialog').waitFor();
  const stops = await keys.order();
  expect(stops.filter((name) => /^(Close|Name|Part of|Save)$/.test(name))).toEqual(['Close', 'Name', 'Part of', 'Save']);
  await keys.fill(/^Name$/, 'Aquarium');
  await page.keyboard.press('Escape');
  await gone();
  await keys.back(/^Add category/);
  await page.keyboard.press('Enter');
  await keys.fill(/^Name$/, 'Aquarium');
  await keys.press(/^Save$/);
  await kim.says('Aquarium added');
  await keys.back(/^Add category/);
  await keys.press(/Aquarium/);
  await keys.toggle(/^Archived/);
  await keys.press(/^Save$/);
  await gone();
  await expect.poll(async () => (await items<{ name: string; archived: boolean }>('categories?limit=500')).find(({ name }) => name === 'Aquarium')?.archived).toBe(true);
});

test('a budget', async () => {
  await keys.shortcut('b');
  await page.getByRole('heading', { name: 'Budgets' }).first().waitFor();
  await keys.press(/^New budget/);
  await page.getByRole('dialog').waitFor();
  await keys.choose(/^For$/, 'Groc');
  await keys.fill(/^Amount/, '200');
  await keys.toggle(/^Carry over/);
  await keys.press(/^Save$/);
  await kim.says('€200.00 left');
  await expect.poll(() => items('budgets')).toMatchObject([{ carry_over: true, period: 'month' }]);
  await keys.press(/^Edit the budget for Groceries/);
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await gone();
  await keys.back(/^Edit the budget for Groceries/);
});

test('what comes round', async () => {
  await keys.shortcut('r');
  await page.getByRole('heading', { name: 'Recurring' }).first().waitFor();
  await keys.press(/^New recurring entry/);
  await page.getByRole('dialog').waitFor();
  const stops = await keys.order(30);
  const main = ['Close', 'Expense', 'Amount', 'Account', 'Category', 'Name', 'First day', 'Save'];
  expect(stops.filter((name) => main.includes(name))).toEqual(main);
  await keys.fill(/^Amount$/, '9.99');
  await keys.fill(/^Name$/, 'Music');
  await keys.reach(/^Monthly$/);
  await page.keyboard.press('ArrowLeft');
  await keys.toggle(/^Saturday$/);
  await keys.press(/^Save$/);
  await kim.says('Music comes round from now on');
  await keys.back(/^New recurring entry/);
  await expect.poll(async () => (await items<{ name: string; rule: string }>('schedules'))[0]).toMatchObject({ name: 'Music', rule: expect.stringMatching(/WEEKLY.*SA/) as string });
});

test('a statement', async () => {
  await go(page, `/accounts/${kim.bank}`);
  await page.getByRole('heading', { name: 'Bank', exact: true }).waitFor();
  await keys.leaveFields();
  await keys.press(/^Reconcile/);
  await page.getByRole('dialog').waitFor();
  await keys.fill(/^Balance on the statement/, '985');
  await keys.toggle(/^Shop 1500/);
  await kim.says('€985.00');
  await keys.press(/^Finish$/);
  await gone();
  await keys.back(/^Reconcile/);
  await expect.poll(async () => (await items<{ amount_minor: number; reconciled: boolean }>('transactions')).filter(({ reconciled }) => reconciled).map(({ amount_minor }) => amount_minor)).toEqual([1_500]);
});

test('a rate', async () => {
  await go(page, '/settings/rates');
  await page.getByRole('heading', { name: 'Exchange rates' }).waitFor();
  await keys.leaveFields();
  await keys.fill(/^is worth, in EUR/, '0.0061');
  await keys.press(/^Add rate/);
  await kim.says('Saved');
  await expect.poll(() => items('rates')).toMatchObject([{ from_currency: 'JPY', to_currency: 'EUR', rate: '0.0061' }]);
  await keys.press(/^1 JPY = 0\.0061 EUR/);
  await page.getByRole('dialog').waitFor();
  await keys.fill(/^Rate of 1 JPY/, '0.0062');
  await page.keyboard.press('Enter');
  await gone();
  await keys.back(/^1 JPY = 0\.0062 EUR/);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await gone();
  await keys.back(/^1 JPY = 0\.0062 EUR/);
});

test('parts of an entry, a template, and what Escape leaves open', async () => {
  await go(page, '/transactions');
  await keys.shortcut('n');
  await keys.fill(/^Amount$/, '30');
  await keys.press(/^Split over categories/);
  await keys.reach(/^Choose a category/);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  // Enter and Escape are the sheet's, not the editor's around it
  await keys.fill(/^Search/, 'groc');
  await page.keyboard.press('Enter');
  await keys.press(/^Groceries/);
  await gone();
  await keys.back(/^Groceries/);
  await keys.fill(/^Amount for Groceries/, '20');
  await keys.press(/^Choose a category/);
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await gone();
  await keys.back(/^Choose a category/);
  await page.keyboard.press('Enter');
  await keys.fill(/^Search/, 'rent');
  await keys.press(/^Rent/);
  await gone();
  await keys.press(/€10\.00/);
  await keys.press(/^Save$/);
  await kim.says('Expense of €30.00 added');
  await expect.poll(async () => (await items<{ amount_minor: number; lines: { amount_minor: number }[] }>('transactions')).find(({ amount_minor }) => amount_minor === 3_000)?.lines.map((line) => line.amount_minor)).toEqual([2_000, 1_000]);
});

test('a day and a time', async () => {
  await keys.shortcut('n');
  await keys.fill(/^Amount$/, '17');
  // month and day alike, whichever the browser's language has first
  await keys.reach(/^Date$/);
  await page.keyboard.type('05052026');
  await keys.reach(/^Time$/);
  await page.keyboard.type('0715a');
  await keys.press(/^Save$/);
  await kim.says('Expense of €17.00 added');
  await expect.poll(async () => (await items<{ amount_minor: number; day: string; time: string }>('transactions')).find(({ amount_minor }) => amount_minor === 1_700)).toMatchObject({ day: '2026-05-05', time: '07:15' });
});

test('a receipt', async () => {
  await go(page, '/transactions');
  await keys.leaveFields();
  await keys.press(/Shop 2500/);
  await page.getByText('Save changes').waitFor();
  await keys.reach(/^Photo or PDF/);
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Space')]);
  await chooser.setFiles({ name: 'Market.png', mimeType: 'image/png', buffer: png(60, 90, 3) });
  await page.getByRole('button', { name: /Market\.jpg/ }).waitFor();
  await keys.press(/Market\.jpg/);
  await page.getByRole('dialog', { name: 'Market.jpg' }).waitFor();
  await page.getByRole('dialog').locator('img').waitFor();
  await page.keyboard.press('+');
  await page.keyboard.press('Escape');
  await gone();
  await keys.back(/Market\.jpg/);
  // the editor beside the list is still open
  await page.getByText('Save changes').waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('Save changes').waitFor({ state: 'detached' });
  await keys.back(/Shop 2500/);
});

test('the palette and the help give the focus back, and are read in order', async () => {
  await go(page, '/settings');
  await keys.leaveFields();
  await keys.reach(/^Categories/);
  for (const [key, name] of [['Control+K', 'Commands and search'], ['?', 'Keyboard shortcuts']] as const) {
    await page.keyboard.press(key);
    await page.getByRole('dialog', { name }).waitFor();
    if (key === '?') expect(await keys.order()).toEqual(['Close', expect.stringMatching(/^Single keys/)]);
    await page.keyboard.press('Escape');
    await gone();
    await keys.back(/^Categories/);
  }
  // twice without anything between: a browser that was kept from closing once does not ask again
  await page.keyboard.press('Control+K');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await gone();
  await page.keyboard.press('Control+K');
  await page.getByRole('combobox').waitFor();
  await page.keyboard.press('Escape');
  await gone();
});
