// Finding without a network in scripts that have no spaces or other letters, and changing many at once: moved, tagged and
// deleted, each taken back by one tap.
import { expect, test } from 'vitest';
import { go } from './harness.ts';
import { DESKTOP, newcomer } from './newcomer.ts';
import { served } from './served.ts';
import { TODAY } from './tabs/tabs.ts';

const at = served();

const PAYEES = ['北京烤鸭店', '上海小笼包', 'Пятёрочка', 'Аптека Ромашка', 'مخبز السلام', 'سوبر ماركت النُّور', 'Café Zürich', 'Straße 7'];
/** What is typed, and what it finds: inside a word, in other cases, without the marks that nobody types. */
const FOUND: [typed: string, found: string[]][] = [
  ['烤鸭', ['北京烤鸭店']],
  ['小笼', ['上海小笼包']],
  ['ПЯТЁР', ['Пятёрочка']],
  ['ромашка', ['Аптека Ромашка']],
  ['السلام', ['مخبز السلام']],
  ['مخبز', ['مخبز السلام']],
  ['zürich', ['Café Zürich']],
  ['STRASSE', ['Straße 7']],
  ['день рождения', ['上海小笼包']],
  ['生日', ['Аптека Ромашка']]
];

test('Chinese, Russian and Arabic are found without a network', async () => {
  const { context, page } = await newcomer(at, {
    fill: async (rest, account_id) => {
      const notes: Record<string, string> = { 上海小笼包: 'На день рождения', 'Аптека Ромашка': '妈妈的生日礼物' };
      for (const payee of PAYEES) await rest.ask('POST', 'transactions', { kind: 'expense', account_id, amount_minor: 1000, day: TODAY, payee, note: notes[payee] ?? null });
    }
  });
  const rows = async () => {
    const texts = await page.locator('main li button').allInnerTexts();
    return PAYEES.filter((payee) => texts.some((text) => text.includes(payee)));
  };
  await go(page, '/transactions');
  await expect.poll(rows).toEqual(PAYEES);
  await context.setOffline(true);
  for (const [typed, found] of FOUND) {
    await page.getByRole('searchbox').fill(typed);
    await expect.poll(rows, { message: typed }).toEqual(found);
  }
  await page.getByRole('searchbox').fill('北京 上海');
  await page.getByText('Nothing found').waitFor();
  await context.close();
});

test('several are moved, tagged and deleted at once, and each is taken back', async () => {
  let wallet = '';
  const { context, page, rest, bank, press, says } = await newcomer(at, {
    viewport: DESKTOP,
    fill: async (rest, account_id) => {
      ({ id: wallet } = await rest.ask<{ id: string }>('POST', 'accounts', { name: 'Wallet', kind: 'cash', currency: 'EUR' }));
      for (const amount_minor of [100, 200, 300, 400]) await rest.ask('POST', 'transactions', { kind: 'expense', account_id, amount_minor, day: TODAY, payee: `Shop ${amount_minor}` });
    }
  });
  type Entry = { amount_minor: number; account_id: string; tags: string[] };
  const entries = async () => (await rest.ask<{ items: Entry[] }>('GET', 'transactions?limit=50')).items;
  const inWallet = async () => (await entries()).filter(({ account_id }) => account_id === wallet).map(({ amount_minor }) => amount_minor).sort();
  const tagged = async () => (await entries()).filter(({ tags }) => tags.includes('trip')).map(({ amount_minor }) => amount_minor).sort();
  const choose = async () => {
    await press('Select');
    for (const amount of [200, 300]) await page.locator('main li button', { hasText: `Shop ${amount}` }).click();
    await says('2 selected');
  };
  const bar = page.getByRole('toolbar', { name: 'Selected transactions' });
  await go(page, '/transactions');

  await choose();
  await bar.getByRole('button', { name: 'Account' }).click();
  await press(/^Wallet/);
  await says('2 transactions changed');
  await expect.poll(inWallet).toEqual([200, 300]);
  await press('Undo');
  await expect.poll(inWallet).toEqual([]);
  expect((await entries()).every(({ account_id }) => account_id === bank)).toBe(true);

  await choose();
  await bar.getByRole('button', { name: 'Tags' }).click();
  await page.getByRole('dialog').getByRole('combobox').or(page.getByRole('dialog').getByRole('textbox')).first().fill('trip');
  await page.keyboard.press('Enter');
  await press('Save');
  await says('2 transactions changed');
  await expect.poll(tagged).toEqual([200, 300]);
  await press('Undo');
  await expect.poll(tagged).toEqual([]);

  // going back leaves the choosing, not the screen
  await choose();
  await page.goBack();
  await bar.waitFor({ state: 'detached' });
  expect(new URL(page.url()).pathname).toBe('/transactions');

  await choose();
  await bar.getByRole('button', { name: 'Delete' }).click();
  await press('Delete');
  await says('2 transactions deleted');
  await expect.poll(async () => (await entries()).length).toBe(2);
  await press('Undo');
  await expect.poll(async () => (await entries()).length).toBe(4);
  await context.close();
});
