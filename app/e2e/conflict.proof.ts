// A conflict as a person meets it: both versions with who made them, the other one taken by a tap and given back by another,
// without a network too; and an entry that could not be kept, which is offered again.
import { expect, test } from 'vitest';
import { axe, cramped } from './accessibility.ts';
import { go } from './harness.ts';
import { newcomer } from './newcomer.ts';
import { served } from './served.ts';
import { TODAY } from './tabs/tabs.ts';

const at = served();

test('both versions are shown; the other is taken and given back', async () => {
  let id = '';
  const { context, page, rest, press, says } = await newcomer(at, {
    fill: async (rest, account_id) => ({ id } = await rest.ask<{ id: string }>('POST', 'transactions', { kind: 'expense', account_id, amount_minor: 3000, day: TODAY, note: 'Dinner' }))
  });
  const note = async () => (await rest.ask<{ note: string }>('GET', `transactions/${id}`)).note;
  await go(page, '/transactions');
  await page.locator('main li button').first().click();
  await context.setOffline(true);
  await page.getByLabel('Note').fill('Shared with Anna');
  await press('Save changes');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await rest.ask('PATCH', `transactions/${id}`, { note: 'Paid back in cash' });
  await context.setOffline(false);
  await page.getByRole('img', { name: 'Two versions' }).or(page.locator('[aria-label="Two versions"]')).first().waitFor();
  await go(page, '/');
  await page.getByRole('link', { name: '1 thing needs your attention' }).filter({ visible: true }).click();

  const card = page.locator('article');
  const row = card.getByRole('row', { name: /^Note/ });
  await expect.poll(() => row.innerText()).toMatch(/^Note\s+Paid back in cash\s+Shared with Anna$|^Note\s+Shared with Anna\s+Paid back in cash$/);
  const [kept, other] = (await row.getByRole('cell').allInnerTexts()) as [string, string];
  const heads = await card.getByRole('columnheader').allInnerTexts();
  expect(heads.map((head) => head.split('\n')[0])).toEqual(['Now', 'The other']);
  expect(heads.join(' ')).toMatch(/You, by another program/);
  expect(heads.join(' ')).toMatch(/You, on this device/);
  for (const head of heads) expect(head).toMatch(/\d\d:\d\d/);
  expect(await note()).toBe(kept);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect(await axe(page)).toEqual([]);
  }
  expect(await cramped(page)).toEqual([]);

  await card.getByRole('button', { name: 'Take the other' }).click();
  await says('The other version was taken');
  await says('Nothing needs you');
  await expect.poll(note).toBe(other);
  await press('Undo');
  await card.waitFor();
  await expect.poll(note).toBe(kept);

  // also without a network
  await context.setOffline(true);
  await card.getByRole('button', { name: 'Take the other' }).click();
  await says('Nothing needs you');
  await go(page, '/transactions');
  await says(other);
  expect(await note()).toBe(kept);
  await context.setOffline(false);
  await expect.poll(note).toBe(other);
  await context.close();
});

test('an entry for an account that is gone is offered again, and goes to another', async () => {
  let spare = '';
  const { context, page, rest, press, says } = await newcomer(at, {
    fill: async (rest) => ({ id: spare } = await rest.ask<{ id: string }>('POST', 'accounts', { name: 'Holiday cash', kind: 'cash', currency: 'EUR' }))
  });
  await page.getByRole('button', { name: 'New transaction' }).filter({ visible: true }).first().click();
  await page.getByRole('dialog').waitFor();
  await context.setOffline(true);
  for (const digit of '17') await press(digit);
  await page.getByLabel('Account', { exact: true }).selectOption({ label: 'Holiday cash' });
  await press('Save');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await rest.ask('DELETE', `accounts/${spare}`);
  await context.setOffline(false);
  await page.getByRole('link', { name: '1 thing needs your attention' }).filter({ visible: true }).click();
  const card = page.locator('article');
  await expect.poll(() => card.innerText()).toMatch(/Expense · €17\.00/);
  await card.getByRole('button', { name: 'Edit and try again' }).click();
  await page.getByRole('button', { name: 'Delete the last digit' }).waitFor();
  expect(await page.getByLabel('Amount', { exact: true }).inputValue()).toBe('17.00');
  await page.getByLabel('Account', { exact: true }).selectOption({ label: 'Bank' });
  await press('Save');
  await says('Expense of €17.00 added');
  await expect.poll(async () => (await rest.transactions()).map(({ amount_minor }) => amount_minor)).toEqual([1700]);
  await context.close();
});
