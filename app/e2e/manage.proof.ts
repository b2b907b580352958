// Categories and accounts as a person keeps them in order: made, renamed, put below another, merged, put away, and what went
// through the accounts in any period. What the screen says is what the server has.
import { expect, test } from 'vitest';
import { go } from './harness.ts';
import { newcomer } from './newcomer.ts';
import { served } from './served.ts';
import { TODAY } from './tabs/tabs.ts';

const at = served();

interface Category {
  id: string;
  name: string;
  parent_id: string | null;
  archived: boolean;
}

test('a category is made, renamed, put below another, merged, archived, and each is taken back', async () => {
  const { context, page, rest, bank, press, says } = await newcomer(at);
  const categories = async () => (await rest.ask<{ items: Category[] }>('GET', 'categories?limit=500')).items;
  const called = async (name: string) => (await categories()).find((one) => one.name === name);
  const sheet = page.getByRole('dialog');
  const name = sheet.getByLabel('Name', { exact: true });
  const add = async (called: string, below?: string) => {
    await press('Add category');
    await name.fill(called);
    if (below) await sheet.getByLabel('Part of').selectOption({ label: below });
    await press('Save');
    await says(`${called} added`);
  };
  await go(page, '/settings/categories');
  await press('Add category');
  await press('Save');
  await says('Give it a name.');
  await page.keyboard.press('Escape');
  await add('Aquarium');
  await add('Chess', 'Aquarium');
  await add('Go');
  const [hobbies, chess] = [await called('Aquarium'), await called('Chess')];
  expect(chess?.parent_id).toBe(hobbies!.id);

  await press(/^Chess/);
  await name.fill('Board games');
  await sheet.getByRole('radio', { name: 'Teal' }).check({ force: true });
  await press('Save');
  await expect.poll(async () => (await categories()).find(({ id }) => id === chess!.id)).toMatchObject({ name: 'Board games', colour: 'teal' });

  // what has others below it stays on top: there is no third level
  await press(/^Aquarium/);
  expect(await sheet.getByLabel('Part of').count()).toBe(0);
  await page.keyboard.press('Escape');
  await press(/^Go/);
  await sheet.getByLabel('Part of').selectOption({ label: 'Aquarium' });
  await press('Save');
  await expect.poll(async () => (await called('Go'))?.parent_id).toBe(hobbies!.id);

  // one is merged into the other with its entries
  const { id: entry } = await rest.ask<{ id: string }>('POST', 'transactions', { kind: 'expense', account_id: bank, category_id: (await called('Go'))!.id, amount_minor: 900, day: TODAY });
  await page.getByRole('button', { name: /^Go.*1 entry/ }).waitFor();
  await press(/^Go.*1 entry/);
  await sheet.getByLabel('Merge into').selectOption({ label: '\u2003Board games' });
  await press('Merge');
  await says('Go merged into Board games');
  await page.getByRole('button', { name: /^Board games.*1 entry/ }).waitFor();
  const category = async () => (await rest.ask<{ lines: { category_id: string }[] }>('GET', `transactions/${entry}`)).lines[0]?.category_id;
  await expect.poll(category).toBe(chess!.id);
  expect(await called('Go')).toBeUndefined();
  await press('Undo');
  await page.getByRole('button', { name: /^Go.*1 entry/ }).waitFor();
  await expect.poll(category).toBe((await called('Go'))!.id);

  await press(/^Board games/);
  await sheet.getByRole('switch', { name: 'Archived' }).check({ force: true });
  await press('Save');
  await page.getByText('1 archived category').click();
  await expect.poll(async () => (await called('Board games'))?.archived).toBe(true);
  await press('New transaction');
  await press('All');
  await page.getByRole('searchbox').fill('o');
  await page.getByRole('dialog').last().getByRole('button', { name: 'Go', exact: true }).waitFor();
  expect(await page.getByRole('dialog').last().getByRole('button', { name: 'Board games' }).count()).toBe(0);
  await context.close();
});

test('an account is made, changed, put in order and away; the overview tells of any period', async () => {
  const { context, page, rest, bank, press, says } = await newcomer(at, {
    fill: async (rest, account_id) => {
      const spend = (day: string, amount_minor: number, kind = 'expense') => rest.ask('POST', 'transactions', { kind, account_id, amount_minor, day });
      await spend('2025-03-10', 7_000);
      await spend('2025-03-20', 200_000, 'income');
      await spend('2025-04-02', 1_100);
      await spend('2024-12-31', 500);
    }
  });
  const accounts = async () => (await rest.ask<{ items: Record<string, unknown>[] }>('GET', 'accounts?limit=100')).items;
  const sheet = page.getByRole('dialog');
  await go(page, '/accounts');
  await press('Add account');
  await sheet.getByLabel('Name', { exact: true }).fill('Wallet');
  await sheet.getByLabel('Type').selectOption({ label: 'Cash' });
  await sheet.getByLabel('Currency').selectOption('JPY');
  await sheet.getByLabel('Opening balance').fill('-1.5');
  await press('Save');
  // yen have no cents
  await sheet.locator('[aria-invalid=true]').waitFor();
  await sheet.getByLabel('Opening balance').fill('-1500');
  await press('Save');
  await says('Wallet added');
  await expect.poll(accounts).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'Wallet', kind: 'cash', currency: 'JPY', opening_minor: -1500 })]));

  await page.getByRole('link', { name: /^Wallet/ }).click();
  await says('-¥1,500'.replace('-', '−'));
  await press('Edit account');
  await sheet.getByLabel('Name', { exact: true }).fill('Travel wallet');
  await sheet.getByRole('textbox', { name: 'Note' }).fill('For Kyoto');
  await press('Save');
  await page.getByRole('heading', { name: 'Travel wallet' }).waitFor();
  await says('For Kyoto');

  await go(page, '/accounts');
  await press('Order of accounts');
  const names = async () => (await sheet.locator('li').allInnerTexts()).map((text) => text.trim());
  const before = await names();
  await press(`Move ${before.at(-1)} up`);
  await expect.poll(names).toEqual([...before.slice(0, -2), before.at(-1), before.at(-2)]);
  await expect.poll(async () => (await accounts()).sort((a, b) => Number(a['position']) - Number(b['position'])).map(({ name }) => name)).toEqual(await names());
  await page.keyboard.press('Escape');

  // a week, a month, a year, and any two days
  await go(page, '/accounts/overview?from=2025-03-01&to=2025-03-31');
  await says('March 2025');
  // two lines for an account on a phone
  const sums = async () => (await page.locator('table').first().innerText()).replace(/\s+/g, ' ');
  await expect.poll(sums).toMatch(/Bank .*2,000\.00.*70\.00/);
  await page.getByRole('radio', { name: 'Year', exact: true }).check({ force: true });
  await says('2025');
  await expect.poll(sums).toMatch(/Bank .*2,000\.00.*81\.00/);
  await press('Earlier');
  await says('2024');
  await expect.poll(sums).toMatch(/Bank .*5\.00/);
  await page.getByRole('radio', { name: 'Period', exact: true }).check({ force: true });
  await page.getByLabel('From', { exact: true }).fill('2025-03-15');
  await page.getByLabel('To', { exact: true }).fill('2025-04-02');
  await expect.poll(sums).toMatch(/Bank .*2,000\.00.*11\.00/);

  // put away: out of the lists, still in the sums of the past
  await go(page, `/accounts/${bank}`);
  await press('Edit account');
  await sheet.getByRole('switch', { name: 'Archived' }).check({ force: true });
  await press('Save');
  await says(/archived/);
  await go(page, '/accounts');
  await page.getByText('1 archived account').click();
  await page.getByRole('link', { name: /^Bank/ }).waitFor();
  await go(page, '/accounts/overview?from=2025-03-01&to=2025-03-31');
  await expect.poll(sums).toMatch(/Bank .*2,000\.00.*70\.00/);
  await expect.poll(accounts).toEqual(expect.arrayContaining([expect.objectContaining({ id: bank, archived: true })]));
  await context.close();
});

test('what is said to be wrong goes with the first letter that mends it, in every sheet', async () => {
  const { context, page, press } = await newcomer(at, { fill: (rest) => rest.ask('POST', 'accounts', { name: 'Dollars', kind: 'bank', currency: 'USD' }) });
  const sheet = page.getByRole('dialog');
  const sheets = [
    ['settings/categories', 'Add category', 'Name', 'Give it a name.'],
    ['settings/tags', 'New tag', 'Name', 'Give it a name.'],
    ['accounts', 'Add account', 'Name', 'Give it a name.'],
    ['schedules', 'New recurring entry', 'Amount', 'Enter an amount.'],
    ['budgets', 'New budget', 'Amount', 'Enter an amount.']
  ] as const;
  for (const [path, button, field, wrong] of sheets) {
    await go(page, `/${path}`);
    await press(button);
    if (path === 'budgets') {
      await press('Save');
      await sheet.getByRole('alert').getByText('Choose a category').waitFor();
      await sheet.getByLabel('For', { exact: true }).selectOption({ label: 'Groceries' });
      await sheet.getByRole('alert').waitFor({ state: 'detached' });
    }
    await press('Save');
    await sheet.getByText(wrong).waitFor();
    await sheet.getByLabel(field, { exact: true }).pressSequentially('4');
    await sheet.getByText(wrong).waitFor({ state: 'detached' });
    // and is said again where nothing was mended
    await sheet.getByLabel(field, { exact: true }).fill('');
    await press('Save');
    await sheet.getByText(wrong).waitFor();
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
  }
  await go(page, '/settings/rates');
  const rate = page.getByLabel(/^is worth/);
  await rate.fill('0');
  await press('Add rate');
  const wrong = page.locator('input[aria-invalid=true]');
  await wrong.waitFor();
  await rate.fill('0.9');
  await wrong.waitFor({ state: 'detached' });
  await context.close();
});

test('what is typed into a sheet stays when something comes from elsewhere meanwhile', async () => {
  const now = new Date().toLocaleDateString('sv');
  const { context, page, rest, bank, press, says } = await newcomer(at, {
    fill: async (rest) => {
      const { id } = await rest.ask<{ id: string }>('POST', 'accounts', { name: 'Yen', kind: 'cash', currency: 'JPY', opening_minor: 5_000 });
      await rest.ask('POST', 'transactions', { kind: 'expense', account_id: id, amount_minor: 500, day: now });
    }
  });
  let bought = 0;
  /** Somebody else spends, and this device hears of it. */
  const elsewhere = async () => {
    await rest.ask('POST', 'transactions', { kind: 'expense', account_id: bank, amount_minor: 100, day: now });
    bought += 100;
    await page.getByText(`€${((100_000 - bought) / 100).toFixed(2)}`).first().waitFor({ state: 'attached' });
  };
  await go(page, `/accounts/${bank}`);
  await says('€1,000.00');
  await press('Edit account');
  const name = page.getByLabel('Name', { exact: true });
  await name.fill('Giro');
  await elsewhere();
  expect(await name.inputValue()).toBe('Giro');
  await page.keyboard.press('Escape');

  await go(page, '/accounts/overview');
  await press('Enter a rate for JPY');
  const rate = page.getByLabel('Rate of 1 JPY in EUR');
  await rate.fill('0.006');
  await elsewhere();
  expect(await rate.inputValue()).toBe('0.006');
  await context.close();
});
