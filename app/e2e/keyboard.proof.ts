// By keyboard alone: signing up, an account, an expense, a transfer, one line; finding, changing, deleting, bringing back;
// an import and logging out. All is reached by Tab and the shortcuts, and what
// has the focus can be seen.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, secondContext, type Server, startServer } from './harness.ts';
import { Keys } from './keys.ts';

const EMAIL = 'keys@example.com';
const PASSWORD = 'nine quiet otters';

let server: Server;
let browser: Browser;
let page: Page;
let keys: Keys;

beforeAll(async () => {
  server = await startServer();
  browser = await launchBrowser();
  const context = await secondContext(browser, { viewport: { width: 1280, height: 800 }, locale: 'en-IE', reducedMotion: 'reduce' });
  page = await context.newPage();
  keys = new Keys(page);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const says = (words: string | RegExp) => page.getByText(words).filter({ visible: true }).first().waitFor();
async function newEntry(amount: string): Promise<void> {
  await keys.shortcut('n');
  await page.getByLabel('Amount', { exact: true }).waitFor();
  await keys.fill(/^Amount/, amount);
}

test('a new person signs up and adds an account and an expense by keyboard', async () => {
  await page.goto(server.url);
  await says('Create account');
  await keys.press(/^Create account/);
  await keys.fill(/^Your name/, 'Robin');
  await keys.fill(/^E-mail/, EMAIL);
  await keys.fill(/^Password/, PASSWORD);
  await page.keyboard.press('Enter');
  await says('Your book is ready');

  // an account
  await keys.shortcut('a');
  await page.getByRole('heading', { name: 'Accounts' }).first().waitFor();
  await keys.press(/^Add account/);
  await keys.fill(/^Name/, 'Savings');
  await keys.fill(/^Opening balance/, '100');
  await keys.press(/^Save$/);
  await says('Savings added');

  // an expense
  await newEntry('12.50');
  await keys.press(/^Groceries/);
  await keys.fill(/^Payee/, 'Corner shop');
  await page.keyboard.press('Escape');
  await says('Kept as a draft');
  await newEntry('12.50');
  await keys.press(/^Save$/);
  await says('Expense of €12.50 added');
  await newEntry('30');
  await keys.press(/^Split over categories/);
  await keys.press(/^Close/);
});

test('what stands on every screen can be skipped', async () => {
  await keys.leaveFields();
  await page.evaluate(() => document.body.focus());
  await keys.shortcut('t');
  await page.getByRole('heading', { name: 'Transactions', level: 1 }).waitFor();
  await page.keyboard.press('Tab');
  expect((await keys.focus()).name).toBe('Skip to the content');
  expect(await page.getByRole('link', { name: 'Skip to the content' }).evaluate((one) => one.getBoundingClientRect().width)).toBeGreaterThan(24);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.closest('main')?.id)).toBe('main');
});

test('the shortcuts are where they are on a Latin keyboard while another alphabet is typed', async () => {
  const typed = (key: string, code: string, ctrlKey = false) =>
    page.evaluate((init) => document.body.dispatchEvent(new KeyboardEvent('keydown', { ...init, bubbles: true, cancelable: true })), { key, code, ctrlKey });
  await typed('ش', 'KeyA');
  await page.getByRole('heading', { name: 'Accounts', level: 1 }).waitFor();
  await typed('ن', 'KeyK', true);
  await page.getByRole('combobox', { name: 'Commands and search' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await typed('ف', 'KeyT');
  await page.getByRole('heading', { name: 'Transactions', level: 1 }).waitFor();
});

test('a transfer, and one line from the palette', async () => {
  await page.goto(`${server.url}/transactions`);
  await says(/Groceries/);
  await keys.shortcut('m');
  await page.getByLabel('Amount', { exact: true }).waitFor();
  if (await page.getByRole('button', { name: 'Start over' }).isVisible()) {
    await keys.press(/^Start over/);
    await page.getByRole('button', { name: 'Start over' }).waitFor({ state: 'detached' });
  }
  await keys.fill(/^Amount/, '25');
  await keys.reach(/^To$/);
  await page.keyboard.type('Sav');
  await keys.press(/^Save$/);
  await says('Transfer of €25.00 added');

  await keys.command('coffee 4.50 yesterday', /^Add: Expense/);
  await page.getByRole('list', { name: 'Understood' }).waitFor();
  await page.keyboard.press('Enter');
  await says('Expense of €4.50 added');
});

test('an entry is found, changed, deleted and brought back', async () => {
  await page.goto(`${server.url}/transactions`);
  await says(/Groceries/);
  await keys.shortcut('/');
  await expect.poll(async () => (await keys.focus()).name).toMatch(/search/i);
  await page.keyboard.type('groceries');
  await expect.poll(() => page.locator('main [data-swipes]').count()).toBe(1);
  await keys.reach(/Groceries/);
  await page.keyboard.press('Enter');
  await page.getByText('Save changes').waitFor();
  await keys.fill(/^Note/, 'for the picnic');
  await page.keyboard.press('Enter');
  await says('Changed');
  await says(/for the picnic/);
  await keys.reach(/Groceries/);
  await page.keyboard.press('Delete');
  await says('Transaction deleted');
  await keys.press(/^Undo$/);
  await says(/Groceries/);
});

test('a file is brought in, and the person logs out', async () => {
  await page.goto(`${server.url}/transactions`);
  await says(/Groceries/);
  await keys.command('Import');
  await page.getByRole('heading', { name: 'Import' }).first().waitFor();
  await keys.reach(/^Choose a file/);
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Space')]);
  await chooser.setFiles({ name: 'bank.csv', mimeType: 'text/csv', buffer: Buffer.from('Date,Payee,Amount\n2026-11-02,Bakery,-3.20\n2026-11-03,Kiosk,-2.10\n') });
  await says('bank.csv');
  // what the file does not say is asked, a list for each question
  await expect.poll(async () => {
    const open = page.locator('select:not([disabled])').filter({ has: page.locator('option[value=""]:checked') }).first();
    if (await open.count()) {
      await open.focus();
      await page.keyboard.press('ArrowDown');
    }
    return page.getByRole('button', { name: /^Import \d+ transaction/ }).isEnabled();
  }).toBe(true);
  await keys.press(/^Import \d+ transaction/);
  await says(/2 transactions imported/);

  await page.goto(`${server.url}/settings/account`);
  await page.getByText('Log out', { exact: true }).first().waitFor();
  await keys.press(/^Log out/);
  await says('Create account');
});
