// What belongs to the person and their book: the name, the look, what a new entry begins with, the list as a file, and the
// end of a book that is only here.
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { go, secondContext } from './harness.ts';
import { newcomer, PHONE } from './newcomer.ts';
import { served } from './served.ts';

const at = served();

test('a new entry begins with what is set, with the categories of its kind', async () => {
  const { context, page, rest, press, says } = await newcomer(at, {
    fill: async (rest) => {
      await rest.ask('POST', 'accounts', { name: 'Purse', kind: 'cash', currency: 'EUR' });
      await rest.ask('POST', 'categories', { name: 'Prizes', kind: 'income' });
    }
  });
  await go(page, '/settings/defaults');
  await page.getByLabel('Type', { exact: true }).selectOption({ label: 'Income' });
  await page.getByLabel('Account', { exact: true }).selectOption({ label: 'Purse' });
  await expect.poll(async () => (await rest.ask<{ default_kind: string }>('GET', 'settings')).default_kind).toBe('income');
  await press('New transaction');
  const editor = page.getByRole('dialog');
  await expect.poll(() => editor.getByRole('radio', { name: 'Income' }).isChecked()).toBe(true);
  await expect.poll(() => editor.getByLabel('Account', { exact: true }).evaluate((node: HTMLSelectElement) => node.selectedOptions[0]?.textContent?.trim())).toMatch(/^Purse/);
  for (const digit of '75') await press(digit);
  await press('Prizes');
  await press('Save');
  await says('Income of €75.00 added');
  await context.close();
});

test('a new name greets at once, and the look that is chosen stays', async () => {
  const { context, page, rest, press, says } = await newcomer(at, { colorScheme: 'light' });
  await go(page, '/settings/account');
  await page.getByLabel('Your name').fill('Robin Rose');
  await press('Save changes');
  await says('Saved');
  expect((await rest.ask<{ name: string }>('GET', 'users/me')).name).toBe('Robin Rose');
  await go(page, '/settings/look');
  await page.getByRole('radio', { name: 'Dark' }).check({ force: true });
  await page.goto(at.server.url);
  await says(/Good .*, Robin Rose/);
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe('dark');
  await context.close();
});

test('the transactions are a file of rows, made without a network', async () => {
  const { context, page, press } = await newcomer(at, {
    acceptDownloads: true,
    fill: (rest, bank) => rest.ask('POST', 'transactions', { kind: 'expense', account_id: bank, amount_minor: 1_250, day: '2026-03-04', payee: 'Corner, Bakery', note: 'two "rolls"' })
  });
  await go(page, '/settings/export');
  await context.setOffline(true);
  const [file] = await Promise.all([page.waitForEvent('download'), press(/^Transactions as CSV/)]);
  const [head, row, ...more] = (await readFile(await file.path(), 'utf8')).replace(/^\uFEFF/, '').trim().split(/\r?\n/);
  expect(head).toMatch(/day/i);
  expect(row).toContain('2026-03-04');
  expect(row).toContain('"Corner, Bakery"');
  expect(row).toContain('"two ""rolls"""');
  expect(row).toMatch(/-?12\.50/);
  expect(more).toEqual([]);
  await context.close();
});

test('a schedule ends on a day', async () => {
  const { context, page, rest, press, says } = await newcomer(at);
  await go(page, '/schedules');
  await press('New recurring entry');
  const sheet = page.getByRole('dialog');
  await sheet.getByLabel('Amount', { exact: true }).fill('9');
  await sheet.getByLabel('Account', { exact: true }).selectOption({ label: 'Bank' });
  await sheet.getByLabel('Name', { exact: true }).fill('Course');
  // a day that is half typed is none, and nothing else is lost by it
  await sheet.getByLabel('First day').fill('');
  await press('Save');
  await sheet.getByRole('alert').getByText('Choose a day.').waitFor();
  await sheet.getByLabel('First day').fill('2099-01-05');
  await sheet.getByRole('radio', { name: 'Weekly' }).check({ force: true });
  await sheet.getByRole('radio', { name: 'On a date' }).check({ force: true });
  // one that is over before it begins is none
  await sheet.getByLabel('Last day').fill('2098-12-31');
  await press('Save');
  await sheet.getByRole('alert').getByText('No day comes of this.').waitFor();
  await sheet.getByLabel('Last day').fill('2099-01-20');
  await sheet.getByText(/5 Jan 2099.*12 Jan 2099.*19 Jan 2099/).waitFor();
  await press('Save');
  await says('Course comes round from now on');
  await expect.poll(async () => (await rest.ask<{ items: { rule: string }[] }>('GET', 'schedules')).items.map(({ rule }) => rule)).toEqual([expect.stringMatching(/FREQ=WEEKLY.*UNTIL=20990120/)]);

  await go(page, '/add');
  await press('Repeat');
  const begin = sheet.last().getByRole('button', { name: 'Repeat it' });
  await expect.poll(() => begin.isEnabled()).toBe(true);
  await sheet.last().getByRole('radio', { name: 'On a date' }).check({ force: true });
  await sheet.last().getByLabel('Last day').fill('2020-01-01');
  await expect.poll(() => begin.isEnabled()).toBe(false);
  await context.close();
});

test('a book that is only here begins with a file as well, and is deleted when the word is typed', async () => {
  const context = await secondContext(at.browser, { viewport: PHONE, locale: 'en-GB' });
  const page = await context.newPage();
  await page.goto(`${at.server.url}/start`);
  await page.getByRole('button', { name: /A file from my bank/ }).click();
  await page.getByText('Importing needs an account').waitFor();
  await go(page, '/settings/account');
  await page.getByRole('button', { name: 'Delete this book' }).click();
  const sheet = page.getByRole('dialog');
  const now = sheet.locator('footer button').last();
  expect(await now.isDisabled()).toBe(true);
  await sheet.getByRole('textbox').fill('delete');
  await now.click();
  await page.waitForURL(/\/welcome$/);
  await page.goto(at.server.url);
  await page.waitForURL(/\/welcome$/);
  await context.close();
});

test('a message of one long word keeps its buttons in sight', async () => {
  const { context, page, press, says } = await newcomer(at);
  await go(page, '/add');
  await page.getByLabel('Amount', { exact: true }).fill('3');
  await press('Keep as template');
  await page.getByRole('dialog').last().getByLabel('Name').fill('x'.repeat(80));
  await press('Save');
  await says(/kept as a template/);
  const undo = (await page.getByRole('button', { name: 'Undo' }).boundingBox())!;
  expect(undo.x + undo.width).toBeLessThan(page.viewportSize()!.width);
  await context.close();
});
