// The history of a transaction without a network: what the device knows by itself, who did it and when, what can be taken
// back, and that the rest waits for the network.
import { expect, test } from 'vitest';
import { go } from './harness.ts';
import { newcomer } from './newcomer.ts';
import { served } from './served.ts';
import { TODAY } from './tabs/tabs.ts';

const at = served();

test('what was done here is told and taken back offline; back on the network it is whole', async () => {
  let id = '';
  const { context, page, rest, press, says } = await newcomer(at, {
    fill: async (rest, account_id) => ({ id } = await rest.ask<{ id: string }>('POST', 'transactions', { kind: 'expense', account_id, amount_minor: 1250, day: TODAY, note: 'Lunch' }))
  });
  const entries = page.locator('main ol > li');
  const first = entries.first();
  const note = async () => (await rest.ask<{ note: string }>('GET', `transactions/${id}`)).note;
  const change = async (to: string) => {
    await go(page, '/transactions');
    await page.locator('main li button').first().click();
    await page.getByLabel('Note').fill(to);
    await press('Save changes');
    await says('Changed');
  };
  await go(page, `/history/${id}`);
  await says('You, by another program');
  await change('Lunch with Ana');
  await expect.poll(note).toBe('Lunch with Ana');
  await go(page, `/history/${id}`);
  await expect.poll(() => entries.count()).toBe(2);

  await context.setOffline(true);
  await change('Lunch with Anna');
  await go(page, `/history/${id}`);
  await says('Older changes, and those of others, need the network.');
  expect(await entries.count()).toBe(2);
  expect(await first.innerText()).toMatch(/Changed\s+You, on this device · .*\s+Not sent yet\s+Note\s+Lunch with Ana → Lunch with Anna\s+Take this back/);
  // nothing is left of it
  expect(await entries.nth(1).innerText()).toMatch(/Lunch → Lunch with Ana$/);
  await first.getByRole('button', { name: 'Take this back' }).click();
  await says('Undone');
  await expect.poll(() => first.innerText()).toContain('Lunch with Anna → Lunch with Ana');
  expect(await entries.nth(1).innerText()).not.toContain('Take this back');
  expect(await entries.nth(2).innerText()).toMatch(/Lunch → Lunch with Ana\s+Take this back/);

  // deleted and brought back, by the same list
  await go(page, '/transactions');
  await page.locator('main li button').first().click();
  await press('Delete');
  await says('Transaction deleted');
  await go(page, `/history/${id}`);
  await first.getByText('Deleted').waitFor();
  await first.getByRole('button', { name: 'Take this back' }).click();
  await first.getByText('Brought back').waitFor();
  expect(await entries.count()).toBe(5);

  await context.setOffline(false);
  await says('Added');
  await expect.poll(() => entries.count()).toBe(6);
  await expect.poll(() => page.getByText('Not sent yet').count()).toBe(0);
  expect(await page.getByText('Older changes').count()).toBe(0);
  await expect.poll(note).toBe('Lunch with Ana');

  // of what others did, a conflict tells
  await context.setOffline(true);
  await change('Mine');
  await rest.ask('PATCH', `transactions/${id}`, { note: 'Theirs' });
  await context.setOffline(false);
  await go(page, '/');
  await says(/1 thing needs your attention/);
  await context.setOffline(true);
  await go(page, `/history/${id}`);
  await says('Older changes, and those of others, need the network.');
  await page.locator('main li', { hasText: 'You, by another program' }).getByText('Theirs').waitFor();
  expect(await page.getByText('Mine').count()).toBe(0);
  await context.setOffline(false);
  await expect.poll(() => first.innerText()).toMatch(/You, by another program · .*\s+Note\s+Lunch with Ana → Theirs/);
  expect(await entries.count()).toBe(7);
  expect(await page.getByText('Mine').count()).toBe(0);
  await context.close();
});

test('a book without an account tells all of it', async () => {
  const { context, page } = await alone();
  await page.getByRole('button', { name: 'New transaction' }).click();
  for (const digit of '12') await page.getByRole('button', { name: digit, exact: true }).click();
  await page.getByRole('button', { name: /^Save/ }).click();
  await page.getByText('Expense of €12.00 added').waitFor();
  await page.locator('[data-swipes] button').first().click();
  await page.getByRole('button', { name: 'History' }).click();
  await page.getByText('You, on this device').waitFor();
  expect(await page.locator('main ol > li').count()).toBe(1);
  expect(await page.getByText(/Not sent yet|need the network/).count()).toBe(0);
  await page.getByRole('button', { name: 'Take this back' }).click();
  await page.getByText('Deleted').waitFor();
  await context.close();
});

async function alone() {
  const context = await at.browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'en-IE', serviceWorkers: 'block', reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(`${at.server.url}/start`);
  await page.getByRole('button', { name: /A blank book/ }).click();
  await page.getByText('Your book is ready').waitFor();
  return { context, page };
}
